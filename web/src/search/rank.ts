/** Which sections and pages answer a query, best first. */
import type { Index, KeyPart, Whole } from "./parts.ts";
import { groups, type Group, type Phrase } from "./query.ts";
import { grams, isHan } from "./words_of.ts";

/** What a section has of a query. */
export interface Hit {
  readonly section: number;
  readonly score: number;
  /** For each group how the section says it, or "". */
  readonly said: readonly string[];
}

export interface FoundPage {
  readonly page: number;
  readonly score: number;
  readonly hits: readonly Hit[];
}

export interface Ranking {
  readonly groups: readonly Group[];
  readonly pages: readonly FoundPage[];
}

// How a section has a key: once or more often in its text, in its title, in both.
const HOW = [1, 1.6, 4, 5] as const;
const COMMON = 0.02; // the share of sections that makes a character one of many
const OPENING = 1.4; // what a page begins with counts for more, and so does its title
const EXPLAINED = 1.5; // of the best score: what the section that explains a term has
const FAINT = 0.01; // of the best score; what has less is no answer
type Places = ReadonlyMap<number, number>;

/** The sections that have a key, and how. */
function placesOf(part: KeyPart | undefined, key: string): Places {
  const found = new Map<number, number>();
  let section = 0;
  for (const step of (part && Object.hasOwn(part, key) && part[key]) || []) {
    section += step >> 2;
    found.set(section, HOW[step & 3]!);
  }
  return found;
}

function united(all: readonly Places[]): Places {
  if (all.length === 1) return all[0]!;
  const found = new Map<number, number>();
  for (const places of all) {
    for (const [section, how] of places) found.set(section, Math.max(how, found.get(section) ?? 0));
  }
  return found;
}

/** Looks keys up in the parts of the index that are there. */
class Lookup {
  readonly #parts: ReadonlyMap<string, KeyPart>;

  constructor(parts: ReadonlyMap<string, KeyPart>) {
    this.#parts = parts;
  }

  has(key: string): boolean {
    const part = this.#parts.get(key);
    return part !== undefined && Object.hasOwn(part, key);
  }

