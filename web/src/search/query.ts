/** What a reader types, read as groups: each is one thing that is looked for, by its names. */
import type { Whole } from "./parts.ts";
import { grams, isHan, piecesOf, plain, wordsOf, type Piece } from "./words_of.ts";

/** One way to say what is looked for. */
export interface Phrase {
  /** As a text says it. */
  readonly said: string;
  /** Keys that a section must have. */
  readonly keys: readonly string[];
  /** Beginnings of words of which a section must have one each. */
  readonly stems: readonly string[];
  /** The share of them that is enough. */
  readonly least: number;
  readonly weight: number;
}

export interface Group {
  /** As the reader typed it. */
  readonly typed: string;
  readonly phrases: readonly Phrase[];
  /** The section that explains a term, -1 if there is none or this is no term. */
  readonly entry: number;
  /** `+` and `-` before a word: it must be there, or must not. */
  readonly sign: "" | "+" | "-";
}

// What a question is asked with; it says nothing of what it is about.
const ASKING =
  /为什么|是什么|什么是|什么叫|有什么|做什么|什么|怎么办|怎么样|怎么|怎样|如何|哪些|哪个|哪里|哪种|多少|几个|是否|能不能|可不可以|请问|有没有|是不是|的|了|着|吗|呢|吧|啊|和|与|及|越|或者/g;
const ASIDE = new Set(
  ("a an the of in is are was to and or it its that this for with as on by be at from do does did" +
    " how what why when which who can we i you my there not has have").split(" "),
);
const ENDINGS: readonly (readonly [ending: RegExp, least: number])[] = [
  [/^(.*i)[sz](?:e[sdr]?|ing|ations?)$/, 4],
  [/^(.*)(?:ies|y)$/, 6],
  [/^(.*)(?:es|ed|ing)$/, 4],
  [/^(.*[^s])s$/, 3],
];
const GREEK = new Map(Object.entries({
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ",
  lambda: "λ", mu: "μ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", psi: "ψ", omega: "ω",
}));

/** A word without its ending, so that it begins what a text may say: folds -> fold, folding. */
export function stem(word: string): string {
  for (const [ending, least] of ENDINGS) {
    const left = word.match(ending)?.[1];
    if (left && left.length >= least) return left;
  }
  return word;
}

/** The groups of a query, in order; a query that only asks is taken at its word. */
export function groups(query: string, whole: Whole): Group[] {
  const found = signed(query, whole, ASKING);
  const telling = found.filter(({ typed }) => !ASIDE.has(typed));
  if (telling.length) return telling;
  return found.length ? found : signed(query, whole, /$^/g);
}

function signed(query: string, whole: Whole, aside: RegExp): Group[] {
  return query
    .replaceAll(/["“”「」]/g, " ")
    .split(/(?<=\s)(?=[+-]\p{L}{2})/u)
    .flatMap((part) => {
      const sign = (part.match(/^[+-](?=\p{L}{2})/u)?.[0] ?? "") as Group["sign"];
      const [first, ...rest] = sign ? part.slice(1).split(/(?<=\s)/) : [part];
      const read = (text: string, its: Group["sign"]) =>
        unsigned(text, whole, aside).map((group) => ({ ...group, sign: its }));
      return [...read(first!, sign), ...read(rest.join(""), "")];
    });
}

function unsigned(text: string, whole: Whole, aside: RegExp): Group[] {
  const folded = plain(text);
  const known = names(folded, whole);
  const between = [...known, { start: folded.length, end: folded.length }];
  let last = 0;
  const found: Group[] = [];
  for (const [at, { start, end }] of between.entries()) {
    found.push(...free(folded.slice(last, start), aside));
    if (known[at]) found.push(known[at].group);
    last = end;
  }
  return found;
}

/** The names of terms in a query, the longest first, none within another. */
function names(folded: string, whole: Whole) {
  const places = [...folded].flatMap((character, at) => (/[\s-]/.test(character) ? [] : [at]));
  const squeezed = places.map((at) => folded[at]).join("");
  const found: { start: number; end: number; group: Group }[] = [];
  const forms = whole.names.flatMap(([all, called, entry]) => all.map((form) => ({ form, called, entry })));
  forms.sort((a, b) => b.form.length - a.form.length);
  for (const { form, called, entry } of forms) {
    for (let at = squeezed.indexOf(form); at >= 0; at = squeezed.indexOf(form, at + 1)) {
      const start = places[at]!;
      let end = places[at + form.length - 1]! + 1;
      if (!isHan(form) && folded[end] === "s") end++;
      const isFree = found.every((other) => end <= other.start || other.end <= start);
      if (!isFree || !isApart(folded, start, end)) continue;
      const typed = folded.slice(start, end);
      const said = [...new Set([...called, typed])];
      const group: Group = { typed, phrases: said.map(phraseOf), entry, sign: "" };
      found.push({ start, end, group });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Whether a name is no part of a longer word; one Chinese character must stand alone. */
function isApart(folded: string, start: number, end: number): boolean {
  const [before, after] = [folded[start - 1] ?? " ", folded[end] ?? " "];
  const first = folded[start]!;
  if (isHan(first) && end - start === 1) {
    const around = folded.replaceAll(ASKING, (word) => " ".repeat(word.length));
    return !isHan(around[start - 1] ?? " ") && !isHan(around[end] ?? " ");
  }
  const joins = (a: string, b: string) => /[a-z0-9]/.test(a) && /[a-z0-9]/.test(b);
  return !joins(before, first) && !joins(folded[end - 1]!, after);
}

/** A name as what a section must have. */
export function phraseOf(said: string): Phrase {
  const found = piecesOf(plain(said));
  return {
    said,
    keys: found.flatMap((piece) => (piece.kind === "run" ? grams(piece.text) : [])),
    stems: found.flatMap((piece) => {
      if (piece.kind === "run") return [];
      return wordsOf(plain(said).slice(piece.start, piece.end)).filter((it) => !ASIDE.has(it)).map(stem);
    }),
    least: 1,
    weight: 1,
  };
}

/** The groups of what is no name. */
function free(text: string, aside: RegExp): Group[] {
  const left = text.replaceAll(aside, (word) => " ".repeat(word.length));
  return piecesOf(left).map((piece): Group => {
    return { typed: piece.text, phrases: phrases(piece, left), entry: -1, sign: "" };
  });
}

function phrases(piece: Piece, text: string): Phrase[] {
  const said = text.slice(piece.start, piece.end);
  const one = { said, keys: [], stems: [], least: 1, weight: 1 };
  if (piece.kind === "run") return [{ ...one, keys: grams(piece.text), least: 0.5 }];
  if (piece.kind === "compound") {
    const words = { ...one, stems: wordsOf(said).map(stem), weight: 0.3 };
    return [{ ...one, keys: [piece.text] }, ...(said.startsWith("-") ? [] : [words])];
  }
  const greek = GREEK.get(said);
  const own = said.length > 1 ? { ...one, stems: [stem(said)] } : { ...one, keys: [said] };
  return greek ? [own, { ...one, said: greek, keys: [greek] }] : [own];
}
