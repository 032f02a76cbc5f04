/** What the pictures and sentences of "wide" show at a moment. */
import { monotone as leastMonotone, variance, type OwnData } from "../../kit/own_data.ts";
import type { Point } from "../../kit/plot.ts";
import { elsewhere, seeds, WIDE, type Seeds, type Setting, type WideRecords } from "./settings.ts";

export type WideState = Setting & { readonly seed: number };

/** A finished run: its errors at the recorded steps, and at the end. */
export interface Done {
  readonly seed: number;
  readonly curve: readonly Point[];
  readonly error: number;
}

/** A run on its way, at its end, or given up. */
export interface Now {
  readonly flat: Float64Array;
  readonly loss: number;
  readonly done: boolean;
  readonly isGivenUp?: boolean;
}

/** Mean squared errors that a curve sets: of the best constant, of monotone functions, of failures. */
export interface Bounds {
  readonly constant: number;
  readonly monotone: number;
  readonly failed: number;
}

export interface View {
  readonly state: WideState;
  /** The book's seeds of this setting, if it has any; else the number of steps for which it has. */
  readonly book: Seeds | null;
  readonly elsewhere: number | null;
  readonly bounds: Bounds;
  readonly now: Now | null;
  readonly curve: readonly Point[];
  /** The reader's finished runs of this setting, the last one among them. */
  readonly past: readonly Done[];
  /** The reader's own data, which take the target's place. */
  readonly own: OwnData | null;
}

export function view(
  state: WideState,
  records: WideRecords,
  run: Pick<View, "now" | "curve" | "past" | "own">,
): View {
  if (run.own) return { state, book: null, elsewhere: null, bounds: ownBounds(run.own, records), ...run };
  const book = seeds(state, records);
  const { constant, monotone, failed } = records[WIDE].curves[state.target]!;
  // Each figure has its own measure of failure; they differ a little.
  const own = book && records[book.figure].curves[state.target]!.failed;
  const bounds = { constant, monotone, failed: own ?? failed };
  return { state, book, elsewhere: book ? null : elsewhere(state, records), bounds, ...run };
}

/** What data of one's own set: failed is the same share of the variance as in the book. */
function ownBounds({ samples }: OwnData, records: WideRecords): Bounds {
  const { constant, failed } = records[WIDE].curves.sine!;
  const left = variance(samples.y);
  return { constant: left, monotone: leastMonotone(samples), failed: (failed / constant) * left };
}

/** The runs that stay in the picture beside the one that is shown. */
export const earlier = ({ past, state }: View): Done[] => past.filter(({ seed }) => seed !== state.seed);
