/** Fold the line yourself: choose the layers, drag their folds, count the pieces. */
import { whole, type Fields } from "../kit/address.ts";
import { button, report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html } from "../kit/dom.ts";
import { offer, type Place } from "../kit/explorable.ts";
import { number, subscript, superscript } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { network, type Sketch } from "../kit/network.ts";
import { Plot, type Point } from "../kit/plot.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { say, type Pair } from "../kit/words.ts";
import type { Explorable as Pieces } from "../records/folding_doubles_pieces.ts";
import type { Explorable as Costs } from "../records/folds_cost_fewer_parameters.ts";
import {
  deepParameters, folded, growth, HALF, pieces, shallow, shallowParameters, slopes, steepest, zigzag,
  type Fold, type Zigzag,
} from "./fold/zigzag.ts";

const FIGURE = "folding_doubles_pieces";
const COSTS = "folds_cost_fewer_parameters";
const [MOST, START] = [6, 3];
const SCRIPT_LEAST = 3; // folds with which the figure's script begins
const EDGE = 0.05; // how near to an end of [0, 1] a fold may come
const DEEPEST = 0.95;
const NARROW = 340; // pixels: a phone
const NET_HEIGHT = 90;
/** Folds that show something, one for each layer. */
const STORIES: readonly (readonly [Pair, number, readonly Fold[]])[] = [
  [["三折八段", "Three folds, eight pieces"], 3, []],
  [["折在旁边，照样翻倍", "Folded off-centre, doubled all the same"], 3, [{ c: 0.3, d: 0 }, { c: 0.7, d: 0 }, { c: 0.4, d: 0 }]],
  [["有一折不到底", "One fold that stops short"], 3, [{ c: 0.5, d: 0.6 }]],
  [["六折", "Six folds"], 6, []],
];

interface State {
  /** As many as MOST; the first k are used, so that a fold is kept while k changes. */
  folds: Fold[];
  k: number;
}

const held = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, Math.round(1000 * value) / 1000));
const isHalf = ({ c, d }: Fold): boolean => c === HALF.c && d === HALF.d;
const fresh = (): Fold[] => new Array<Fold>(MOST).fill(HALF);

function parsed(fields: Fields | null): State {
  const numbers = (fields?.folds ?? "").split("_").map((text) => (text ? Number(text) : NaN));
  const folds = fresh().map((half, i) => {
    const [c, d] = [numbers[2 * i], numbers[2 * i + 1]];
    const isGiven = Number.isFinite(c) && Number.isFinite(d);
    return isGiven ? { c: held(c!, EDGE, 1 - EDGE), d: held(d!, 0, DEEPEST) } : half;
  });
  return { folds, k: whole(fields?.k, 1, MOST, START) };
}

function fields({ folds, k }: State): Fields {
  const used = folds.slice(0, k);
  if (used.every(isHalf)) return { k: String(k) };
  return { k: String(k), folds: used.map(({ c, d }) => `${c}_${d}`).join("_") };
}

/** What the picture shows, in words. */
function told({ folds, k }: State, book: Pieces, costs: Costs): string {
  const used = folds.slice(0, k);
  const line = zigzag(used);
  const found = pieces(line);
  const parts = {
    k, found, units: 2 * k, full: 2 ** k, steep: number(steepest(line)), power: superscript(k),
    parameters: deepParameters(k), followed: pieces(shallow(line, 2 * k)), enough: shallowParameters(found),
    recorded: book.pieces[k - 1]!, whole: costs.shallow[k - 1]!,
  };
  const counted = k === 1
    ? say([
      "1 层、两个 ReLU，画出 {found} 段，最陡的斜率是 {steep}。",
      "One layer of two ReLUs draws {found} pieces; the steepest slope is {steep}. ",
    ], parts)
    : say([
      "{k} 层、每层两个 ReLU，画出 {found} 段，最陡的斜率是 {steep}。",
      "{k} layers of two ReLUs draw {found} pieces; the steepest slope is {steep}. ",
    ], parts);
  const doubled = found === 2 ** k
    ? say([
      "每折一次翻一倍：2{power} = {found}，与书中（{recorded} 段）相同。",
      "Each fold doubles them: 2{power} = {found}, as in the book ({recorded}). ",
    ], parts)
    : say([
      "折到底时有 {full} 段。有一层没有折到底，后面就有几段碰不到折点；一折只能让穿过它的那些段翻倍。",
      "Folds that reach all the way down give {full}. After one that does not, some pieces miss a later " +
        "fold, and only those that cross it are doubled. ",
    ], parts);
  return counted + doubled + besides(used.every(isHalf), parts);
}

