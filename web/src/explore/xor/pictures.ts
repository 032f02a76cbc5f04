/** The pictures of one run: the plane of the inputs, the hidden layer, the net, the loss. */
import { subscript } from "../../kit/format.ts";
import type { Sketch } from "../../kit/network.ts";
import { Plot, type Frame, type Point } from "../../kit/plot.ts";
import { say, type Pair } from "../../kit/words.ts";
import type { Course } from "./facts.ts";
import { chord, levels, type Box } from "./field.ts";
import { answer, field, LABELS, look, INPUT_NAMES, threshold, type Look, type Unit } from "./look.ts";
import type { Book, LossName } from "./book.ts";
import { APART, standing } from "./standing.ts";
import { decimal, LEVELS, unitName } from "./why.ts";

/** A run with all that its pictures show, and the recorded step that they show. */
export interface Shown {
  readonly course: Course;
  readonly kind: LossName;
  readonly looks: readonly Look[];
  /** The hidden space with room for all of the run, so that its frame stands still. */
  readonly room: Box;
  /** The largest term of a sum during the run. */
  readonly most: number;
  /** Where it stands among the recorded steps. */
  at: number;
}

export type Source = () => Shown | null;

export function shown(course: Course, kind: LossName, at: number): Shown {
  const looks = course.flats.map((flat) => look(course.run, flat));
  const most = Math.max(1e-9, ...looks.flatMap((each) => terms(each).flat().map(Math.abs)));
  return { course, kind, looks, room: roomOf(looks), most, at };
}

/** A box around all places of the four inputs in the plane of the first two units. */
function roomOf(looks: readonly Look[]): Box {
  const range = (unit: number): [number, number] => {
    const all = looks.flatMap(({ units }) => units[unit]?.values ?? []);
    const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
    const edge = 0.12 * (high - low || 1);
    return [low - edge, high + edge];
  };
  return [...range(0), ...range(1)];
}

const tall = (width: number): number => Math.min(250, 0.95 * width);
const NARROW = 200; // pixels: a plane in which answers have no room for the names of their inputs
const LOW = 165; // pixels: the height of the loss
const PLANE: Box = [-0.4, 1.4, -0.4, 1.4];
const ONE = 0.01; // a field that varies by less has one answer
const NEITHER = 0.005;
const FEW = 4; // lines that can still carry a name
const corner = (i: number): Point => [Number(INPUT_NAMES[i]![0]), Number(INPUT_NAMES[i]![1])];
const now = ({ looks, at }: Shown): Look => looks[at]!;
const isDead = ({ values }: Unit): boolean => values.every((value) => value === 0);

/** The answer over a box: 1 where it is coloured; a line where it is ½, dashes at ¼ and ¾. */
function paint(plot: Plot, box: Box, given: (x: number, y: number) => number): void {
  const found = levels(given, box);
  // One answer everywhere: what is left is rounding, and has no boundary.
  const [least, most] = found.range;
  if (most - least < ONE) return;
  const fill = (value: number) => found.rings(value).map((ring) =>
    `M${ring.map(([x, y]) => `${plot.x(x).toFixed(1)},${plot.y(y).toFixed(1)}`).join("L")}Z`).join("");
  plot.path("field 1", fill(0.5 + NEITHER), { fill: "var(--fig-shallowwash)", "fill-rule": "evenodd" });
  const sides = [...found.lines(0.25), ...found.lines(0.75)];
  plot.strokes("sides", sides, { role: "muted", width: 1, dash: "2 4" });
  // Dead units leave it at one half, from where it parts to one side only: that is no boundary.
  const isCrossed = least < 0.5 - NEITHER && most > 0.5 + NEITHER;
  if (isCrossed) plot.strokes("half", found.lines(0.5), { role: "ink", width: 2 });
}

/** The four inputs: discs for label 1, rings for label 0. */
function marks(plot: Plot, places: readonly Point[]): void {
  const of = (label: number) => places.filter((_, i) => LABELS[i] === label);
  plot.dots("under", places, { role: "paper", radius: 8 });
  plot.dots("ones", of(1), { role: "ink", radius: 6 });
  plot.dots("zeros", of(0), { role: "ink", radius: 6 });
  plot.dots("holes", of(0), { role: "paper", radius: 3.6 });
}

