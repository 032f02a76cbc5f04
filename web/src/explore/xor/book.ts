/** What the book's record holds of XOR, and the runs that a reader may choose from it. */
import { LAST_SEED, oneOf, whole, type Fields } from "../../kit/address.ts";
import type { Run } from "../../engine/train.ts";
import type { Explorable as Book, Setting } from "../../records/finding_xor_takes_luck_or_width.ts";
import { LABELS, type Four } from "./look.ts";

export type { Book };
export type LossName = "cross_entropy" | "squared";
/** 0: solved; 1, 2, 3: two, three, four inputs share an answer; 4: stopped elsewhere. */
export type End = 0 | 1 | 2 | 3 | 4;
export const ENDS: readonly End[] = [0, 1, 2, 3, 4];

export const XOR_ACTIVATIONS = ["relu", "sigmoid", "tanh", "softplus", "abs", "sin"] as const;
export const METHODS = ["adam", "descent"] as const;
export const XOR_LOSSES = ["cross_entropy", "squared"] as const;
export const WIDEST = 16;

export interface Choice {
  readonly seed: number;
  readonly width: number;
  readonly activation: (typeof XOR_ACTIVATIONS)[number];
  readonly method: (typeof METHODS)[number];
  readonly loss: LossName;
}

export const FIRST: Choice = {
  seed: 0, width: 2, activation: "relu", method: "adam", loss: "cross_entropy",
};

/** The choice of an address; what is missing or makes no sense is as at the opening. */
export function choiceOf(fields: Fields): Choice {
  return {
    seed: whole(fields.seed, 0, LAST_SEED, FIRST.seed),
    width: whole(fields.width, 1, WIDEST, FIRST.width),
    activation: oneOf(fields.activation, XOR_ACTIVATIONS, FIRST.activation),
    method: oneOf(fields.method, METHODS, FIRST.method),
    loss: oneOf(fields.loss, XOR_LOSSES, FIRST.loss),
  };
}

export const fieldsOf = (choice: Choice): Fields =>
  Object.fromEntries(Object.entries(choice).map(([name, value]) => [name, String(value)]));

/** The line that repeats the run in a shell. */
export const commandOf = (choice: Choice): string =>
  `dlbook run finding_xor_takes_luck_or_width --replay ${Object.entries(fieldsOf(choice))
    .map((pair) => pair.join("=")).join(" ")}`;

/** How the book trained such nets; null if it did not. */
const settingOf = (book: Book, { activation, width, method, loss }: Omit<Choice, "seed">): Setting | null =>
  book.settings.find((each) =>
    each.activation === activation && each.width === width && each.method === method && each.loss === loss) ?? null;

/** The run of a choice: the book's own, or its like with another width or activation. */
export function runOf(book: Book, choice: Choice): Run {
  const { width, activation } = choice;
  const own = settingOf(book, choice);
  if (own) return own.run;
  const { run } = settingOf(book, { ...choice, activation: FIRST.activation, width: FIRST.width })!;
  return { ...run, activation, widths: [2, width, 1] };
}

/** How the book's seeds ended under this choice, a digit for each; null if they were not trained. */
export const endsOf = (book: Book, choice: Choice): string | null => settingOf(book, choice)?.ends ?? null;

/** The widths that the book trained in the first way, as columns of its figure. */
export const widthsOf = (book: Book): number[] =>
  book.settings.map(({ width }) => width).filter((width, i) =>
    settingOf(book, { ...FIRST, width }) === book.settings[i]);

/** How the book's run of just this seed ended, if there is one. */
export function endOf(book: Book, choice: Choice): End | null {
  const digit = endsOf(book, choice)?.[choice.seed];
  return digit === undefined ? null : (Number(digit) as End);
}

/** How a run ended, by its loss and its four answers: the rule of the figure's script. */
export function ending(book: Book, kind: LossName, loss: number, answers: Four): End {
  if (answers.every((each, i) => Math.abs(each - LABELS[i]!) < book.margin)) return 0;
  const level = book.levels[kind].findIndex((each) => Math.abs(loss - each) < book.near);
  return (level < 0 ? 4 : level + 1) as End;
}

/** How many seeds ended in each way. */
export function counts(ends: string): number[] {
  const found = ENDS.map(() => 0);
  for (const digit of ends) found[Number(digit)]! += 1;
  return found;
}

/** The next seed that was solved, or that was not, going round; null if there is none. */
export function following(ends: string, seed: number, solved: boolean): number | null {
  const first = seed < ends.length ? seed + 1 : 0;
  for (let k = 0; k < ends.length; k += 1) {
    const at = (first + k) % ends.length;
    if ((ends[at] === "0") === solved) return at;
  }
  return null;
}
