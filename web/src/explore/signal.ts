/** Choose depth, activation and start: what is left of a signal, layer by layer; then train. */
import { LAST_SEED, oneOf, whole, type Fields } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { ready } from "../engine/arithmetic.ts";
import { command } from "../kit/command.ts";
import { html, isCalm } from "../kit/dom.ts";
import { offer, type Place } from "../kit/explorable.ts";
import { number } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { Plot, type Point } from "../kit/plot.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { geometric, Training, type Phase, type Progress } from "../kit/training.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import type { Explorable as Book, Named } from "../records/the_start_decides_which_gradients_survive.ts";
import {
  firstWeights, isTheBooks, norms, ofTheBook, signalRun, RATES, samplesOf, SIGNAL_ACTIVATIONS, SIGNAL_STARTS, theory,
  type Descent, type Norms, type SignalActivation, type SignalSetting, type SignalStart,
} from "./signal/norms.ts";

const FIGURE = "the_start_decides_which_gradients_survive";
const STEPS = 300;
const MOST = 40; // layers
const PAUSE = 100; // milliseconds between two pictures of a run
const LEAST = 1e-30; // of what is shown; smaller is at the edge
interface SignalState extends SignalSetting {
  /** Whether it is to be trained when it is opened. */
  readonly trained: boolean;
}
const START: SignalState = {
  depth: 20, activation: "sigmoid", start: "xavier_uniform", seed: 0, descent: "adam", trained: false,
};

const ACTIVATION_WORDS: Readonly<Record<SignalActivation, Pair>> = {
  relu: ["ReLU", "ReLU"], tanh: ["tanh", "tanh"], sigmoid: ["sigmoid", "sigmoid"],
  identity: ["线性", "linear"],
};
const STARTS_WORDS: Readonly<Record<SignalStart, Pair>> = {
  he_normal: ["He", "He’s"], xavier_uniform: ["Xavier", "Xavier’s"],
  normal_0_05: ["太小：N(0, 0.05²)", "too small: N(0, 0.05²)"], standard_normal: ["太大：N(0, 1)", "too large: N(0, 1)"],
};
const DESCENT_WORDS: Readonly<Record<Descent, Pair>> = {
  adam: ["Adam", "Adam"], sgd: ["梯度下降", "gradient descent"],
};
const STORIES: readonly (readonly [Pair, Partial<SignalState>])[] = [
  [["sigmoid：没了", "Sigmoids: gone"], {}],
  [["tanh：还在", "Tanh: still there"], { activation: "tanh" }],
  [["ReLU，Xavier", "ReLUs, Xavier’s"], { activation: "relu" }],
  [["ReLU，He", "ReLUs, He’s"], { activation: "relu", start: "he_normal" }],
  [["线性也会没", "Linear, and gone"], { activation: "identity", start: "normal_0_05" }],
  [["太大", "Too large"], { activation: "relu", start: "standard_normal" }],
];

const named = <T extends string>(table: Readonly<Record<T, Pair>>) =>
  (Object.keys(table) as T[]).map((each) => [each, table[each]] as const);

function parsed(fields: Fields | null): SignalState {
  return {
    depth: whole(fields?.depth, 2, MOST, START.depth),
    activation: oneOf(fields?.activation, SIGNAL_ACTIVATIONS, START.activation),
    start: oneOf(fields?.start, Object.keys(SIGNAL_STARTS) as SignalStart[], START.start),
    seed: whole(fields?.seed, 0, LAST_SEED, START.seed),
    descent: oneOf(fields?.descent, Object.keys(RATES) as Descent[], START.descent),
    trained: fields?.trained === "1",
  };
}

const fieldsOf = ({ trained, ...rest }: SignalState): Fields => ({
  ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  trained: trained ? "1" : "0",
});

/** A net before training, what theory says of it, and the book's nets of its kind. */
interface Begun {
  readonly first: Norms;
  readonly line: Norms;
  readonly book: Named | null;
}

function begin(state: SignalState, book: Book): Begun {
  const samples = samplesOf(state, book);
  return {
    first: norms(signalRun(state, book, 0), firstWeights(state, book), samples),
    line: theory(state, book.width, samples),
    book: ofTheBook(state, book),
  };
}

