/** Wide enough? Train a net of one hidden layer, and see where it falls among the book's seeds. */
import { LAST_SEED, oneOf, whole, type Fields } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { ready } from "../engine/arithmetic.ts";
import { command } from "../kit/command.ts";
import { html, isCalm, set } from "../kit/dom.ts";
import { offer, type Stage } from "../kit/explorable.ts";
import { grouped } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { network } from "../kit/network.ts";
import type { OwnData } from "../kit/own_data.ts";
import { ownPanel } from "../kit/own_panel.ts";
import type { Point } from "../kit/plot.ts";
import { scriptPanel } from "../kit/script_panel.ts";
import { seedPanel } from "../kit/seed_panel.ts";
import { captioned, stage, stories } from "../kit/stage.ts";
import { geometric, Training, type Phase, type Progress } from "../kit/training.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import { marks } from "./wide/legend.ts";
import { drawnNet, falling, fitting, strip } from "./wide/pictures.ts";
import {
  WIDE_ACTIVATIONS, LENGTHS, nearest, planned, seedOf, STARTED, STARTS, TARGETS, WIDE, WIDTHS, type Setting,
} from "./wide/settings.ts";
import { view, type Done, type Now, type WideState } from "./wide/view.ts";
import {
  activationWords, ended, errorText, nearestWords, progressWords, START_WORDS, TARGET_WORDS,
} from "./wide/sentences.ts";
import { wideQuestion, wideTaken } from "./wide/wide_tools.ts";

const USUAL: WideState = {
  target: "sine", width: 16, activation: "sigmoid", start: "usual", steps: 10_000, seed: 0,
};
const KEPT = 20; // finished runs that stay in the picture
const PAUSE = 100; // milliseconds between two pictures of a run
const BETWEEN = 41; // recorded steps
const NET_HEIGHT = 120;
/** Settings that say something beside one another. */
const STORIES: readonly (readonly [Pair, Partial<WideState>])[] = [
  [["书中的 16 个单元", "The book’s 16 units"], {}],
  [["同样 16 个，中点撒开", "The same 16, started spread out"], { start: "both", steps: 6000 }],
  [["一个单元", "One unit alone"], { width: 1 }],
  [["|x|，4 个单元", "|x| with 4 units"], { target: "absolute", width: 4 }],
];
const TRAINING = say(["正在你的机器上训练……", "Training on your machine…"]);

const names = <T extends string>(table: Readonly<Record<T, unknown>>) => Object.keys(table) as T[];
const key = ({ target, width, activation, start, steps }: Setting): string =>
  [target, width, activation, start, steps].join(" ");

function parsed(fields: Fields | null): WideState {
  const width = whole(fields?.width, 1, WIDTHS.at(-1)!, USUAL.width);
  const distance = (each: number) => Math.abs(each - width);
  return {
    target: oneOf(fields?.target, names(TARGETS), USUAL.target),
    width: WIDTHS.reduce<number>((best, each) => (distance(each) < distance(best) ? each : best), 1),
    activation: oneOf(fields?.activation, WIDE_ACTIVATIONS, USUAL.activation),
    start: oneOf(fields?.start, names(STARTS), USUAL.start),
    steps: LENGTHS.find((each) => String(each) === fields?.steps) ?? USUAL.steps,
    seed: whole(fields?.seed, 0, LAST_SEED, USUAL.seed),
  };
}

const fields = (state: WideState): Fields =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)]));

