/** Wide enough? Train a net of one hidden layer, and see where it falls among the book's seeds. */
import { followed, oneOf, read, whole, write, type Fields, type How } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html, isCalm, set } from "../kit/dom.ts";
import { offer } from "../kit/explorable.ts";
import { grouped } from "../kit/format.ts";
import type { Point } from "../kit/plot.ts";
import { geometric, Training, type Progress, type State as Phase } from "../kit/training.ts";
import { say, type Pair } from "../kit/words.ts";
import { legend } from "./wide/legend.ts";
import { ending, falling, fitting } from "./wide/pictures.ts";
import {
  ACTIVATIONS, LENGTHS, nearest, planned, seeds, STARTS, TARGETS, WIDTHS, type Records, type Setting,
} from "./wide/settings.ts";
import { view, type Done, type Now, type State } from "./wide/view.ts";
import {
  activationWords, ended, error, nearestWords, progressWords, START_WORDS, TARGET_WORDS,
} from "./wide/words.ts";

const USUAL: State = {
  target: "sine", width: 16, activation: "sigmoid", start: "usual", steps: 10_000, seed: 0,
};
const MOST_SEED = 2 ** 31 - 1;
const KEPT = 20; // finished runs that stay in the picture
const PAUSE = 100; // milliseconds between two pictures of a run
const BETWEEN = 41; // recorded steps
const TRAINING = say(["正在你的机器上训练……", "Training on your machine…"]);

const names = <T extends string>(table: Readonly<Record<T, unknown>>) => Object.keys(table) as T[];
const key = ({ target, width, activation, start, steps }: Setting): string =>
  [target, width, activation, start, steps].join(" ");

function parsed(fields: Fields | null): State {
  const width = whole(fields?.width, 1, WIDTHS.at(-1)!, USUAL.width);
  const distance = (each: number) => Math.abs(each - width);
  return {
    target: oneOf(fields?.target, names(TARGETS), USUAL.target),
    width: WIDTHS.reduce<number>((best, each) => (distance(each) < distance(best) ? each : best), 1),
    activation: oneOf(fields?.activation, ACTIVATIONS, USUAL.activation),
    start: oneOf(fields?.start, names(STARTS), USUAL.start),
    steps: LENGTHS.find((each) => String(each) === fields?.steps) ?? USUAL.steps,
    seed: whole(fields?.seed, 0, MOST_SEED, USUAL.seed),
  };
}

const fields = (state: State): Fields =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)]));

/** What the reader may set; `changed` hears of each choice. */
function settings(state: State, changed: (part: Partial<State>) => void) {
  const pairs = <T extends string>(all: readonly T[], words: (each: T) => Pair) =>
    all.map((each) => [each, words(each)] as const);
  const place = (width: number) => WIDTHS.findIndex((each) => each === width);
  const target = choice(
    ["目标", "Target"], pairs(names(TARGETS), (each) => TARGET_WORDS[each]), state.target,
    (each) => changed({ target: each }),
  );
  const width = slider(
    ["宽度", "Width"], { min: 0, max: WIDTHS.length - 1, words: (i) => String(WIDTHS[i]) }, place(state.width),
    (i, settled) => settled && changed({ width: WIDTHS[i]! }),
  );
  const activation = choice(
    ["激活函数", "Activation"], pairs(ACTIVATIONS, activationWords), state.activation,
    (each) => changed({ activation: each }),
  );
  const start = choice(
    ["初值", "Start"], pairs(names(STARTS), (each) => START_WORDS[each]), state.start,
    (each) => changed({ start: each }),
  );
  const steps = choice(
    ["步数", "Steps"], pairs(LENGTHS.map(String), (each) => [grouped(Number(each)), grouped(Number(each))]),
    String(state.steps), (each) => changed({ steps: Number(each) }),
  );
  const seed = counter(
    ["种子", "Seed"], { min: 0, max: MOST_SEED }, state.seed, (each) => changed({ seed: each }),
  );
  return {
    element: row(target, width, activation, start, steps, seed),
    show(now: State) {
      target.show(now.target);
      width.show(place(now.width));
      activation.show(now.activation);
      start.show(now.start);
      steps.show(String(now.steps));
      seed.show(now.seed);
    },
  };
}

/** How far a run has come, as a bar and in words. */
function meter() {
  const bar = html("progress", { value: 0, max: 1, "aria-label": say(["训练进度", "Progress of training"]) });
  const words = html("span", { class: "dl-wide__step" });
  return {
    element: html("p", { class: "dl-wide__meter" }, bar, words),
    show(step: number, steps: number) {
      set(bar, { value: step, max: steps });
      words.textContent = progressWords(step, steps);
    },
  };
}

