/**
 * The words by which a text is found: `dlbook/site/reading/search_words.py` in the language of the
 * page. `tests/vectors/search.json` holds both to the same answers.
 */

const RAISED = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵏᵐᵈˣ]+/g;
const MARKS = /[\u0300-\u036f\u200b-\u200d\ufeff]/g;
const SIGNS: Record<string, string> = { "−": "-", "–": "-", "‐": "-", "⁄": "/", "’": "'" };
const ATOM = "(?:[0-9]+(?:\\.[0-9]+)+|[a-z0-9]+|[\\u0370-\\u03ff]|∞)";
const HAN = /[\u3400-\u9fff]/;
const RUN = /[\u3400-\u9fff]+/g;
const WORD = new RegExp(ATOM, "g");
const POWER = new RegExp(`${ATOM}\\^-?${ATOM}`, "g");
const INDEX = /(?<![a-z0-9\u0370-\u03ff])([a-z\u0370-\u03ff])_([a-z0-9])(?![a-z0-9])/g;
const SIGNED = /(?<![a-z0-9\u0370-\u03ff∞^)\]}])-(?:[0-9]+(?:\.[0-9]+)*|∞)(?![a-z0-9])/g;
const COMPOUND = /(?<![a-z-])[a-z]+(?:-[a-z]+)+(?![a-z-])/g;

/** A text in the one form in which texts and queries are compared. */
export function plain(text: string): string {
  const folded = text.replace(RAISED, "^$&").toLowerCase().normalize("NFKD").replace(MARKS, "");
  return folded.toLowerCase().replace(/[−–‐⁄’]/g, (sign) => SIGNS[sign]!);
}

/** A piece of a query: a run of Chinese, a word, or what is more than its words, with its place. */
export interface Piece {
  readonly kind: "run" | "word" | "compound";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The pieces of a text in plain form, in order; the words of a compound are left out. */
export function piecesOf(folded: string): Piece[] {
  const found: Piece[] = [];
  const add = (kind: Piece["kind"], match: RegExpMatchArray, text = match[0]) => {
    const [start, end] = [match.index!, match.index! + match[0].length];
    if (found.every((other) => end <= other.start || other.end <= start)) {
      found.push({ kind, text, start, end });
    }
  };
  for (const match of folded.matchAll(POWER)) add("compound", match);
  for (const match of folded.matchAll(INDEX)) add("compound", match, match[1]! + match[2]!);
  for (const match of folded.matchAll(SIGNED)) add("compound", match);
  for (const match of folded.matchAll(COMPOUND)) add("compound", match, match[0].replaceAll("-", ""));
  for (const match of folded.matchAll(RUN)) add("run", match);
  for (const match of folded.matchAll(WORD)) add("word", match);
  return found.sort((a, b) => a.start - b.start);
}

/** Every two characters that stand together, and the last of a run that ends there. */
export const grams = (run: string): string[] =>
  run.length < 2 ? [run] : Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2));

/** The words of a text in plain form, those of compounds too. */
export const wordsOf = (folded: string): string[] => folded.match(WORD) ?? [];

export const isHan = (text: string): boolean => HAN.test(text.charAt(0));

/** In which of so many parts of the index a key is kept. */
export function part(key: string, parts: number): number {
  let number = 0;
  for (const character of isHan(key) ? key.slice(0, 1) : key.slice(0, 2)) {
    number = (number * 31 + character.codePointAt(0)!) % 65521;
  }
  return number % parts;
}
