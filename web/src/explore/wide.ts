/** Wide enough? Train a net of one hidden layer, and see where it falls among the book's seeds. */
import { followed, oneOf, read, whole, write, type Fields, type How } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html, isCalm, set } from "../kit/dom.ts";
import { offer } from "../kit/explorable.ts";
import { number, percent } from "../kit/format.ts";
import { Plot, type Point } from "../kit/plot.ts";
import { geometric, Training, type Progress, type State as Phase } from "../kit/training.ts";
import { say, type Pair } from "../kit/words.ts";
import { CURVES, spaced } from "../engine/data.ts";
import { Net } from "../engine/net.ts";
import {
  ACTIVATIONS, better, LENGTHS, middles, nearest, planned, seeds, STARTS, TARGETS, WIDE, WIDTHS,
  type Course, type Records, type Setting, type Start, type Target,
} from "./wide/settings.ts";

type State = Setting & { readonly seed: number };

/** A finished run: its errors at the recorded steps. */
interface Done {
  readonly seed: number;
  readonly curve: readonly Point[];
  readonly error: number;
}

const USUAL: State = { target: "sine", width: 16, activation: "sigmoid", start: "usual", steps: 10_000, seed: 0 };
const MOST_SEED = 2 ** 31 - 1;
const KEPT = 20; // finished runs that stay in the picture
const PAUSE = 100; // milliseconds between two pictures of a run
const GRID = spaced(-1, 1, 201);
const BETWEEN = 41; // recorded steps

const TARGET_WORDS: Record<Target, Pair> = {
  sine: ["sin 12x", "sin 12x"],
  polynomial: ["−2x⁴ + x³ + x² − 2x", "−2x⁴ + x³ + x² − 2x"],
  absolute: ["|x|", "|x|"],
};
const HEIGHTS: Record<Target, readonly [number, number]> = {
  sine: [-1.4, 1.4],
  polynomial: [-2.4, 1.6],
  absolute: [-0.3, 1.3],
};
const START_WORDS: Record<Start, Pair> = {
  usual: ["Xavier，偏置也随机（书中）", "Xavier, biases too (the book’s)"],
  spread: ["转折点撒开（书中）", "kinks spread (the book’s)"],
  he: ["He 正态，偏置为 0", "He normal, biases 0"],
  torch: ["±1/√输入数", "±1/√inputs"],
};

const names = <T extends string>(table: Readonly<Record<T, unknown>>) => Object.keys(table) as T[];
const key = ({ target, width, activation, start, steps }: Setting): string =>
  [target, width, activation, start, steps].join(" ");
const words = (value: number): string => number(value, 3);

function parsed(fields: Fields | null): State {
  const width = whole(fields?.width, 1, WIDTHS.at(-1)!, USUAL.width);
  return {
    target: oneOf(fields?.target, names(TARGETS), USUAL.target),
    width: WIDTHS.reduce((best, each) => (Math.abs(each - width) < Math.abs(best - width) ? each : best), 1),
    activation: oneOf(fields?.activation, ACTIVATIONS, USUAL.activation),
    start: oneOf(fields?.start, names(STARTS), USUAL.start),
    steps: LENGTHS.find((each) => String(each) === fields?.steps) ?? USUAL.steps,
    seed: whole(fields?.seed, 0, MOST_SEED, USUAL.seed),
  };
}

const fields = (state: State): Fields =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)]));

