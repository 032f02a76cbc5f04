/** The data of replayable runs, derived as dlbook/training/replay.py derives them: inputs and targets. */
import { arithmetic, type Arithmetic } from "./arithmetic.ts";
import { CURVE_FORMULAS } from "./names.ts";

export interface Samples {
  /** (n, in) and (n, out), row by row. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly n: number;
  /** Whether the targets are classes, which some losses see as -1 and 1. */
  readonly labels: boolean;
}

/** The targets of Source E §1 on [-1, 1], by the names of dlbook/training/data.py. */
export const CURVES: Readonly<Record<string, (x: number) => number>> = Object.fromEntries(
  CURVE_FORMULAS.map((name, kind) => [name, (x: number) => arithmetic().call.curve(kind, x)]),
);

/** `n` equally spaced numbers from `low` to `high`. */
export function spaced(low: number, high: number, n: number, module: Arithmetic = arithmetic()): Float64Array {
  return module.passing((call) => {
    const at = call.take(8 * n);
    call.spaced(at, low, high, n);
    return module.doubles(at, n).slice();
  });
}

/** The samples of a data set: "xor", or `points` of a curve. */
export function samples(data: string, points: number): Samples {
  if (data === "xor") {
    const x = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1);
    return { x, y: Float64Array.of(0, 1, 1, 0), n: 4, labels: true };
  }
  const curve = CURVES[data];
  if (!curve) throw new Error(`no data '${data}'; there are xor, ${Object.keys(CURVES).join(", ")}`);
  const x = spaced(-1, 1, points);
  return { x, y: x.map((each) => curve(each)), n: points, labels: false };
}

/** Labels as targets: one column per class (one column in all for one output), `low` or 1. */
export function classes(labels: Float64Array, outputs: number, low: number): Float64Array {
  return Float64Array.from({ length: labels.length * outputs }, (_, i) =>
    labels[Math.floor(i / outputs)] === (outputs > 1 ? i % outputs : 1) ? 1 : low);
}
