/** Disturb the exact folding net, train it, and see whether it comes home, among the book's seeds. */
import { LAST_SEED, oneOf, whole, type Fields } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { ready } from "../engine/arithmetic.ts";
import { command } from "../kit/command.ts";
import { html, isCalm } from "../kit/dom.ts";
import { offer, type Stage } from "../kit/explorable.ts";
import { Trail } from "../kit/history.ts";
import type { Point } from "../kit/plot.ts";
import { scriptPanel } from "../kit/script_panel.ts";
import { seedPanel } from "../kit/seed_panel.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { geometric, Training } from "../kit/training.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import { fallPlot, linePlot, seedPlot, sharePlot, type BasinView } from "./basin/pictures.ts";
import {
  basinRun, basinSamples, BASIN, BEGINNINGS, begun, goalOf, partsOf, type Basin, type BasinState, type Beginning,
} from "./basin/start.ts";
import { basinCommand, basinQuestion, basinTaken, beginningWords, endWords } from "./basin/told.ts";

const USUAL: BasinState = { folds: 5, begin: "near", part: 128, seed: 0 };
const STORIES: readonly (readonly [Pair, Partial<BasinState>])[] = [
  [["推开 1/128", "Off by 1/128"], {}],
  [["推开 1/8", "Off by 1/8"], { part: 8 }],
  [["同样 1/8，只折一次", "1/8 again, one fold"], { part: 8, folds: 1 }],
  [["随机的起点", "Random weights"], { begin: "narrow" }],
];
const PAUSE = 80; // milliseconds between two pictures of a run
const BETWEEN = 41; // recorded steps

function parsed(fields: Fields | null, book: Basin): BasinState {
  const parts = partsOf(book), folds = book.targets.map((each) => each.folds);
  return {
    folds: whole(fields?.folds, folds[0]!, folds.at(-1)!, USUAL.folds),
    begin: oneOf(fields?.begin, BEGINNINGS, USUAL.begin),
    part: parts.find((part) => String(part) === fields?.part) ?? USUAL.part,
    seed: whole(fields?.seed, 0, LAST_SEED, USUAL.seed),
  };
}

const fieldsOf = (state: BasinState): Fields =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)]));

/** What the reader may set; `changed` hears of each choice, `moved` of the slider on its way. */
function settings(
  state: BasinState, book: Basin,
  changed: (part: Partial<BasinState>, isMove?: boolean) => void, moved: (part: number) => void,
) {
  const parts = partsOf(book);
  const folds = choice(
    ["折叠次数", "Folds"], book.targets.map((each) => [String(each.folds), [`${each.folds}`, `${each.folds}`]] as const),
    String(state.folds), (each) => changed({ folds: Number(each) }),
  );
  const begin = choice<Beginning>(
    ["起点", "Start"], BEGINNINGS.map((each) => [each, beginningWords(each, book)] as const), state.begin,
    (each) => changed({ begin: each }),
  );
  const part = slider(
    ["推开多远", "Pushed off by"], { min: 0, max: parts.length - 1, words: (i) => `1/${parts[i]}` },
    parts.indexOf(state.part),
    (i, settled) => (settled ? changed({ part: parts[i]! }, true) : moved(parts[i]!)),
  );
  const seed = counter(WORDS.seed, { min: 0, max: LAST_SEED }, state.seed, (each) => changed({ seed: each }, true));
  return {
    element: row(folds, begin, part, seed),
    show(now: BasinState) {
      folds.show(String(now.folds));
      begin.show(now.begin);
      part.show(parts.indexOf(now.part));
      part.enable(now.begin === "near");
      seed.show(now.seed);
    },
  };
}

