/** The pictures of "basin": the line and what the net draws, how its error falls, how many seeds come home. */
import { outputs } from "../../engine/net.ts";
import { percent } from "../../kit/format.ts";
import { Plot, type Point } from "../../kit/plot.ts";
import { say, WORDS } from "../../kit/words.ts";
import { basinRun, basinSeeds, foldedPlace, homes, partsOf, type Basin, type BasinState } from "./start.ts";

/** What is shown at a moment: where the run began, and where it is, if it has taken a step. */
export interface BasinView {
  readonly state: BasinState;
  readonly book: Basin;
  readonly start: Float64Array;
  readonly now: { readonly flat: Float64Array; readonly loss: number; readonly done: boolean } | null;
  readonly curve: readonly Point[];
}
type Ask = () => BasinView;

const PLACES = 257; // at which lines are drawn
const [LOW, HIGH] = [-0.3, 1.5];
const LEAST = 1e-12; // what a log axis shows of less
const COLUMNS = 16;

const held = (error: number): number => Math.min(10, Math.max(LEAST, error));

/** The line that is to be found, what the net drew at first, and what it draws. */
export function linePlot(ask: Ask): Plot {
  return new Plot(
    say(["目标、起点和网络画出的线", "The target, the start, and the line that the net draws"]),
    (width) => Math.min(230, Math.max(150, 0.45 * width)),
    () => ({
      x: { domain: [0, 1], label: "x", ticks: [0, 0.25, 0.5, 0.75, 1] },
      y: { domain: [LOW, HIGH], ticks: [0, 0.5, 1] },
    }),
    (plot) => {
      const { state, book, start, now } = ask();
      const grid = Array.from({ length: PLACES }, (_, i) => i / (PLACES - 1));
      const { widths, activation } = basinRun(book, state);
      const drawn = (flat: Float64Array) => {
        const y = outputs(widths, activation, flat, grid);
        return grid.map((x, i): Point => [x, y[i]!]);
      };
      plot.line("goal", grid.map((x): Point => [x, foldedPlace(x, state.folds)]), { role: "line", width: 5 });
      plot.clipped("begun", drawn(start), { role: "muted", width: 1.4, dash: "4 4" });
      if (now) plot.clipped("drawn", drawn(now.flat), { role: "deep", width: 2 });
    },
  );
}

/** The error over the steps, and below which it is home. */
export function fallPlot(ask: Ask, constant: () => number): Plot {
  return new Plot(
    say(["误差随步数的变化", "The error as the steps go on"]), 170,
    () => ({
      x: { domain: [1, ask().book.steps], log: true, label: say(WORDS.steps) },
      y: { domain: [LEAST, 10], log: true, label: say(WORDS.error) },
    }),
    (plot) => {
      const { book: { close, steps }, curve } = ask();
      plot.line("constant", [[1, constant()], [steps, constant()]], { role: "muted", width: 1.4, dash: "1 4" });
      plot.line("home", [[1, close], [steps, close]], { role: "exact", width: 1.6, dash: "7 3" });
      plot.line("curve", curve.map(([step, error]): Point => [step, held(error)]), { role: "deep", width: 2.2 });
    },
  );
}

/** Of every size of noise the share of the book's seeds that come home, for each number of folds. */
export function sharePlot(ask: Ask): Plot {
  return new Plot(
    say(["书中各种子回来的比例，随扰动的大小", "Share of the book’s seeds that come home, by the size of the noise"]), 170,
    () => {
      const parts = partsOf(ask().book);
      return {
        x: {
          domain: [0, parts.length - 1], ticks: parts.flatMap((_, i) => (i % 2 ? [] : [i])),
          words: (i) => `1/${parts[i]}`, label: say(["扰动的大小", "size of the noise"]),
        },
        y: { domain: [0, 1.05], ticks: [0, 0.5, 1], words: (share) => percent(share), label: say(["回来的", "come home"]) },
      };
    },
    (plot) => {
      const { state, book } = ask();
      const parts = partsOf(book);
      const share = (each: BasinState) => {
        const found = basinSeeds(book, each);
        return homes(found, book) / found.errors.length;
      };
      const line = (folds: number) =>
        parts.map((part, i): Point => [i, share({ ...state, folds, begin: "near", part })]);
      const others = book.targets.map(({ folds }) => folds).filter((folds) => folds !== state.folds);
      plot.strokes("others", others.map(line), { role: "line", width: 1.6 });
      for (const folds of others) {
        const half = line(folds).find(([, each]) => each < 0.8)!;
        plot.text(`folds ${folds}`, half, String(folds), { role: "muted", dx: 5, dy: -5 });
      }
      const own = line(state.folds);
      plot.line("own", own, { role: "deep", width: 2.2 });
      plot.dots("own dots", own, { role: "deep", radius: 3 });
      const random = share({ ...state, begin: state.begin === "wide" ? "wide" : "narrow" });
      plot.line("random", [[0, random], [parts.length - 1, random]], { role: "extra", width: 1.8, dash: "2 4" });
      const at = parts.indexOf(state.part);
      if (state.begin === "near") plot.line("here", [[at, 0], [at, 1.05]], { role: "ink", width: 1.2 });
    },
  );
}

/** A mark for each of the book's seeds: a disc if it came home, a cross if it did not; the reader's has a ring. */
export function seedPlot(ask: Ask): Plot {
  const rows = () => Math.ceil(basinSeeds(ask().book, ask().state).errors.length / COLUMNS);
  return new Plot(
    say(["书中每个种子的结局", "How each of the book’s seeds ended"]), () => 18 * rows() + 14,
    () => ({ x: { domain: [-0.6, COLUMNS - 0.4], ticks: [] }, y: { domain: [rows() - 0.4, -0.6], ticks: [] } }),
    (plot) => {
      const { state, book } = ask();
      const { errors } = basinSeeds(book, state);
      const at = (seed: number): Point => [seed % COLUMNS, Math.floor(seed / COLUMNS)];
      const all = errors.map((error, seed) => ({ place: at(seed), isHome: error < book.close }));
      plot.dots("came", all.filter(({ isHome }) => isHome).map(({ place }) => place), { role: "deep", radius: 4 });
      plot.crosses("missed", all.filter(({ isHome }) => !isHome).map(({ place }) => place), {
        role: "muted", radius: 3.2, width: 1.5,
      });
      if (state.seed >= errors.length) return;
      const [x, y] = at(state.seed);
      const [a, b, r] = [plot.x(x), plot.y(y), 7.5];
      plot.path("ring", `M${a - r},${b}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`, {
        fill: "none", stroke: "var(--fig-ink)", "stroke-width": 1.6,
      });
    },
  );
}
