/** What the marks of "wide" mean, of those that are in the pictures. */
import { html } from "../../kit/dom.ts";
import { number } from "../../kit/format.ts";
import { legend } from "../../kit/stage.ts";
import type { Pair } from "../../kit/words.ts";
import { earlier, type View } from "./view.ts";

type Mark = readonly [mark: string, words: Pair];

export function marks(): { element: HTMLElement; show(view: View): void } {
  const element = html("div");
  let shown = "";
  return {
    element,
    show(view) {
      const all = marksOf(view);
      if (JSON.stringify(all) === shown) return;
      shown = JSON.stringify(all);
      element.replaceChildren(legend(all));
    },
  };
}

function marksOf(view: View): Mark[] {
  const { bounds, state } = view;
  const ends = [...(view.book?.cell.errors ?? []), ...view.past.map(({ error }) => error)];
  const most = number(bounds.failed, 3);
  const isBent = state.activation === "relu" || state.activation === "abs";
  const when = (isThere: boolean, ...all: Mark[]) => (isThere ? all : []);
  return [
    ...(view.own ? [["seed", ["你的数据", "your data"]] as Mark] : [["target", ["目标", "target"]] as Mark]),
    ["mine", ["你这一次", "your run"]],
    ...when(earlier(view).length > 0, ["past", ["你以前的", "your earlier runs"]]),
    ["middle", isBent
      ? ["一个单元转折的地方", "where a unit bends"]
      : ["一个单元的中点，它在这里变得最快", "middle of a unit, where it changes fastest"]],
    ["weight", ["网络里权重越大线越粗，虚线是负的", "in the net larger weights are thicker, negative ones dashed"]],
    ...when(view.book !== null,
      ["all", ["书中各种子：最小到最大", "the book’s seeds: least to most"]],
      ["most", ["其中 10% 到 90%", "10% to 90% of them"]],
      ["median", ["中位数", "median"]],
      ["seed", ["书中一个种子的终点", "where one of them ended"]]),
    ...when(ends.some((error) => error > bounds.failed),
      ["failed", [`失败：误差超过 ${most}`, `failed: an error above ${most}`]]),
  ];
}
