/** Train XOR yourself: any seed of the book, its hidden space, and why it failed if it did. */
import { contours } from "d3-contour";
import { followed, oneOf, read, whole, write, type Fields, type How } from "../kit/address.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html, isCalm, set } from "../kit/dom.ts";
import { offer } from "../kit/explorable.ts";
import { number, percent } from "../kit/format.ts";
import { Plot, type Point, type Role } from "../kit/plot.ts";
import { geometric, Training, type Run } from "../kit/training.ts";
import { isEnglish, say, type Pair } from "../kit/words.ts";
import { chord, field, INPUTS, look, nextSeed, strongest, type Book, type Look } from "./xor/diagnosis.ts";

const FIGURE = "finding_xor_takes_luck_or_width";
const ACTIVATIONS = ["relu", "sigmoid", "tanh", "softplus", "abs", "sin"] as const;
const METHODS = ["adam", "descent"] as const;
const COSTS = ["cross_entropy", "squared"] as const;
const MOST = 16;
const MOST_SEED = 2 ** 31 - 1;
const FRAMES = 121; // recorded steps of a run
const FRAME = 50; // milliseconds of each while it plays
const [LOW, HIGH, CELLS] = [-0.6, 1.6, 36]; // the square of inputs that is drawn
const SIDE = 32; // seeds in a row of the map
const LABELS = [0, 1, 1, 0];

interface State {
  readonly seed: number;
  readonly width: number;
  readonly activation: (typeof ACTIVATIONS)[number];
  readonly method: (typeof METHODS)[number];
  readonly loss: (typeof COSTS)[number];
  /** The recorded step that is shown; null for the last. */
  readonly step: number | null;
}

interface Frames {
  readonly steps: number[];
  readonly losses: number[];
  readonly flats: Float64Array[];
}

const USUAL: State = { seed: 7, width: 2, activation: "relu", method: "adam", loss: "cross_entropy", step: null };
const METHOD_WORDS: Record<State["method"], Pair> = { adam: ["Adam", "Adam"], descent: ["梯度下降", "descent"] };
const COST_WORDS: Record<State["loss"], Pair> = {
  cross_entropy: ["交叉熵", "cross-entropy"],
  squared: ["平方误差", "squared error"],
};
const END_WORDS: readonly Pair[] = [
  ["学会", "solved"],
  ["分不清两个", "two confused"],
  ["分不清三个", "three confused"],
  ["四个一样", "all four alike"],
  ["停在别处", "elsewhere"],
];
const MARKS: readonly { role: Role; d: (x: number, y: number, r: number) => string; words: string }[] = [
  { role: "deep", words: "●", d: (x, y, r) => `M${x - r / 3},${y}a${r / 3},${r / 3} 0 1,0 ${(2 * r) / 3},0a${r / 3},${r / 3} 0 1,0 ${(-2 * r) / 3},0` },
  { role: "shallow", words: "×", d: (x, y, r) => `M${x - r},${y - r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}` },
  { role: "extra", words: "△", d: (x, y, r) => `M${x},${y - r}l${r},${2 * r}h${-2 * r}Z` },
  { role: "ink", words: "□", d: (x, y, r) => `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}Z` },
  { role: "exact", words: "+", d: (x, y, r) => `M${x - r},${y}h${2 * r}M${x},${y - r}v${2 * r}` },
];

function parsed(fields: Fields | null): State {
  return {
    seed: whole(fields?.seed, 0, MOST_SEED, USUAL.seed),
    width: whole(fields?.width, 1, MOST, USUAL.width),
    activation: oneOf(fields?.activation, ACTIVATIONS, USUAL.activation),
    method: oneOf(fields?.method, METHODS, USUAL.method),
    loss: oneOf(fields?.loss, COSTS, USUAL.loss),
    step: fields?.step === undefined ? null : whole(fields.step, 0, 1e6, 0),
  };
}

function fields({ step, ...rest }: State): Fields {
  const shown = Object.entries(rest).map(([name, value]) => [name, String(value)]);
  return { ...(Object.fromEntries(shown) as Fields), ...(step === null ? {} : { step: String(step) }) };
}

