/** What the pictures and sentences of "wide" compute of a run, among the book's seeds. */
import type { Point } from "../../kit/plot.ts";

/** Significant digits to which figures give the final errors of their seeds. */
export const DIGITS = 4;

const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

export interface Rank {
  /** How many errors are larger, smaller, and the same to the digits of the record. */
  readonly larger: number;
  readonly smaller: number;
  readonly same: number;
}

/** Where an error stands among recorded ones; ties are common, since runs end on the same plateau. */
export function rank(error: number, errors: readonly number[]): Rank {
  const own = rounded(error, DIGITS);
  const larger = errors.filter((each) => each > own).length;
  const smaller = errors.filter((each) => each < own).length;
  return { larger, smaller, same: errors.length - larger - smaller };
}

/** Whether an error is the recorded one, in every digit of the record. */
export const isRecorded = (error: number, recorded: number): boolean => rounded(error, DIGITS) === recorded;

/** Activations that never turn: one such unit is monotone, and so is a net of one unit. */
const MONOTONE: readonly string[] = ["sigmoid", "tanh", "relu", "softplus", "hard_tanh"];

export const isMonotone = (width: number, activation: string): boolean =>
  width === 1 && MONOTONE.includes(activation);

/** Where the units of a first layer (1, width) have their middle, -b/w, inside [-1, 1]. */
export function middles(flat: Float64Array, width: number): number[] {
  const all = Array.from({ length: width }, (_, i) => -flat[width + i]! / flat[i]!);
  return all.filter((x) => x >= -1 && x <= 1);
}

/** The pieces of a line whose heights stay between two others. */
export function inside(points: readonly Point[], low: number, high: number): Point[][] {
  const pieces: Point[][] = [[]];
  for (const point of points) {
    if (point[1] >= low && point[1] <= high) pieces.at(-1)!.push(point);
    else if (pieces.at(-1)!.length) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** For each place the lowest floor on which no other is nearer than `apart`: marks do not hide marks. */
export function floors(places: readonly number[], apart: number): number[] {
  const ends: number[] = []; // the last place on each floor
  const found = new Array<number>(places.length);
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  for (const i of order) {
    const free = ends.findIndex((end) => places[i]! - end >= apart);
    const floor = free < 0 ? ends.length : free;
    ends[floor] = places[i]!;
    found[i] = floor;
  }
  return found;
}

/** Ticks of a log axis: powers of ten if there are two or more, else 1, 2 and 5 times powers. */
export function logTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => first + i);
  const held = (all: number[]) => all.filter((value) => value >= low && value <= high);
  const tens = held(powers.map((power) => Number(`1e${power}`)));
  if (tens.length > 1) return tens;
  return held(powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))));
}
