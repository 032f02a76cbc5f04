/** What a reader of "basin" may set, the run that it stands for, and the book's seeds of it. */
import type { Samples } from "../../engine/data.ts";
import { initial } from "../../engine/net.ts";
import { Stream } from "../../engine/streams.ts";
import type { Run } from "../../engine/train.ts";
import type { Explorable as Basin } from "../../records/training_finds_folds_only_from_nearby.ts";

export type { Basin };
export const BASIN = "training_finds_folds_only_from_nearby";
/** From disturbed exact weights, or from random ones of either net. */
export const BEGINNINGS = ["near", "narrow", "wide"] as const;
export type Beginning = (typeof BEGINNINGS)[number];
export type BasinSeeds = Basin["seeds"][number];

export interface BasinState {
  readonly folds: number;
  readonly begin: Beginning;
  /** The noise is one part in so many; where weights are random it waits. */
  readonly part: number;
  readonly seed: number;
}

/** The sizes of noise, from the least; one part in so many. */
export function partsOf({ seeds }: Basin): number[] {
  const found = seeds.flatMap(({ noise }) => (noise === null ? [] : [1 / noise]));
  return [...new Set(found)].sort((a, b) => b - a);
}

/** The book's seeds of a setting: it has trained every one that can be set. */
export function basinSeeds({ seeds }: Basin, { folds, begin, part }: BasinState): BasinSeeds {
  const isNear = begin === "near";
  const found = seeds.find((each) => each.folds === folds &&
    (isNear ? each.noise === 1 / part : each.noise === null && each.net === begin));
  if (!found) throw new Error(`no seeds of ${folds} folds from ${begin} at 1/${part}`);
  return found;
}

/** How many of them have come home. */
export const homes = ({ errors }: BasinSeeds, { close }: Basin): number =>
  errors.filter((error) => error < close).length;

export function goalOf({ targets }: Basin, folds: number): Basin["targets"][number] {
  return targets.find((each) => each.folds === folds)!;
}

/** A place in [0, 1] after it has been folded so often. */
export function foldedPlace(x: number, folds: number): number {
  return folds === 0 ? x : foldedPlace(Math.abs(2 * x - 1), folds - 1);
}

/** The points that training sees. */
export function basinSamples({ points }: Basin, folds: number): Samples {
  const x = Float64Array.from({ length: points }, (_, i) => i / (points - 1));
  return { x, y: x.map((each) => foldedPlace(each, folds)), n: points, labels: false };
}

/** The weights before the first step. */
export function begun(book: Basin, state: BasinState): Float64Array {
  const { widths, init } = shaped(book, state), seed = book.first_seed + state.seed;
  if (state.begin !== "near") return initial(widths, init, seed);
  const { exact } = goalOf(book, state.folds);
  const noise = new Stream(seed, ["noise"]).normal(exact.length);
  return noise.map((each, i) => exact[i]! + (1 / state.part) * each);
}

function shaped(book: Basin, { folds, begin }: BasinState) {
  const width = book.widths[begin === "wide" ? "wide" : "narrow"]!;
  const widths = [1, ...new Array<number>(folds).fill(width), 1];
  return { widths, init: begin === "near" ? [] : new Array<string>(folds + 1).fill(book.start) };
}

/** The run of a setting. Disturbed weights are each seed's own, and stand in the run. */
export function basinRun(book: Basin, state: BasinState): Run {
  return {
    ...shaped(book, state), activation: "relu", data: `[0, 1] folded ${state.folds} times`, points: 0,
    loss: "mean_squared_error", optimiser: "adam", rate: basinSeeds(book, state).rate, steps: book.steps,
    batch: null, l2: 0, start: state.begin === "near" ? Array.from(begun(book, state)) : null,
  };
}
