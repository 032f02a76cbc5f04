/**
 * The row of tools below every explorable: what a reader takes along of what is shown. Every one has
 * its link and its frame; an explorable adds its own.
 */
import { addressOf } from "./address.ts";
import { copied } from "./clipboard.ts";
import { button, type Button } from "./controls.ts";
import { html, set } from "./dom.ts";
import { say, WORDS, type Pair } from "./words.ts";

const FRAME_HEIGHT = 820; // pixels: what an explorable takes on a desk

export interface Tools {
  readonly element: HTMLElement;
  /** A button that does something at once; `tell` says in the row what came of it. */
  add(label: Pair, pressed: () => void): Button;
  /** A button that opens a panel below the row, filled when it is opened, and closes it again. */
  addPanel(label: Pair, filled: () => HTMLElement): Button;
  tell(text: string): void;
}

/** The row of one explorable, by its name and title, with the two tools that all have. */
export function toolsOf(name: string, title: string): Tools {
  const row = html("div", { class: "dl-tools__row" });
  const told = html("span", { role: "status", class: "dl-tools__told" });
  const panel = html("div", { class: "dl-tools__panel", hidden: true });
  const tell = (text: string) => {
    told.textContent = text;
  };
  let opened: Button | null = null;
  const close = () => {
    if (opened) set(opened.element, { "aria-expanded": "false" });
    opened = null;
    panel.hidden = true;
    panel.replaceChildren();
  };
  const show = (content: HTMLElement) => {
    panel.replaceChildren(content);
    panel.hidden = false;
  };
  const tools: Tools = {
    element: html("div", { class: "dl-tools" }, row, panel),
    tell,
    add(label, pressed) {
      const made = button(label, () => {
        tell("");
        pressed();
      });
      told.before(made.element);
      return made;
    },
    addPanel(label, filled) {
      const made: Button = tools.add(label, () => {
        const isOpen = opened === made;
        close();
        if (isOpen) return;
        opened = made;
        set(made.element, { "aria-expanded": "true" });
        show(filled());
      });
      set(made.element, { "aria-expanded": "false" });
      return made;
    },
  };
  row.append(told);
  const take = async (text: string) => {
    const isDone = await copied(text);
    tell(say(isDone ? WORDS.copied : WORDS.uncopied));
    return isDone;
  };
  tools.add(["复制链接", "Copy link"], async () => {
    close();
    const link = addressOf(name, false);
    if (!(await take(link))) show(byHand(link));
  });
  tools.addPanel(["嵌入", "Embed"], () => {
    const code = html("textarea", {
      readonly: true, rows: 3, "aria-label": say(["嵌入用的 HTML", "HTML for embedding"]),
    });
    code.value = frameOf(name, title);
    const copy = button(WORDS.copy, () => void take(code.value));
    return html("div", {}, html("p", {}, say([
      "把这一段放进你的网页，里面就只有这一块，停在现在的状态。",
      "Put this into a page of yours: it shows this explorable alone, as it is now.",
    ])), code, copy.element);
  });
  return tools;
}

/** Where nothing can be copied, the link itself, to be taken by hand. */
function byHand(link: string): HTMLElement {
  const field = html("input", { readonly: true, value: link, "aria-label": say(["链接", "Link"]) });
  return html("p", { class: "dl-tools__link" }, field);
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function frameOf(name: string, title: string): string {
  const [source, named] = [addressOf(name, true), title].map(escaped);
  return `<iframe src="${source}" title="${named}" width="100%" height="${FRAME_HEIGHT}" ` +
    'loading="lazy" style="border: 0"></iframe>';
}
