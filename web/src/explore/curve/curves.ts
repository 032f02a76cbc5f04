/** The curves of the figure on errors and pieces, on [-1, 1], and those that a reader draws. */
import { CURVES } from "../../engine/data.ts";

export const CURVE_NAMES = ["sine", "quartic", "absolute", "root", "jump", "drawn"] as const;
/** "own" is the curve through data that a reader has brought. */
export type CurveName = (typeof CURVE_NAMES)[number] | "own";

/** The names by which the figure's script trains them (`Replay.curve`), as keys of dlbook/training/data.py. */
export const REPLAYED: Readonly<Partial<Record<CurveName, string>>> = {
  sine: "sin 12x",
  quartic: "-2x^4 + x^3 + x^2 - 2x",
};

export interface Curve {
  at(x: number): number;
  /** max |f″| on [a, b]; null where f″ does not exist everywhere. */
  readonly bend: ((a: number, b: number) => number) | null;
  /** A place that samples could miss, and what f is there, from either side. */
  readonly kink: { readonly x: number; readonly values: readonly number[] } | null;
}

const rough = (at: (x: number) => number, values: readonly number[]): Curve => ({
  at, bend: null, kink: { x: 0, values },
});

/** The largest |g| on [a, b] of a g that peaks at these places and nowhere else inside. */
function largest(g: (x: number) => number, a: number, b: number, peaks: readonly number[]): number {
  const inside = peaks.filter((x) => a < x && x < b);
  return Math.max(...[a, b, ...inside].map((x) => Math.abs(g(x))));
}

const sine: Curve = {
  at: CURVES[REPLAYED.sine!]!,
  bend(a, b) {
    // |sin 12x| peaks where 12x is an odd multiple of π/2.
    const next = (Math.ceil((12 * a) / Math.PI - 0.5) + 0.5) * (Math.PI / 12);
    return next <= b ? 144 : largest((x) => 144 * Math.sin(12 * x), a, b, []);
  },
  kink: null,
};

const quartic: Curve = {
  at: CURVES[REPLAYED.quartic!]!,
  bend: (a, b) => largest((x) => -24 * x * x + 6 * x + 2, a, b, [1 / 8]),
  kink: null,
};

/** Where a drawn curve is held: its heights are the reader's, and it runs smoothly from one to the next. */
export const CONTROLS: readonly number[] = Array.from({ length: 11 }, (_, i) => (2 * i - 10) / 10);
const GAP = 2 / (CONTROLS.length - 1);

/**
 * The natural cubic spline through heights at CONTROLS. Its second derivative is continuous and
 * straight between them, so the bound on chords holds for it and max |f″| is found without searching.
 */
export function drawn(heights: readonly number[]): Curve {
  const m = curvatures(heights);
  const cell = (x: number) => Math.min(CONTROLS.length - 2, Math.max(0, Math.floor((x + 1) / GAP)));
  const second = (x: number) => {
    const i = cell(x);
    const s = (x - CONTROLS[i]!) / GAP;
    return (1 - s) * m[i]! + s * m[i + 1]!;
  };
  return {
    at(x) {
      const i = cell(x);
      const s = (x - CONTROLS[i]!) / GAP;
      const r = 1 - s;
      const sag = (GAP * GAP / 6) * ((r ** 3 - r) * m[i]! + (s ** 3 - s) * m[i + 1]!);
      return r * heights[i]! + s * heights[i + 1]! + sag;
    },
    bend: (a, b) => largest(second, a, b, CONTROLS),
    kink: null,
  };
}

/** f″ of the natural spline at its controls: a tridiagonal system, eliminated from the left. */
function curvatures(y: readonly number[]): number[] {
  const n = y.length;
  const above = new Array<number>(n).fill(0);
  const right = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i += 1) {
    const pivot = 4 - above[i - 1]!;
    above[i] = 1 / pivot;
    right[i] = ((6 / GAP ** 2) * (y[i + 1]! - 2 * y[i]! + y[i - 1]!) - right[i - 1]!) / pivot;
  }
  const m = new Array<number>(n).fill(0);
  for (let i = n - 2; i > 0; i -= 1) m[i] = right[i]! - above[i]! * m[i + 1]!;
  return m;
}

const GIVEN: Readonly<Record<Exclude<CurveName, "drawn" | "own">, Curve>> = {
  sine,
  quartic,
  absolute: rough(Math.abs, [0]),
  root: rough((x) => Math.sqrt(Math.abs(x)), [0]),
  jump: rough((x) => (x >= 0 ? 1 : 0), [0, 1]),
};

/** The curve of a name; `own` is the reader's, if there is one. */
export function curveOf(name: CurveName, heights: readonly number[], own: Curve | null = null): Curve {
  if (name === "drawn") return drawn(heights);
  if (name !== "own") return GIVEN[name];
  if (!own) throw new Error("a reader's own curve, and none is given");
  return own;
}
