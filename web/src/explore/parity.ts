/** Flip the bits, and watch three circuits for parity arrive at the answer. */
import type { Fields } from "../kit/address.ts";
import { report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html, set, svg } from "../kit/dom.ts";
import { offer, type Place } from "../kit/explorable.ts";
import { Trail } from "../kit/history.ts";
import { Plot, type Point, type Role } from "../kit/plot.ts";
import { captioned, stage } from "../kit/stage.ts";
import { say, type Pair } from "../kit/words.ts";
import type { Explorable as Gates } from "../records/three_circuits_for_parity.ts";
import { even, gates, sum, terms, tree, thresholdUnits, type Bit, type Wire } from "./parity/circuits.ts";

const FIGURE = "three_circuits_for_parity";
const [LEAST, MOST] = [2, 6]; // 32 AND terms are as many as a phone shows
const SCRIPT_LEAST = 4; // bits with which the figure's script begins
const START: Bit[] = [1, 0, 1, 0];
const STEP = 40; // pixels from wire to wire
const RADIUS = 14;

const isAnswer = (value: number): string => (value === 1 ? "dl-parity__lit" : "dl-parity__dark");

function parsed(fields: Fields | null): Bit[] {
  const text = fields?.bits ?? "";
  const isWord = /^[01]+$/.test(text) && text.length >= LEAST && text.length <= MOST;
  return isWord ? [...text].map((each) => Number(each) as Bit) : START;
}

/** A circle or box that is filled where its value is 1, with words inside. */
function gate(parent: SVGElement, x: number, y: number, words: string, value: number): void {
  const half = Math.max(RADIUS, words.length * 4.2 + 5);
  const box = { x: x - half, y: y - RADIUS, width: 2 * half, height: 2 * RADIUS, rx: RADIUS };
  parent.append(svg("rect", { ...box, class: isAnswer(value) }));
  const text = svg("text", { x, y, dy: "0.35em", class: `${isAnswer(value)} dl-parity__word` });
  text.textContent = words;
  parent.append(text);
}

type Pin = readonly [number, number];

function wire(parent: SVGElement, from: Pin, to: Pin, on: number): void {
  const [x, y] = [(from[0] + to[0]) / 2, to[1]];
  const d = `M${from[0]},${from[1]}C${x},${from[1]} ${x},${y} ${to[0]},${to[1]}`;
  parent.append(svg("path", { d, class: `dl-parity__wire ${isAnswer(on)}` }));
}

/** In its own size, so that words are as large in every circuit; a narrow page makes it smaller. */
function picture(label: string, width: number, height: number): SVGSVGElement {
  return svg("svg", {
    viewBox: `0 0 ${width} ${height}`, width, class: "dl-parity__picture", role: "img", "aria-label": label,
  });
}

/** Where the wires of every level stand: a wire in the middle of those that it joins. */
function heights(levels: readonly (readonly Wire[])[]): number[][] {
  const found = [levels[0]!.map((_, i) => STEP * (i + 0.5))];
  for (const level of levels.slice(1)) {
    const before = found.at(-1)!;
    found.push(level.map(({ from }) => from.reduce((y, i) => y + before[i]!, 0) / from.length));
  }
  return found;
}

/** What the gates of the tree give, level by level, for those who do not see it. */
function treeInWords(levels: readonly (readonly Wire[])[]): string {
  const each = levels.slice(1).map((level, l) => {
    const values = level.filter(({ from }) => from.length === 2).map(({ value }) => value).join(" ");
    return say(["第 {l} 层 {values}", "level {l} gives {values}"], { l: l + 1, values });
  });
  return say(["同或树：", "XNOR tree: "]) + each.join(say(["；", "; "]));
}

function drawnTree(bits: readonly Bit[]): SVGSVGElement {
  const levels = tree(bits);
  const isOdd = bits.length % 2;
  const columns = levels.length + isOdd;
  const width = 40 + 64 * (columns - 1) + 30;
  const all = picture(treeInWords(levels), width, STEP * bits.length);
  const y = heights(levels);
  const x = (level: number) => 24 + 64 * level;
  levels.forEach((level, l) => level.forEach(({ from }, i) => {
    for (const j of from) wire(all, [x(l - 1), y[l - 1]![j]!], [x(l), y[l]![i]!], levels[l - 1]![j]!.value);
  }));
  const root = levels.at(-1)![0]!;
  const end = y.at(-1)![0]!;
  if (isOdd) wire(all, [x(levels.length - 1), end], [x(levels.length), end], root.value);
  levels.forEach((level, l) => level.forEach(({ value, from }, i) => {
    const name = from.length === 2 ? `${say(["同或", "XNOR"])} ${value}` : String(value);
    if (from.length !== 1) gate(all, x(l) + (from.length ? 4 : 0), y[l]![i]!, name, value);
  }));
  if (isOdd) gate(all, x(levels.length), end, `${say(["非", "NOT"])} ${1 - root.value}`, 1 - root.value);
  return all;
}

