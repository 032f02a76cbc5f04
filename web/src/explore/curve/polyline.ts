/** Polylines on [-1, 1] from their corners: how far they stray, and the units that draw them. */
import { spaced } from "../../engine/data.ts";
import type { Point } from "../../kit/plot.ts";
import type { Curve } from "./curves.ts";

export const MOST = 64; // pieces
export const NEAREST = 0.004; // how near two corners may come
const PARTS = 32; // of every piece, as in the figure's script; even, so that the middle is looked at

export const equalKnots = (pieces: number): number[] => [...spaced(-1, 1, pieces + 1)];

export const areEqual = (knots: readonly number[]): boolean =>
  equalKnots(knots.length - 1).every((knot, i) => knot === knots[i]);

/** What links and commands hold of a corner that was placed by hand. */
export const rounded = (x: number): number => Math.round(1e4 * x) / 1e4 + 0; // + 0: no -0

/** The corners with that one moved, as far as its neighbours let it. */
export function moved(knots: readonly number[], i: number, x: number): number[] {
  if (i < 1 || i > knots.length - 2) return [...knots];
  const next = knots.map(rounded);
  next[i] = rounded(Math.min(next[i + 1]! - NEAREST, Math.max(next[i - 1]! + NEAREST, x)));
  return next;
}

/** The corners with one more, and its number; null where there is no room. */
export function added(knots: readonly number[], x: number): [number[], number] | null {
  const place = rounded(x);
  const isFree = knots.every((knot) => Math.abs(knot - place) > NEAREST * (1 - 1e-9));
  if (!isFree || Math.abs(place) >= 1 || knots.length > MOST) return null;
  const next = [...knots.map(rounded), place].sort((a, b) => a - b);
  return [next, next.indexOf(place)];
}

export const removed = (knots: readonly number[], i: number): number[] =>
  knots.filter((_, j) => j !== i || j === 0 || j === knots.length - 1).map(rounded);

/** The corners in any order and number that somebody wrote, or null if they make no polyline. */
export function parsedKnots(text: string): number[] | null {
  const inner = text ? text.split("_").map(Number) : [];
  if (inner.length >= MOST || !inner.every((x) => Math.abs(x) < 1)) return null;
  const knots = [-1, ...inner.map(rounded).sort((a, b) => a - b), 1];
  return knots.every((x, i) => i === 0 || x - knots[i - 1]! > NEAREST / 2) ? knots : null;
}

export interface Miss {
  readonly error: number;
  /** Where, the piece, and the heights of curve and polyline there. */
  readonly x: number;
  readonly piece: number;
  readonly curve: number;
  readonly line: number;
}

/** The largest error at 33 points of every piece, the script's own, and on both sides of a kink. */
export function worst(f: Curve, knots: readonly number[], values: readonly number[]): Miss {
  let most: Miss = { error: -1, x: 0, piece: 0, curve: 0, line: 0 };
  const look = (piece: number, x: number, share: number, curve: number) => {
    const line = values[piece]! + share * (values[piece + 1]! - values[piece]!);
    const error = Math.abs(line - curve);
    if (error > most.error) most = { error, x, piece, curve, line };
  };
  for (let piece = 0; piece < knots.length - 1; piece += 1) {
    const [start, width] = [knots[piece]!, knots[piece + 1]! - knots[piece]!];
    for (let part = 0; part <= PARTS; part += 1) {
      const x = start + (part / PARTS) * width;
      look(piece, x, part / PARTS, f.at(x));
    }
    if (!f.kink || f.kink.x < start || f.kink.x > start + width) continue;
    for (const value of f.kink.values) look(piece, f.kink.x, (f.kink.x - start) / width, value);
  }
  return most;
}

export const values = (f: Curve, knots: readonly number[]): number[] => knots.map((x) => f.at(x));

const width = (knots: readonly number[], i: number): number => knots[i + 1]! - knots[i]!;
const pieces = (knots: readonly number[]): number[] => knots.slice(1).map((_, i) => i);

export const widest = (knots: readonly number[]): number =>
  Math.max(...pieces(knots).map((i) => width(knots, i)));

/** h² max|f″| / 8 for the widest piece; null where f″ does not exist. */
export function bound(f: Curve, knots: readonly number[]): number | null {
  return f.bend && (widest(knots) ** 2 * f.bend(-1, 1)) / 8;
}

/** The same piece by piece, each with its own width and its own f″; the largest. */
export function closerBound(f: Curve, knots: readonly number[]): number | null {
  const { bend } = f;
  if (!bend) return null;
  return Math.max(...pieces(knots).map((i) => (width(knots, i) ** 2 * bend(knots[i]!, knots[i + 1]!)) / 8));
}

/** One hidden unit: v · f(w x + b). */
export interface HiddenUnit {
  readonly w: number;
  readonly b: number;
  readonly v: number;
}

export type UnitKind = "ramps" | "relus";

/** One ramp for each piece: flat outside it, as high as it rises. */
export const ramps = (knots: readonly number[], heights: readonly number[]): HiddenUnit[] =>
  pieces(knots).map((i) => ({
    w: 1 / width(knots, i),
    b: -knots[i]! / width(knots, i) + 0,
    v: heights[i + 1]! - heights[i]!,
  }));

/** One ReLU for each bend: the first slope, then the changes of slope. */
export function relus(knots: readonly number[], heights: readonly number[]): HiddenUnit[] {
  const slopes = pieces(knots).map((i) => (heights[i + 1]! - heights[i]!) / width(knots, i));
  return slopes.map((slope, i) => ({ w: 1, b: -knots[i]! + 0, v: i ? slope - slopes[i - 1]! : slope }));
}

export const units = (view: UnitKind, knots: readonly number[], heights: readonly number[]): HiddenUnit[] =>
  (view === "ramps" ? ramps : relus)(knots, heights);

const ACTIVATIONS: Readonly<Record<UnitKind, (z: number) => number>> = {
  ramps: (z) => Math.min(Math.max(z, 0), 1),
  relus: (z) => Math.max(z, 0),
};

/** What one unit adds to the output at x. */
export const term = (view: UnitKind, { w, b, v }: HiddenUnit, x: number): number => v * ACTIVATIONS[view](w * x + b);

/** The corners of what unit i of these corners adds on [-1, 1]. */
export function shape(view: UnitKind, all: readonly HiddenUnit[], knots: readonly number[], i: number): Point[] {
  const end = view === "ramps" ? [knots[i + 1]!] : [];
  const places = [...new Set([-1, knots[i]!, ...end, 1])];
  // At its own end a ramp is full, whatever rounding makes of w x + b.
  return places.map((x) => [x, view === "ramps" && x === end[0] ? all[i]!.v : term(view, all[i]!, x)]);
}

/** The constant and the first units up to i, from where they leave the polyline to the right end. */
export function brokenOff(
  view: UnitKind, all: readonly HiddenUnit[], knots: readonly number[], heights: readonly number[], i: number,
): Point[] {
  const [x, y] = [knots[i + 1]!, heights[i + 1]!];
  const slope = view === "ramps" ? 0 : all.slice(0, i + 1).reduce((sum, { v }) => sum + v, 0);
  return [[x, y], [1, y + slope * (1 - x)]];
}
