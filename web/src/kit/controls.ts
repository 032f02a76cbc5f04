/** Labelled controls of the browser's own kinds, which keyboard, touch and screen readers know. */
import { html } from "./dom.ts";
import { say, type Pair } from "./words.ts";

/** A control: its element, and a way to show another value without an event. */
export interface Control<T> {
  readonly element: HTMLElement;
  show(value: T): void;
  enable(enabled: boolean): void;
}

const labelled = (label: Pair, ...inside: (Node | string)[]): HTMLElement =>
  html("label", { class: "dl-control" }, html("span", {}, say(label)), ...inside);

/** One of several. */
export function choice<T extends string>(
  label: Pair,
  options: readonly (readonly [T, Pair])[],
  value: T,
  changed: (value: T) => void,
): Control<T> {
  const select = html("select");
  for (const [name, words] of options) select.append(html("option", { value: name }, say(words)));
  select.value = value;
  select.addEventListener("change", () => changed(select.value as T));
  return {
    element: labelled(label, select),
    show: (each) => (select.value = each),
    enable: (enabled) => (select.disabled = !enabled),
  };
}

/** A number on a slider. `moved` hears of every move, `settled` when the reader lets go, or after a key. */
export function slider(
  label: Pair,
  range: { min: number; max: number; step?: number; words?: (value: number) => string },
  value: number,
  moved: (value: number, settled: boolean) => void,
): Control<number> {
  const { min, max, step = 1, words = String } = range;
  const input = html("input", { type: "range", min, max, step });
  // The slider says its value itself; this is for those who see it.
  const output = html("span", { class: "dl-control__value", "aria-hidden": "true" });
  const show = (each: number) => {
    input.value = String(each);
    output.textContent = words(each);
    input.setAttribute("aria-valuetext", words(each));
  };
  show(value);
  let isKey = false; // browsers tell of keys as of a slider that is held and let go
  input.addEventListener("keydown", () => (isKey = true));
  input.addEventListener("keyup", () => (isKey = false));
  input.addEventListener("pointerdown", () => (isKey = false));
  input.addEventListener("input", () => {
    show(Number(input.value));
    moved(Number(input.value), isKey);
  });
  input.addEventListener("change", () => isKey || moved(Number(input.value), true));
  const element = labelled(label, html("span", { class: "dl-control__slider" }, input, output));
  return { element, show, enable: (enabled) => (input.disabled = !enabled) };
}

/** A whole number to type or to step. */
export function counter(
  label: Pair,
  range: { min: number; max: number },
  value: number,
  changed: (value: number) => void,
): Control<number> {
  const input = html("input", { type: "number", ...range, step: 1, inputmode: "numeric" });
  const show = (each: number) => (input.value = String(each));
  let last = value;
  show(value);
  input.addEventListener("change", () => {
    const wanted = Math.round(Number(input.value));
    const isNumber = input.value.trim() !== "" && Number.isFinite(wanted);
    last = isNumber ? Math.min(range.max, Math.max(range.min, wanted)) : last;
    show(last);
    changed(last);
  });
  return {
    element: labelled(label, input),
    show(each) {
      last = each;
      show(each);
    },
    enable: (enabled) => (input.disabled = !enabled),
  };
}

export interface Button extends Control<Pair> {
  readonly element: HTMLButtonElement;
}

/** A button; `show` changes its words. */
export function button(label: Pair, pressed: () => void): Button {
  const element = html("button", { type: "button", class: "dl-button" }, say(label));
  element.addEventListener("click", pressed);
  return {
    element,
    show: (words) => (element.textContent = say(words)),
    enable: (enabled) => (element.disabled = !enabled),
  };
}

/** Controls side by side. */
export const row = (...controls: { element: HTMLElement }[]): HTMLElement =>
  html("div", { class: "dl-controls" }, ...controls.map(({ element }) => element));

const REST = 700; // milliseconds without news, after which they are told to those who hear the page

/**
 * A line that says what has happened, also to those who do not see the picture: once, when it has come
 * to rest, since every key in a row would be told else, and every key has been told by its control.
 */
export function report(): { element: HTMLElement; tell(text: string): void } {
  const line = html("p", { class: "dl-report" });
  const heard = html("span", { class: "dl-unseen", role: "status" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    element: html("div", {}, line, heard),
    tell(text) {
      if (line.textContent === text) return;
      line.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => (heard.textContent = text), REST);
    },
  };
}
