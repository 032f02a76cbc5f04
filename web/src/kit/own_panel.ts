/** Where readers bring their own data: as a table that is pasted or dropped, or as a drawing. */
import { button, report, row } from "./controls.ts";
import { html } from "./dom.ts";
import { number } from "./format.ts";
import { FEWEST, MOST_ROWS, ownData, table, TableError, type OwnData } from "./own_data.ts";
import { penned, traced } from "./pen.ts";
import { Plot, type Point } from "./plot.ts";
import { say } from "./words.ts";

const PLACES: readonly number[] = Array.from({ length: 13 }, (_, i) => (i - 6) / 6); // of a drawing
const FIRST: readonly number[] = PLACES.map((x) => Math.round(100 * (x * x - 0.5)) / 100);
const SAMPLES = 49; // four to each gap between two places, and the last
const EXAMPLE = "x, y\n0, 1.2\n1, 2.9\n2, 2.1\n3, 4.4\n4, 3.8";

export interface OwnPanel {
  readonly element: HTMLElement;
  /** Show which data are used, none of the reader's if null. */
  show(own: OwnData | null): void;
}

/** What has become of the data, aloud. */
function scalingWords({ points, x, y }: OwnData): string {
  const [x0, x1, y0, y1] = [...x, ...y].map((each) => number(each, 4));
  return say([
    "在用你的 {n} 个点。x 从 {x0} 到 {x1}，y 从 {y0} 到 {y1}，两列都已按比例换算到 −1 到 1；图和误差都用换算后的数。",
    "Your {n} points are in use. x runs from {x0} to {x1}, y from {y0} to {y1}; both are scaled linearly to −1 to 1, and " +
      "pictures and errors are in these scaled numbers.",
  ], { n: points.length, x0: x0!, x1: x1!, y0: y0!, y1: y1! });
}

/** A drawing as data: straight from each place to the next. */
function sampled(heights: readonly number[]): Point[] {
  return Array.from({ length: SAMPLES }, (_, i): Point => {
    const at = (i / (SAMPLES - 1)) * (PLACES.length - 1);
    const left = Math.min(PLACES.length - 2, Math.floor(at)), part = at - left;
    return [(2 * i) / (SAMPLES - 1) - 1, (1 - part) * heights[left]! + part * heights[left + 1]!];
  });
}

/**
 * @param used hears of data to train on, or null for the book's
 * @param offersDrawing whether the explorable has no other place to draw
 */
export function ownPanel(used: (own: OwnData | null) => void, offersDrawing: boolean): OwnPanel {
  const status = report();
  const field = html("textarea", { rows: 6, spellcheck: "false", placeholder: EXAMPLE });
  const take = (points: () => readonly Point[]) => {
    try {
      used(ownData(points()));
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      status.tell(say(error.words, error.parts));
    }
  };
  const useTable = button(["用这张表", "Use this table"], () => take(() => table(field.value)));
  const back = button(["换回书中的数据", "Back to the book’s data"], () => {
    used(null);
    useTable.element.focus({ preventScroll: true }); // the button that was pressed is switched off
  });
  const opened = async (file: File | undefined) => {
    if (!file) return;
    field.value = await file.text();
    take(() => table(field.value));
  };
  const file = html("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain" });
  file.addEventListener("change", () => void opened(file.files?.[0]));
  const element = html("div", { class: "dl-own" },
    html("p", {}, say([
      "粘贴两列数（x 和 y，{least} 到 {most} 行），或者把一个 CSV 文件拖到这里。数据只留在这一页：不会传到任何地方；" +
        "它太大，链接里放不下，刷新后就没有了。",
      "Paste two columns of numbers (x and y, {least} to {most} rows), or drop a CSV file here. The data stay in this page: " +
        "they are sent nowhere. They are too large for a link, and gone after a reload.",
    ], { least: FEWEST, most: MOST_ROWS })),
    html("label", {}, html("span", {}, say(["你的数据", "Your data"])), field),
    html("label", { class: "dl-control" }, html("span", {}, say(["或者选一个文件", "or choose a file"])), file),
    row(useTable, back));
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    void opened(event.dataTransfer?.files[0]);
  });
  if (offersDrawing) element.append(...drawing((heights) => take(() => sampled(heights))));
  element.append(status.element);
  return {
    element,
    show(own) {
      back.enable(own !== null);
      status.tell(own ? scalingWords(own) : say(["在用书中的数据。", "The book’s data are in use."]));
    },
  };
}

/** A sheet to draw on, and what takes the drawing. */
function drawing(used: (heights: readonly number[]) => void): HTMLElement[] {
  let heights = FIRST;
  const held = (y: number) => Math.round(100 * Math.min(1, Math.max(-1, y))) / 100 + 0; // + 0: no -0
  const change = (next: readonly number[]) => {
    heights = next.map(held);
    plot.draw();
  };
  const plot: Plot = new Plot(
    say(["画一条曲线：上下移动各点，或画一笔", "Draw a curve: move the points up and down, or draw across"]), 170,
    () => ({ x: { domain: [-1, 1], ticks: [-1, 0, 1] }, y: { domain: [-1.1, 1.1], ticks: [-1, 0, 1] } }),
    (each) => {
      each.line("drawn", PLACES.map((x, i): Point => [x, heights[i]!]), { role: "ink", width: 2 });
      PLACES.forEach((x, i) => each.handle(`place ${i}`, {
        at: [x, heights[i]!], role: "ink", step: [0, 0.05], range: [[x, x], [-1, 1]],
        label: say(["x = {x} 处的高度", "height at x = {x}"], { x: number(x, 2) }), words: number(heights[i]!),
        move: (_, y) => change(heights.map((old, j) => (j === i ? y : old))),
      }));
    },
  );
  plot.element.classList.add("dl-own__sheet");
  penned(
    { element: plot.element, place: (event) => plot.place(event) }, () => true,
    (from, to) => change(traced(PLACES, heights, from, to)), () => undefined,
  );
  const take = button(["用这条曲线", "Use this drawing"], () => used(heights));
  return [
    html("p", {}, say(["或者画一条曲线：用鼠标或手指画一笔；用 Tab 选点，上下方向键移动。", "Or draw a curve: " +
      "across the sheet with the pointer or a finger, or choose a point with Tab and move it with the arrow keys."])),
    html("div", { class: "dl-own__drawing" }, plot.element), row(take),
  ];
}
