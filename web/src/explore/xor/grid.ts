/** The book's seeds, one place each, by how they ended: to look at, and to pick one from. */
import { html, set, svg } from "../../kit/dom.ts";
import { percent } from "../../kit/format.ts";
import { say } from "../../kit/words.ts";
import { counts, ENDS, type End } from "./book.ts";
import { END_WORDS, list } from "./why.ts";

export const SIDE = 32;
const PAGE = 4 * SIDE; // seeds that PageUp and PageDown pass, larger ones as on every slider
const CELL = 10;
const r = 3.4;

/** One mark for each ending: as many corners as inputs are confused, a disc for none. */
const SHAPES: Readonly<Record<End, (x: number, y: number) => string>> = {
  0: (x, y) => `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`,
  1: (x, y) => `M${x - 2.4},${y + 2.4}L${x + 2.4},${y - 2.4}`,
  2: (x, y) => `M${x - 2.9},${y + 2.4}H${x + 2.9}L${x},${y - 2.7}Z`,
  3: (x, y) => `M${x - 2.5},${y - 2.5}h5v5h-5Z`,
  4: (x, y) => `M${x - 0.7},${y}a.7,.7 0 1,0 1.4,0a.7,.7 0 1,0 -1.4,0`,
};

const look = (end: End) =>
  end === 0
    ? { fill: "var(--fig-shallow)", stroke: "none" }
    : { fill: "none", stroke: end === 1 ? "var(--fig-muted)" : "var(--fig-line)", "stroke-width": 1.1 };

function sign(end: End): SVGElement {
  const element = svg("svg", { viewBox: "0 0 10 10", width: 16, height: 16, "aria-hidden": "true" });
  element.append(svg("path"));
  set(element.firstElementChild!, { d: SHAPES[end](5, 5), ...look(end) });
  return element;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Show these seeds, none of them if null, and where the reader's seed stands. */
  show(ends: string | null, seed: number): void;
}

/**
 * @param widths of which there are seeds, where not all are shown
 * @param picked hears of every seed the reader moves to, `settled` after a click but not between keys
 */
export function grid(
  seeds: number,
  widths: readonly number[],
  picked: (seed: number, settled: boolean) => void,
): Grid {
  const picture = svg("svg", { viewBox: `0 0 ${SIDE * CELL} ${SIDE * CELL}`, "aria-hidden": "true" });
  const paths = ENDS.map((end) => {
    const path = picture.appendChild(svg("path"));
    set(path, { ...look(end), "stroke-linejoin": "round", "stroke-linecap": "round" });
    return path;
  });
  const frame = { width: CELL + 2, height: CELL + 2, rx: 2, fill: "none", "stroke-width": 2 };
  const mark = picture.appendChild(svg("rect", { ...frame, stroke: "var(--fig-ink)" }));
  const box = html("div", {
    class: "dl-xor__seeds", tabindex: 0, role: "slider", "aria-valuemin": 0, "aria-valuemax": seeds - 1,
    "aria-label": say(["书中的种子，方向键选一个", "The book’s seeds; arrow keys pick one"]),
  });
  box.append(picture);
  const legend = html("ul", { class: "dl-xor__legend" });
  const none = html("p", { class: "dl-xor__none" }, say([
    "书中没有训练这样的网络，所以没有可比的种子。有记录的是：两个 ReLU、sigmoid 或 tanh，四种方法都有；" +
      "{widths} 个 ReLU，用 Adam 和交叉熵。",
    "The book did not train such nets, so there are no seeds to compare with. It did train two ReLUs, " +
      "sigmoids or tanhs in all four ways, and {widths} ReLUs with Adam and cross-entropy.",
  ], { widths: say(list(widths.map(String))) }));
  let ends: string | null = null;
  let seed = 0;

  const words = (at: number) => at < seeds && ends
    ? say(["种子 {at}：{end}", "seed {at}: {end}"], { at, end: say(END_WORDS[Number(ends[at])]!) })
    : say(["种子 {at}，不在书中", "seed {at}, not in the book"], { at });
  const place = () => {
    const isThere = seed < seeds;
    set(mark, {
      x: (seed % SIDE) * CELL - 1, y: Math.floor(seed / SIDE) * CELL - 1,
      visibility: isThere ? "visible" : "hidden",
    });
    set(box, { "aria-valuenow": Math.min(seed, seeds - 1), "aria-valuetext": words(seed) });
  };
  const go = (to: number, settled: boolean) => {
    if (to < 0 || to >= seeds) return;
    seed = to;
    place();
    picked(to, settled);
  };
  picture.addEventListener("click", (event) => {
    const area = picture.getBoundingClientRect();
    const cell = (at: number, from: number, size: number) =>
      Math.min(SIDE - 1, Math.max(0, Math.floor(((at - from) / size) * SIDE)));
    const column = cell(event.clientX, area.left, area.width);
    go(column + SIDE * cell(event.clientY, area.top, area.height), true);
  });
  box.addEventListener("keydown", (event) => {
    const from = Math.min(seed, seeds - 1);
    const to = {
      ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - SIDE, ArrowDown: from + SIDE,
      Home: 0, End: seeds - 1, PageUp: Math.min(seeds - 1, from + PAGE), PageDown: Math.max(0, from - PAGE),
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to, false);
  });

  return {
    element: html("div", {}, box, legend, none),
    show(nextEnds, nextSeed) {
      const isNew = nextEnds !== ends || !legend.childElementCount;
      [ends, seed] = [nextEnds, nextSeed];
      box.hidden = legend.hidden = ends === null;
      none.hidden = ends !== null;
      place();
      if (isNew && ends !== null) draw(ends);
    },
  };

  function draw(all: string): void {
    const places = [...all].map((digit, at) => [Number(digit), at] as const);
    for (const end of ENDS) {
      const d = places.filter(([digit]) => digit === end).map(([, at]) =>
        SHAPES[end](((at % SIDE) + 0.5) * CELL, (Math.floor(at / SIDE) + 0.5) * CELL));
      set(paths[end]!, { d: d.join("") });
    }
    legend.replaceChildren(...counts(all).flatMap((count, end) =>
      count || end < 4
        ? [html("li", {}, sign(end as End), ` ${say(END_WORDS[end]!)} `,
            html("b", {}, String(count)), ` ${percent(count / all.length, 1)}`)]
        : []));
  }
}
