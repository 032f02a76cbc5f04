/** All that the pictures show, computed from the state; no drawing. */
import type { OwnData } from "../../kit/own_data.ts";
import type { Point } from "../../kit/plot.ts";
import type { Explorable } from "../../records/error_falls_with_the_square_of_the_pieces.ts";
import { curveOf, type Curve } from "./curves.ts";
import { bends, outline } from "./relus.ts";
import { equalKnots, shape, units, values, worst, type HiddenUnit, type Miss } from "./polyline.ts";
import type { CurveState } from "./state.ts";

/** Of each curve what its figure recorded. */
type Curves = Explorable["curves"];

/** All that follows from the state. */
export interface Seen {
  readonly f: Curve;
  readonly heights: readonly number[];
  readonly all: readonly HiddenUnit[];
  readonly miss: Miss;
  /** The lowest and highest of the picture. */
  readonly range: readonly [number, number];
  /** Errors of equal pieces: the record's, or computed here for a curve that no record knows. */
  readonly rates: readonly Point[];
}

/** What training has made of the polyline so far. */
export interface Result {
  readonly flat: ArrayLike<number>;
  readonly knots: readonly number[];
  readonly heights: readonly number[];
  readonly miss: Miss;
  readonly step: number;
  readonly loss: number;
}

export interface Scene {
  readonly state: CurveState;
  readonly now: Seen;
  /** Whether the reader is shaping the curve rather than placing corners. */
  readonly shaping: boolean;
  readonly before: Result | null;
  readonly trained: Result | null;
  /** Losses at the steps noted. */
  readonly losses: readonly Point[];
  readonly records: Curves;
  /** What the reader has brought, whether or not it is what is shown. */
  readonly own: OwnData | null;
}

export const FINE: readonly number[] = Array.from({ length: 401 }, (_, i) => (2 * i - 400) / 400);
const COUNTS = [2, 4, 8, 16, 32, 64, 128, 256]; // pieces that are tried on a drawn curve
const SHEET = [-1.7, 1.7] as const; // a drawn curve moves under the hand, so its picture must not
const MARGIN = 0.16;
const NOTED = 120; // steps at which the loss is noted

export function seen(state: CurveState, records: Curves, own: Curve | null = null): Seen {
  const f = curveOf(state.curve, state.heights, own);
  const heights = values(f, state.knots);
  const all = units(state.view, state.knots, heights);
  const miss = worst(f, state.knots, heights);
  const range = state.curve === "drawn" ? SHEET : spread(FINE.map((x) => f.at(x)));
  return { f, heights, all, miss, range, rates: rates(f, records, state) };
}

function spread(ys: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  return [low - MARGIN * (high - low), high + MARGIN * (high - low)];
}

function rates(f: Curve, records: Curves, { curve: name }: CurveState): Point[] {
  const record = records[name];
  if (record) return record.pieces.map((n, i) => [n, record.errors[i]!]);
  return COUNTS.map((n) => [n, worst(f, equalKnots(n), values(f, equalKnots(n))).error]);
}

export function result(f: Curve, flat: ArrayLike<number>, step: number, loss: number): Result {
  const { knots, values: heights } = outline(flat);
  return { flat, knots, heights, miss: worst(f, knots, heights), step, loss };
}

/** Before training and now. */
export interface Compared {
  readonly step: number;
  readonly squares: readonly [before: number, after: number];
  readonly errors: readonly [before: number, after: number];
  readonly corners: readonly [before: number, after: number];
}

export const compared = (before: Result, after: Result): Compared => ({
  step: after.step,
  squares: [before.loss, after.loss],
  errors: [before.miss.error, after.miss.error],
  corners: [bends(before.flat).length, bends(after.flat).length],
});

/** The steps at which the loss is noted: even ones, and the first few. */
export function noted(steps: number): number[] {
  const evenly = Array.from({ length: NOTED + 1 }, (_, i) => Math.round((i * steps) / NOTED));
  return [...new Set([0, 1, 2, 3, 5, 8, ...evenly])].sort((a, b) => a - b);
}

/** One row of the stack: a base line, where its number stands, and what is added over it. */
export interface Row {
  readonly base: number;
  readonly middle: number;
  readonly line: readonly Point[];
}

export const AIR = 0.2; // between rows, of the highest of them

/** The constant and every unit, each over its own base line, in the order of adding. */
export function rows({ state, now, trained }: Scene): Row[] {
  return stacked(trained ? trainedTerms(trained.flat) : [
    level(now.heights[0]!), ...now.all.map((_, i) => shape(state.view, now.all, state.knots, i)),
  ]);
}

const level = (y: number): Point[] => [[-1, y], [1, y]];

/** A unit of the trained network, in the order of its weights. */
export function trainedUnit(flat: ArrayLike<number>, i: number): HiddenUnit {
  const p = (flat.length - 1) / 3;
  return { w: flat[i]!, b: flat[p + i]!, v: flat[2 * p + i]! };
}

function trainedTerms(flat: ArrayLike<number>): Point[][] {
  const terms = Array.from({ length: (flat.length - 1) / 3 }, (_, i): Point[] => {
    const { w, b, v } = trainedUnit(flat, i);
    const bend = Math.abs(b) < Math.abs(w) ? [-b / w] : [];
    return [-1, ...bend, 1].map((x) => [x, bend[0] === x ? 0 : v * Math.max(0, w * x + b)]);
  });
  return [level(flat[flat.length - 1]!), ...terms];
}

function stacked(lines: readonly (readonly Point[])[]): Row[] {
  const heights = lines.map((line) => line.map(([, y]) => y));
  const reach = heights.map((ys) => [Math.min(0, ...ys), Math.max(0, ...ys)] as const);
  const air = AIR * Math.max(1e-9, ...reach.slice(1).map(([low, high]) => high - low));
  let base = 0;
  return lines.map((line, i) => {
    const [low, high] = reach[i]!;
    base -= high + air;
    const over = line.map(([x, y]): Point => [x, base + y]);
    const row = { base, middle: base + line.at(-1)![1] / 2, line: over };
    base += low;
    return row;
  });
}