  /** A key; one Chinese character is found wherever it stands. */
  exact(key: string): Places {
    if (isHan(key) && key.length === 1) return this.beginning(key);
    return placesOf(this.#parts.get(key), key);
  }

  /** Whatever begins so; the word itself counts for more than a longer one. */
  beginning(start: string): Places {
    const part = this.#parts.get(start) ?? {};
    const keys = Object.keys(part).filter((key) => key.startsWith(start) && !/[\^-]/.test(key));
    const longest = start.length < 3 && !isHan(start) ? start.length + 1 : Infinity;
    const fitting = keys.filter((key) => key.length <= longest);
    return united(
      fitting.map((key) => {
        const share = isHan(start) || key.length <= start.length + 3 ? 1 : 0.8;
        return new Map([...placesOf(part, key)].map(([section, how]) => [section, how * share]));
      }),
    );
  }
}

const wanted = (phrase: Phrase) => [...phrase.keys, ...phrase.stems];

interface Cut {
  text: string;
  readonly known: boolean;
}

/** A run of Chinese, cut where two characters stand together nowhere in the book. */
function cutRun(run: string, lookup: Lookup): Cut[] {
  const cuts: Cut[] = [];
  let start = 0;
  for (const [at, pair] of [...grams(run), ""].entries()) {
    if (pair && lookup.has(pair)) continue;
    const last = cuts.at(-1);
    if (at === start && last && !last.known) last.text += run[at];
    else cuts.push({ text: run.slice(start, at + 1), known: at > start });
    start = at + 1;
  }
  return cuts;
}

/**
 * A free run as the pieces that the book knows. A character between them that is rare there belongs
 * to the piece beside it, which the book then does not know: 交叉商 is not 交叉.
 */
async function knownRuns(group: Group, index: Index, lookup: Lookup, all: number): Promise<Group[]> {
  const [phrase] = group.phrases;
  if (!phrase || phrase.least === 1 || phrase.stems.length || group.typed.length < 2) return [group];
  const cuts = cutRun(group.typed, lookup);
  if (cuts.length === 1) return [group];
  const lone = cuts.filter(({ text }) => text.length === 1).map(({ text }) => text);
  const characters = new Lookup(await index.keys(lone));
  const joined: Cut[] = [];
  for (const cut of cuts) {
    const last = joined.at(-1);
    const isLone = cut.text.length === 1;
    if (isLone && characters.exact(cut.text).size >= COMMON * all) continue;
    if (isLone && last?.known) joined[joined.length - 1] = { text: last.text + cut.text, known: false };
    else joined.push(cut);
  }
  return joined.length ? joined.map(({ text, known }) => runGroup(text, known, group)) : [group];
}

const runGroup = (run: string, known: boolean, { sign }: Group): Group => ({
  typed: run,
  phrases: [{ said: run, keys: grams(run), stems: [], least: known ? 0.5 : 1, weight: 1 }],
  entry: -1,
  sign,
});

/** A word that nothing begins with, as the two words of which it may be made. */
async function knownWords(group: Group, index: Index, lookup: Lookup): Promise<Group> {
  const { typed, phrases } = group;
  if (!/^[a-z]{6,}$/.test(typed) || phrases.some((it) => it.stems.some((s) => lookup.beginning(s).size))) {
    return group;
  }
  for (let at = 3; at <= typed.length - 3; at++) {
    const [first, second] = [typed.slice(0, at), typed.slice(at)];
    const parts = new Lookup(await index.keys(lookup.has(first) ? [first, second] : [first]));
    if (parts.has(first) && parts.has(second)) {
      const said = `${first} ${second}`;
      return { ...group, phrases: [{ said, keys: [first, second], stems: [], least: 1, weight: 1 }] };
    }
  }
  return group;
}

/** For each section that says a phrase, how well. */
function scores(phrase: Phrase, lookup: Lookup, all: number): Map<number, number> {
  const places = [
    ...phrase.keys.map((key) => lookup.exact(key)),
    ...phrase.stems.map((start) => lookup.beginning(start)),
  ];
  const rarity = places.map(({ size }) => Math.log(1 + all / (0.5 + size)));
  const total = rarity.reduce((sum, each) => sum + each, 0);
  const [sum, had, count] = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  for (const [at, each] of places.entries()) {
    for (const [section, how] of each) {
      sum.set(section, (sum.get(section) ?? 0) + rarity[at]! * how);
      had.set(section, (had.get(section) ?? 0) + rarity[at]!);
      count.set(section, (count.get(section) ?? 0) + 1);
    }
  }
  const found = new Map<number, number>();
  for (const [section, score] of sum) {
    const share = had.get(section)! / total;
    // Of a long phrase not every pair counts the more: it is one thing.
    const one = (score / places.length) * (1 + 0.15 * (places.length - 1));
    if (count.get(section)! >= phrase.least * places.length) found.set(section, one * share ** 2 * phrase.weight);
  }
  return found;
}

/** The sections that say a group, how well and by which name; `isAll` if nothing else is asked. */
function sayings(group: Group, lookup: Lookup, all: number, isAll: boolean) {
  const found = new Map<number, { score: number; said: string }>();
  for (const phrase of group.phrases) {
    for (const [section, score] of scores(phrase, lookup, all)) {
      if (score > (found.get(section)?.score ?? 0)) found.set(section, { score, said: phrase.said });
    }
  }
  const explained = isAll ? found.get(group.entry) : undefined;
  if (explained) {
    const best = Math.max(...[...found.values()].map(({ score }) => score));
    found.set(group.entry, { ...explained, score: EXPLAINED * best });
  }
  return found;
}

/** The pages that answer a query. */
export async function ranking(query: string, index: Index): Promise<Ranking> {
  const whole = await index.whole();
  const read = groups(query, whole);
  if (!read.length) return { groups: [], pages: [] };
  const first = new Lookup(await index.keys(read.flatMap(({ phrases }) => phrases.flatMap(wanted))));
  const known = (
    await Promise.all(
      read.map(async (group) =>
        Promise.all(
          (await knownRuns(group, index, first, whole.sections)).map((it) => knownWords(it, index, first)),
        ),
      ),
    )
  ).flat();
  const lookup = new Lookup(await index.keys(known.flatMap(({ phrases }) => phrases.flatMap(wanted))));
  const found = known.map((group) => sayings(group, lookup, whole.sections, known.length === 1));
  return { groups: known, pages: ranked(known, found, whole) };
}

function ranked(
  read: readonly Group[],
  found: readonly Map<number, { score: number; said: string }>[],
  whole: Whole,
): FoundPage[] {
  const looked = read.flatMap(({ sign }, at) => (sign === "-" ? [] : [at]));
  const hits = new Map<number, Hit>();
  const openings = new Set(whole.pages.map(([, , first]) => first));
  for (const section of new Set(looked.flatMap((at) => [...found[at]!.keys()]))) {
    const has = looked.map((at) => found[at]!.get(section));
    if (read.some(({ sign }, at) => (sign === "+") > found[at]!.has(section))) continue;
    if (read.some(({ sign }, at) => sign === "-" && found[at]!.has(section))) continue;
    const share = has.filter(Boolean).length / looked.length;
    const sum = has.reduce((total, each) => total + (each?.score ?? 0), 0);
    const score = sum * share * (openings.has(section) ? OPENING : 1);
    hits.set(section, { section, score, said: read.map((_, at) => found[at]!.get(section)?.said ?? "") });
  }
  const pages = whole.pages.flatMap(([, , first, boost], page): FoundPage[] => {
    const end = whole.pages[page + 1]?.[2] ?? whole.sections;
    const own = Array.from({ length: end - first }, (_, at) => hits.get(first + at))
      .filter((hit) => hit !== undefined)
      .sort((a, b) => b.score - a.score);
    if (!own.length) return [];
    return [{ page, score: pageScore(own, read, found, looked) * boost, hits: own }];
  });
  const best = Math.max(0, ...pages.map(({ score }) => score));
  return pages.filter(({ score }) => score > FAINT * best).sort((a, b) => b.score - a.score);
}

/** The best section counts for most, then what the page has in several places. */
function pageScore(
  own: readonly Hit[],
  read: readonly Group[],
  found: readonly Map<number, { score: number; said: string }>[],
  looked: readonly number[],
): number {
  const per = looked.map((at) => Math.max(0, ...own.map((hit) => found[at]!.get(hit.section)?.score ?? 0)));
  const share = per.filter(Boolean).length / Math.max(1, read.length);
  const together = per.reduce((sum, each) => sum + each, 0);
  const others = own.slice(1, 6).reduce((sum, hit) => sum + hit.score, 0);
  return (own[0]!.score + 0.6 * together + 0.12 * others) * share ** 2;
}
