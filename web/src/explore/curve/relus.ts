/** The polyline as a network that training may change, as the figure's script builds it, and back again. */
import { spaced, type Samples } from "../../engine/data.ts";
import type { Run } from "../../engine/train.ts";
import { REPLAYED, type Curve, type CurveName } from "./curves.ts";
import { relus } from "./polyline.ts";

/** The defaults of the script's Replay, but for the steps, which the reader chooses. */
export const [RATE, POINTS] = [3e-3, 100];

const ROUNDING = 1e-12; // a change of slope that is none

/** The run of these corners: `replay(choice)` of the script, for any curve. */
export function run(name: CurveName, knots: readonly number[], heights: readonly number[], steps: number): Run {
  const units = relus(knots, heights);
  return {
    widths: [1, units.length, 1], activation: "relu", init: [], data: REPLAYED[name] ?? name,
    points: POINTS, loss: "mean_squared_error", optimiser: "adam", rate: RATE, steps,
    batch: null, l2: 0, start: [...units.map(({ w }) => w), ...units.map(({ b }) => b),
      ...units.map(({ v }) => v), heights[0]!],
  };
}

/** The curve at the points that training sees. */
export function curveSamples(f: Curve): Samples {
  const x = spaced(-1, 1, POINTS);
  return { x, y: x.map((each) => f.at(each)), n: POINTS, labels: false };
}

/** The output of a 1-p-1 network of ReLUs; `flat` holds W, b, V and c. */
export function output(flat: ArrayLike<number>, x: number): number {
  const p = (flat.length - 1) / 3;
  let sum = flat[3 * p]!;
  for (let i = 0; i < p; i += 1) sum += flat[2 * p + i]! * Math.max(0, flat[i]! * x + flat[p + i]!);
  return sum;
}

/** Where the network bends inside (-1, 1): a unit does at -b / w, if it adds anything. Ascending. */
export function bends(flat: ArrayLike<number>): number[] {
  const p = (flat.length - 1) / 3;
  const found = new Set<number>();
  for (let i = 0; i < p; i += 1) {
    const x = -flat[p + i]! / flat[i]!;
    const change = Math.abs(flat[i]! * flat[2 * p + i]!);
    if (change > ROUNDING && Math.abs(x) < 1) found.add(x);
  }
  return [...found].sort((a, b) => a - b);
}

/** The polyline that the network draws on [-1, 1]. */
export function outline(flat: ArrayLike<number>): { knots: number[]; values: number[] } {
  const knots = [-1, ...bends(flat), 1];
  return { knots, values: knots.map((x) => output(flat, x)) };
}
