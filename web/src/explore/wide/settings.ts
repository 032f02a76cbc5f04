/** What a reader of "wide" may set, the run that it stands for, and the book's seeds beside it. */
import type { Run } from "../../engine/train.ts";
import type { Records } from "../../records/index.ts";

export const TARGETS = { sine: "sin 12x", polynomial: "-2x^4 + x^3 + x^2 - 2x", absolute: "|x|" } as const;
export type Target = keyof typeof TARGETS;

export const WIDTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] as const;
export const WIDE_ACTIVATIONS = ["sigmoid", "tanh", "relu", "abs", "sin", "softplus", "hard_tanh"] as const;
export const LENGTHS = [1000, 6000, 10_000] as const;

/** Initialisations, layer by layer. */
export const STARTS = {
  usual: ["xavier_uniform_with_biases", "xavier_uniform_with_biases"],
  both: ["spread_kinks", "xavier_uniform_with_biases"],
  he: ["he_normal", "he_normal"],
  torch: ["fan_in_uniform", "fan_in_uniform"],
} as const;
export type Start = keyof typeof STARTS;

export interface Setting {
  readonly target: Target;
  readonly width: number;
  readonly activation: (typeof WIDE_ACTIVATIONS)[number];
  readonly start: Start;
  readonly steps: number;
}

const POINTS = 100;

/** The run of a setting; all but the choices is the book's. */
export function planned({ target, width, activation, start, steps }: Setting): Run {
  return {
    widths: [1, width, 1], activation, init: STARTS[start], data: TARGETS[target], points: POINTS,
    loss: "mean_squared_error", optimiser: "adam", rate: 0.003, steps, batch: null, l2: 0, start: null,
  };
}

export const WIDE = "more_units_smaller_median_error";
export const STARTED = "initial_weights_decide";
type Figure = typeof WIDE | typeof STARTED;
/** What the two figures give. */
export type WideRecords = Pick<Records, Figure>;
type Cell = Records[Figure]["cells"][number];

export interface Seeds {
  readonly figure: Figure;
  readonly cell: Cell;
  readonly steps: readonly number[];
  /** How the command line names it, the seed apart. */
  readonly choices: string;
}

/** The book's seeds of this very setting, if the book has trained it. */
export function seeds(setting: Setting, records: WideRecords): Seeds | null {
  const { target, width, activation, start, steps } = setting;
  if (activation !== "sigmoid") return null;
  const found = (figure: Figure, cell: Cell | undefined, choices: string): Seeds | null =>
    cell?.run.steps === steps ? { figure, cell, steps: records[figure].steps, choices } : null;
  const wide = records[WIDE].cells.find((each) =>
    start === "usual" && each.curve === target && each.width === width && each.points === POINTS);
  const started = records[STARTED].cells.find((each) =>
    target === "sine" && each.start === start && each.width === width && each.steps === steps);
  return found(WIDE, wide, `width=${width} curve=${target}`)
    ?? found(STARTED, started, `width=${width} start=${start} steps=${steps}`);
}

/** The seed that a reader calls 7: the book's eighth, where it has trained the setting. */
export function seedOf(setting: Setting & { readonly seed: number }, records: WideRecords): number {
  return records[seeds(setting, records)?.figure ?? WIDE].first_seed + setting.seed;
}

/** How many steps the book trains the same net for, where it does so for another number than asked. */
export function elsewhere(setting: Setting, records: WideRecords): number | null {
  const other = LENGTHS.filter((steps) => steps !== setting.steps);
  return other.findLast((steps) => seeds({ ...setting, steps }, records)) ?? null;
}

/** The setting of the book that is nearest: its activation, its start, the nearest of its widths. */
export function nearest(setting: Setting, records: WideRecords): Setting {
  if (seeds(setting, records)) return setting;
  const base: Setting = { ...setting, activation: "sigmoid", start: "usual", steps: 10_000 };
  const both: Setting = { ...base, start: "both", steps: 6000 };
  const candidates = WIDTHS.flatMap((width) => [{ ...base, width }, { ...both, width }]);
  const apart = (each: Setting) =>
    Math.abs(Math.log2(each.width / setting.width)) +
    (each.start === setting.start ? 0 : 3) +
    (each.steps === setting.steps ? 0 : 1);
  return candidates
    .filter((each) => seeds(each, records))
    .reduce((best, each) => (apart(each) < apart(best) ? each : best));
}
