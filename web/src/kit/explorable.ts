/** How an explorable is offered to the loader: with its look, and the row of tools at its foot. */
import type { Records } from "../records/index.ts";
import css from "./look.css";
import { dress, offerPlain } from "./offer.ts";
import type { Place } from "./shared.ts";
import { toolsOf, type Tools } from "./tools.ts";

export type { Place } from "./shared.ts";

/** A place with the row of tools that will stand at its foot; an explorable adds its own to it. */
export interface Stage<Figure extends keyof Records> extends Place<Figure> {
  readonly tools: Tools;
}

/** Offer an explorable, as `offerPlain` offers what has neither look nor tools. */
export function offer<Figure extends keyof Records>(
  name: string, explorable: (stage: Stage<Figure>) => void, ready?: () => Promise<void>,
): void {
  offerPlain<Figure>(name, (place) => {
    dress("dl-explore-look", css);
    const title = place.root.parentElement?.querySelector(".dl-explore__title")?.textContent ?? name;
    const tools = toolsOf(name, title);
    explorable({ ...place, tools });
    place.root.append(tools.element);
  }, ready);
}