offer("basin", ({ root, tools, records: { [BASIN]: book } }: Stage<typeof BASIN>) => {
  const trail = new Trail("basin", (back) => {
    state = parsed(back, book);
    show();
    trail.note(fieldsOf(state));
    train();
  });
  let state = parsed(trail.asked, book);
  let start = begun(book, state);
  let now: BasinView["now"] = null;
  let curve: Point[] = [];
  let drawn = 0;

  const ask = (): BasinView => ({ state, book, start, now, curve });
  const plots = [linePlot(ask), fallPlot(ask, () => goalOf(book, state.folds).constant), sharePlot(ask), seedPlot(ask)] as const;
  const drawAll = () => {
    drawn = performance.now();
    for (const plot of plots) plot.draw();
  };
  const training = new Training({
    progress(progress) {
      now = progress;
      const points = progress.steps.map((step, i): Point => [step, progress.losses[i]!]);
      curve = [...curve, ...points.filter(([step]) => step > 0)]; // a log axis has no place for step 0
      if (progress.done) status.tell(endWords(ask()));
      if (progress.done || (!isCalm() && performance.now() - drawn > PAUSE)) drawAll();
    },
    failed: (message) => status.tell(say(WORDS.failed, { message })),
  });
  const forget = () => {
    training.cancel();
    start = begun(book, state);
    [now, curve] = [null, []];
    drawAll();
  };
  const train = () => {
    forget();
    status.tell(say(["正在你的机器上训练……", "Training on your machine…"]));
    const seed = book.first_seed + state.seed;
    training.start(basinRun(book, state), seed, geometric(book.steps, BETWEEN), basinSamples(book, state.folds));
  };
  const show = () => {
    controls.show(state);
    for (const panel of panels) panel.show();
    const shell = basinCommand(book, state);
    line.show(shell, shell ? "" : say([
      "书中给它选了最好的学习率，命令行的那一次用的是另一个。",
      "the book trains it at its best rate, and the command line would use another.",
    ]));
  };
  const changed = (part: Partial<BasinState>, isMove = false) => {
    const next = { ...state, ...part };
    if (JSON.stringify(next) === JSON.stringify(state) && now) return;
    state = next;
    show();
    if (isMove) trail.move(fieldsOf(state), true);
    else trail.choose(fieldsOf(state));
    train();
  };
  const moved = (part: number) => {
    state = { ...state, part };
    forget();
  };

  const controls = settings(state, book, changed, moved);
  const next = button(["换下一个种子", "Next seed"], () => changed({ seed: Math.min(LAST_SEED, state.seed + 1) }));
  const openings = stories(STORIES.map(([words, part]) => [words, () => changed({ ...USUAL, ...part })] as const));
  const status = report();
  const line = command();
  stage(root, "basin", {
    controls: [controls.element, row(next, { element: openings })],
    answer: [captioned(["目标和网络画出的线", "The target and the net’s line"], plots[0].element).element],
    more: [
      html("div", { class: "dl-basin__side" },
        captioned(["误差", "The error"], plots[1].element).element,
        captioned(["书中各种子：推得越远，回来的越少？", "The book’s seeds: fewer from further off?"], plots[2].element).element),
      html("div", { class: "dl-basin__said" }, status.element,
        captioned(["书中从这个起点出发的每个种子", "Each of the book’s seeds from this start"], plots[3].element).element,
        legend([
          ["target", ["目标", "target"]],
          ["laid", ["起点画出的线", "line at the start"]],
          ["deep", ["现在画出的线和它的误差；右下是这个折叠次数", "line now and its error; lower right: this number of folds"]],
          ["built-broken", ["到了：误差低于这里", "home: an error below this"]],
          ["constant", ["最好的常数的误差", "error of the best constant"]],
          ["others", ["其他折叠次数，旁边写着几次", "other numbers of folds, each beside its line"]],
          ["random", ["从随机的起点", "from random weights"]],
          ["miss", ["推开这么远", "pushed off so far"]],
          ["deep-end", ["到了的种子", "seed that got there"]],
          ["failed", ["没有到的", "seed that did not"]],
          ["ring", ["这个种子", "this seed"]],
        ])),
    ],
    foot: [line.element],
  });
  const every = seedPanel(() => basinQuestion(ask()));
  const script = scriptPanel(() => basinTaken(ask()));
  const panels = [every, script];
  tools.addPanel(WORDS.everySeed, () => every.element);
  tools.addPanel(WORDS.script, () => script.element);
  show();
  trail.note(fieldsOf(state));
  train();
}, ready);
