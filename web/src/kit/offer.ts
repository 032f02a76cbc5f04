/** How a script offers to the loader what fills a place, with the look that all of them share. */
import type { Records } from "../records/index.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import css from "./base.css";
import { html } from "./dom.ts";
import { shared, type Place } from "./shared.ts";
import { say, WORDS } from "./words.ts";

/**
 * Offer what fills a place, as soon as what it needs is `ready`; the page has loaded the records of the
 * figures that it names. What cannot work in this browser says so in its place.
 */
export function offerPlain<Figure extends keyof Records>(
  name: string, fill: (place: Place<Figure>) => void, ready?: () => Promise<void>,
): void {
  shared.explorables[name] = async (place) => {
    dress("dl-explore-base", css);
    try {
      await ready?.();
      fill(place);
    } catch (error) {
      if (!(error instanceof WithoutWebAssembly)) throw error;
      place.root.replaceChildren(html("p", { class: "dl-report" }, say(WORDS.withoutWebAssembly)));
    }
  };
}

/** Put a look into the page, once. */
export function dress(id: string, css: string): void {
  if (document.getElementById(id)) return;
  const style = document.createElement("style");
  style.id = id;
  style.textContent = css;
  document.head.append(style);
}
