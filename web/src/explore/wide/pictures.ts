/** The three pictures of "wide": what the net gives, how its error fell, where the seeds ended. */
import { number } from "../../kit/format.ts";
import type { Sketch } from "../../kit/network.ts";
import { Plot, type Axis, type Point } from "../../kit/plot.ts";
import { say, WORDS } from "../../kit/words.ts";
import { CURVES, spaced } from "../../engine/data.ts";
import { outputs } from "../../engine/net.ts";
import { floors, inside, isMonotone, logTicks, middles } from "./judge.ts";
import { TARGETS, type Target } from "./settings.ts";
import { earlier, type View } from "./view.ts";

type Ask = () => View;

const POINTS = 201; // at which the curves are drawn
const NARROW = 400; // pixels: a phone
const LEAST = 1e-10; // what a log axis shows of an error of 0
const HEIGHTS: Record<Target, readonly [number, number]> = {
  sine: [-1.4, 1.4],
  polynomial: [-2.4, 1.6],
  absolute: [-0.3, 1.3],
};

/** Least and most of the picture: own data lie between -1 and 1. */
const heightsOf = ({ state, own }: View): readonly [number, number] => (own ? [-1.4, 1.4] : HEIGHTS[state.target]);

/** The target, the output, and where the units have their middle. */
export function fitting(ask: Ask): Plot {
  return new Plot(
    say(["目标与网络的输出", "Target and the net’s output"]), (width) => (width < NARROW ? 150 : 190),
    () => ({
      x: { domain: [-1, 1], label: "x", ticks: [-1, -0.5, 0, 0.5, 1] },
      y: { domain: heightsOf(ask()), label: say(["目标（灰）与输出", "target (grey) and output"]) },
    }),
    (plot) => {
      const { state: { target, width, activation }, now, own } = ask();
      const [low, high] = heightsOf(ask());
      const f = CURVES[TARGETS[target]]!;
      const grid = [...spaced(-1, 1, POINTS)];
      if (own) {
        const given = Array.from(own.samples.x, (x, i): Point => [x, own.samples.y[i]!]);
        plot.dots("given", given, { role: "muted", radius: 3 });
      } else plot.line("target", grid.map((x): Point => [x, f(x)]), { role: "line", width: 4 });
      if (!now) return;
      const y = outputs([1, width, 1], activation, now.flat, grid);
      const output = grid.map((x, i): Point => [x, y[i]!]);
      plot.strokes("output", inside(output, low, high), { role: "shallow", width: 2.2 });
      const up = low + 0.05 * (high - low);
      const strokes = middles(now.flat, width).map((x): Point[] => [[x, low], [x, up]]);
      plot.strokes("middles", strokes, { role: "ink", width: 1.2 });
    },
  );
}

/** The net as it is now; those of many units have no room for names. */
export function drawnNet({ state: { width }, now }: View): Sketch {
  const flat = now?.flat;
  const units = Array.from({ length: width }, (_, i) => i);
  const weights = flat ? [[units.map((i) => flat[i]!)], units.map((i) => [flat[2 * width + i]!])] : [];
  return { columns: [[{ name: "x" }], units.map(() => ({})), [{ name: "y" }]], weights, role: "shallow" };
}

/** The error over the steps, on the book's seeds if it has trained this setting. */
export function falling(ask: Ask): Plot {
  return new Plot(
    say(["误差随步数的变化", "The error as the steps go on"]), 215,
    () => {
      const { state, book, curve, past, bounds: { constant } } = ask();
      const mine = [curve, ...past.map((run) => run.curve)].flat().map(([, y]) => y).filter(Number.isFinite);
      // The words under the bound need room.
      const bound = (limit(ask()) ?? Infinity) / 1.6;
      const least = Math.min(bound, ...(book?.cell.band[0] ?? [constant / 10]), ...mine);
      const most = Math.max(...(book?.cell.band.at(-1) ?? [constant]), ...mine);
      const domain = [Math.max(LEAST, least / 1.5), 1.5 * most] as const;
      return {
        x: { domain: [1, state.steps], log: true, label: say(WORDS.steps) },
        y: { domain, log: true, ...ticked(domain), label: say(WORDS.error) },
      };
    },
    (plot) => {
      const view = ask();
      band(plot, view);
      bounds(plot, view);
      plot.strokes("past", earlier(view).map((run) => run.curve), { role: "shallow", width: 0.8, opacity: 0.7 });
      plot.line("run", view.curve, { role: "shallow", width: 2.4 });
    },
  );
}

function band(plot: Plot, { book }: View): void {
  if (!book) return;
  const { steps, cell } = book;
  // A log axis has no place for step 0.
  const rows = (low: number, high: number) =>
    cell.band[low]!.map((y, i) => [steps[i]!, y, cell.band[high]![i]!] as const).filter(([step]) => step > 0);
  plot.band("all", rows(0, 4), { role: "grid" });
  plot.band("most", rows(1, 3), { role: "line", opacity: 0.55 });
  const median = rows(2, 2).map(([step, y]): Point => [step, y]);
  plot.line("median", median, { role: "ink", width: 1.4, dash: "6 3" });
}

