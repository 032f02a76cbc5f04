/**
 * Where the parts of an explorable stand, so that the control in the reader's hand and the answer are
 * seen together: side by side on a desk, the answer held at the top of a phone.
 */
import { html } from "./dom.ts";
import { say, type Pair } from "./words.ts";

export interface Parts {
  /** What the reader sets. */
  readonly controls: readonly Node[];
  /** What it does: the picture that matters most, and what is said of it. */
  readonly answer: readonly Node[];
  /** What else there is to see. */
  readonly more: readonly Node[];
  /** Of the whole width, below: notes and lines to copy. */
  readonly foot: readonly Node[];
}

/** Put the parts of an explorable into its place; `name` is whose style sheet arranges them. */
export function stage(root: HTMLElement, name: string, { controls, answer, more, foot }: Parts): void {
  root.append(
    html("div", { class: `dl-stage dl-stage--${name}` },
      html("div", { class: "dl-stage__controls" }, ...controls),
      html("div", { class: "dl-stage__answer" }, ...answer),
      html("div", { class: "dl-stage__more" }, ...more)),
    ...foot,
  );
}

/** A picture under its title. */
export function captioned(title: Pair, ...inside: Node[]) {
  const caption = html("figcaption", {}, say(title));
  return { element: html("figure", {}, caption, ...inside), caption };
}

/** What every mark of the pictures means: its sign, if a line of text needs one, and its words. */
export function legend(all: readonly (readonly [mark: string, words: Pair])[]): HTMLElement {
  return html("ul", { class: "dl-legend", "aria-label": say(["图例", "Legend"]) }, ...all.map(([mark, words]) =>
    html("li", { class: `dl-mark dl-mark--${mark}` }, say(words))));
}

/** One press to a state that shows something, each with the few words of its story. */
export function stories(all: readonly (readonly [words: Pair, told: () => void])[]): HTMLElement {
  const named = { class: "dl-openings", role: "group", "aria-label": say(["可以先看这些", "Begin with one of these"]) };
  return html("div", named, ...all.map(([words, told]) => {
    const made = html("button", { type: "button", class: "dl-button" }, say(words));
    made.addEventListener("click", told);
    return made;
  }));
}
