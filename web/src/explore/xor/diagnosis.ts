/** What a trained 2-n-1 net makes of XOR, computed from its parameters. */
import { samples } from "../../engine/data.ts";
import { LOSSES } from "../../engine/losses.ts";
import { Net } from "../../engine/net.ts";
import type { Run } from "../../engine/train.ts";

/** What the figure gives to the page (finding_xor_takes_luck_or_width.py). */
export interface Book {
  readonly seeds: number;
  readonly margin: number;
  readonly near: number;
  /** The least loss if two opposite inputs, three or all four share an answer, by loss. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  /** By setting, "relu 2 adam cross_entropy": its run, and a digit for the end of every seed. */
  readonly settings: Readonly<Record<string, { readonly run: Run; readonly ends: string }>>;
}

/** How a run ended: solved, on one of the three levels, or elsewhere; the digits of the record. */
export type End = 0 | 1 | 2 | 3 | 4;

export const INPUTS = ["00", "01", "10", "11"] as const;
const XOR = samples("xor", 0);

export interface Look {
  /** The answer to each input: a probability under cross-entropy, the output itself otherwise. */
  readonly answers: number[];
  /** The outputs of the hidden units, input by input (4, n). */
  readonly hidden: number[][];
  readonly loss: number;
  readonly end: End;
  /** Units that are 0 on all four inputs, so that no gradient reaches them; counted from 0. */
  readonly dead: number[];
  /** Inputs that get one answer, if there are opposite ones among them. */
  readonly confused: string[];
  /** The length of the gradient. */
  readonly gradient: number;
  /** Pairs of living units that are proportional on the four inputs. */
  readonly twins: [number, number][];
}

const SAME = 0.02; // answers that nobody would tell apart
const isProbability = (run: Run): boolean => run.loss === "binary_cross_entropy";
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** The answer to an output of the net. */
export const answer = (run: Run, output: number): number => (isProbability(run) ? sigmoid(output) : output);

export function look(run: Run, flat: Float64Array, book: Book): Look {
  const net = new Net(run.widths, run.activation, flat, 4);
  const outputs = net.forward(XOR.x, 4);
  const answers = [...outputs].map((output) => answer(run, output));
  const { loss, gradient } = slope(run, net, outputs);
  const width = run.widths[1]!;
  const hidden = INPUTS.map((_, n) => [...net.layers[0]!.a.subarray(n * width, (n + 1) * width)]);
  const column = (unit: number) => hidden.map((row) => row[unit]!);
  const units = Array.from({ length: width }, (_, unit) => unit);
  const dead = run.activation === "relu" ? units.filter((unit) => column(unit).every((h) => h === 0)) : [];
  const living = units.filter((unit) => !dead.includes(unit));
  const twins = living.flatMap((i, k) =>
    living.slice(k + 1).filter((j) => areProportional(column(i), column(j))).map((j): [number, number] => [i, j]));
  return { answers, hidden, loss, end: ended(run, answers, loss, book), dead, confused: sharing(answers), gradient, twins };
}

function slope(run: Run, net: Net, outputs: Float64Array): { loss: number; gradient: number } {
  const criterion = LOSSES[run.loss]!;
  let loss = 0;
  for (let n = 0; n < 4; n += 1) {
    loss += criterion.value(outputs, XOR.y, n, 1) / 4;
    criterion.gradient(outputs, XOR.y, net.error, n, 1);
    net.error[n]! /= 4;
  }
  return { loss, gradient: Math.hypot(...net.backward(4)) };
}

function ended(run: Run, answers: readonly number[], loss: number, book: Book): End {
  if (answers.every((each, n) => Math.abs(each - XOR.y[n]!) < book.margin)) return 0;
  const levels = book.levels[isProbability(run) ? "cross_entropy" : "squared"]!;
  const near = levels.findIndex((level) => Math.abs(loss - level) < book.near);
  return (near < 0 ? 4 : near + 1) as End;
}

/** The largest set of inputs with one answer that holds both labels; empty if there is none. */
function sharing(answers: readonly number[]): string[] {
  const groups = answers.map((each) => INPUTS.filter((_, n) => Math.abs(answers[n]! - each) < SAME));
  const mixed = groups.filter((group) => new Set(group.map((input) => XOR.y[INPUTS.indexOf(input)])).size > 1);
  return [...mixed].sort((a, b) => b.length - a.length)[0] ?? [];
}

function areProportional(a: readonly number[], b: readonly number[]): boolean {
  const product = a.reduce((sum, each, n) => sum + each * b[n]!, 0);
  const sizes = Math.hypot(...a) * Math.hypot(...b);
  return sizes > 0 && Math.abs(product) > 0.9999 * sizes;
}

/** The answer at every point of a grid over the square [low, high]², row by row from below. */
export function field(run: Run, flat: Float64Array, low: number, high: number, n: number): number[] {
  const x = new Float64Array(2 * n * n);
  for (let row = 0; row < n; row += 1) {
    for (let column = 0; column < n; column += 1) {
      const at = 2 * (row * n + column);
      x[at] = low + ((high - low) * column) / (n - 1);
      x[at + 1] = low + ((high - low) * row) / (n - 1);
    }
  }
  return [...new Net(run.widths, run.activation, flat, n * n).forward(x, n * n)].map((output) => answer(run, output));
}

/** The two units that move the output most over the four inputs, in the order of their numbers. */
export function strongest(run: Run, flat: Float64Array, hidden: readonly (readonly number[])[]): [number, number] {
  const width = run.widths[1]!;
  const moves = Array.from({ length: width }, (_, unit) => {
    const column = hidden.map((row) => row[unit]!);
    return Math.abs(flat[3 * width + unit]!) * (Math.max(...column) - Math.min(...column));
  });
  const order = moves.map((_, unit) => unit).sort((a, b) => moves[b]! - moves[a]!);
  return [...order.slice(0, 2)].sort((a, b) => a - b) as [number, number];
}

/** The part of the line a x + b y + c = 0 in a square; empty if it misses it. */
export function chord(a: number, b: number, c: number, low: number, high: number): [number, number][] {
  const found: [number, number][] = [];
  for (const edge of [low, high]) {
    const [y, x] = [-(a * edge + c) / b, -(b * edge + c) / a];
    if (y >= low && y <= high) found.push([edge, y]);
    if (x > low && x < high) found.push([x, edge]);
  }
  return found.slice(0, 2);
}

/** The next seed of the book, from the one after `seed` on and around, that ended well or badly. */
export function nextSeed(ends: string, seed: number, solved: boolean): number | null {
  for (let k = 1; k <= ends.length; k += 1) {
    const at = (Math.min(seed, ends.length - 1) + k) % ends.length;
    if ((ends[at] === "0") === solved) return at;
  }
  return null;
}
