/** The data of replayable runs, derived as dlbook/training/replay.py derives them: inputs and targets. */

export interface Samples {
  /** (n, in) and (n, out), row by row. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly n: number;
  /** Whether the targets are classes, which some losses see as -1 and 1. */
  readonly labels: boolean;
}

/** The targets of seed 004 §1 on [-1, 1], by the names of dlbook/training/data.py. */
export const CURVES: Readonly<Record<string, (x: number) => number>> = {
  "sin 12x": (x) => Math.sin(12 * x),
  "-2x^4 + x^3 + x^2 - 2x": (x) => -2 * x ** 4 + x ** 3 + x ** 2 - 2 * x,
  "|x|": Math.abs,
};

/**
 * `n` equally spaced numbers from `low` to `high`, rounded as torch.linspace rounds them where it
 * has no vector code; with it some of torch's differ in the last bit, a 0 in the middle among them.
 */
export function spaced(low: number, high: number, n: number): Float64Array {
  const step = (high - low) / (n - 1);
  return Float64Array.from({ length: n }, (_, i) =>
    i < Math.floor(n / 2) ? low + step * i : high - step * (n - 1 - i),
  );
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
