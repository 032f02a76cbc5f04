/** XOR, live: one of the book's runs from any seed, what it did, how it ended, and why. */
import { LAST_SEED, type Fields } from "../kit/address.ts";
import { ready } from "../engine/arithmetic.ts";
import { command } from "../kit/command.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { html } from "../kit/dom.ts";
import { offer, type Stage } from "../kit/explorable.ts";
import { number } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { network } from "../kit/network.ts";
import { scriptPanel } from "../kit/script_panel.ts";
import { seedPanel } from "../kit/seed_panel.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { geometric, Training, type Progress } from "../kit/training.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import {
  choiceOf, commandOf, ending, endsOf, fieldsOf, FIRST, following, METHODS, runOf, WIDEST, widthsOf,
  XOR_ACTIVATIONS, XOR_LOSSES, type Choice,
} from "./xor/book.ts";
import { facts, type Course } from "./xor/facts.ts";
import { grid } from "./xor/grid.ts";
import { INPUT_NAMES } from "./xor/look.ts";
import { hidden, inputs, lossPicture, shown, sketched, type Shown } from "./xor/pictures.ts";
import { decimal, explain, outcome } from "./xor/why.ts";
import { xorQuestion, xorTaken } from "./xor/xor_tools.ts";

const NAME = "xor";
const FIGURE = "finding_xor_takes_luck_or_width";
const RECORDED = 150;
const LASTS = 5000; // milliseconds that it takes to watch a run
const NET_HEIGHT = 150;
const REST = 350; // milliseconds after a key, before a seed of the grid is trained
const PLAY: Pair = ["播放", "Play"];

const METHOD_WORDS: Readonly<Record<string, Pair>> = {
  "adam cross_entropy": ["Adam，交叉熵", "Adam, cross-entropy"],
  "adam squared": ["Adam，平方误差", "Adam, squared error"],
  "descent cross_entropy": ["梯度下降，交叉熵", "descent, cross-entropy"],
  "descent squared": ["梯度下降，平方误差", "descent, squared error"],
};
const ACTIVATION_WORDS: Readonly<Record<string, Pair>> = {
  relu: ["ReLU", "ReLU"], sigmoid: ["sigmoid", "sigmoid"], tanh: ["tanh", "tanh"],
  softplus: ["softplus（书中没有）", "softplus (not in the book)"],
  abs: ["绝对值（书中没有）", "absolute value (not in the book)"],
  sin: ["正弦（书中没有）", "sine (not in the book)"],
};

/** The marks of the pictures of such a run. */
function marksOf({ width, loss }: Choice): [mark: string, words: Pair][] {
  const hidden: [string, Pair][] = width === 2
    ? [["way", ["隐藏层里的细线：四个输入的来路", "thin lines in the hidden layer: the way the inputs came"]]]
    : [
        ["full", ["单元把和推向 1", "a unit pushes the sum towards 1"]],
        ["empty", ["推向 0", "towards 0"]],
        ...(loss === "squared" ? [["half", ["和是 ½", "the sum is ½"]] as [string, Pair]] : []),
      ];
  return [
    ["one", ["该得 1 的输入", "input that should get 1"]],
    ["zero", ["该得 0", "should get 0"]],
    ["wash", ["网络答 1 的一侧", "side where the net answers 1"]],
    ["thick", ["答案是 ½", "answer ½"]],
    ["dots", ["¼ 和 ¾", "¼ and ¾"]],
    ["thin", ["一个单元从这条线开始变，短线朝变大的一侧", "where a unit begins to change; the tick is where it grows"]],
    ...hidden,
    ["weight", ["网络里权重越大线越粗，虚线是负的；虚圈是死了的单元",
      "in the net larger weights are thicker, negative ones dashed; a dashed ring is a dead unit"]],
    ["least", ["几个输入共用一个答案时，损失最少这么大", "the least loss if so many inputs share one answer"]],
  ];
}

const STORIES: readonly [Pair, Pair, Pair, Pair] = [
  ["两个单元学会了", "Two units get it"],
  ["两个输入分不开", "Two inputs stuck together"],
  ["三个输入分不开", "Three stuck together"],
  ["四个全分不开", "All four stuck together"],
];