export function inputs(book: Book, source: Source): Plot {
  const frame = (): Frame => ({
    x: { domain: [PLANE[0], PLANE[1]], ticks: [0, 1], label: "x₁" },
    y: { domain: [PLANE[2], PLANE[3]], ticks: [0, 1], label: "x₂" },
  });
  const label = say([
    "输入平面：网络对每一处的答案，四个输入，各单元的线",
    "The plane of the inputs: the net’s answer everywhere, the four inputs, a line for each unit",
  ]);
  return new Plot(label, tall, frame, (plot) => {
    const given = source();
    if (!given) return;
    const { run } = given.course;
    const { units, answers } = now(given);
    paint(plot, PLANE, field(run, now(given)));
    lines(plot, units);
    marks(plot, INPUT_NAMES.map((_, i) => corner(i)));
    answers.forEach((each, i) => {
      const isRight = Math.abs(each - LABELS[i]!) < book.margin;
      const asked = plot.width < NARROW ? "" : `${INPUT_NAMES[i]} → `;
      const words = `${asked}${decimal(each)} ${isRight ? "✓" : "✗"}`;
      const dy = i % 2 ? -18 : 18;
      plot.text(`answer ${i}`, corner(i), words, { anchor: "middle", dy, bold: !isRight });
    });
  });
}

/** Where each unit's argument is 0, with a tick towards the side on which it grows. */
function lines(plot: Plot, units: readonly Unit[]): void {
  const isFew = units.length <= FEW;
  const found = units.flatMap((unit) => {
    const ends = chord(unit.w, unit.b, PLANE);
    return ends ? [{ unit, ends, dead: isDead(unit) }] : [];
  });
  const names: Point[] = [];
  const ticks = found.map(({ unit: { w }, ends }): [Point, Point] => {
    const foot = free(ends, names);
    names.push(foot);
    const far = 0.06 / Math.hypot(...w);
    return [foot, [foot[0] + far * w[0], foot[1] + far * w[1]]];
  });
  const of = (dead: boolean) => found.filter((each) => each.dead === dead).map(({ ends }) => ends);
  const look = { role: "line", width: isFew ? 1.4 : 1 } as const;
  plot.strokes("unit lines", of(false), look);
  plot.strokes("dead lines", of(true), { ...look, dash: "1 4" });
  plot.strokes("sides of lines", ticks, look);
  if (!isFew) return;
  found.forEach(({ unit: { number: unit }, dead }, k) => {
    const words = unitName(unit) + (dead ? say([" 死", " dead"]) : "");
    const at = ticks[k]![1];
    const anchor = at[0] < 0.1 ? "start" : at[0] > 0.9 ? "end" : "middle";
    plot.text(`unit ${unit}`, at, words, { role: "muted", anchor, dy: at[1] > 0.5 ? 9 : -7 });
  });
}

/** The place on a line where its name is farthest from other names, the inputs and their answers. */
function free([a, b]: readonly [Point, Point], names: readonly Point[]): Point {
  const between = (k: number): Point => [a[0] + k * (b[0] - a[0]), a[1] + k * (b[1] - a[1])];
  const answers = INPUT_NAMES.map((_, i): Point => [corner(i)[0], corner(i)[1] + (i % 2 ? 0.13 : -0.13)]);
  const taken = [...names, ...answers, ...INPUT_NAMES.map((_, i) => corner(i))];
  // Words are wider than high.
  const room = ([x, y]: Point) =>
    Math.min(...taken.map(([p, q]) => Math.hypot((x - p) / 2.5, y - q)));
  const places = Array.from({ length: 19 }, (_, k) => between(0.05 * (k + 1)));
  return places.reduce((best, place) => (room(place) > room(best) ? place : best));
}

