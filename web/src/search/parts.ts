/**
 * The parts of the index (`dlbook/site/building/search_index.py`), each loaded once, when it is
 * needed: classic scripts, which a page that is opened from a folder can load too.
 */
import { part } from "./words_of.ts";

/** A page: its address from the root of its language, title, first section, and its score's factor. */
export type IndexedPage = readonly [url: string, title: string, first: number, boost: number];
/** A section: its anchor, its title, its text. */
export type IndexedSection = readonly [anchor: string, title: string, text: string];

export interface Whole {
  readonly version: string;
  readonly parts: number;
  readonly sections: number;
  /** The first section of each part of the texts. */
  readonly texts: readonly number[];
  readonly pages: readonly IndexedPage[];
  /** Of each term all its names, those by which pages call it, and the section that explains it. */
  readonly names: readonly (readonly [all: readonly string[], called: readonly string[], entry: number])[];
}

/** For each key the sections that have it: four times the distance to the one before, plus how. */
export type KeyPart = Readonly<Record<string, readonly number[]>>;

declare global {
  /** What a part of the index calls with its content. */
  var dlSearch: (name: string, content: unknown) => void;
}

/** The index below an address, loaded as it is asked for. */
export class Index {
  readonly #root: string;
  readonly #fetch: (address: string) => Promise<void>;
  readonly #loaded = new Map<string, Promise<unknown>>();
  readonly #arrived = new Map<string, unknown>();
  #whole: Promise<Whole> | undefined;

  /** `fetch` runs the script at an address. */
  constructor(root: string, fetch: (address: string) => Promise<void>) {
    this.#root = root;
    this.#fetch = fetch;
    globalThis.dlSearch = (name, content) => this.#arrived.set(name, content);
  }

  whole(): Promise<Whole> {
    this.#whole ??= this.#load("index", "index").then((content) => content as Whole);
    this.#whole.catch(() => (this.#whole = undefined)); // the reader may try again
    return this.#whole;
  }

  /** The part that keeps each key, for all of them at once. */
  async keys(keys: Iterable<string>): Promise<Map<string, KeyPart>> {
    const { parts } = await this.whole();
    const found = [...new Set(keys)].map(async (key): Promise<[string, KeyPart]> => [
      key,
      (await this.#part(`k${part(key, parts)}`)) as KeyPart,
    ]);
    return new Map(await Promise.all(found));
  }

  /** In which part the text of a section is. */
  textPart(whole: Whole, section: number): number {
    const next = whole.texts.findIndex((first) => first > section);
    return (next < 0 ? whole.texts.length : next) - 1;
  }

  async section(section: number): Promise<IndexedSection> {
    const whole = await this.whole();
    const number = this.textPart(whole, section);
    const texts = (await this.#part(`t${number}`)) as readonly IndexedSection[];
    return texts[section - whole.texts[number]!]!;
  }

  /** A part; if it is gone, the site was built anew, and what is known of it is forgotten. */
  async #part(name: string): Promise<unknown> {
    const { version } = await this.whole();
    try {
      return await this.#load(name, `${version}/${name}`);
    } catch {
      this.#whole = this.#load("index", "index", `?${Date.now()}`).then((all) => all as Whole);
      const { version: newer } = await this.#whole;
      if (newer === version) throw new Error(`${this.#root}${version}/${name}.js`);
      this.#loaded.clear();
      return this.#load(name, `${newer}/${name}`);
    }
  }

  #load(name: string, path: string, query = ""): Promise<unknown> {
    const address = `${this.#root}${path}.js${query}`;
    let promise = this.#loaded.get(address);
    if (!promise) {
      promise = this.#fetch(address).then(() => this.#arrived.get(name));
      this.#loaded.set(address, promise);
      promise.catch(() => this.#loaded.delete(address)); // the reader may try again
    }
    return promise;
  }
}
