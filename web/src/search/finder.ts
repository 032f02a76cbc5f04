/** Answers queries as the theme's search worker does, with the parts of the index that they need. */
import { Index, type IndexedSection } from "./parts.ts";
import { ranking, type Ranking, type FoundPage, type Hit } from "./rank.ts";
import { marked, marking, snippet } from "./snippet.ts";

/** An entry of the theme's list of results. */
export interface Item {
  readonly location: string;
  readonly title: string;
  readonly text: string;
  readonly score: number;
  /** What was looked for, and whether it is here; the theme marks it on the page that is opened. */
  readonly terms: Readonly<Record<string, boolean>>;
}

const SECTIONS = 6; // of a page that are listed
const TEXTS = 10; // parts of the texts that are loaded for one answer, each about two kilobytes
const PAGES = 40; // that are listed

/** The results of a query in the theme's form: pages, best first, each with its sections. */
export async function items(query: string, index: Index): Promise<Item[][]> {
  const whole = await index.whole();
  const found = await ranking(query, index);
  const pages = found.pages.slice(0, PAGES);
  const shown = pages.flatMap(({ hits }) => hits.slice(0, SECTIONS).map(({ section }) => section));
  // Each page's best section first: its text is what a reader sees.
  const firsts = pages.map(({ hits }) => hits[0]!.section);
  const parts = [...new Set([...firsts, ...shown].map((section) => index.textPart(whole, section)))];
  const loaded = new Set(parts.slice(0, TEXTS));
  const sections = new Map<number, IndexedSection>();
  await Promise.all(
    shown
      .filter((section) => loaded.has(index.textPart(whole, section)))
      .map(async (section) => sections.set(section, await index.section(section))),
  );
  return pages.map((page, place) => listed(page, pages.length - place, found, sections, whole.pages));
}

function listed(
  found: FoundPage,
  rank: number,
  { groups }: Ranking,
  sections: ReadonlyMap<number, IndexedSection>,
  pages: readonly (readonly [string, string, number, number])[],
): Item[] {
  const [url, title, first] = pages[found.page]!;
  const best = found.hits[0]!;
  const termsOf = ({ said }: Hit) =>
    Object.fromEntries(
      groups.flatMap(({ typed, sign }, at): [string, boolean][] =>
        sign === "-" ? [] : [[said[at] || typed, said[at] !== ""]],
      ),
    );
  const own = found.hits.slice(0, SECTIONS).flatMap((hit): Item[] => {
    const section = sections.get(hit.section);
    if (!section && hit.section !== first) return [];
    const [anchor, name, text] = section ?? ["", title, ""];
    const pattern = marking(hit.said);
    return [{
      location: anchor ? `${url}#${anchor}` : url,
      title: marked(name, pattern),
      text: text && snippet(text, pattern),
      // The theme takes the highest for the best, and folds what is below a page's first.
      score: rank + hit.score / (2 * best.score),
      terms: termsOf(hit),
    }];
  });
  if (own.some(({ location }) => location === url)) return own;
  const named = marked(title, marking(best.said));
  return [...own, { location: url, title: named, text: "", score: rank, terms: termsOf(best) }];
}

declare global {
  /** Answers queries with the index below an address; see `door.ts`. */
  var dlbookFinder: ((root: string) => Finder) | undefined;
}

export interface Finder {
  /** Resolves when queries can be answered. */
  ready(): Promise<void>;
  items(query: string): Promise<Item[][]>;
}

const script = (address: string) =>
  new Promise<void>((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(address));
    document.head.append(element);
  });

globalThis.dlbookFinder = (root) => {
  const index = new Index(root, script);
  return {
    ready: async () => void (await index.whole()),
    items: (query) => items(query, index),
  };
};