/** The net at the step that is shown. */
export function sketched(given: Shown): Sketch {
  const { units } = now(given);
  return {
    columns: [
      [1, 2].map((i) => ({ name: `x${subscript(i)}` })),
      units.map((unit) => ({ name: unitName(unit.number), isOff: isDead(unit) })),
      [{ name: "y" }],
    ],
    weights: [[0, 1].map((i) => units.map(({ w }) => w[i as 0 | 1])), units.map(({ v }) => [v])],
  };
}

/** What the hidden layer makes of the inputs: a plane for two units, else a row for each. */
export function hidden(source: Source): Plot {
  const label = say([
    "隐藏层：两个单元时是隐藏空间里的四个输入，否则是每个单元的贡献",
    "The hidden layer: the four inputs in the hidden space if there are two units, else what each unit adds",
  ]);
  const frame = (): Frame => {
    const given = source();
    return given && given.course.run.widths[1] !== 2 ? rowsFrame(given) : planeFrame(given);
  };
  return new Plot(label, tall, frame, (plot) => {
    const given = source();
    if (!given) return;
    if (given.course.run.widths[1] === 2) plane(plot, given);
    else rows(plot, given);
  });
}

function planeFrame(given: Shown | null): Frame {
  const [x0, x1, y0, y1] = given ? given.room : PLANE;
  return { x: { domain: [x0, x1], label: "h₁" }, y: { domain: [y0, y1], label: "h₂" } };
}

function plane(plot: Plot, given: Shown): void {
  const { run } = given.course;
  const { units, c } = now(given);
  const [v1, v2] = [units[0]!.v, units[1]!.v];
  paint(plot, given.room, (h1, h2) => answer(run, v1 * h1 + v2 * h2 + c));
  const place = ({ units: [one, two] }: Look, i: number): Point => [one!.values[i]!, two!.values[i]!];
  const trails = INPUT_NAMES.map((_, i) => given.looks.slice(0, given.at + 1).map((each) => place(each, i)));
  plot.strokes("trails", trails, { role: "line", width: 1 });
  const places = INPUT_NAMES.map((_, i) => place(now(given), i));
  marks(plot, places);
  const named = crowd(plot, places);
  const stands = standing(
    named.map(([at, words]) => ({ x: plot.x(at[0]), y: plot.y(at[1]), words })), plot.width);
  named.forEach(([at, words], k) => {
    const { side, dy } = stands[k]!;
    plot.text(`name ${k}`, at, words, { anchor: side < 0 ? "end" : "start", dx: side * APART, dy });
  });
}

/** Names of the points; those that lie together share one. */
function crowd(plot: Plot, places: readonly Point[]): [Point, string][] {
  const near = ([a, b]: Point, [c, d]: Point) =>
    Math.hypot(plot.x(a) - plot.x(c), plot.y(b) - plot.y(d)) < 22;
  const found: { at: Point; names: string[] }[] = [];
  places.forEach((at, i) => {
    const there = found.find((each) => near(each.at, at));
    if (there) there.names.push(INPUT_NAMES[i]!);
    else found.push({ at, names: [INPUT_NAMES[i]!] });
  });
  return found.map(({ at, names }) => [at, names.join(say(["、", ", "]))]);
}

/** The terms of the last unit's sum: what each unit adds, its bias, and the sum. */
function terms({ units, c, sums }: Look): number[][] {
  return [...units.map(({ v, values }) => values.map((h) => v * h)), [c, c, c, c], [...sums]];
}

function rowsFrame({ looks, at }: Shown): Frame {
  const names = looks[at]!.units.map((unit) =>
    unitName(unit.number) + (isDead(unit) ? say([" 死", " †"]) : ""));
  const words = [...names, say(["偏置", "bias"]), say(["和", "sum"])];
  return {
    x: { domain: [-0.5, 3.5], ticks: [0, 1, 2, 3], words: (i) => INPUT_NAMES[i]! },
    y: { domain: [words.length - 0.4, -0.6], ticks: words.map((_, k) => k), words: (k) => words[k]! },
  };
}

