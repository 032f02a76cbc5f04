/**
 * Folding [0, 1] layer by layer. A fold is a V of two ReLUs and a constant,
 *
 *     v(a) = d + (1 - d) / c · relu(c - a) + (1 - d) / (1 - c) · relu(a - c):
 *
 * it falls from 1 at 0 to d at c, and climbs back to 1 at 1. The book's own has c = 1/2, d = 0.
 */
import type { Point } from "../../kit/plot.ts";

export interface Fold {
  /** Where it bends, inside (0, 1), in thousandths. */
  readonly c: number;
  /** How low it gets, in [0, 1), in thousandths. */
  readonly d: number;
}

export const HALF: Fold = { c: 0.5, d: 0 };

export function folded({ c, d }: Fold, a: number): number {
  return d + (1 - d) * (a < c ? (c - a) / c : (a - c) / (1 - c));
}

/** The slopes of the two ReLUs of a fold. */
export const slopes = ({ c, d }: Fold): [number, number] => [(1 - d) / c, (1 - d) / (1 - c)];

/** The output over x: its corners, and the slope of each piece between two of them. */
export interface Zigzag {
  readonly points: readonly Point[];
  readonly slopes: readonly number[];
}

/** A fraction of whole numbers of any size, its denominator positive. */
type Fraction = readonly [bigint, bigint];

interface Corner {
  x: number;
  a: Fraction;
  /** The slope of the piece that ends here. */
  slope: number;
}

const UNIT = 1000n; // folds stand on thousandths, so that every value is a fraction
const thousandths = (value: number): bigint => BigInt(Math.round(Number(UNIT) * value));
const decimal = ([p, q]: Fraction): number => Number(p) / Number(q);

/** On which side of the bend a value lies: −1, 0 or 1. */
function side([p, q]: Fraction, { c }: Fold): number {
  const apart = UNIT * p - thousandths(c) * q;
  return apart < 0n ? -1 : apart > 0n ? 1 : 0;
}

/** The fold of a fraction, as a fraction. */
function image(fold: Fold, [p, q]: Fraction): Fraction {
  const [c, d] = [thousandths(fold.c), thousandths(fold.d)];
  const [apart, width] = UNIT * p < c * q ? [c * q - UNIT * p, c] : [UNIT * p - c * q, UNIT - c];
  return [d * width * q + (UNIT - d) * apart, UNIT * width * q];
}

/**
 * The output of some folds on thousandths. Nothing is sampled: between two corners the layer before is
 * straight, so it passes the bend of the next fold once at most. Whether it passes or only touches is
 * settled in fractions, because one rounded digit there would be a piece too many.
 */
export function zigzag(folds: readonly Fold[]): Zigzag {
  let corners: Corner[] = [{ x: 0, a: [0n, 1n], slope: 0 }, { x: 1, a: [1n, 1n], slope: 1 }];
  for (const fold of folds) {
    const [left, right] = slopes(fold);
    const next: Corner[] = [];
    corners.forEach((end, i) => {
      const start = corners[i - 1];
      const [from, to] = [start ? side(start.a, fold) : 0, side(end.a, fold)];
      if (start && from * to < 0) {
        const [a0, a1] = [decimal(start.a), decimal(end.a)];
        const x = start.x + ((fold.c - a0) / (a1 - a0)) * (end.x - start.x);
        next.push({ x, a: [thousandths(fold.d), UNIT], slope: end.slope * (from < 0 ? -left : right) });
      }
      const isLeft = (to || from) < 0; // a piece that ends on the bend lies where it comes from
      next.push({ x: end.x, a: image(fold, end.a), slope: end.slope * (isLeft ? -left : right) });
    });
    corners = next;
  }
  return {
    points: corners.map(({ x, a }) => [x, decimal(a)]),
    slopes: corners.slice(1).map(({ slope }) => slope),
  };
}

/** How many straight pieces there are; every corner is a turn, so none lies on a straight line. */
export const pieces = (line: Zigzag): number => line.slopes.length;

/** The steepest slope, up or down. */
export const steepest = (line: Zigzag): number => Math.max(...line.slopes.map(Math.abs));

/** How many pieces there are after each layer, beginning with the one before the first. */
export const growth = (folds: readonly Fold[]): number[] =>
  [0, ...folds.map((_, i) => i + 1)].map((k) => pieces(zigzag(folds.slice(0, k))));

/**
 * What one hidden layer of `units` ReLUs draws if it follows the same corners from the left: one
 * unit gives the first slope, each other one bend, and behind the last the line runs straight on.
 */
export function shallow({ points, slopes }: Zigzag, units: number): Zigzag {
  if (units >= slopes.length) return { points, slopes };
  const [x, a] = points[units - 1]!;
  const last = slopes[units - 1]!;
  return { points: [...points.slice(0, units), [1, a + last * (1 - x)]], slopes: slopes.slice(0, units) };
}

/** Parameters of k layers of two units, 1 → 2 → … → 2 → 1. */
export const deepParameters = (k: number): number => 4 + 6 * (k - 1) + 3;

/** Parameters of one hidden layer, 1 → units → 1. */
export const shallowParameters = (units: number): number => 3 * units + 1;
