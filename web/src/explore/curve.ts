/** Build a curve: place the corners of a polyline along it, take it apart, let training move them. */
import { button, choice, report, row, slider } from "../kit/controls.ts";
import { ready } from "../engine/arithmetic.ts";
import { command } from "../kit/command.ts";
import { html, isCalm, set } from "../kit/dom.ts";
import { offer, type Stage } from "../kit/explorable.ts";
import { number } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { network } from "../kit/network.ts";
import type { OwnData } from "../kit/own_data.ts";
import { ownPanel } from "../kit/own_panel.ts";
import { isOnHandle, penned } from "../kit/pen.ts";
import { scriptPanel } from "../kit/script_panel.ts";
import type { Plot, Point } from "../kit/plot.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { Training, type Phase } from "../kit/training.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import { curveTaken, ordered, through } from "./curve/curve_tools.ts";
import { CURVE_NAMES, REPLAYED } from "./curve/curves.ts";
import { assembled, curvePlot, lossPlot, ratesPlot, unitsPlot } from "./curve/pictures.ts";
import { added, equalKnots, areEqual, MOST, moved, removed, type UnitKind } from "./curve/polyline.ts";
import {
  compared, noted, result, seen, trainedUnit, type Compared, type Scene,
} from "./curve/scene.ts";
import { fields, height, parsed, STEPS, stroked, type CurveState } from "./curve/state.ts";
import {
  CURVE_WORDS, missText, judged, trainedUnitWords, trainedWords, unitWords,
} from "./curve/sentences.ts";

const FIGURE = "error_falls_with_the_square_of_the_pieces";
const NEAR = 12; // pixels within which a tap means the corner that is there
const PAUSE = 60; // milliseconds between two pictures of a training run
const LONG = 300; // characters of a command that is scrolled rather than shown whole

const VIEWS: readonly (readonly [UnitKind, Pair])[] = [
  ["ramps", ["斜坡之和", "a sum of ramps"]],
  ["relus", ["ReLU 之和", "a sum of ReLUs"]],
];
const GO: Record<Phase, Pair> = {
  idle: ["让训练来摆", "Let training place them"],
  running: WORDS.pause,
  paused: WORDS.resume,
  done: ["再训练一遍", "Train again"],
};
const HINTS: Record<"corners" | "shape" | "trained", Pair> = {
  corners: [
    "拖动折点，或用方向键移动；点空白处添一个，选中后可以删去。",
    "Drag a corner, or move it with the arrow keys; tap beside them to add one; select one to remove it.",
  ],
  shape: [
    "在图上画一笔，或拖动黑色的点。曲线光滑地穿过这些点。再按一次“改曲线的形状”，就回来摆折点。",
    "Draw across the picture, or drag the black points; the curve runs smoothly through them. Press “Shape " +
      "the curve” again to go back to the corners.",
  ],
  trained: ["训练把折点挪到了这里。", "This is where training has moved the corners."],
};
const NET_HEIGHT = 190;
/** Curves that say something beside one another. */
const STORIES: readonly (readonly [Pair, Partial<CurveState>])[] = [
  [["八段等长", "Eight equal pieces"], {}],
  [["让训练来摆", "Training places them"], { trained: true }],
  [["折点摆在尖角上", "A corner on the kink"], { curve: "absolute", knots: [-1, 0, 1], unit: 1 }],
  [["跳跃", "A jump"], { curve: "jump", knots: [-1, -0.05, 0.05, 1], unit: 1 }],
];