const setting = ({ activation, width, method, loss }: State): string => `${activation} ${width} ${method} ${loss}`;

/** The book's run of a setting, or its run of two ReLUs with another net in it. */
function planned(state: State, book: Book): Run {
  const { run } = book.settings[setting({ ...state, activation: "relu", width: 2 })]!;
  return { ...run, widths: [2, state.width, 1], activation: state.activation };
}

const unitNames = (units: readonly number[]): string => units.map((unit) => `h${unit + 1}`).join(isEnglish ? ", " : "、");

/** Why it ended so, in sentences that are true of these parameters. */
function reasons(seen: Look, width: number): string {
  const parts = { units: unitNames(seen.dead), inputs: seen.confused.join(isEnglish ? ", " : "、"), gradient: number(seen.gradient, 2), are: seen.dead.length > 1 ? "are" : "is" };
  const said: string[] = [];
  if (seen.end === 0) {
    const idle = seen.dead.length
      ? say(["{units} 对四个输入都是 0，没有用上；剩下的单元够了。", "{units} {are} 0 on all four inputs and of no use; the others are enough."], parts)
      : say(["{width} 个单元合起来，把 01 和 10 与 00 和 11 分开了。", "The units set 01 and 10 apart from 00 and 11."], { width });
    return say(["为什么成功：", "Why it succeeded: "]) + idle;
  }
  if (seen.confused.length) said.push(say(["{inputs} 得到同一个答案，而它们的标签不同。", "{inputs} get one answer, though their labels differ."], parts));
  if (seen.dead.length) said.push(say(["{units} 对四个输入都是 0（死单元），梯度到不了它，所以它再也不动。", "{units} {are} 0 on all four inputs: dead, for no gradient gets there, and never to move again."], parts));
  if (seen.twins.length) said.push(say(["{units} 在四个输入上成比例，两个单元只顶一个用。", "{units} are proportional on the four inputs: two units do the work of one."], { units: unitNames(seen.twins[0]!) }));
  if (width === 1) said.push(say(["一个单元只能沿一个方向看，分不开 XOR。", "A single unit looks along one direction only, and cannot part XOR."]));
  said.push(seen.gradient < 1e-3
    ? say(["梯度只剩 {gradient}：它停在一个平坦的地方。", "The gradient is down to {gradient}: it has come to rest where the loss is flat."], parts)
    : say(["梯度还有 {gradient}，它还在动。", "The gradient is still {gradient}: it is on its way."], parts));
  return say(["为什么没学会：", "Why it failed: "]) + said.join(isEnglish ? " " : "");
}

