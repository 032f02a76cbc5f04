/** How an explorable is offered to the loader. */
import type { Records } from "../records/index.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import css from "./look.css";
import { html } from "./dom.ts";
import { shared, type Place } from "./shared.ts";
import { say, WORDS } from "./words.ts";

export type { Place } from "./shared.ts";

/**
 * Offer what fills a place; the page has loaded the records of the figures that it names. What cannot
 * work in this browser says so in its place.
 */
export function offer<Figure extends keyof Records>(
  name: string, explorable: (place: Place<Figure>) => void,
): void {
  shared.explorables[name] = (place) => {
    dress(css);
    try {
      explorable(place);
    } catch (error) {
      if (!(error instanceof WithoutWebAssembly)) throw error;
      place.root.replaceChildren(html("p", { class: "dl-report" }, say(WORDS.withoutWebAssembly)));
    }
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