/** The marks that are in the pictures. */
function marksOf({ shaping, trained, state: { view, curve } }: Scene): (readonly [string, Pair])[] {
  const polyline: readonly [string, Pair] = view === "ramps"
    ? ["ramp", ["你摆的折线，看成斜坡之和", "your polyline, as a sum of ramps"]]
    : ["built", ["你摆的折线，看成 ReLU 之和", "your polyline, as a sum of ReLUs"]];
  const mine: (readonly [string, Pair])[] = trained
    ? [
        ["mine", ["训练后的折线", "the trained polyline"]],
        ["bend", ["它的折点", "its corners"]],
        ["laid", ["你摆的折线", "the one that you laid"]],
      ]
    : [polyline, [`${polyline[0]}-broken`, ["只加到选中的单元为止", "the sum up to the selected unit"]]];
  return [
    ["target", ["曲线", "the curve"]],
    ...(curve === "own" ? [["seed", ["你的数据", "your data"]] as const] : []),
    ...(shaping ? [polyline] : [...mine, ["miss", ["最大误差", "the largest error"]] as const]),
    ["weight", ["网络里权重越大线越粗，虚线是负的", "in the net larger weights are thicker, negative ones dashed"]],
  ];
}

offer("curve", ({ root, tools, records: { [FIGURE]: { curves: records } } }: Stage<typeof FIGURE>) => {
  const trail = new Trail("curve", (back) => {
    const state: CurveState = back.curve === "own" && scene.own ? { ...parsed(back), curve: "own" } : parsed(back);
    if (state.curve !== "drawn") change({ shaping: false });
    become(state);
    trail.note(fields(state));
  });
  const start = parsed(trail.asked);
  let scene: Scene = {
    state: start, now: seen(start, records), records, shaping: start.curve === "drawn" && !start.trained,
    before: null, trained: null, losses: [], own: null,
  };
  const current = () => scene;
  const change = (part: Partial<Scene>) => (scene = { ...scene, ...part });

  // --- From state to state ----------------------------------------------------------------------

  /** Show another state; what training has made of the one before is given up, unless it is the same. */
  const become = (part: Partial<CurveState>) => {
    const old = scene.state;
    const state = { ...old, ...part };
    const tried = ["curve", "knots", "heights", "steps", "trained"] as const;
    const isOther = tried.some((name) => state[name] !== old[name]);
    if (isOther) {
      training.cancel();
      change({ before: null, trained: null, losses: [] });
    }
    change({ state, now: seen(state, records, scene.own && through(scene.own)) });
    if (isOther && state.trained) train();
    else paint();
  };
  const choose = (part: Partial<CurveState>) => {
    become(part);
    trail.choose(fields(scene.state));
  };
  const move = (part: Partial<CurveState>, settled: boolean) => {
    become(part);
    trail.move(fields(scene.state), settled);
  };

  // --- Corners ----------------------------------------------------------------------------------

  const reshape = (knots: readonly number[], unit: number, how: typeof choose = choose) =>
    how({ knots, unit: Math.max(0, Math.min(unit, knots.length - 2)), trained: false });
  const add = (x: number) => {
    const { knots } = scene.state;
    const found = added(knots, x);
    if (found) reshape(...found);
    else {
      status.tell(knots.length > MOST
        ? say(["最多 {n} 段。", "{n} pieces are the most."], { n: MOST })
        : say(["这里离别的折点太近，放不下。", "Too near to another corner; there is no room."]));
    }
  };
  /** Split the piece that is worst, in its middle. */
  const split = () => {
    const { state: { knots }, now: { miss: { piece } } } = scene;
    add((knots[piece]! + knots[piece + 1]!) / 2);
  };
  const remove = (i: number) => {
    if (i < 1 || i > scene.state.knots.length - 2) return;
    const hadFocus = main.element.contains(document.activeElement);
    reshape(removed(scene.state.knots, i), i);
    if (!hadFocus) return;
    const next = main.element.querySelector<SVGElement>(`[data-key="knot ${scene.state.unit}"]`);
    (next ?? plus.element).focus();
  };

  // --- Training ---------------------------------------------------------------------------------

  let drawn = 0;
  const training = new Training({
    progress({ step, loss, flat, steps, losses: noticed, done }) {
      const losses = [...scene.losses, ...steps.map((each, i): Point => [each, noticed[i]!])];
      const before = { ...scene.before!, loss: losses[0]![1] };
      change({ losses, before, trained: result(scene.now.f, flat, step, loss) });
      set(bar, { value: step });
      if (done || (!isCalm() && performance.now() - drawn > PAUSE)) paint();
    },
    failed: (message) => status.tell(say(WORDS.failed, { message })),
    changed(phase) {
      buttons(phase);
      if (phase === "running" || phase === "paused") paint();
    },
  });
  const train = () => {
    const { now } = scene;
    const { run: order, samples } = ordered(scene);
    const before = result(now.f, order.start!, 0, NaN);
    change({ before, trained: before, losses: [], shaping: false });
    set(bar, { value: 0, max: order.steps });
    training.start(order, 0, noted(order.steps), samples);
  };
  const pressed = () => {
    if (training.state === "running") training.pause();
    else if (training.state === "paused") training.resume();
    else if (scene.state.trained) train();
    else choose({ trained: true });
  };
  const buttons = (phase: Phase) => {
    go.show(GO[phase]);
    stop.show(phase === "done" ? ["回到摆好的折点", "Back to my corners"] : WORDS.cancel);
    stop.enable(phase !== "idle");
  };

  // --- Controls ---------------------------------------------------------------------------------

  const pieces = (n: number) => {
    const { knots } = scene.state;
    return `${n}${n < knots.length - 1 || areEqual(knots) ? "" : say(["（不等长）", ", unequal"])}`;
  };
  const controls = {
    curve: choice([
      "曲线",
      "Curve",
    ], CURVE_NAMES.map((name) => [name, CURVE_WORDS[name]] as const), start.curve, (curve) => {
      change({ shaping: curve === "drawn" });
      choose({ curve, trained: false });
    }),
    pieces: slider(["等分成几段", "Equal pieces"], { min: 1, max: MOST, words: pieces }, start.knots.length - 1,
      (n, settled) => reshape(equalKnots(n), scene.state.unit, (part) => move(part, settled))),
    view: choice(["看成", "Seen as"], VIEWS, start.view, (view) => choose({ view })),
    unit: slider([
      "选中的单元",
      "Selected unit",
    ], { min: 1, max: MOST }, start.unit + 1, (i, settled) => move({ unit: i - 1 }, settled)),
    steps: choice(["训练步数", "Steps of training"], STEPS.map((n) => [n, [n, n]] as const), start.steps,
      (steps) => choose({ steps, trained: false })),
  };
  const toShape = button(["改曲线的形状", "Shape the curve"], () => {
    change({ shaping: !scene.shaping });
    if (scene.state.trained) choose({ trained: false });
    else paint();
  });
  const plus = button(["加一个折点", "Add a corner"], split);
  const minus = button(["删去选中的折点", "Remove the selected corner"], () => remove(scene.state.unit));
  const equal = button([
    "等分",
    "Space evenly",
  ], () => reshape(equalKnots(scene.state.knots.length - 1), scene.state.unit));
  const go = button(GO.idle, pressed);
  const stop = button(WORDS.cancel, () => choose({ trained: false }));

  // --- All together -----------------------------------------------------------------------------

  const main = curvePlot(current, {
    corner(i, x, settled) {
      move({ knots: moved(scene.state.knots, i, x), unit: i, trained: false }, settled);
    },
    remove,
    select: (unit) => choose({ unit }),
    control(i, y, settled) {
      const heights = scene.state.heights.map((each, j) => (j === i ? height(y) : each));
      move({ heights, trained: false }, settled);
    },
  });
  const [stack, rates, loss] = [unitsPlot(current), ratesPlot(current), lossPlot(current)];
  const bar = html("progress", { value: 0, max: 1, "aria-label": say(WORDS.progress) });
  const hint = html("p", { class: "dl-curve__hint" });
  const unitLine = html("p", { class: "dl-curve__unit" });
  const stacked = captioned(["", ""], stack.element);
  const net = network(say([
    "网络：一个输入，每段一个单元，一个输出；线越粗，权重越大，虚线是负的",
    "The net: one input, a unit for each piece, one output; thicker lines are larger weights, dashed ones " +
      "negative",
  ]), NET_HEIGHT);
  const key = html("div");
  const table = html("table", { class: "dl-curve__table" });
  const after = html("div", { class: "dl-curve__after" }, bar, html("div", {}, table), loss.element);
  const status = report();
  const line = command();

  const told = (): string => {
    const { state, now, before, trained } = scene;
    if (!trained || !before) return judged(state.curve, now.f, state.knots, now.miss, records);
    if (training.state === "running") {
      return say([
        "正在你的机器上训练，共 {steps} 步……",
        "Training on your machine, {steps} steps…",
      ], { steps: state.steps });
    }
    const isPaused = training.state === "paused";
    const { step } = trained;
    const stopped = isPaused ? say(["停在第 {step} 步。", "Paused at step {step}. "], { step }) : "";
    return stopped + (step ? trainedWords(compared(before, trained)) : "");
  };
  const paintControls = ({ state: { curve, knots, view, unit, steps }, trained, shaping }: Scene) => {
    controls.curve.show(curve);
    controls.pieces.show(knots.length - 1);
    controls.view.show(view);
    controls.steps.show(steps);
    set(controls.unit.element.querySelector("input")!, { max: knots.length - 1 });
    controls.unit.show(unit + 1);
    plus.enable(knots.length <= MOST);
    minus.enable(unit > 0 && !trained);
    equal.enable(!areEqual(knots));
    toShape.element.hidden = curve !== "drawn";
    set(toShape.element, { "aria-pressed": String(shaping) });
    main.element.classList.toggle("dl-curve__sheet", shaping);
  };
  const paint = () => {
    const { state, now, shaping, before, trained } = scene;
    drawn = performance.now();
    paintControls(scene);
    hint.textContent = say(HINTS[shaping ? "shape" : trained ? "trained" : "corners"]);
    stacked.caption.textContent = stackWords(state.view, trained !== null);
    unitLine.textContent = trained
      ? trainedUnitWords(state.unit, trainedUnit(trained.flat, state.unit))
      : unitWords(state.view, state.unit, now.all, state.knots);
    for (const plot of [main, stack, rates]) plot.draw();
    net.show(assembled(scene));
    key.replaceChildren(legend(marksOf(scene)));
    after.hidden = !trained;
    if (before && trained) {
      tabulate(table, compared(before, trained), ordered(scene).samples.n);
      loss.draw();
    }
    status.tell(told());
    if (script.element.isConnected) script.show();
    line.show(...python(state));
    const code = line.element.querySelector("code")!;
    set(code, { tabindex: (code.textContent ?? "").length > LONG ? 0 : undefined });
  };

  tapped(main, current, add, (unit) => choose({ unit }));
  penned(
    { element: main.element, place: (event) => main.place(event) }, () => scene.shaping,
    (from, to) => move({ heights: stroked(scene.state.heights, from, to), trained: false }, false),
    () => move({ heights: scene.state.heights, trained: false }, true),
  );
  stage(root, "curve", {
    controls: [
      row(controls.curve, toShape, controls.view), row(controls.pieces), row(plus, minus, equal),
      row(controls.unit), unitLine, row(controls.steps, go, stop),
      stories(STORIES.map(([words, part]) => [words, () => {
        change({ shaping: false });
        choose({ ...parsed(null), ...part });
      }])),
    ],
    answer: [main.element],
    more: [
      hint, status.element,
      html("div", { class: "dl-plots dl-curve__plots" },
        captioned(["网络", "The net"], net.element).element, stacked.element,
        captioned(["误差对段数", "Error against pieces"], rates.element).element),
      key, after,
    ],
    foot: [line.element],
  });
  const script = scriptPanel(() => curveTaken(scene));
  const mine = ownPanel(bring, false);
  const own = html("option", { value: "own" }, say(CURVE_WORDS.own));
  function bring(data: OwnData | null): void {
    change({ shaping: false, ...(data && { own: data }) });
    mine.show(data);
    if (data) controls.curve.element.querySelector("select")!.append(own);
    choose({ curve: data ? "own" : "sine", trained: false });
  }
  tools.addPanel(WORDS.ownData, () => {
    mine.show(scene.state.curve === "own" ? scene.own : null);
    return mine.element;
  });
  tools.addPanel(WORDS.script, () => {
    script.show();
    return script.element;
  });
  buttons("idle");
  trail.note(fields(start));
  if (start.trained) train();
  else paint();
}, ready);

