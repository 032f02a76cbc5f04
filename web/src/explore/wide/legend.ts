/** What the marks of "wide" mean: only of those that are in the pictures. */
import { html } from "../../kit/dom.ts";
import { number } from "../../kit/format.ts";
import { say, type Pair } from "../../kit/words.ts";
import { earlier, type View } from "./view.ts";

export function legend(): { element: HTMLElement; show(view: View): void } {
  const item = (name: string, words: Pair) => html("span", { class: `dl-wide__${name}` }, say(words));
  const book = [
    item("all", ["书中各种子：最小到最大", "the book’s seeds: least to most"]),
    item("most", ["其中 10% 到 90%", "10% to 90% of them"]),
    item("median", ["中位数", "median"]),
    item("seed", ["书中一个种子的终点", "where one of them ended"]),
  ];
  const failed = item("failed", ["", ""]);
  const mine = item("mine", ["你这一次", "your run"]);
  const past = item("past", ["你以前的", "your earlier runs"]);
  const kinks = item("kinks", ["各单元的 −b/w", "the units’ −b/w"]);
  return {
    element: html("p", { class: "dl-wide__legend" }, mine, past, kinks, ...book, failed),
    show(view) {
      for (const each of book) each.hidden = view.book === null;
      past.hidden = earlier(view).length === 0;
      const ends = [...(view.book?.cell.errors ?? []), ...view.past.map(({ error }) => error)];
      failed.hidden = !ends.some((error) => error > view.bounds.failed);
      const most = number(view.bounds.failed, 3);
      failed.textContent = say(["失败：误差超过 {most}", "failed: an error above {most}"], { most });
    },
  };
}