offer("xor", ({ root, records }) => {
  const book = records[FIGURE] as Book;
  let state = parsed(read("xor"));
  let run = planned(state, book);
  let frames: Frames = { steps: [], losses: [], flats: [] };
  let timer = 0;

  const ends = () => book.settings[setting(state)]?.ends ?? "";
  const index = (): number => {
    const at = state.step === null ? -1 : frames.steps.findIndex((step) => step >= state.step!);
    return at < 0 ? frames.steps.length - 1 : at;
  };
  const isLast = () => index() === frames.steps.length - 1;
  let seen: Look | null = null;

  const training = new Training({
    progress({ steps, losses, flats, done }) {
      frames = { steps: [...frames.steps, ...steps], losses: [...frames.losses, ...losses], flats: [...frames.flats, ...flats] };
      if (done) shown();
    },
    failed: (message) => status.say(say(["训练出错：{message}", "Training failed: {message}"], { message })),
  });
  const train = () => {
    stop();
    run = planned(state, book);
    frames = { steps: [], losses: [], flats: [] };
    training.start(run, state.seed, geometric(run.steps, FRAMES));
  };
  const shown = () => {
    if (!frames.steps.length) return;
    const at = index();
    seen = look(run, frames.flats[at]!, book);
    set(time, { max: frames.steps.length - 1 });
    time.value = String(at);
    const words = say(["第 {step} 步", "step {step}"], { step: frames.steps[at]! });
    timeWords.textContent = words;
    time.setAttribute("aria-valuetext", words);
    status.say(told(at));
    why.textContent = isLast() ? reasons(seen, state.width) : "";
    for (const plot of [plane, hidden, loss]) plot.draw();
    map();
  };

  const told = (at: number): string => {
    const answers = INPUTS.map((input, n) => `${input} → ${number(seen!.answers[n]!, 2)}`).join(isEnglish ? ", " : "，");
    const parts = { seed: state.seed, step: frames.steps[at]!, loss: number(frames.losses[at]!, 3), answers };
    const first = say(["种子 {seed}，第 {step} 步：损失 {loss}；{answers}。", "Seed {seed}, step {step}: loss {loss}; {answers}."], parts);
    if (!isLast()) return first;
    const ending = say(["结果：{end}。", " It ended: {end}."], { end: say(END_WORDS[seen!.end]!) });
    const recorded = ends()[state.seed];
    const beside = recorded === undefined
      ? ends() ? say(["书里没有这个种子。", " The book does not have this seed."]) : say(["这个设定不在书里。", " This setting is not in the book."])
      : Number(recorded) === seen!.end
        ? say(["书中的这个种子也是这样。", " So did this seed in the book."])
        : say(["书中的这个种子却是：{end}；舍入误差把两次训练分开了。", " In the book this seed ended otherwise: {end}; rounding has parted the two runs."], { end: say(END_WORDS[Number(recorded)]!) });
    return first + ending + beside;
  };

  const show = (how: How) => {
    for (const name of ["seed", "width", "activation", "method", "loss"] as const) {
      (controls[name] as { show(value: unknown): void }).show(state[name]);
    }
    const choices = (["seed", "width", "activation", "method", "loss"] as const).map((name) => `${name}=${state[name]}`);
    line.show(`dlbook run ${FIGURE} --replay ${choices.join(" ")}`);
    for (const [control, solved] of [[failure, false], [success, true]] as const) {
      control.enable(nextSeed(ends(), state.seed, solved) !== null);
    }
    counted();
    map();
    write("xor", fields(state), how);
  };
  const changed = (part: Partial<State>, how: How = "push") => {
    state = { ...state, step: null, ...part };
    show(how);
    if (how !== "moving") train();
  };

  // Time: the steps that were recorded, by hand or by themselves.
  const time = html("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": say(["训练的步", "Step of training"]) });
  const timeWords = html("output");
  const at = (place: number, how: How) => {
    const isEnd = place >= frames.steps.length - 1;
    state = { ...state, step: isEnd ? null : frames.steps[place]! };
    shown();
    write("xor", fields(state), how);
  };
  time.addEventListener("input", () => {
    stop();
    at(Number(time.value), "moving");
  });
  time.addEventListener("change", () => at(Number(time.value), "push"));
  const stop = () => {
    if (timer) clearInterval(timer);
    timer = 0;
    play.show(["从头播放", "Play from the start"]);
  };
  const play = button(["从头播放", "Play from the start"], () => {
    if (timer) return stop();
    let place = 0;
    at(0, "moving");
    play.show(["停", "Stop"]);
    timer = setInterval(() => {
      place += 1;
      if (place >= frames.steps.length) {
        stop();
        at(place, "push");
      } else if (!document.hidden) at(place, "moving");
    }, FRAME) as unknown as number;
  });
  play.element.hidden = isCalm();

  const same = <T extends string>(all: readonly T[]) => all.map((each) => [each, [each, each]] as const);
  const pairs = <T extends string>(all: readonly T[], words: Readonly<Record<T, Pair>>) => all.map((each) => [each, words[each]] as const);
  const controls = {
    seed: counter(["种子", "Seed"], { min: 0, max: MOST_SEED }, state.seed, (seed) => changed({ seed })),
    width: slider(["隐藏单元", "Hidden units"], { min: 1, max: MOST }, state.width, (width, settled) => settled && changed({ width })),
    activation: choice(["激活函数", "Activation"], same(ACTIVATIONS), state.activation, (activation) => changed({ activation })),
    method: choice(["方法", "Method"], pairs(METHODS, METHOD_WORDS), state.method, (method) => changed({ method })),
    loss: choice(["损失", "Loss"], pairs(COSTS, COST_WORDS), state.loss, (each) => changed({ loss: each })),
  };
  const jump = (solved: boolean) => () => {
    const seed = nextSeed(ends(), state.seed, solved);
    if (seed !== null) changed({ seed });
  };
  const failure = button(["下一个失败的种子", "Next seed that fails"], jump(false));
  const success = button(["下一个成功的种子", "Next seed that succeeds"], jump(true));
  const status = report();
  const why = html("p", { class: "dl-xor__why", role: "status" });
  const line = command();

  const plane = new Plot(
    say(["输入平面上的答案", "Answers over the plane of inputs"]), 250,
    () => ({
      x: { domain: [LOW, HIGH], label: "x₁", ticks: [0, 1] },
      y: { domain: [LOW, HIGH], label: say(["输入平面 x₂", "inputs, x₂"]), ticks: [0, 1] },
    }),
    (plot) => {
      const flat = frames.flats[index()];
      if (!flat || !seen) return;
      filled(plot, field(run, flat, LOW, HIGH, CELLS));
      const n = state.width;
      const lines = Array.from({ length: n }, (_, unit) => chord(flat[unit]!, flat[n + unit]!, flat[2 * n + unit]!, LOW, HIGH));
      const isDead = (unit: number) => seen!.dead.includes(unit);
      plot.strokes("units", lines.filter((_, unit) => !isDead(unit)), { role: "muted", width: 1 });
      plot.strokes("dead", lines.filter((_, unit) => isDead(unit)), { role: "muted", width: 1, dash: "2 4" });
      INPUTS.forEach((input, k) => {
        const spot: Point = [Number(input[0]), Number(input[1])];
        plot.dots(`halo ${input}`, [spot], { role: "paper", radius: 10 });
        plot.text(`label ${input}`, spot, String(LABELS[k]), { anchor: "middle", bold: true });
        plot.text(`answer ${input}`, spot, number(seen!.answers[k]!, 2), { anchor: "middle", dy: spot[1] ? -17 : 18 });
      });
    },
  );
  const hidden = new Plot(
    say(["隐藏空间", "The hidden space"]), 250,
    () => {
      const [i, j] = pair();
      const range = (unit: number): [number, number] => {
        const column = seen?.hidden.map((each) => each[unit] ?? 0) ?? [0, 1];
        const [least, most] = [Math.min(...column), Math.max(...column)];
        const room = 0.25 * (most - least) + 0.1;
        return [least - room, most + room];
      };
      return {
        x: { domain: range(i), label: `h${i + 1}` },
        y: { domain: range(j), label: state.width > 1 ? say(["隐藏空间 h{j}", "hidden space, h{j}"], { j: j + 1 }) : "h1" },
      };
    },
    (plot) => {
      const flat = frames.flats[index()];
      if (!flat || !seen) return;
      const [i, j] = pair();
      if (state.width === 2) {
        const level = state.loss === "squared" ? 0.5 : 0;
        const [v1, v2, c] = [flat[6]!, flat[7]!, flat[8]! - level];
        const [x0, x1] = [plot.x.invert(-1e4), plot.x.invert(1e4)];
        const ends2: Point[] = Math.abs(v2) > 1e-9 ? [[x0, -(v1 * x0 + c) / v2], [x1, -(v1 * x1 + c) / v2]] : [];
        plot.clipped("cut", ends2, { role: "deep", width: 2 });
      }
      const spots = INPUTS.map((_, k): Point => [seen!.hidden[k]![i]!, seen!.hidden[k]![j]!]);
      for (const group of grouped(spots)) {
        const spot = spots[group[0]!]!;
        const words = group.map((k) => INPUTS[k]!).join(isEnglish ? ", " : "、");
        const kinds = new Set(group.map((k) => LABELS[k]));
        if (kinds.has(1)) plot.dots(`one ${words}`, [spot], { role: "shallow", radius: 5 });
        if (kinds.has(0)) plot.crosses(`zero ${words}`, [spot], { role: "ink", radius: 5, width: 2 });
        plot.text(`name ${words}`, spot, words, { anchor: "middle", dy: -14 });
      }
    },
  );
  const pair = (): [number, number] => {
    const flat = frames.flats[index()];
    if (state.width === 1) return [0, 0];
    return state.width === 2 || !flat || !seen ? [0, 1] : strongest(run, flat, seen.hidden);
  };
  const loss = new Plot(
    say(["损失随步数的变化", "The loss as the steps go on"]), 170,
    () => {
      const levels = book.levels[state.loss]!;
      const most = Math.max(levels.at(-1)! * 1.25, ...frames.losses.filter((each) => each < 3 * levels.at(-1)!));
      return {
        x: { domain: [1, run.steps], log: true, label: say(["步数", "steps"]) },
        y: { domain: [0, most], label: say(["损失", "loss"]) },
      };
    },
    (plot) => {
      book.levels[state.loss]!.forEach((level, k) => {
        plot.line(`level ${k}`, [[1, level], [run.steps, level]], { role: "exact", width: 1, dash: "4 3" });
        plot.text(`level words ${k}`, [run.steps, level], say(END_WORDS[k + 1]!), { role: "exact", anchor: "end", dx: -10, dy: k ? -8 : 9 });
      });
      const points = frames.steps.map((step, k): Point => [Math.max(1, step), frames.losses[k]!]);
      plot.clipped("loss", points, { role: "deep", width: 2 });
      const place = points[index()];
      if (place) plot.dots("now", [place], { role: "deep", radius: 5 });
    },
  );

  // The book's seeds, 32 in a row.
  const seeds = new Plot(
    say(["书中的种子", "The book’s seeds"]), 330,
    () => ({ x: { domain: [-0.5, SIDE - 0.5], ticks: [] }, y: { domain: [SIDE - 0.5, -0.5], ticks: [], label: say(["书中的 {n} 个种子，从左到右、从上到下", "the book’s {n} seeds, row by row"], { n: book.seeds }) } }),
    (plot) => {
      const all = [...ends()];
      const r = Math.min(plot.x(1) - plot.x(0), plot.y(1) - plot.y(0)) * 0.3;
      MARKS.forEach(({ role, d }, end) => {
        const path = all.map((each, seed) =>
          Number(each) === end ? d(plot.x(seed % SIDE), plot.y(Math.floor(seed / SIDE)), r) : "");
        plot.path(`end ${end}`, path.join(""), { fill: "none", stroke: `var(--fig-${role})`, "stroke-width": end ? 1.6 : 2 });
      });
      if (state.seed >= all.length) return;
      const [x, y] = [plot.x(state.seed % SIDE), plot.y(Math.floor(state.seed / SIDE))];
      plot.path("here", `M${x - 7},${y - 7}h14v14h-14Z`, { fill: "none", stroke: "var(--fig-deep)", "stroke-width": 2.4 });
    },
  );
  const map = () => {
    const isKnown = state.seed < ends().length;
    seeds.element.parentElement?.toggleAttribute("hidden", !ends());
    set(seeds.element, {
      tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": book.seeds - 1,
      "aria-valuenow": isKnown ? state.seed : undefined,
      "aria-valuetext": isKnown ? `${state.seed}: ${say(END_WORDS[Number(ends()[state.seed])]!)}` : undefined,
    });
    seeds.draw();
  };
  seeds.element.addEventListener("click", (event) => {
    const box = seeds.element.getBoundingClientRect();
    const column = Math.round(seeds.x.invert(event.clientX - box.left));
    const line2 = Math.round(seeds.y.invert(event.clientY - box.top));
    const isInside = column >= 0 && column < SIDE && line2 >= 0 && line2 < SIDE;
    const seed = line2 * SIDE + column;
    if (isInside && seed < ends().length) changed({ seed });
  });
  seeds.element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE }[event.key];
    if (!step) return;
    event.preventDefault();
    changed({ seed: Math.min(ends().length - 1, Math.max(0, state.seed + step)) });
  });
  const counts = html("ul", { class: "dl-xor__counts" });
  const counted = () => {
    const all = [...ends()];
    counts.replaceChildren(...(all.length ? END_WORDS : []).map((words, end) => {
      const n = all.filter((each) => Number(each) === end).length;
      const mark = html("span", { class: "dl-xor__mark", "aria-hidden": "true", style: `color: var(--fig-${MARKS[end]!.role})` }, MARKS[end]!.words);
      return html("li", {}, mark, `${say(words)}${isEnglish ? ": " : "："}${n}`, html("span", {}, ` (${percent(n / all.length, 1)})`));
    }));
  };

  root.append(
    row(controls.seed, controls.width, controls.activation, controls.method, controls.loss),
    row(failure, success), status.element, why,
    html("div", { class: "dl-plots" }, html("figure", {}, plane.element), html("figure", {}, hidden.element)),
    html("div", { class: "dl-xor__time" }, play.element, html("label", {}, time, timeWords)),
    loss.element, html("figure", { class: "dl-xor__map" }, seeds.element, counts), line.element,
  );
  followed("xor", (given) => {
    state = parsed(given);
    show("replace");
    train();
  });
  show("replace");
  train();
});