offer(NAME, ({ root, tools, records: { [FIGURE]: book } }: Stage<typeof FIGURE>) => {
  const trail = new Trail(NAME, followed);
  let chosen = choiceOf(trail.asked ?? {});
  /** The step that an address asks for, until its run is there. */
  let wanted = stepOf(trail.asked ?? {});
  let now: Shown | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const panels: { show(): void }[] = [];

  // --- Training ------------------------------------------------------------------------------

  let course: { run: Course["run"]; steps: number[]; losses: number[]; flats: Float64Array[] };
  const training = new Training({ progress: came, failed });

  function train(): void {
    pause();
    now = null;
    const run = runOf(book, chosen);
    course = { run, steps: [], losses: [], flats: [] };
    training.start(run, book.first_seed + chosen.seed, geometric(run.steps, RECORDED));
    root.setAttribute("aria-busy", "true");
  }

  function failed(message: string): void {
    root.removeAttribute("aria-busy");
    status.tell(say(WORDS.failed, { message }));
  }

  function came({ steps, losses, flats, done }: Progress): void {
    steps.forEach((step, k) => {
      if (!Number.isFinite(losses[k])) return; // it has left what numbers can hold
      course.steps.push(step);
      course.losses.push(losses[k]!);
      course.flats.push(flats[k]!);
    });
    if (!done) return;
    root.removeAttribute("aria-busy");
    now = shown(course, chosen.loss, nearest(course.steps, wanted ?? Infinity));
    wanted = null;
    player.range(course.steps.length - 1);
    inTurn([show, ...plots.map((plot) => () => plot.draw()), () => net.show(sketched(now!)), tellWhy]);
  }

  /** Jobs one by one, each in a task of its own, so that the page can answer between them. */
  function inTurn(jobs: readonly (() => void)[]): void {
    const [job, ...rest] = jobs;
    const mine = now;
    if (!job || !now) return;
    job();
    setTimeout(() => now === mine && inTurn(rest));
  }

  // --- What the reader chooses ----------------------------------------------------------------

  /** Another run: a step that the back button takes back, or one with others that follow at once. */
  function choose(next: Partial<Choice>, isMove = false): void {
    clearTimeout(timer);
    chosen = { ...chosen, ...next };
    now = null;
    wanted = null;
    if (isMove) trail.move(address(), true);
    else trail.choose(address());
    settle();
  }

  /** Show the choice everywhere and train it. */
  function settle(): void {
    for (const [name, control] of Object.entries(controls)) control.show(valueOf(name));
    python.show(commandOf(chosen));
    for (const panel of panels) panel.show();
    const ends = endsOf(book, chosen);
    seeds.show(ends, chosen.seed);
    failure.enable(ends !== null && following(ends, chosen.seed, false) !== null);
    success.enable(ends !== null && following(ends, chosen.seed, true) !== null);
    train();
  }

  const valueOf = (name: string): never =>
    (name === "method" ? `${chosen.method} ${chosen.loss}` : chosen[name as keyof Choice]) as never;

  function address(): Fields {
    const step = wanted ?? (now && now.at < now.course.steps.length - 1 ? now.course.steps[now.at] : null);
    return { ...fieldsOf(chosen), ...(step === null ? {} : { step: String(step) }) };
  }

  const walk = (solved: boolean) => {
    const next = following(endsOf(book, chosen)!, chosen.seed, solved);
    if (next !== null) choose({ seed: next });
  };

  const methods = METHODS.flatMap((method) => XOR_LOSSES.map((loss) => `${method} ${loss}`));
  const controls = {
    seed: counter(
      WORDS.seed, { min: 0, max: LAST_SEED }, chosen.seed, (seed) => choose({ seed }, true),
    ),
    width: counter(
      ["隐藏单元", "Hidden units"], { min: 1, max: WIDEST }, chosen.width, (width) => choose({ width }, true),
    ),
    activation: choice(
      WORDS.activation, XOR_ACTIVATIONS.map((name) => [name, ACTIVATION_WORDS[name]!] as const),
      chosen.activation, (activation) => choose({ activation }),
    ),
    method: choice(
      ["训练方法，损失", "Method and loss"], methods.map((name) => [name, METHOD_WORDS[name]!] as const),
      `${chosen.method} ${chosen.loss}`, (both) => {
        const [method, loss] = both.split(" ") as [Choice["method"], Choice["loss"]];
        choose({ method, loss });
      },
    ),
  };
  const failure = button(["下一个失败的种子", "Next seed that fails"], () => walk(false));
  const success = button(["下一个学会的种子", "Next seed that succeeds"], () => walk(true));
  // Each way to end, by the book's first seed that ended so.
  const told = stories(([0, 1, 2, 3] as const).map((end) => [
    STORIES[end], () => choose({ ...FIRST, seed: Math.max(0, endsOf(book, FIRST)!.indexOf(String(end))) }),
  ]));
  const seeds = grid(book.seeds, widthsOf(book), (seed, settled) => {
    clearTimeout(timer);
    if (settled) choose({ seed });
    else timer = setTimeout(() => choose({ seed }), REST);
  });

  // --- Watching -------------------------------------------------------------------------------

  const player = watching();
  let frame = 0;

  function watching() {
    const play = button(PLAY, () => (frame ? stopHere() : start()));
    const steps = slider(
      ["看哪一步", "Step shown"],
      { min: 0, max: RECORDED, words: (k) => String(now?.course.steps[k] ?? 0) },
      RECORDED,
      (k, settled) => {
        pause();
        if (!now) return;
        now.at = k;
        draw();
        if (settled) tell();
        trail.move(address(), settled);
      },
    );
    steps.element.classList.add("dl-xor__course");
    const input = steps.element.querySelector("input")!;
    return { play, steps, range: (last: number) => (input.max = String(last)) };
  }

  function start(): void {
    if (!now) return;
    const last = now.course.steps.length - 1;
    let at = now.at === last ? 0 : now.at;
    let before = performance.now();
    player.play.show(WORDS.pause);
    const go = (time: number) => {
      // A page that was away goes on where it was: a frame is never longer than it seems.
      at += (Math.min(50, Math.max(0, time - before)) / LASTS) * last;
      before = time;
      now!.at = Math.min(last, Math.floor(at));
      draw();
      if (now!.at < last) frame = requestAnimationFrame(go);
      else stopHere();
    };
    frame = requestAnimationFrame(go);
  }

  function pause(): void {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    player.play.show(PLAY);
  }

  function stopHere(): void {
    pause();
    tell();
    trail.note(address());
  }

  // --- What is shown --------------------------------------------------------------------------

  const status = report();
  const why = html("ul", { class: "dl-xor__why" });
  const whyTitle = html("p", { class: "dl-xor__title" });
  const python = command();
  const source = () => now;
  const plots = [inputs(book, source), hidden(source), lossPicture(book, source)] as const;
  const net = network(say([
    "网络：左边两个输入，中间各隐藏单元，右边答案；线越粗，权重越大，虚线是负的",
    "The net: two inputs on the left, the hidden units, the answer on the right; thicker lines are larger " +
      "weights, dashed ones negative",
  ]), NET_HEIGHT);
  const figures = [
    captioned(["输入平面", "The inputs"], plots[0].element),
    captioned(["隐藏层", "The hidden layer"], plots[1].element),
    captioned(["网络", "The net"], net.element),
    captioned(["损失", "The loss"], plots[2].element),
  ] as const;
  const key = html("div", { class: "dl-xor__marks" });

  function draw(): void {
    if (!now) return;
    player.steps.show(now.at);
    for (const plot of plots) plot.draw();
    net.show(sketched(now));
  }

  /** The words about another run; its pictures follow in turn. */
  function show(): void {
    key.replaceChildren(legend(marksOf(chosen)));
    player.steps.show(now!.at);
    tell();
    trail.note(address());
  }

  /** What the picture shows, in words. */
  function tell(): void {
    if (!now) return;
    const { course: { steps, losses }, looks, at } = now;
    const isLast = at === steps.length - 1;
    const answers = looks[at]!.answers.map((each, i) => `${INPUT_NAMES[i]} → ${decimal(each)}`);
    const words: Pair = [
      "第 {step} 步：损失 {loss}，答案 {answers}。", "Step {step}: loss {loss}, answers {answers}. ",
    ];
    const step = say(words, {
      step: steps[at]!, loss: number(losses[at]!, 4), answers: answers.join(say(["，", ", "])),
    });
    const end = ending(book, chosen.loss, losses.at(-1)!, looks.at(-1)!.answers);
    status.tell((isLast ? "" : step) + say(outcome(book, chosen, now.course, end)));
  }

  function tellWhy(): void {
    const found = facts(book, chosen.loss, now!.course);
    whyTitle.textContent = found.end === 0
      ? say(["它是怎样学会的", "How it does it"])
      : say(["它为什么没学会", "Why it failed"]);
    why.replaceChildren(...explain(book, chosen.loss, found).map((reason) =>
      html("li", {}, say(reason))));
  }

  // --- Putting it together --------------------------------------------------------------------

  const map = captioned(["书中的种子（点一个）", "The book’s seeds (tap one)"], seeds.element);
  const planes = html("div", { class: "dl-plots dl-xor__planes" }, figures[0].element, figures[1].element);
  stage(root, NAME, {
    controls: [row(...Object.values(controls), failure, success), told],
    answer: [status.element, planes, row(player.play, player.steps)],
    more: [
      html("div", { class: "dl-xor__reasons" }, whyTitle, why),
      html("div", { class: "dl-xor__side" },
        html("div", { class: "dl-xor__net" }, figures[2].element, figures[3].element), map.element, key),
    ],
    foot: [python.element],
  });
  trail.note(address());
  const every = seedPanel(() => xorQuestion(book, chosen));
  const script = scriptPanel(() => xorTaken(book, chosen));
  panels.push(every, script);
  tools.addPanel(WORDS.everySeed, () => every.element);
  tools.addPanel(WORDS.script, () => script.element);
  settle();

  /** The reader has gone back or forward to another run, or to another step of the same. */
  function followed(fields: Fields): void {
    clearTimeout(timer);
    const next = choiceOf(fields);
    const isSame = JSON.stringify(next) === JSON.stringify(chosen);
    chosen = next;
    wanted = stepOf(fields);
    if (!isSame || !now || training.state === "running") settle();
    else {
      pause();
      now.at = nearest(now.course.steps, wanted ?? Infinity);
      wanted = null;
      draw();
      tell();
    }
  }
}, ready);

/** The step that an address asks for; null for the last. */
function stepOf({ step }: Readonly<Record<string, string>>): number | null {
  return step && /^\d{1,6}$/.test(step) ? Number(step) : null;
}

/** The recorded step next to one that is asked for. */
function nearest(steps: readonly number[], step: number): number {
  const above = steps.findIndex((each) => each >= step);
  if (above < 0) return steps.length - 1;
  const isNearerBelow = above > 0 && step - steps[above - 1]! < steps[above]! - step;
  return isNearerBelow ? above - 1 : above;
}