function drawnUnits(bits: readonly Bit[]): SVGSVGElement {
  const fired = thresholdUnits(bits);
  const middle = (STEP * bits.length) / 2;
  const all = picture(say(["阈值层：", "Threshold layer: "]) + written(bits), 210, STEP * bits.length);
  fired.forEach((value, j) => {
    const y = STEP * (j + 0.5);
    wire(all, [52, y], [172, middle], value);
    const sign = svg("text", { x: 88, y: y - 8, class: "dl-parity__sign" });
    sign.textContent = j % 2 ? "+" : "−";
    all.append(sign);
    gate(all, 42, y, `≥${j + 1}: ${value}`, value);
  });
  gate(all, 180, middle, `Σ ${sum(fired)}`, sum(fired));
  return all;
}

function listed(bits: readonly Bit[]): HTMLElement {
  const word = bits.join("");
  const list = html("ul", { class: "dl-parity__terms" });
  for (const each of terms(bits.length)) {
    const fires = each.join("") === word;
    list.append(html("li", { class: isAnswer(Number(fires)) }, each.join("")));
  }
  const answer = even(bits);
  const or = `${say(["或", "OR"])} ${answer}`;
  return html("div", {}, list, html("p", { class: `${isAnswer(answer)} dl-parity__or` }, or));
}

/** The output unit's sum, written out. */
function written(bits: readonly Bit[]): string {
  const fired = thresholdUnits(bits);
  return `1${fired.map((each, j) => ` ${j % 2 ? "+" : "−"} ${each}`).join("")} = ${sum(fired)}`;
}

function told(bits: readonly Bit[]): string {
  const ones = bits.filter(Boolean).length;
  const many = ones === 1 ? "1 one" : `${ones} ones`;
  const parts = { word: bits.join(""), ones, many, d: bits.length, raw: 1 - even(bits) };
  const answer = even(bits)
    ? say([
      "{word} 里有 {ones} 个 1，是偶数，答案是 1。与项 {word} 认出了它。",
      "{word} has {many}, an even number: the answer is 1. The AND term {word} fires.",
    ], parts)
    : say([
      "{word} 里有 {ones} 个 1，是奇数，答案是 0。没有一个与项认得它。",
      "{word} has {many}, an odd number: the answer is 0. No AND term fires.",
    ], parts);
  const tree = bits.length % 2
    ? say([
      "位数 {d} 是奇数，同或树给出相反的 {raw}，末端要加一个非门。",
      " With {d} bits, an odd number, the tree says the opposite, {raw}, and a NOT follows.",
    ], parts)
    : say(["三个电路都这样说。", " All three circuits say so."]);
  return answer + tree;
}

/** A circuit under its name, and how many gates or units it has, here and in the record. */
function panel(
  title: string, kind: Role, count: number, recorded: number, more: string, inside: Node[],
): HTMLElement {
  const counted = count === recorded
    ? say(["共 {count} 个，与书中相同", "{count}, as in the book"], { count })
    : say(["共 {count} 个，书中是 {recorded} 个", "{count}; in the book {recorded}"], { count, recorded });
  const caption = html("figcaption", {}, title, html("span", { class: "dl-parity__count" }, counted + more));
  return html("figure", { style: `--lit: var(--fig-${kind})` }, caption, ...inside);
}

const CIRCUITS: readonly (readonly [keyof Gates, Pair, Role, string | undefined])[] = [
  ["tree", ["同或树", "XNOR tree"], "deep", undefined],
  ["and_or", ["与项清单", "AND terms"], "shallow", undefined],
  ["threshold", ["阈值层", "threshold layer"], "extra", "2 4"],
];