/** The answer as five washes, and the line where it changes. */
function filled(plot: Plot, values: number[]): void {
  // One answer everywhere: what is left is rounding, and its boundary would be none.
  if (Math.max(...values) - Math.min(...values) < 0.01) return;
  const levels: [number, Role, number][] = [[-Infinity, "deepwash", 1], [0.25, "deepwash", 0.5], [0.5, "shallowwash", 0.5], [0.75, "shallowwash", 1]];
  const cell = (HIGH - LOW) / (CELLS - 1);
  const at = ([column, line]: [number, number]) =>
    `${plot.x(LOW + cell * (column - 0.5))},${plot.y(LOW + cell * (line - 0.5))}`;
  const rings = (threshold: number) =>
    contours().size([CELLS, CELLS]).contour(values, threshold).coordinates.flat() as [number, number][][];
  plot.box("wash", [LOW, LOW], [HIGH, HIGH], { role: "deepwash" });
  for (const [threshold, role, opacity] of levels.slice(1)) {
    const d = rings(threshold).map((ring) => `M${ring.map(at).join("L")}Z`).join("");
    plot.path(`paper ${threshold}`, d, { fill: "var(--fig-paper)", "fill-rule": "evenodd" });
    plot.path(`wash ${threshold}`, d, { fill: `var(--fig-${role})`, "fill-opacity": opacity, "fill-rule": "evenodd" });
  }
  // Rings close along the frame of the grid, which is no boundary.
  const isFrame = ([column, line]: [number, number]) =>
    column < 0.6 || line < 0.6 || column > CELLS - 0.6 || line > CELLS - 0.6;
  const edge = rings(0.5).map((ring) =>
    ring.slice(1).map((end, k) => (isFrame(end) && isFrame(ring[k]!) ? "" : `M${at(ring[k]!)}L${at(end)}`)).join(""));
  plot.path("boundary", edge.join(""), { fill: "none", stroke: "var(--fig-ink)", "stroke-width": 2, "stroke-linecap": "round" });
}

/** Points that fall on one another, by their numbers. */
function grouped(spots: readonly Point[]): number[][] {
  const groups: number[][] = [];
  spots.forEach(([x, y], k) => {
    const group = groups.find(([first]) => Math.hypot(spots[first!]![0] - x, spots[first!]![1] - y) < 0.03);
    if (group) group.push(k);
    else groups.push([k]);
  });
  return groups;
}