/** What one monotone unit cannot pass, where the net is one. */
const limit = ({ state, bounds: { monotone } }: View): number | null =>
  isMonotone(state.width, state.activation) ? monotone : null;

function bounds(plot: Plot, view: View): void {
  const { state: { steps }, bounds: { constant } } = view;
  plot.line("constant", [[1, constant], [steps, constant]], { role: "muted", width: 1.2, dash: "1 4" });
  const words = say(["最好的常数", "best constant"]);
  plot.text("constant words", [steps, constant], words, { role: "muted", anchor: "end", dy: -9 });
  const bound = limit(view);
  if (bound === null) return;
  plot.line("monotone", [[1, bound], [steps, bound]], { role: "exact", width: 2 });
  const why = say(["一个单元是单调的，越不过这条线", "one unit is monotone and cannot pass this"]);
  plot.text("monotone words", [1, bound], why, { role: "exact", dx: 6, dy: 12 });
}

/** Powers of ten in the axis' own words; numbers where it spans too few of them. */
function ticked([low, high]: readonly [number, number]): Pick<Axis, "ticks" | "words"> {
  const ticks = logTicks(low, high);
  const isPowers = ticks.every((tick) => Math.abs(Math.log10(tick) % 1) < 1e-9);
  return isPowers ? { ticks } : { ticks, words: (value) => number(value, 1) };
}

const MARK = 6.5; // pixels between two marks of the strip
const BOOK = { low: 0.06, high: 0.66 }; // the heights between which the book's seeds are piled up
const OWN = 0.87;

/** A mark for each of the book's seeds at its final error, and the reader's runs above them. */
export function strip(ask: Ask): Plot {
  return new Plot(
    say(["各种子最后的误差", "Final errors of the seeds"]), 125,
    () => {
      const { book, past, now, bounds: { failed } } = ask();
      const reached = now && !now.isGivenUp ? now.loss : failed;
      const errors = [...(book?.cell.errors ?? []), ...past.map((run) => run.error), reached];
      const low = Math.max(LEAST, Math.min(...errors));
      const domain = [low / 1.6, Math.max(Math.max(...errors), low * 4) * 1.6] as const;
      const label = say(["最后的均方误差（越左越好）", "final mean squared error (left is better)"]);
      return { x: { domain, log: true, ...ticked(domain), label }, y: { domain: [0, 1], ticks: [] } };
    },
    (plot) => {
      const view = ask();
      piled(plot, view);
      const before = earlier(view).map((run): Point => [Math.max(LEAST, run.error), OWN]);
      marked(plot, "past", before, view.bounds.failed, { role: "shallow", radius: 3, width: 1.2 });
      own(plot, view);
    },
  );
}

/** Dots, and crosses for failures: as in the figure, and to be told apart without colours. */
function marked(
  plot: Plot,
  key: string,
  points: readonly Point[],
  failed: number,
  look: { role: "shallow"; radius: number; width: number } | null = null,
): void {
  const good = points.filter(([error]) => error <= failed);
  const bad = points.filter(([error]) => error > failed);
  plot.dots(key, good, look ?? { role: "muted", radius: 3 });
  plot.crosses(`${key} failed`, bad, look ?? { role: "muted", radius: 3, width: 1.2 });
}

function piled(plot: Plot, { book, bounds: { failed } }: View): void {
  const errors = (book?.cell.errors ?? []).map((error) => Math.max(LEAST, error));
  const floor = floors(errors.map((error) => plot.x(error)), MARK);
  const most = Math.max(1, ...floor);
  // As high as marks are wide, or lower where so many end at one error that they would not fit.
  const unit = Math.abs(plot.y(1) - plot.y(0));
  const pitch = Math.min(MARK / unit, (BOOK.high - BOOK.low) / most);
  marked(plot, "seeds", errors.map((error, i): Point => [error, BOOK.low + pitch * floor[i]!]), failed);
}

/** Where the reader's run is, or has ended; nothing of a run that was given up. */
function own(plot: Plot, { now, bounds: { failed } }: View): void {
  if (!now || now.isGivenUp) return;
  const at: Point = [Math.max(LEAST, now.loss), OWN];
  const dash = now.done ? "none" : "3 3";
  plot.line("own line", [[at[0], 0], at], { role: "shallow", width: 1.2, dash });
  if (now.done) marked(plot, "own", [at], failed, { role: "shallow", radius: 6, width: 3 });
  const words = now.done ? say(WORDS.yours) : say(["此刻", "now"]);
  const isLeft = plot.x(at[0]) > plot.width - 70;
  plot.text("own words", at, words, {
    role: "shallow", bold: true, dx: isLeft ? -11 : 11, anchor: isLeft ? "end" : "start",
  });
}
