/** How an explorable is offered to the loader. */
import css from "../explore.css";
import { shared, type Explorable } from "./shared.ts";

export type { Explorable, Place } from "./shared.ts";

export function offer(name: string, explorable: Explorable): void {
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