/** What one hidden layer of as many units does, and what it would take to do more. */
function besides(isBook: boolean, parts: Readonly<{ followed: number; found: number }>): string {
  if (parts.followed === parts.found) {
    return say([
      "只有一个隐藏层的网络同样用 {units} 个单元、{parameters} 个参数，也画得出。",
      "One hidden layer of {units} units, with the same {parameters} parameters, draws it as well.",
    ], parts);
  }
  const flat = say([
    "只有一个隐藏层的网络，单元（{units}）和参数（{parameters}）都一样多：一个单元给出最初的斜率，其余各管一个折点，" +
      "所以它跟上前 {followed} 段，此后一直走直线。",
    "One hidden layer with as many units ({units}) and as many parameters ({parameters}) spends one unit " +
      "on the first slope and each other on a bend: it follows the first {followed} pieces, then runs " +
      "straight on. ",
  ], parts);
  // That fewer are not enough is proved for the book's folds alone.
  const more = isBook
    ? say([
      "要跟完全程，需要 {full} 个单元、{whole} 个参数（书中算出）。",
      "To follow them all it takes {full} units and {whole} parameters, as the book counts.",
    ], parts)
    : say([
      "有 {found} 个单元、{enough} 个参数，它就能跟完全程。",
      "With {found} units and {enough} parameters it could follow them all.",
    ], parts);
  return flat + more;
}

type Counts = readonly [before: number, after: number];

/** What a layer does to the number of pieces. */
const step = (i: number, [before, after]: Counts): string =>
  say(["第 {i} 层：{before} → {after} 段", "Layer {i}: {before} → {after}"], { i: i + 1, before, after });

/** How many pieces a fold misses, if any. */
function missed([before, after]: Counts): string {
  const parts = { before, crossing: after - before };
  if (after === 2 * before) return "";
  return say(["{before} 段中 {crossing} 段穿过折点。", "The fold crosses {crossing} of {before}."], parts);
}

const name = (k: number): string => `a${subscript(k)}`;

/** The layer as two ReLUs and a constant. */
function formula(i: number, fold: Fold): string {
  const [left, right] = slopes(fold).map((each) => number(each));
  const a = i ? name(i) : "x";
  const c = number(fold.c);
  const constant = fold.d ? `${number(fold.d)} + ` : "";
  const terms = [`${left} relu(${c} − ${a})`, `${right} relu(${a} − ${c})`];
  const whole = terms.map((term) => term.replaceAll(" ", "\u00a0")); // lines break between terms only
  return `${name(i + 1)} = ${constant}${whole.join(" + ")}`;
}

/** Two units in each layer, which see what the layer before adds up to. */
function deepSketch(folds: readonly Fold[]): Sketch {
  const passed = folds.slice(0, -1).map((fold) => slopes(fold).map((slope) => [-slope, slope]));
  return {
    columns: [[{ name: "x" }], ...folds.map(() => [{}, {}]), [{ name: "y" }]],
    weights: [[[-1, 1]], ...passed, slopes(folds.at(-1)!).map((slope) => [slope])],
    role: "deep",
  };
}

/** One unit for each bend that the shallow net follows, with the change of slope there. */
function shallowSketch(deep: Zigzag, units: number): Sketch {
  const { slopes: all } = shallow(deep, units);
  const changes = Array.from({ length: units }, (_, i) => (all[i] ?? 0) - (i ? all[i - 1] ?? 0 : 0));
  return {
    columns: [[{ name: "x" }], changes.map(() => ({})), [{ name: "y" }]],
    weights: [[changes.map(() => 1)], changes.map((change) => [change])],
    role: "shallow",
  };
}

/** The last piece only as far as the picture reaches. */
function clipped(points: readonly Point[]): Point[] {
  const [[x0, a0], [x1, a1]] = points.slice(-2) as [Point, Point];
  const edge = a1 > 1 ? 1 : a1 < 0 ? 0 : a1;
  const x = a1 === edge ? x1 : x0 + ((edge - a0) / (a1 - a0)) * (x1 - x0);
  return [...points.slice(0, -1), [x, edge]];
}

/** What the script does otherwise than the page. */
function differences(k: number, isChanged: boolean): string {
  const begins = k < SCRIPT_LEAST
    ? say([" 脚本从 {least} 层起。", " The script begins with {least} layers."], { least: SCRIPT_LEAST })
    : "";
  const middle = isChanged
    ? say([" 脚本里每一层都折在正中，折到底。", " In the script every layer folds in the middle, all the way down."])
    : "";
  return begins + middle;
}

