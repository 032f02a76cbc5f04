/** The four pictures: curve and polyline, units one by one, errors against pieces, the loss of training. */
import { number, subscript } from "../../kit/format.ts";
import type { Sketch } from "../../kit/network.ts";
import { Plot, type Axis, type Frame, type Point, type Role } from "../../kit/plot.ts";
import { say, WORDS } from "../../kit/words.ts";
import { CONTROLS } from "./curves.ts";
import { bound, brokenOff, equalKnots, NEAREST, type Miss, type UnitKind } from "./polyline.ts";
import { AIR, FINE, rows, trainedUnit, type Result, type Scene } from "./scene.ts";
import { missText } from "./sentences.ts";
import { HIGHEST } from "./state.ts";

/** What the reader may do to the picture of the curve. */
export interface Acts {
  /** A corner is moved; `settled` when it is let go, or after a key. */
  corner(i: number, x: number, settled: boolean): void;
  remove(i: number): void;
  select(i: number): void;
  control(i: number, y: number, settled: boolean): void;
}

export const ROLES: Readonly<Record<UnitKind, Role>> = { ramps: "extra", relus: "exact" };

const NARROW = 400; // pixels: a phone
const LOW = 190; // pixels: the height of the smaller pictures
const ROOM = 24; // pixels that a handle needs for itself, to be a target of its own
const FEW = 8; // units whose names fit into the net
const LEAST_GAP = 16; // of LOW: how far apart two names stand, the axes deducted
const NAMED = 12; // units whose rows have room for their numbers
const [FEWEST, FARTHEST] = [1, 300]; // pieces on the picture of errors
const POWERS = Array.from({ length: 40 }, (_, i) => 10 ** (i - 30));

const zip = (x: readonly number[], y: readonly number[]): Point[] => x.map((each, i) => [each, y[i]!]);

const upright = (x: number, [low, high]: readonly [number, number]): Point[] => [[x, low], [x, high]];

/** A logarithmic axis, with ticks between the powers of ten where it spans few of them. */
function logarithmic(low: number, high: number, label: string): Axis {
  const axis = { domain: [low, high] as const, log: true, label };
  if (high / low > 100) return axis;
  const digits = high / low > 6 ? [1, 3] : [1, 2, 5];
  const ticks = POWERS.flatMap((power) => digits.map((digit) => digit * power));
  const inside = ticks.filter((each) => each >= low && each <= high);
  return { ...axis, ticks: inside, words: (value) => number(value, 1) };
}

// --- The curve ---------------------------------------------------------------------------------

export function curvePlot(scene: () => Scene, acts: Acts): Plot {
  return new Plot(
    say(["曲线和折线", "The curve and the polyline"]), (width) => (width < NARROW ? 190 : 235),
    () => ({
      x: { domain: [-1, 1], label: "x", ticks: [-1, -0.5, 0, 0.5, 1] },
      y: { domain: scene().now.range, label: say(["曲线（灰）和折线", "curve (grey) and polyline"]) },
    }),
    (plot) => paintCurve(plot, scene(), acts),
  );
}

function paintCurve(plot: Plot, scene: Scene, acts: Acts): void {
  const { state, now, shaping, trained } = scene;
  // A jump is two pieces of curve, and nothing between them.
  const parts = state.curve === "jump" ? [FINE.filter((x) => x < 0), FINE.filter((x) => x >= 0)] : [FINE];
  const pieces = parts.map((xs) => xs.map((x): Point => [x, now.f.at(x)]));
  plot.strokes("curve", pieces, { role: "line", width: 4 });
  if (state.curve === "own" && scene.own) {
    const { x, y } = scene.own.samples;
    plot.dots("given", Array.from(x, (each, i): Point => [each, y[i]!]), { role: "muted", radius: 3 });
  }
  if (trained && !shaping) {
    paintTrained(plot, scene, trained);
    return;
  }
  if (!shaping) paintCorners(plot, scene, acts);
  const look = { role: ROLES[state.view], width: 2, opacity: shaping ? 0.6 : 1 };
  plot.line("polyline", zip(state.knots, now.heights), look);
  if (shaping) paintControls(plot, scene, acts);
  else paintMiss(plot, now.miss, now.range);
}

function paintCorners(plot: Plot, { state, now }: Scene, acts: Acts): void {
  const { knots, view, unit } = state;
  const { heights, all, range, f } = now;
  const role = ROLES[view];
  const last = knots.length - 1;
  plot.strokes("selected", [upright(knots[unit]!, range)], { role: "grid", width: 1.4 });
  const broken = unit < last - 1 ? brokenOff(view, all, knots, heights, unit) : [];
  plot.clipped("broken", broken, { role, width: 1.4, dash: "5 4" });
  plot.dots("corners", zip(knots, heights), { role, radius: 3 });
  const roomy = apart(knots.map((x) => plot.x(x)), unit);
  for (let i = 1; i < last; i += 1) {
    const x = knots[i]!;
    plot.handle(`knot ${i}`, {
      at: [x, f.at(x)], role, step: [0.01, 0], isClose: !roomy.has(i),
      range: [[knots[i - 1]! + NEAREST, knots[i + 1]! - NEAREST], [f.at(x), f.at(x)]],
      label: say(["第 {i} 个折点，共 {n} 个", "Corner {i} of {n}"], { i, n: last - 1 }),
      words: say([
        "x = {x}，曲线高 {y}",
        "x = {x}, the curve is at {y}",
      ], { x: number(x, 4), y: number(f.at(x)) }),
      move: (to, _, settled) => acts.corner(i, to, settled),
      removed: () => acts.remove(i),
      chosen: () => acts.select(i),
    });
  }
}

