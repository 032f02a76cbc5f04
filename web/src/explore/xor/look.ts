/** What a trained 2-n-1 net does with the four inputs of XOR. */
import { unit } from "../../engine/net.ts";
import { gradient, type Run } from "../../engine/train.ts";

export type Four = readonly [number, number, number, number];
export const INPUT_NAMES = ["00", "01", "10", "11"] as const;
export const LABELS: Four = [0, 1, 1, 0];
const INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]] as const;

export interface Unit {
  /** From 1, as the page names it. */
  readonly number: number;
  /** w₁, w₂ and the bias: where w·x + b is 0 lies the unit's line in the plane of the inputs. */
  readonly w: readonly [number, number];
  readonly b: number;
  /** Its weight in the sum of the last unit. */
  readonly v: number;
  readonly values: Four;
}

export interface Look {
  readonly units: readonly Unit[];
  /** Bias of the last unit. */
  readonly c: number;
  readonly sums: Four;
  readonly answers: Four;
}

/** Under cross-entropy the sum is a logit and the answer a probability; else the sum is the answer. */
export const isLogit = (run: Run): boolean => run.loss === "binary_cross_entropy";
export const answer = (run: Run, sum: number): number => (isLogit(run) ? unit("sigmoid")(sum) : sum);
/** The sum at which the answer is one half. */
export const threshold = (run: Run): number => (isLogit(run) ? 0 : 0.5);

const four = (each: (input: number) => number): Four => [each(0), each(1), each(2), each(3)];

export function look(run: Run, flat: Float64Array): Look {
  const n = run.widths[1]!;
  const f = unit(run.activation);
  const c = flat[4 * n]!;
  const units = Array.from({ length: n }, (_, j): Unit => {
    const [w1, w2, b, v] = [flat[j]!, flat[n + j]!, flat[2 * n + j]!, flat[3 * n + j]!];
    const values = four((i) => f(b + (INPUTS[i]![0] * w1 + INPUTS[i]![1] * w2)));
    return { number: j + 1, w: [w1, w2], b, v, values };
  });
  const sums = four((i) => units.reduce((sum, unit) => sum + unit.v * unit.values[i]!, c));
  return { units, c, sums, answers: four((i) => answer(run, sums[i]!)) };
}

/** The answer at any place of the plane, for a picture. */
export function field(run: Run, { units, c }: Look): (x1: number, x2: number) => number {
  const f = unit(run.activation);
  return (x1, x2) => {
    let sum = c;
    for (const { w, b, v } of units) sum += v * f(w[0] * x1 + w[1] * x2 + b);
    return answer(run, sum);
  };
}

/** The length of the gradient of the mean loss: how steep it is where the run stands. */
export const steepness = (run: Run, flat: Float64Array): number => Math.hypot(...gradient(run, flat));