/** What there is to see before training, in words. */
function told(state: SignalState, { first, line, book }: Begun): string {
  const parts = {
    depth: state.depth, left: number(first.back[0]!, 2), line: number(line.back[0]!, 2),
    activation: say(ACTIVATION_WORDS[state.activation]), seed: state.seed,
  };
  const own = say([
    "{depth} 层 {activation}，还没有训练：最后一层的信号是 1，回到第一层剩 {left}；理论说 {line}。",
    "{depth} layers ({activation}), untrained: of a signal of 1 at the last layer, {left} comes back to the first; " +
      "theory says {line}. ",
  ], parts);
  if (!book) {
    return own + say(["书中没有这样的网络。", "The book has no such nets."]);
  }
  const n = book.left.length;
  const more = book.left.filter((each) => each > first.back[0]!).length;
  const among = say(["书中 {n} 个种子里，{more} 个剩得更多。", "Of the book’s {n} seeds {more} keep more. "], { n, more });
  if (state.seed >= n) return own + among;
  return own + among + say(isTheBooks(first, state.seed, book)
    ? [
      "这就是书中的种子 {seed}：往前的信号一个二进制位也不差，往回的与记录逐位相同。",
      "This is the book’s seed {seed}: its signals are equal to the record, those on the way forwards to the bit.",
    ]
    : ["这该是书中的种子 {seed}，却与记录不同。", "This should be the book’s seed {seed}, and differs from the record."], parts);
}

/** What training has come to, in words. */
function ended(step: number, loss: number, now: Norms, { first }: Begun): string {
  const parts = {
    step, loss: number(loss, 2), left: number(now.back[0]!, 2), first: number(first.back[0]!, 2),
    chance: number(Math.LN2, 2),
  };
  return say([
    "训练 {step} 步后，损失 {loss}（瞎猜是 {chance}）；信号回到第一层剩 {left}，训练前剩 {first}。",
    "After {step} steps the loss is {loss} (guessing has {chance}). Of the signal {left} now comes back to the first " +
      "layer; before training it was {first}.",
  ], parts);
}

const held = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