/** The inner corners that have room around them, the selected one in any case; the others are close. */
export function apart(pixels: readonly number[], selected: number): Set<number> {
  let free = -Infinity;
  return new Set(pixels.map((_, i) => i).slice(1, -1).filter((i) => {
    const isNear = i < selected && pixels[selected]! - pixels[i]! < ROOM;
    if (i !== selected && (isNear || pixels[i]! - free < ROOM)) return false;
    free = pixels[i]!;
    return true;
  }));
}

function paintControls(plot: Plot, { state }: Scene, acts: Acts): void {
  CONTROLS.forEach((x, i) => {
    plot.handle(`control ${i}`, {
      at: [x, state.heights[i]!], role: "ink", step: [0, 0.05],
      range: [[x, x], [-HIGHEST, HIGHEST]],
      label: say(["曲线在 x = {x} 处的高度", "The curve’s height at x = {x}"], { x: number(x) }),
      words: number(state.heights[i]!),
      move: (_, y, settled) => acts.control(i, y, settled),
    });
  });
}

function paintTrained(plot: Plot, { state, now }: Scene, { knots, heights, flat, miss }: Result): void {
  const { range } = now;
  const { w, b } = trainedUnit(flat, state.unit);
  const places = Math.abs(b) < Math.abs(w) ? [upright(-b / w, range)] : [];
  plot.strokes("selected", places, { role: "grid", width: 1.4 });
  plot.clipped("before", zip(state.knots, now.heights), { role: "muted", width: 1.2, dash: "4 4" });
  plot.clipped("trained", zip(knots, heights), { role: "shallow", width: 2.2 });
  const inside = zip(knots, heights).slice(1, -1).filter(([, y]) => y >= range[0] && y <= range[1]);
  plot.crosses("bends", inside, { role: "shallow", radius: 4, width: 2 });
  paintMiss(plot, miss, range);
}

/** The largest error, as a stroke from the curve to the line. */
function paintMiss(plot: Plot, miss: Miss, [low, high]: readonly [number, number]): void {
  if (missText(miss.error) === "0") return;
  const [from, to] = [miss.curve, miss.line].map((y) => Math.min(high, Math.max(low, y))) as [number, number];
  plot.line("miss", [[miss.x, from], [miss.x, to]], { role: "ink", width: 3 });
  const isRight = miss.x > 0.3;
  plot.text("miss words", [miss.x, (from + to) / 2], missText(miss.error), {
    role: "ink", anchor: isRight ? "end" : "start", dx: isRight ? -7 : 7, bold: true,
  });
}

// --- The units ---------------------------------------------------------------------------------

export function unitsPlot(scene: () => Scene): Plot {
  return new Plot(
    say(["常数和每个单元各加了多少", "What the constant and every unit add"]), LOW,
    () => unitsFrame(scene()),
    (plot) => {
      const { state, trained } = scene();
      const role = trained ? "shallow" : ROLES[state.view];
      const all = rows(scene());
      const others = all.slice(1).filter((_, i) => i !== state.unit).map(({ line }) => line);
      plot.strokes("bases", all.map(({ base }) => [[-1, base], [1, base]]), { role: "grid", width: 1 });
      plot.line("constant", all[0]!.line, { role: "ink", width: 1.6 });
      plot.strokes("units", others, { role, width: 1.2, opacity: 0.75 });
      plot.line("unit", all[state.unit + 1]!.line, { role, width: 3.4 });
    },
  );
}

/** Of places from above down those that stand apart enough for a name, the selected one in any case. */
export function roomyAlong(places: readonly number[], least: number, selected: number): number[] {
  const kept: number[] = [];
  places.forEach((place, i) => {
    const isFree = kept.every((other) => Math.abs(other - place) >= least);
    const isClear = i === selected || Math.abs(places[selected]! - place) >= least;
    if (isFree && isClear) kept.push(place);
  });
  return kept;
}

function unitsFrame(scene: Scene): Frame {
  const all = rows(scene);
  const bottom = Math.min(...all.flatMap(({ line }) => line.map(([, y]) => y)));
  const middles = all.map(({ middle }) => middle);
  const named = roomyAlong(middles, (-bottom * LEAST_GAP) / LOW, scene.state.unit + 1);
  const names = [say(["常数", "const."]), ...all.map((_, i) => String(i + 1))];
  return {
    x: { domain: [-1, 1], ticks: [-1, 0, 1], label: "x" },
    y: {
      domain: [bottom * (1 + AIR / all.length), 0],
      ticks: all.length <= NAMED + 1 ? named : [],
      words: (y) => names[middles.indexOf(y)]!,
    },
  };
}