/** How the three grow with the bits, as the book counts them, and where the reader stands. */
function growthPlot(book: Gates, size: () => number): Plot {
  const counts = (name: keyof Gates): Point[] =>
    book[name].slice(0, MOST - 1).map((count, i) => [i + LEAST, count]);
  const most = Math.max(...CIRCUITS.flatMap(([name]) => counts(name).map(([, count]) => count)));
  return new Plot(
    say(["门数随位数的增长", "Gates by the number of bits"]), 210,
    () => ({
      x: { domain: [LEAST - 0.2, MOST + 0.2], ticks: [2, 3, 4, 5, 6], label: say(["位数 d", "bits d"]) },
      y: { domain: [0, 1.08 * most], label: say(["个数", "how many"]) },
    }),
    (plot) => {
      for (const [name, words, role, dash] of CIRCUITS) {
        plot.line(name, counts(name), { role, width: 2, dash });
        plot.dots(`${name} here`, [counts(name)[size() - LEAST]!], { role, radius: 4.5 });
        const [x, y] = counts(name).at(-1)!;
        const dy = { tree: 11, and_or: 0, threshold: -9 }[name];
        plot.text(`${name} words`, [x, y], say(words), { role, anchor: "end", dx: -8, dy });
      }
    },
  );
}

/** The three circuits at work on these bits. */
function circuits(bits: readonly Bit[], book: Gates): HTMLElement[] {
  const d = bits.length;
  const not = d % 2 ? say(["；末端另加一个非门", "; and a NOT at its end"]) : "";
  const total = html("p", { class: "dl-parity__sum" }, written(bits));
  return [
    panel(say(["同或树的门", "Gates of the XNOR tree"]), "deep", gates(tree(bits)), book.tree[d - 2]!, not, [
      drawnTree(bits),
    ]),
    panel(say(["与或电路的门", "Gates of the AND–OR list"]), "shallow", terms(d).length + 1, book.and_or[d - 2]!, "", [
      listed(bits),
    ]),
    panel(
      say(["阈值网络的单元", "Units of the threshold net"]), "extra", thresholdUnits(bits).length + 1,
      book.threshold[d - 2]!, "", [drawnUnits(bits), total],
    ),
  ];
}

/** The button of a bit. */
function bitSwitch(i: number, flip: () => void): HTMLElement {
  const label = { type: "button", role: "switch", class: "dl-parity__bit", "aria-label": `x${i + 1}` };
  const name = html("span", {}, "x", html("sub", {}, String(i + 1)));
  const made = html("button", label, name, html("b"));
  made.addEventListener("click", flip);
  return made;
}

offer("parity", ({ root, records: { [FIGURE]: book } }: Place<typeof FIGURE>) => {
  const trail = new Trail("parity", (fields) => {
    bits = parsed(fields);
    show();
    trail.note(address());
  });
  let bits = parsed(trail.asked);
  const address = (): Fields => ({ bits: bits.join("") });
  const named = { class: "dl-parity__bits", role: "group", "aria-label": say(["各位", "Bits"]) };
  const switches = html("div", named);
  const panels = html("div", { class: "dl-plots dl-parity" });
  const growth = growthPlot(book, () => bits.length);
  const growing = captioned(["各要多少", "How many each takes"], growth.element);
  const line = command();
  const status = report();
  const size = slider(["位数 d", "Bits d"], { min: LEAST, max: MOST }, bits.length, (d, settled) => {
    bits = Array.from({ length: d }, (_, i) => bits[i] ?? 0);
    show();
    trail.move(address(), settled);
  });

  const flip = (i: number) => {
    bits = bits.map((each, j) => (i === j ? ((1 - each) as Bit) : each));
    show();
    trail.move(address(), true);
  };
  const shownBits = () => {
    while (switches.children.length > bits.length) switches.lastChild!.remove();
    while (switches.children.length < bits.length) {
      const i = switches.children.length;
      switches.append(bitSwitch(i, () => flip(i)));
    }
    [...switches.children].forEach((each, i) => {
      set(each, { "aria-checked": bits[i] ? "true" : "false" });
      each.lastElementChild!.textContent = String(bits[i]);
    });
  };

  const show = () => {
    const d = bits.length;
    shownBits();
    size.show(d);
    panels.replaceChildren(...circuits(bits, book), growing.element);
    growth.draw();
    status.tell(told(bits));
    const bookBits = Math.max(d, SCRIPT_LEAST);
    const least = { least: SCRIPT_LEAST };
    const begins = say([" 脚本从 {least} 位起。", " The script begins with {least} bits."], least);
    line.show(`dlbook run ${FIGURE} --set bits=${bookBits}`, d < SCRIPT_LEAST ? begins : "");
  };
  stage(root, "parity", {
    controls: [row(size)],
    answer: [switches, status.element],
    more: [panels],
    foot: [line.element],
  });
  show();
  trail.note(address());
});
