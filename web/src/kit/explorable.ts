/** How an explorable is offered to the loader. */
import type { Records } from "../records/index.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import css from "./look.css";
import { html } from "./dom.ts";
import { shared, type Place } from "./shared.ts";
import { toolsOf, type Tools } from "./tools.ts";
import { say, WORDS } from "./words.ts";

export type { Place } from "./shared.ts";

/** A place with the row of tools that will stand at its foot; an explorable adds its own to it. */
export interface Stage<Figure extends keyof Records> extends Place<Figure> {
  readonly tools: Tools;
}

/**
 * Offer what fills a place, as soon as what it needs is `ready`; the page has loaded the records of the
 * figures that it names. What cannot work in this browser says so in its place.
 */
export function offer<Figure extends keyof Records>(
  name: string, explorable: (stage: Stage<Figure>) => void, ready?: () => Promise<void>,
): void {
  shared.explorables[name] = async (place) => {
    dress(css);
    try {
      await ready?.();
      const title = place.root.parentElement?.querySelector(".dl-explore__title")?.textContent ?? name;
      const tools = toolsOf(name, title);
      explorable({ ...place, tools });
      place.root.append(tools.element);
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