/** A tap beside the corners adds one; a tap above or below one selects it. */
function tapped(plot: Plot, scene: () => Scene, add: (x: number) => void, select: (i: number) => void): void {
  plot.element.addEventListener("click", (event) => {
    const { shaping, trained, state: { knots }, now: { range } } = scene();
    if (shaping || trained || isOnHandle(event)) return;
    const [x, y] = plot.place(event);
    if (Math.abs(x) >= 1 || y < range[0] || y > range[1]) return;
    const far = (i: number) => Math.abs(plot.x(knots[i]!) - plot.x(x));
    const [nearest] = [...knots.keys()].slice(1, -1).sort((a, b) => far(a) - far(b));
    if (nearest !== undefined && far(nearest) < NEAR) select(nearest);
    else add(x);
  });
}

function stackWords(view: UnitKind, isTrained: boolean): string {
  if (isTrained) return say(["常数 + 训练后的各个 ReLU", "Constant + the trained ReLUs"]);
  return view === "ramps"
    ? say(["常数 + 每段一个斜坡", "Constant + one ramp for each piece"])
    : say(["常数 + 每个转折一个 ReLU", "Constant + one ReLU for each bend"]);
}

function tabulate(table: HTMLTableElement, { step, squares, errors, corners }: Compared, n: number): void {
  const heads = [say(["训练前", "before"]), say(["第 {step} 步", "step {step}"], { step })];
  const rows: (readonly [string, ...string[]])[] = [
    [say([
      "{n} 个点上的均方误差",
      "mean squared error at {n} points",
    ], { n }), ...squares.map((each) => number(each, 4))],
    [say(["最大误差", "largest error"]), ...errors.map(missText)],
    [say(["区间内的折点", "corners inside"]), ...corners.map(String)],
  ];
  table.replaceChildren(
    html("thead", {}, html("tr", {}, html("td"), ...heads.map((text) => html("th", { scope: "col" }, text)))),
    html("tbody", {}, ...rows.map(([name, ...texts]) => html(
      "tr", {}, html("th", { scope: "row" }, name), ...texts.map((text) => html("td", {}, text)),
    ))),
  );
}

/** The line that repeats this training in a shell, and what to know of it. */
function python({ curve, knots, steps }: CurveState): [string | null, string] {
  if (curve === "own") {
    return [null, say([
      "书中的脚本不认识你的数据；下面可以带走一个认识它的脚本。",
      "no script of the book knows your data; below you can take one along that does.",
    ])];
  }
  if (curve === "drawn") {
    return [null, say([
      "脚本不认识你画的曲线，没有哪行命令能重复它。",
      "the script knows no curve that was drawn by hand, so no command repeats this.",
    ])];
  }
  if (!REPLAYED[curve]) {
    return [null, say([
      "脚本只会重跑 sin 12x 和四次多项式的训练，没有这条曲线。",
      "the script repeats training on sin 12x and on the quartic, not on this curve.",
    ])];
  }
  const note = say([
    " 从这些折点开始训练，打印损失，与这里逐位相同。",
    " It trains from these corners and prints the losses, equal to the page’s to the last bit.",
  ]);
  const choice = `curve=${curve} knots=${knots.join(",")} steps=${steps}`;
  return [`dlbook run ${FIGURE} --replay ${choice}`, note];
}