offer("fold", ({ root, records }: Place<typeof FIGURE | typeof COSTS>) => {
  const { [FIGURE]: book, [COSTS]: costs } = records;
  const trail = new Trail("fold", (given) => {
    state = parsed(given);
    show();
    trail.note(fields(state));
  });
  let state = parsed(trail.asked);

  const show = () => {
    // Only when their number changes: what is put anew loses the focus and the finger that holds it.
    while (layers.children.length > state.k) layers.lastChild!.remove();
    for (const { element } of panels.slice(layers.children.length, state.k)) layers.append(element);
    const counts = growth(state.folds.slice(0, state.k));
    panels.slice(0, state.k).forEach(({ plot, counted, lost }, i) => {
      plot.draw();
      const both = [counts[i]!, counts[i + 1]!] as const;
      counted.textContent = step(i, both);
      lost.textContent = missed(both);
    });
    output.draw();
    deepNet.show(deepSketch(state.folds.slice(0, state.k)));
    shallowNet.show(shallowSketch(zigzag(state.folds.slice(0, state.k)), 2 * state.k));
    layersControl.show(state.k);
    const isChanged = !state.folds.slice(0, state.k).every(isHalf);
    reset.enable(isChanged);
    status.tell(told(state, book, costs));
    const folds = Math.max(state.k, SCRIPT_LEAST);
    line.show(`dlbook run ${FIGURE} --set folds=${folds}`, differences(state.k, isChanged));
  };
  const move = (part: Partial<State>, settled: boolean) => {
    state = { ...state, ...part };
    show();
    trail.move(fields(state), settled);
  };
  const moved = (i: number, c: number, d: number, settled: boolean) => {
    const fold = { c: held(c, EDGE, 1 - EDGE), d: held(d, 0, DEEPEST) };
    move({ folds: state.folds.map((each, j) => (i === j ? fold : each)) }, settled);
  };

  const layersControl = slider(["层数 k", "Layers k"], { min: 1, max: MOST }, state.k, (k, settled) =>
    move({ k }, settled));
  const reset = button(["都折回正中", "Fold all in the middle"], () => {
    state = { ...state, folds: fresh() };
    show();
    trail.choose(fields(state));
  });
  const status = report();
  const line = command();
  const output = new Plot(
    say(["输出对 x 的图", "The output over x"]), (width) => (width < NARROW ? 150 : 215),
    () => ({
      x: { domain: [0, 1], label: "x", ticks: [0, 0.25, 0.5, 0.75, 1] },
      y: { domain: [0, 1], label: say(["{a} 对 x", "{a} over x"], { a: name(state.k) }), ticks: [0, 0.5, 1] },
    }),
    (plot) => {
      const deep = zigzag(state.folds.slice(0, state.k));
      const flat = shallow(deep, 2 * state.k);
      plot.line("deep", deep.points, { role: "deep", width: 2 });
      const beyond = pieces(flat) < pieces(deep) ? clipped(flat.points) : flat.points;
      plot.line("shallow", beyond, { role: "shallow", width: 5, dash: "0.1 10" });
    },
  );
  const panels = fresh().map((_, i) => {
    const plot = new Plot(
      say(["第 {i} 层", "Layer {i}"], { i: i + 1 }), 140,
      () => ({
        x: { domain: [0, 1], label: i ? name(i) : "x", ticks: [0, 1] },
        y: { domain: [0, 1], label: name(i + 1), ticks: [0, 1] },
      }),
      (each) => {
        const fold = state.folds[i]!;
        each.line("v", [[0, 1], [fold.c, fold.d], [1, folded(fold, 1)]], { role: "deep", width: 2 });
        each.handle("fold", {
          at: [fold.c, fold.d], role: "deep", step: [0.02, 0.02],
          range: [[EDGE, 1 - EDGE], [0, DEEPEST]],
          label: say(["第 {i} 层的折点", "The fold of layer {i}"], { i: i + 1 }),
          words: [
            say(["在 {c} 处折", "folds at {c}"], { c: number(fold.c) }),
            say(["折到 {d}", "down to {d}"], { d: number(fold.d) }),
          ],
          move: (c, d, settled) => moved(i, c, d, settled),
        });
        weights.textContent = formula(i, fold);
      },
    );
    const weights = html("p", { class: "dl-fold__weights" });
    const counted = html("figcaption");
    const lost = html("p", { class: "dl-fold__lost" }); // below, so that the fold under a finger stays
    return { plot, counted, lost, element: html("figure", {}, counted, plot.element, weights, lost) };
  });
  const layers = html("div", { class: "dl-plots dl-fold" });
  const [deepNet, shallowNet] = [
    network(say(["深的网络：每层两个单元", "The deep net: two units in each layer"]), NET_HEIGHT),
    network(say(["浅的网络：单元一样多的一层", "The shallow net: one layer of as many units"]), NET_HEIGHT),
  ];
  const marks = legend([
    ["deep", ["深：每层两个单元", "deep: two units a layer"]],
    ["shallow", ["浅：单元一样多的一层", "shallow: one layer of as many units"]],
    ["weight", ["权重越大线越粗，虚线是负的", "larger weights are thicker, negative ones dashed"]],
  ]);
  stage(root, "fold", {
    controls: [row(layersControl, reset), stories(STORIES.map(([words, k, folds]) => [words, () => {
      state = { k, folds: fresh().map((half, i) => folds[i] ?? half) };
      show();
      trail.choose(fields(state));
    }]))],
    answer: [captioned(["输出，和单元一样多的浅网络", "The output, and a shallow net’s"], output.element).element],
    more: [
      layers,
      html("div", { class: "dl-fold__nets" }, captioned(["深的网络", "The deep net"], deepNet!.element).element,
        captioned(["浅的网络", "The shallow net"], shallowNet!.element).element, marks),
      html("div", { class: "dl-fold__said" }, status.element),
    ],
    foot: [line.element],
  });
  show();
  trail.note(fields(state));
});
