/** The data of replayable runs, derived as dlbook/training/replay.py derives them: inputs and targets. */
import { arithmetic, type Arithmetic } from "./arithmetic.ts";
import { ACTIVATIONS, CURVE_FORMULAS, numberOf } from "./names.ts";
import { Stream } from "./streams.ts";

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

type Turn = (call: Arithmetic["call"], at: number, n: number) => void;
const COSINE: Turn = (call, at, n) => call.apply(3, at, n); // the last in the list of web/arithmetic/index.ts
const SINE: Turn = (call, at, n) => call.units(numberOf(ACTIVATIONS, "sin", "activation"), at, n);

/** `n` samples of two moons, as `moons` of dlbook/training/data.py draws them for a seed. */
export function moons(n: number, noise: number, seed: number, module: Arithmetic = arithmetic()): Samples {
  const angles = new Stream(seed, ["moons"], module), t = angles.uniform(n).map((each) => Math.PI * each);
  const [cos, sin] = [COSINE, SINE].map((turn) => module.passing((call) => {
    const at = module.given(t);
    turn(call, at, n);
    return module.doubles(at, n).slice();
  })) as [Float64Array, Float64Array];
  const far = angles.normal(2 * n), first = n - Math.floor(n / 2);
  const x = Float64Array.from({ length: 2 * n }, (_, place) => {
    const i = place >> 1, isSecond = i >= first;
    const value = place % 2 ? sin[i]! : cos[i]!;
    return (isSecond ? (place % 2 ? 0.5 : 1) - value : value) + noise * far[place]!;
  });
  return { x, y: Float64Array.from({ length: n }, (_, i) => Number(i >= first)), n, labels: true };
}

/** Labels as targets: one column per class (one column in all for one output), `low` or 1. */
export function classes(labels: Float64Array, outputs: number, low: number): Float64Array {
  return Float64Array.from({ length: labels.length * outputs }, (_, i) =>
    labels[Math.floor(i / outputs)] === (outputs > 1 ? i % outputs : 1) ? 1 : low);
}