/** What stands beside a final error: its share of the variance, the book's seeds, the same seed. */
function judged(state: State, error: number, records: Records): string {
  const { constant } = records[WIDE].curves[state.target]!;
  const book = seeds(state, records);
  const parts = { seed: state.seed, steps: state.steps, error: words(error), left: percent(error / constant, 1) };
  const first = say([
    "种子 {seed} 训练 {steps} 步后，均方误差 {error}，方差还剩 {left}。",
    "After {steps} steps seed {seed} has a mean squared error of {error}; {left} of the variance is left.",
  ], parts);
  if (!book) {
    return first + say(["这是你自己的设定，书里没有训练过，没有种子可比。", " This setting is your own: the book has not trained it, so there are no seeds to compare with."]);
  }
  const { errors } = book.cell;
  const others = errors.filter((_, seed) => seed !== state.seed);
  const second = say(
    ["书中另外 {n} 个种子里，有 {worse} 个误差更大。", " Of the book’s {n} other seeds {worse} have a larger error."],
    { n: others.length, worse: better(error, others) },
  );
  const recorded = errors[state.seed];
  if (recorded === undefined) return first + second;
  const isSame = Number(error.toPrecision(4)) === recorded;
  const both = { recorded: words(recorded), error: words(error) };
  return first + second + (isSame
    ? say(["它就是书中的那一次：记录到四位数字，位位相同。", " It is the book’s own run: the same in all four digits of the record."])
    : say(["书中这个种子停在 {recorded}：同一个起点，步数多了，舍入误差把两次训练分开了。", " In the book this seed ends at {recorded}: the same start, but over so many steps rounding has parted the two runs."], both));
}