function rows(plot: Plot, given: Shown): void {
  const all = terms(now(given));
  const { most } = given;
  const tall = Math.min(5, (plot.y(1) - plot.y(0)) * 0.32);
  const bars = (isWanted: (term: number, row: number) => boolean) =>
    all.flatMap((row, k) => row.flatMap((term, i) => {
      if (!isWanted(term, k)) return [];
      const [from, to] = [plot.x(i), plot.x(i + (0.46 * term) / most)];
      const y = plot.y(k);
      return [`M${from},${y - tall}H${to}V${y + tall}H${from}Z`];
    })).join("");
  const last = all.length - 1;
  plot.strokes("rule", [[[-0.5, last - 0.5], [3.5, last - 0.5]]], { role: "line", width: 1 });
  plot.path("up", bars((term, k) => term > 0 && k < last), { fill: "var(--fig-shallow)" });
  const empty = { fill: "var(--fig-paper)", stroke: "var(--fig-shallow)", "stroke-width": 1.2 };
  plot.path("down", bars((term, k) => term < 0 && k < last), empty);
  plot.path("sum", bars((_, k) => k === last), { fill: "var(--fig-ink)" });
  const zero = [0, 1, 2, 3].map((i): Point[] => [[i, -0.6], [i, last + 0.6]]);
  plot.strokes("zero", zero, { role: "line", width: 1 });
  const half = 0.46 * (threshold(given.course.run) / most);
  if (half === 0) return;
  const halves = [0, 1, 2, 3].map((i): Point[] => [[i + half, last - 0.45], [i + half, last + 0.45]]);
  plot.strokes("threshold", halves, { role: "exact", width: 1.4, dash: "2 2" });
}

const START = 0.4; // where step 0 stands on a logarithmic axis
const EARLY = 40; // recorded steps at either end that a name of a level should not lie on
const WHO: readonly Pair[] = [["两个", "two"], ["三个", "three"], ["四个", "all four"]];

const distance = (losses: readonly number[], level: number): number =>
  Math.min(...losses.map((loss) => Math.abs(loss - level)));

export function lossPicture(book: Book, source: Source): Plot {
  const top = ({ kind, course: { losses } }: Shown) => {
    const highest = book.levels[kind][2];
    return Math.min(2 * highest, Math.max(1.12 * highest, 1.05 * Math.max(...losses)));
  };
  const frame = (): Frame => {
    const given = source();
    const last = given?.course.steps.at(-1) ?? 1000;
    const tens = Array.from({ length: 5 }, (_, k) => 10 ** k).filter((ten) => ten <= last);
    return {
      x: {
        domain: [START, last], log: true, ticks: [START, ...tens], label: say(["步", "step"]),
        words: (value) => (value === START ? "0" : String(value)),
      },
      y: { domain: [0, given ? top(given) : 1], label: say(["损失", "loss"]) },
    };
  };
  const label = say([
    "损失随步数的变化，和理论给出的三个高度",
    "The loss by steps, and the three levels of theory",
  ]);
  return new Plot(label, LOW, frame, (plot) => {
    const given = source();
    if (!given) return;
    const { course: { steps, losses }, kind, at } = given;
    const last = steps.at(-1)!;
    const place = (k: number): Point => [Math.max(START, steps[k]!), losses[k]!];
    book.levels[kind].forEach((level, k) => {
      plot.line(`level ${k}`, [[START, level], [last, level]], { role: "exact", width: 1, dash: "4 3" });
    });
    plot.clipped("still to come", steps.map((_, k) => place(k)), { role: "line", width: 1.4 });
    plot.clipped("loss", steps.slice(0, at + 1).map((_, k) => place(k)), { role: "shallow", width: 2.2 });
    book.levels[kind].forEach((level, k) => {
      const words = say(["{who}：{what}", "{who}: {what}"], { who: say(WHO[k]!), what: LEVELS[kind][k]! });
      const isRight = distance(losses.slice(0, EARLY), level) < distance(losses.slice(-EARLY), level);
      const [x, look] = isRight ? [last, { anchor: "end", dx: -6 } as const] : [START, { dx: 6 }];
      plot.text(`level name ${k}`, [x, level], words, { role: "exact", dy: -8, ...look });
    });
    if (losses[at]! <= top(given)) plot.dots("now", [place(at)], { role: "shallow", radius: 5 });
  });
}
