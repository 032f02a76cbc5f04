/** What the reader has chosen, and how the address holds it. */
import { oneOf, whole, type Fields } from "../../kit/address.ts";
import { traced } from "../../kit/pen.ts";
import type { Point } from "../../kit/plot.ts";
import { CONTROLS, CURVE_NAMES, type CurveName } from "./curves.ts";
import { equalKnots, areEqual, MOST, parsedKnots, type UnitKind } from "./polyline.ts";

export interface CurveState {
  readonly curve: CurveName;
  /** The corners, the ends of [-1, 1] among them. */
  readonly knots: readonly number[];
  readonly view: UnitKind;
  /** The selected unit, from 0: it begins at the corner of that number. */
  readonly unit: number;
  /** The heights of the drawn curve. */
  readonly heights: readonly number[];
  readonly steps: Steps;
  /** Whether training has been asked for. */
  readonly trained: boolean;
}

export const STEPS = ["500", "2000", "10000", "50000"] as const;
export type Steps = (typeof STEPS)[number];
export const HIGHEST = 1.2; // of a drawn curve where it is held
export const HEIGHTS: readonly number[] = [-0.6, -0.3, 0.4, 0.8, 0.6, 0, -0.5, -0.4, 0.3, 0.9, 0.5];
const VIEWS = ["ramps", "relus"] as const;
const PIECES = 8; // that the figure's Replay begins with

/** A height as the address holds it. */
export const height = (y: number): number => {
  const held = Math.min(HIGHEST, Math.max(-HIGHEST, y));
  return Math.round(100 * held) / 100 + 0; // + 0: no -0
};

export function parsed(fields: Fields | null): CurveState {
  const given = fields ?? {};
  const knots = (given.knots && parsedKnots(given.knots)) || equalKnots(whole(given.n, 1, MOST, PIECES));
  const heights = (given.drawn ?? "").split("_").map((each) => (each === "" ? NaN : Number(each)));
  const isDrawn = heights.length === CONTROLS.length && heights.every(Number.isFinite);
  return {
    curve: oneOf(given.curve, CURVE_NAMES, "sine"),
    knots,
    view: oneOf(given.view, VIEWS, "ramps"),
    unit: whole(given.unit, 1, knots.length - 1, Math.min(3, knots.length - 1)) - 1,
    heights: isDrawn ? heights.map(height) : HEIGHTS,
    steps: oneOf(given.steps, STEPS, "2000"),
    trained: given.train === "1",
  };
}

export function fields({ curve, knots, view, unit, heights, steps, trained }: CurveState): Fields {
  return {
    curve,
    ...(areEqual(knots) ? { n: String(knots.length - 1) } : { knots: knots.slice(1, -1).join("_") }),
    view,
    unit: String(unit + 1),
    ...(curve === "drawn" ? { drawn: heights.join("_") } : {}),
    ...(steps === "2000" ? {} : { steps }),
    ...(trained ? { train: "1" } : {}),
  };
}

/** The heights after a pen has gone from one point to another. */
export const stroked = (heights: readonly number[], from: Point, to: Point): number[] =>
  traced(CONTROLS, heights, from, to).map(height);