offer("wide", ({ root, records: given }) => {
  const records = given as unknown as Records;
  let state = parsed(read("wide"));
  let now: Progress | null = null;
  let curve: Point[] = [];
  let drawn = 0;
  const finished = new Map<string, Done[]>();

  const past = (): Done[] => finished.get(key(state)) ?? [];
  const course = (): Course => records[seeds(state, records)?.figure ?? WIDE];
  const drawAll = () => {
    drawn = performance.now();
    for (const plot of [fit, loss, strip]) plot.draw();
  };

  const training = new Training({
    progress(progress) {
      now = progress;
      curve = [...curve, ...progress.steps.map((step, i): Point => [Math.max(1, step), progress.losses[i]!])];
      set(bar, { value: progress.step, max: state.steps });
      if (progress.done) ended(progress);
      else if (!isCalm() && performance.now() - drawn > PAUSE) drawAll();
    },
    failed: (message) => status.say(say(["训练出错：{message}", "Training failed: {message}"], { message })),
    changed: (phase) => buttons(phase),
  });
  const ended = ({ loss: error }: Progress) => {
    const others = past().filter(({ seed }) => seed !== state.seed);
    finished.set(key(state), [...others, { seed: state.seed, curve, error }].slice(-KEPT));
    status.say(judged(state, error, records));
    drawAll();
  };
  const train = () => {
    now = null;
    curve = [];
    status.say(say(["正在你的机器上训练……", "Training on your machine…"]));
    training.start(planned(state), state.seed, geometric(state.steps, BETWEEN));
    drawAll();
  };
  const buttons = (phase: Phase) => {
    go.show(phase === "running" ? ["暂停", "Pause"] : phase === "paused" ? ["继续", "Resume"] : ["再训练一次", "Train again"]);
    stop.enable(phase === "running" || phase === "paused");
  };
  const pressed = () => {
    if (training.state === "running") training.pause();
    else if (training.state === "paused") training.resume();
    else train();
  };

  const show = (how: How) => {
    controls.target.show(state.target);
    controls.width.show(WIDTHS.indexOf(state.width as (typeof WIDTHS)[number]));
    controls.activation.show(state.activation);
    controls.start.show(state.start);
    controls.steps.show(String(state.steps));
    controls.seed.show(state.seed);
    const book = seeds(state, records);
    nearer.element.hidden = book !== null;
    line.show(
      book ? `dlbook run ${book.figure} --replay seed=${state.seed} ${book.choices}` : null,
      book ? "" : say(["这个设定不在书中的脚本里。", "no script of the book has this setting."]),
    );
    write("wide", fields(state), how);
  };
  const changed = (part: Partial<State>, how: How = "push") => {
    const isSame = Object.entries(part).every(([name, value]) => state[name as keyof State] === value);
    state = { ...state, ...part };
    show(how);
    if (how !== "moving" && !(isSame && training.state !== "idle")) train();
  };

  const pairs = <T extends string>(all: readonly T[], table: Readonly<Record<T, Pair>>) => all.map((each) => [each, table[each]] as const);
  const controls = {
    target: choice(["目标", "Target"], pairs(names(TARGETS), TARGET_WORDS), state.target, (target) => changed({ target })),
    width: slider(
      ["宽度", "Width"], { min: 0, max: WIDTHS.length - 1, words: (i) => String(WIDTHS[i]) },
      WIDTHS.indexOf(state.width as (typeof WIDTHS)[number]),
      (i, settled) => {
        if (settled) changed({ width: WIDTHS[i]! });
      },
    ),
    activation: choice(
      ["激活函数", "Activation"], ACTIVATIONS.map((each) => [each, [each, each]] as const), state.activation,
      (activation) => changed({ activation }),
    ),
    start: choice(["初值", "Start"], pairs(names(STARTS), START_WORDS), state.start, (start) => changed({ start })),
    steps: choice(
      ["步数", "Steps"], LENGTHS.map((each) => [String(each), [String(each), String(each)]] as const), String(state.steps),
      (steps) => changed({ steps: Number(steps) }),
    ),
    seed: counter(["种子", "Seed"], { min: 0, max: MOST_SEED }, state.seed, (seed) => changed({ seed })),
  };
  const go = button(["训练", "Train"], pressed);
  const stop = button(["取消", "Cancel"], () => {
    training.cancel();
    status.say(say(["已取消。", "Cancelled."]));
  });
  const next = button(["换下一个种子", "Next seed"], () => changed({ seed: Math.min(MOST_SEED, state.seed + 1) }));
  const clear = button(["清除旧的", "Clear earlier runs"], () => {
    finished.clear();
    drawAll();
  });
  const nearer = button(["换成最近的书中设定", "Take the book’s nearest setting"], () => changed(nearest(state, records)));
  const bar = html("progress", { value: 0, max: state.steps, "aria-label": say(["训练进度", "Progress of training"]) });
  const status = report();
  const line = command();

  const fit = new Plot(
    say(["目标与网络的输出", "Target and the net’s output"]), 220,
    () => ({
      x: { domain: [-1, 1], label: "x", ticks: [-1, -0.5, 0, 0.5, 1] },
      y: { domain: HEIGHTS[state.target], label: say(["目标（灰）与输出", "Target (grey) and output"]) },
    }),
    (plot) => {
      const [low, high] = HEIGHTS[state.target];
      const f = CURVES[TARGETS[state.target]]!;
      plot.line("target", [...GRID].map((x): Point => [x, f(x)]), { role: "line", width: 4 });
      if (!now) return;
      const y = new Net([1, state.width, 1], state.activation, now.flat, GRID.length).forward(GRID, GRID.length);
      const held = (value: number) => Math.min(high, Math.max(low, value));
      plot.line("output", [...GRID].map((x, i): Point => [x, held(y[i]!)]), { role: "deep", width: 2 });
      const up = low + 0.05 * (high - low);
      plot.strokes("middles", middles(now.flat, state.width).map((x) => [[x, low], [x, up]]), { role: "extra", width: 1.4 });
    },
  );
  const loss = new Plot(
    say(["误差随步数的变化", "The error as the steps go on"]), 250,
    () => {
      const band = seeds(state, records)?.cell.band;
      const mine = [...past(), { curve }].flatMap((run) => run.curve.map(([, y]) => y)).filter(Number.isFinite);
      const least = Math.min(...(band?.[0] ?? [1e-3]), ...mine);
      const most = Math.max(...(band?.at(-1) ?? [1]), ...mine);
      return {
        x: { domain: [1, state.steps], log: true, label: say(["步数", "steps"]) },
        y: { domain: [Math.max(1e-9, least / 2), 1.5 * most], log: true, label: say(["均方误差", "mean squared error"]) },
      };
    },
    (plot) => {
      const book = seeds(state, records);
      const { constant, monotone } = records[WIDE].curves[state.target]!;
      if (book) {
        const at = (i: number) => Math.max(1, book.steps[i]!);
        const rows = (a: number, b: number) => book.cell.band[a]!.map((low, i) => [at(i), low, book.cell.band[b]![i]!] as const);
        plot.band("all", rows(0, 4), { role: "grid" });
        plot.band("most", rows(1, 3), { role: "shallow", opacity: 0.25 });
        plot.line("median", book.cell.band[2]!.map((y, i): Point => [at(i), y]), { role: "shallow", width: 1.6, dash: "6 3" });
      }
      plot.line("constant", [[1, constant], [state.steps, constant]], { role: "muted", width: 1.2, dash: "1 4" });
      plot.text("constant words", [state.steps, constant], say(["最好的常数", "best constant"]), { role: "muted", anchor: "end", dy: -9 });
      if (state.width === 1 && state.activation === "sigmoid") {
        plot.line("monotone", [[1, monotone!], [state.steps, monotone!]], { role: "exact", width: 2 });
        plot.text("monotone words", [1, monotone!], say(["单个 sigmoid 是单调的，越不过这里", "one sigmoid is monotone and cannot pass this"]), { role: "exact", dy: 12 });
      }
      plot.strokes("past", past().filter(({ seed }) => seed !== state.seed).map((run) => run.curve), { role: "muted", width: 0.8 });
      plot.line("run", curve, { role: "deep", width: 2.2 });
    },
  );
  const strip = new Plot(
    say(["各种子最后的误差", "Final errors of the seeds"]), 110,
    () => {
      const errors = [...(seeds(state, records)?.cell.errors ?? []), ...past().map(({ error }) => error), now?.loss ?? 0.1];
      const [low, high] = [Math.min(...errors), Math.max(...errors)];
      return {
        x: { domain: [Math.max(1e-10, low / 1.6), Math.max(high, low * 4) * 1.6], log: true, label: say(["最后的均方误差（越左越好）", "final mean squared error (left is better)"]) },
        y: { domain: [0, 1], ticks: [] },
      };
    },
    (plot) => {
      const book = seeds(state, records);
      const failed = course().curves[state.target]?.failed ?? records[WIDE].curves[state.target]!.failed;
      const errors = book?.cell.errors ?? [];
      const at = (error: number, i: number): Point => [Math.max(1e-10, error), 0.2 + 0.25 * (i % 3)];
      const points = errors.map(at);
      plot.dots("good", points.filter(([error]) => error <= failed), { role: "shallow", radius: 3, opacity: 0.75 });
      plot.crosses("failed", points.filter(([error]) => error > failed), { role: "extra", radius: 3.5, width: 1.2 });
      plot.dots("past", past().filter(({ seed }) => seed !== state.seed).map(({ error }): Point => [Math.max(1e-10, error), 0.85]), { role: "muted", radius: 3 });
      if (!now) return;
      const mine: Point = [Math.max(1e-10, now.loss), 0.85];
      plot.dots("mine", [mine], { role: "deep", radius: 6 });
      plot.text("mine words", mine, say(["你的", "yours"]), { role: "deep", dx: 10, bold: true });
    },
  );

  const legend = html("p", { class: "dl-wide__legend" },
    html("span", { class: "dl-wide__all" }, say(["书中各种子：最小到最大", "the book’s seeds: least to most"])),
    html("span", { class: "dl-wide__most" }, say(["其中 10% 到 90%", "10% to 90% of them"])),
    html("span", { class: "dl-wide__median" }, say(["中位数", "median"])),
    html("span", { class: "dl-wide__mine" }, say(["你这一次", "your run"])),
    html("span", { class: "dl-wide__kinks" }, say(["短竖线：单元的中点 −b/w", "short strokes: middles of the units, −b/w"])),
  );
  root.append(
    row(controls.target, controls.width, controls.activation, controls.start, controls.steps, controls.seed),
    row(go, stop, next, clear, nearer), bar, status.element,
    html("div", {}, fit.element, loss.element, strip.element, legend), line.element,
  );
  followed("wide", (back) => {
    state = parsed(back);
    show("replace");
    train();
  });
  buttons("idle");
  show("replace");
  train();
});
