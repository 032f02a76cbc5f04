/** How an explorable is offered to the loader. */
import type { Records } from "../records/index.ts";
import css from "./look.css";
import { shared, type Place } from "./shared.ts";

export type { Place } from "./shared.ts";

/** Offer what fills a place; the page has loaded the records of the figures that it names. */
export function offer<Figure extends keyof Records>(
  name: string, explorable: (place: Place<Figure>) => void,
): void {
  shared.explorables[name] = (place) => {
    dress(css);
    explorable(place);
  };
}

/** Put the look of the explorables into the page, once. */
function dress(css: string): void {
  if (document.getElementById("dl-explore-look")) return;
  const style = document.createElement("style");
  style.id = "dl-explore-look";
  style.textContent = css;
  document.head.append(style);
}