offer("signal", ({ root, records: { [FIGURE]: book } }: Place<typeof FIGURE>) => {
  const trail = new Trail("signal", (fields) => {
    become(parsed(fields));
    trail.note(fieldsOf(state));
    if (state.trained) train();
  });
  let state = parsed(trail.asked);
  let from = begin(state, book);
  let now: Norms | null = null; // in training, or after it
  let drawn = 0;

  const training = new Training({
    progress: (progress) => came(progress),
    failed: (message) => status.tell(say(WORDS.failed, { message })),
    changed: (phase) => buttons(phase),
  });
  const come = (flat: Float64Array) => norms(signalRun(state, book, 0), flat, samplesOf(state, book));
  const came = ({ step, loss, flat, done }: Progress) => {
    if (done) {
      now = come(flat);
      status.tell(ended(step, loss, now, from));
    } else if (isCalm() || performance.now() - drawn < PAUSE) return;
    else now = come(flat);
    draw();
  };
  const train = () => {
    now = null;
    status.tell(say(["正在你的机器上训练……", "Training on your machine…"]));
    training.start(signalRun(state, book, STEPS), book.first_seed + state.seed, geometric(STEPS, 2), samplesOf(state, book));
    draw();
  };
  const buttons = (phase: Phase) =>
    go.show(phase === "running" ? WORDS.pause : phase === "paused" ? WORDS.resume
      : [`训练 ${STEPS} 步`, `Train ${STEPS} steps`]);
  const pressed = () => {
    if (training.state === "running") training.pause();
    else if (training.state === "paused") training.resume();
    else {
      state = { ...state, trained: true };
      trail.choose(fieldsOf(state));
      train();
    }
  };

  const become = (next: SignalState) => {
    training.cancel();
    state = next;
    now = null;
    from = begin(state, book);
    show();
  };
  const choose = (part: Partial<SignalState>) => {
    become({ ...state, trained: false, ...part });
    trail.choose(fieldsOf(state));
  };
  const move = (part: Partial<SignalState>, settled: boolean) => {
    become({ ...state, trained: false, ...part });
    trail.move(fieldsOf(state), settled);
  };

  /** From which power of ten to which a picture goes. */
  const range = (of: (each: Norms) => readonly number[]): readonly [number, number] => {
    const all = [from.first, from.line, ...(now ? [now] : [])].flatMap((each) => [...of(each)]);
    const some = all.filter((each) => each > LEAST && Number.isFinite(each)).map(Math.log10);
    return [10 ** Math.floor(Math.min(-2, ...some)), 10 ** Math.ceil(Math.max(1, ...some))];
  };
  const picture = (
    label: Pair, axis: Pair, tall: (width: number) => number, of: (each: Norms) => readonly number[],
    band: (each: Named) => Named["back"],
  ) => new Plot(say(label), tall, () => ({
    x: { domain: [1, state.depth], ticks: layers(state.depth), words: String, label: say(["隐藏层", "hidden layer"]) },
    y: { domain: range(of), log: true, label: say(axis) },
  }), (plot) => {
    const [low, high] = range(of);
    const points = (each: Norms): Point[] =>
      of(each).flatMap((y, i): Point[] => (Number.isNaN(y) ? [] : [[i + 1, held(y, low, high)]]));
    if (from.book) {
      const [least, most] = band(from.book);
      plot.band("book", least!.map((y, i) => [i + 1, held(y, low, high), held(most![i]!, low, high)]), { role: "grid" });
    }
    plot.line("theory", points(from.line), { role: "ink", width: 1.6, dash: "6 4" });
    if (now) plot.crosses("before", points(from.first), { role: "muted", radius: 3 });
    plot.line("net", points(now ?? from.first), { role: "deep", width: 2 });
    plot.dots("places", points(now ?? from.first), { role: "deep", radius: 3 });
  });
  const back = picture(
    ["往回的信号，逐层", "The signal on the way back, layer by layer"],
    ["往回的信号（最后一层为 1）", "signal on the way back (last layer: 1)"],
    (width) => held(0.6 * width, 190, 330), (each) => each.back, (each) => each.back,
  );
  const forward = picture(
    ["往前的信号，逐层", "The signal forwards, layer by layer"], ["往前的信号", "signal forwards"],
    (width) => held(0.35 * width, 150, 190), (each) => each.forward, (each) => each.forward,
  );

  const draw = () => {
    drawn = performance.now();
    back.draw();
    forward.draw();
  };
  const depth = slider(
    ["层数", "Layers"], { min: 2, max: MOST }, state.depth, (each, settled) => move({ depth: each }, settled),
  );
  const activation = choice(WORDS.activation, named(ACTIVATION_WORDS), state.activation, (each) => choose({ activation: each }));
  const start = choice(["起点", "Start"], named(STARTS_WORDS), state.start, (each) => choose({ start: each }));
  const seed = counter(WORDS.seed, { min: 0, max: LAST_SEED }, state.seed, (each) => choose({ seed: each }));
  const descent = choice(["怎样训练", "Trained by"], named(DESCENT_WORDS), state.descent, (each) => choose({ descent: each }));
  const go = button(["", ""], pressed);
  const status = report();
  const line = command();

  const show = () => {
    depth.show(state.depth);
    activation.show(state.activation);
    start.show(state.start);
    seed.show(state.seed);
    descent.show(state.descent);
    status.tell(told(state, from));
    line.show(`dlbook run ${FIGURE} --set depth=${state.depth}`);
    draw();
  };
  stage(root, "signal", {
    controls: [
      row(depth, activation, start, seed, descent, go),
      stories(STORIES.map(([words, part]) => [words, () => choose({ ...START, ...part })])),
    ],
    answer: [captioned(["往回", "On the way back"], back.element).element],
    more: [
      html("div", { class: "dl-signal__said" }, status.element, legend([
        ["deep", ["这个网络，每层一点", "this net, a dot for each layer"]],
        ["failed", ["它训练以前", "the same before training"]],
        ["median", ["无穷宽的理论，训练以前", "theory of infinite width, before training"]],
        ["all", ["书中全部种子，训练以前", "all seeds of the book, before training"]],
      ])),
      captioned(["往前", "Forwards"], forward.element).element,
    ],
    foot: [line.element],
  });
  buttons("idle");
  show();
  trail.note(fieldsOf(state));
  if (state.trained) train();
}, ready);

/** Layers that the axis names: the first, the last and some round ones between. */
function layers(depth: number): number[] {
  const gap = depth > 20 ? 10 : depth > 8 ? 5 : 1;
  const round = Array.from({ length: Math.floor(depth / gap) }, (_, i) => gap * (i + 1));
  return [...new Set([1, ...round])];
}