/** What the reader may set; `changed` hears of each choice, and whether others may follow at once. */
function settings(state: WideState, changed: (part: Partial<WideState>, isMove?: boolean) => void) {
  const pairs = <T extends string>(all: readonly T[], words: (each: T) => Pair) =>
    all.map((each) => [each, words(each)] as const);
  const place = (width: number) => WIDTHS.findIndex((each) => each === width);
  const target = choice(
    ["目标", "Target"], pairs(names(TARGETS), (each) => TARGET_WORDS[each]), state.target,
    (each) => changed({ target: each }),
  );
  const width = slider(
    ["宽度", "Width"], { min: 0, max: WIDTHS.length - 1, words: (i) => String(WIDTHS[i]) }, place(state.width),
    (i, settled) => settled && changed({ width: WIDTHS[i]! }, true),
  );
  const activation = choice(
    WORDS.activation, pairs(WIDE_ACTIVATIONS, activationWords), state.activation,
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
    WORDS.seed, { min: 0, max: LAST_SEED }, state.seed, (each) => changed({ seed: each }, true),
  );
  return {
    element: row(target, width, activation, start, steps, seed),
    /** Say that the reader's own data are the target, or that the book's are again. */
    own(isOwn: boolean) {
      const select = target.element.querySelector("select")!;
      select.querySelector("[value=own]")?.remove();
      if (isOwn) select.append(html("option", { value: "own", selected: true }, say(WORDS.yours)));
    },
    show(now: WideState) {
      if (!target.element.querySelector("[value=own]")) target.show(now.target);
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
  const bar = html("progress", { value: 0, max: 1, "aria-label": say(WORDS.progress) });
  const words = html("span", { class: "dl-wide__step" });
  return {
    element: html("p", { class: "dl-wide__meter" }, bar, words),
    show(step: number, steps: number) {
      set(bar, { value: step, max: steps });
      words.textContent = progressWords(step, steps);
    },
  };
}

offer("wide", ({ root, tools, records }: Stage<typeof WIDE | typeof STARTED>) => {
  const finished = new Map<string, Done[]>();
  const trail = new Trail("wide", (back) => {
    state = parsed(back);
    show();
    trail.note(fields(state));
    train();
  });
  let state = parsed(trail.asked);
  let now: (Now & { step: number }) | null = null;
  let curve: Point[] = [];
  let drawn = 0;
  let own: OwnData | null = null;
  const panels: { show(): void }[] = [];

  const past = (): Done[] => finished.get(key(state)) ?? [];
  const ask = () => view(state, records, { now, curve, past: past(), own });
  const plots = [fitting(ask), falling(ask), strip(ask)] as const;
  const net = network(say([
    "网络：一个输入，一层隐藏单元，一个输出；线越粗，权重越大，虚线是负的",
    "The net: one input, a layer of hidden units, one output; thicker lines are larger weights, dashed ones " +
      "negative",
  ]), NET_HEIGHT);
  const told = marks();
  const drawAll = () => {
    drawn = performance.now();
    for (const plot of plots) plot.draw();
    net.show(drawnNet(ask()));
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
    failed: (message) => status.tell(say(WORDS.failed, { message })),
    changed: (phase) => buttons(phase),
  });
  const arrived = ({ flat, loss }: Progress) => {
    const others = past().filter(({ seed }) => seed !== state.seed);
    finished.set(key(state), [...others, { seed: state.seed, curve, error: loss }].slice(-KEPT));
    status.tell(ended(ask(), flat, loss));
    drawAll();
  };
  const train = () => {
    now = null;
    curve = [];
    bar.show(0, state.steps);
    status.tell(TRAINING);
    training.start(planned(state), seedOf(state, records), geometric(state.steps, BETWEEN), own?.samples);
    drawAll();
  };
  const buttons = (phase: Phase) => {
    const isOn = phase === "running" || phase === "paused";
    const words: Pair = phase === "paused" ? WORDS.resume : ["再训练一次", "Train again"];
    go.show(phase === "running" ? WORDS.pause : words);
    // A button that is switched off would lose the focus to the top of the page.
    if (!isOn && document.activeElement === stop.element) go.element.focus({ preventScroll: true });
    stop.enable(isOn);
  };
  const pressed = () => {
    if (training.state === "running") {
      training.pause();
      status.tell(say(["已暂停。", "Paused."]));
    } else if (training.state === "paused") {
      status.tell(TRAINING);
      training.resume();
    } else train();
  };
  const cancelled = () => {
    training.cancel();
    const parts = now && { step: grouped(now.step), error: errorText(now.loss) };
    status.tell(parts
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

  const show = () => {
    controls.show(state);
    const { book } = ask();
    for (const panel of panels) panel.show();
    if (book && document.activeElement === nearer.element) go.element.focus({ preventScroll: true });
    nearer.element.hidden = book !== null || own !== null;
    nearer.show(nearestWords(nearest(state, records)));
    line.show(
      book ? `dlbook run ${book.figure} --replay seed=${state.seed} ${book.choices}` : null,
      book ? "" : own ? say([
        "书中的脚本不认识你的数据；下面可以带走一个认识它的脚本。",
        "no script of the book knows your data; below you can take one along that does.",
      ]) : say(["这是你自己的设定，书中没有哪个脚本有它。", "this setting is yours; no script of the book has it."]),
    );
  };
  const changed = (part: Partial<WideState>, isMove = false) => {
    const next = { ...state, ...part };
    if (part.target && own) bring(null); // another target is one of the book's
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    show();
    if (isMove) trail.move(fields(state), true);
    else trail.choose(fields(state));
    train();
  };

  /** Train on other data from now on; earlier runs were on others. */
  const bring = (next: OwnData | null) => {
    own = next;
    finished.clear();
    mine.show(own);
    controls.own(own !== null);
    show();
    train();
  };

  const controls = settings(state, changed);
  const go = button(["训练", "Train"], pressed);
  const stop = button(WORDS.cancel, cancelled);
  const next = button(["换下一个种子", "Next seed"], () => changed({ seed: Math.min(LAST_SEED, state.seed + 1) }));
  const clear = button(["清除旧的", "Clear earlier runs"], cleared);
  const nearer = button(["", ""], () => changed(nearest(state, records)));
  const bar = meter();
  const status = report();
  const line = command();
  const [fit, fall, ends] = [
    captioned(["目标与输出", "Target and output"], plots[0].element),
    captioned(["误差", "The error"], plots[1].element),
    captioned(["各种子的终点", "Where seeds ended"], plots[2].element),
  ];
  stage(root, "wide", {
    controls: [
      controls.element, row(go, stop, next, clear, nearer, { element: stories(STORIES.map(([words, part]) => [words, () => changed({ ...USUAL, ...part })])) }),
    ],
    answer: [bar.element, fit!.element],
    more: [
      html("div", { class: "dl-wide__rest" }, status.element, ends!.element),
      html("div", { class: "dl-wide__side" }, fall!.element, html("div", { class: "dl-wide__net" },
        captioned(["网络", "The net"], net.element).element, told.element)),
    ],
    foot: [line.element],
  });
  const every = seedPanel(() => wideQuestion(ask(), records));
  const script = scriptPanel(() => wideTaken(ask(), records));
  const mine = ownPanel(bring, true);
  panels.push(every, script);
  tools.addPanel(WORDS.everySeed, () => every.element);
  tools.addPanel(WORDS.ownData, () => mine.element);
  tools.addPanel(WORDS.script, () => script.element);
  mine.show(null);
  buttons("idle");
  show();
  trail.note(fields(state));
  train();
}, ready);