offer("wide", ({ root, records: given }) => {
  const records = given as unknown as Records;
  const finished = new Map<string, Done[]>();
  let state = parsed(read("wide"));
  let now: (Now & { step: number }) | null = null;
  let curve: Point[] = [];
  let drawn = 0;

  const past = (): Done[] => finished.get(key(state)) ?? [];
  const ask = () => view(state, records, { now, curve, past: past() });
  const plots = [fitting(ask), falling(ask), ending(ask)];
  const told = legend();
  const drawAll = () => {
    drawn = performance.now();
    for (const plot of plots) plot.draw();
    told.show(ask());
  };

  const training = new Training({
    progress(progress) {
      now = progress;
      const points = progress.steps.map((step, i): Point => [step, progress.losses[i]!]);
      curve = [...curve, ...points.filter(([step]) => step > 0)]; // a log axis has no place for step 0
      bar.show(progress.step, state.steps);
      if (progress.done) arrived(progress);
      else if (!isCalm() && performance.now() - drawn > PAUSE) drawAll();
    },
    failed: (message) => status.say(say(["训练出错：{message}", "Training failed: {message}"], { message })),
    changed: (phase) => buttons(phase),
  });
  const arrived = ({ flat, loss }: Progress) => {
    const others = past().filter(({ seed }) => seed !== state.seed);
    finished.set(key(state), [...others, { seed: state.seed, curve, error: loss }].slice(-KEPT));
    status.say(ended(ask(), flat, loss));
    drawAll();
  };
  const train = () => {
    now = null;
    curve = [];
    bar.show(0, state.steps);
    status.say(TRAINING);
    training.start(planned(state), state.seed, geometric(state.steps, BETWEEN));
    drawAll();
  };
  const buttons = (phase: Phase) => {
    const isOn = phase === "running" || phase === "paused";
    const words: Pair = phase === "paused" ? ["继续", "Resume"] : ["再训练一次", "Train again"];
    go.show(phase === "running" ? ["暂停", "Pause"] : words);
    // A button that is switched off would lose the focus to the top of the page.
    if (!isOn && document.activeElement === stop.element) go.element.focus({ preventScroll: true });
    stop.enable(isOn);
  };
  const pressed = () => {
    if (training.state === "running") {
      training.pause();
      status.say(say(["已暂停。", "Paused."]));
    } else if (training.state === "paused") {
      status.say(TRAINING);
      training.resume();
    } else train();
  };
  const cancelled = () => {
    training.cancel();
    const parts = now && { step: grouped(now.step), error: error(now.loss) };
    status.say(parts
      ? say(["已取消：第 {step} 步，误差 {error}。", "Cancelled at step {step}, with an error of {error}."], parts)
      : say(["已取消。", "Cancelled."]));
    now = now && { ...now, isGivenUp: true };
    drawAll();
  };
  const cleared = () => {
    const last = past().filter(({ seed }) => now?.done && seed === state.seed); // it is still shown
    finished.clear();
    finished.set(key(state), last);
    drawAll();
  };

  const show = (how: How) => {
    controls.show(state);
    const book = seeds(state, records);
    if (book && document.activeElement === nearer.element) go.element.focus({ preventScroll: true });
    nearer.element.hidden = book !== null;
    nearer.show(nearestWords(nearest(state, records)));
    line.show(
      book ? `dlbook run ${book.figure} --replay seed=${state.seed} ${book.choices}` : null,
      book ? "" : say(["这是你自己的设定，书中没有哪个脚本有它。", "this setting is yours; no script of the book has it."]),
    );
    write("wide", fields(state), how);
  };
  const changed = (part: Partial<State>) => {
    const next = { ...state, ...part };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    show("push");
    train();
  };

  const controls = settings(state, changed);
  const go = button(["训练", "Train"], pressed);
  const stop = button(["取消", "Cancel"], cancelled);
  const next = button(["换下一个种子", "Next seed"], () => changed({ seed: Math.min(MOST_SEED, state.seed + 1) }));
  const clear = button(["清除旧的", "Clear earlier runs"], cleared);
  const nearer = button(["", ""], () => changed(nearest(state, records)));
  const bar = meter();
  const status = report();
  const line = command();
  root.append(
    controls.element, row(go, stop, next, clear, nearer), bar.element, status.element,
    html("div", { class: "dl-wide__plots" }, ...plots.map(({ element }) => element)),
    told.element, line.element,
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
