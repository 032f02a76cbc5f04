/** The answer over a plane, as shapes in data: where it passes a value, and the lines of units. */
import { contours } from "d3-contour";
import type { Point } from "../../kit/plot.ts";

export type Box = readonly [x0: number, x1: number, y0: number, y1: number];

const CELLS = 64;

export interface Levels {
  /** The least and the largest value on the grid. */
  readonly range: readonly [number, number];
  /** Rings around where the field is at least `value`; holes follow their ring. */
  rings(value: number): Point[][];
  /** Only the lines at which it passes `value`, not the edge of the box. */
  lines(value: number): Point[][];
}

/** Sample a field on a grid over the box. */
export function levels(field: (x: number, y: number) => number, [x0, x1, y0, y1]: Box): Levels {
  const at = (low: number, high: number, k: number) => low + ((high - low) * k) / (CELLS - 1);
  const values = Array.from({ length: CELLS * CELLS }, (_, k) =>
    field(at(x0, x1, k % CELLS), at(y0, y1, Math.floor(k / CELLS))));
  const made = contours().size([CELLS, CELLS]);
  // d3 puts the sample k at k + 1/2, and closes its rings along the edge of the grid.
  const inside = (place: number) => Math.min(CELLS - 1, Math.max(0, place - 0.5));
  const rings = (value: number): Point[][] =>
    made.contour(values, value).coordinates.flat().map((ring) =>
      ring.map(([x, y]): Point => [at(x0, x1, inside(x!)), at(y0, y1, inside(y!))]));
  const isEdge = ([a, b]: Point, [c, d]: Point) =>
    (a === c && (a === x0 || a === x1)) || (b === d && (b === y0 || b === y1));
  const range = [Math.min(...values), Math.max(...values)] as const;
  return { range, rings, lines: (value) => rings(value).flatMap((ring) => apart(ring, isEdge)) };
}

/** The pieces of a ring that are left when some of its sides are taken out. */
function apart(ring: readonly Point[], out: (a: Point, b: Point) => boolean): Point[][] {
  const pieces: Point[][] = [[ring[0]!]];
  ring.slice(1).forEach((point, k) => {
    if (out(ring[k]!, point)) pieces.push([point]);
    else pieces.at(-1)!.push(point);
  });
  return pieces.filter((piece) => piece.length > 1);
}

/** Where w·x + b = 0 crosses the box: two points, or null. */
export function chord(w: readonly [number, number], b: number, [x0, x1, y0, y1]: Box): [Point, Point] | null {
  const ends: Point[] = [];
  for (const y of [y0, y1]) {
    const x = -(b + w[1] * y) / w[0];
    if (x >= x0 && x <= x1) ends.push([x, y]);
  }
  for (const x of [x0, x1]) {
    const y = -(b + w[0] * x) / w[1];
    if (y > y0 && y < y1) ends.push([x, y]);
  }
  return ends.length < 2 ? null : [ends[0]!, ends.at(-1)!];
}
