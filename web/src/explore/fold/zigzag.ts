/**
 * Folding [0, 1] layer by layer. A fold is a V of two ReLUs and a constant,
 *
 *     v(a) = d + (1 - d) / c · relu(c - a) + (1 - d) / (1 - c) · relu(a - c):
 *
 * it falls from 1 at 0 to d at c, and climbs back to 1 at 1. The book's own has c = 1/2, d = 0.
 */

export interface Fold {
  /** Where it bends, inside (0, 1). */
  readonly c: number;
  /** How low it gets, in [0, 1). */
  readonly d: number;
}

export type Point = readonly [x: number, a: number];

export const HALF: Fold = { c: 0.5, d: 0 };

export function folded({ c, d }: Fold, a: number): number {
  return d + (1 - d) * (a < c ? (c - a) / c : (a - c) / (1 - c));
}

/** The slopes of the two ReLUs of a fold. */
export const slopes = ({ c, d }: Fold): [number, number] => [(1 - d) / c, (1 - d) / (1 - c)];

/**
 * The corners of the output over x. Nothing is sampled: between two corners the layer before is
 * straight, so it passes the bend of the next fold once at most.
 */
export function zigzag(folds: readonly Fold[]): Point[] {
  let points: Point[] = [[0, 0], [1, 1]];
  for (const fold of folds) {
    const next: Point[] = [];
    points.forEach(([x, a], i) => {
      const before = points[i - 1];
      if (before && (before[1] - fold.c) * (a - fold.c) < 0) {
        const share = (fold.c - before[1]) / (a - before[1]);
        next.push([before[0] + share * (x - before[0]), fold.d]);
      }
      next.push([x, folded(fold, a)]);
    });
    points = next;
  }
  return points;
}

/** How many straight pieces there are; every corner is a turn, so none lies on a straight line. */
export const pieces = (points: readonly Point[]): number => points.length - 1;

/** The steepest slope, up or down. */
export function steepest(points: readonly Point[]): number {
  return Math.max(...points.slice(1).map(([x, a], i) => Math.abs((a - points[i]![1]) / (x - points[i]![0]))));
}

/**
 * What one hidden layer of `units` ReLUs draws if it follows the same corners from the left: one
 * unit gives the first slope, each other one bend, and behind the last the line runs straight on.
 */
export function shallow(points: readonly Point[], units: number): Point[] {
  const kept = points.slice(0, units + 1);
  if (kept.length === points.length) return kept;
  const [[x0, a0], [x1, a1]] = kept.slice(-2) as [Point, Point];
  return [...kept.slice(0, -1), [1, a0 + ((a1 - a0) / (x1 - x0)) * (1 - x0)]];
}

/** Parameters of k layers of two units, 1 → 2 → … → 2 → 1. */
export const deepParameters = (k: number): number => 4 + 6 * (k - 1) + 3;

/** Parameters of one hidden layer, 1 → units → 1. */
export const shallowParameters = (units: number): number => 3 * units + 1;