/** The network whose output the polyline is: a unit for each piece, the selected one in its colour. */
export function assembled({ state, now, trained }: Scene): Sketch {
  const all = trained
    ? now.all.map((_, i) => trainedUnit(trained.flat, i))
    : now.all;
  const isNamed = all.length <= FEW;
  return {
    columns: [
      [{ name: "x" }],
      all.map((_, i) => ({ name: isNamed ? `h${subscript(i + 1)}` : "", isSelected: i === state.unit })),
      [{ name: "y" }],
    ],
    weights: [[all.map(({ w }) => w)], all.map(({ v }) => [v])],
    role: trained ? "shallow" : ROLES[state.view],
  };
}

// --- Errors ------------------------------------------------------------------------------------

export function ratesPlot(scene: () => Scene): Plot {
  return new Plot(
    say(["最大误差对段数，两轴都是对数", "Largest error against pieces, both axes logarithmic"]), LOW,
    () => ratesFrame(scene()),
    (plot) => {
      paintRates(plot, scene());
      paintMine(plot, scene());
    },
  );
}

const shown = ({ now }: Scene): Point[] => now.rates.filter(([n]) => n <= FARTHEST);

function ratesFrame(scene: Scene): Frame {
  const { now, trained } = scene;
  const own = [now.miss.error, trained?.miss.error ?? 0, bound(now.f, equalKnots(FEWEST)) ?? 0];
  const all = [...shown(scene).map(([, y]) => y), ...own].filter((each) => missText(each) !== "0");
  const ends = [Math.min(...all) / 2, 1.6 * Math.max(...all)] as const;
  return {
    x: { domain: [FEWEST, FARTHEST], log: true, label: say([
      "段数 n",
      "pieces n",
    ]), ticks: [1, 10, 100], words: String },
    y: logarithmic(...ends, say(["最大误差", "largest error"])),
  };
}

function paintRates(plot: Plot, scene: Scene): void {
  const { now, state, records } = scene;
  const points = shown(scene);
  const limits = [FEWEST, 1.5, FARTHEST].map((n): Point => [n, n ** -2 * (bound(now.f, equalKnots(1)) ?? 0)]);
  const words = state.curve in records
    ? say(["书中算出的", "the book’s"])
    : say(["等分", "equal"]); // computed here, and no longer than the narrow picture bears
  if (limits[0]![1] > 0) {
    plot.line("bound", limits, { role: "exact", width: 1.4, dash: "5 4" });
    plot.text("bound words", limits[1]!, "h² max|f″|/8", { role: "exact", dx: 9, dy: -3 });
  }
  plot.line("rates", points, { role: "muted", width: 1 });
  plot.dots("rate dots", points, { role: "muted", radius: 3 });
  // Where neither the reader's own point stands nor, above the line of a smooth curve, the bound.
  const isFar = state.knots.length > 20;
  const at = points[now.f.bend ? (isFar ? 3 : points.length - 3) : isFar ? 1 : 4]!;
  const side = now.f.bend ? { anchor: "end", dx: -8, dy: 9 } as const : { dx: 5, dy: -11 };
  plot.text("rates words", at, words, { role: "muted", ...side });
}

/** The reader's own polyline among them, and what training has made of it. */
function paintMine(plot: Plot, { state, now, trained }: Scene): void {
  const role = ROLES[state.view];
  if (missText(now.miss.error) !== "0") {
    const mine: Point = [state.knots.length - 1, now.miss.error];
    plot.dots("mine", [mine], { role, radius: 6 });
    plot.text("mine words", mine, say(WORDS.yours), { role, dx: 10, dy: -6, bold: true });
  }
  if (trained && trained.step > 0 && missText(trained.miss.error) !== "0") {
    const after: Point = [trained.knots.length - 1, trained.miss.error];
    plot.crosses("after", [after], { role: "shallow", radius: 5, width: 2.4 });
    plot.text("after words", after, say([
      "训练后",
      "trained",
    ]), { role: "shallow", anchor: "end", dx: -10, dy: 6, bold: true });
  }
}

// --- Training ----------------------------------------------------------------------------------

export function lossPlot(scene: () => Scene): Plot {
  const positive = () => scene().losses.filter(([, y]) => y > 0);
  return new Plot(
    say(["训练中均方误差随步数的变化", "The mean squared error as the steps go on"]), 112,
    () => {
      const all = positive().map(([, y]) => y);
      const [low, high] = all.length ? [Math.min(...all), Math.max(...all)] : [0.01, 1];
      return {
        x: { domain: [0, Number(scene().state.steps)], label: say(WORDS.steps) },
        y: logarithmic(low / 1.5, 1.5 * high, say(WORDS.error)),
      };
    },
    (plot) => plot.line("loss", positive(), { role: "shallow", width: 2 }),
  );
}
