/** "Run it in Python": the exact line that repeats in a shell what the page shows. */
import { copied } from "./clipboard.ts";
import { html } from "./dom.ts";
import { say, WORDS } from "./words.ts";

export interface Command {
  readonly element: HTMLElement;
  /** Show this line, or null where no command can repeat what is shown; `note` says what differs. */
  show(line: string | null, note?: string): void;
}

export function command(): Command {
  const code = html("code");
  const copy = html("button", { type: "button", class: "dl-button" }, say(WORDS.copy));
  const told = html("span", { role: "status", class: "dl-command__told" });
  const about = html("span", { class: "dl-command__note" });
  const name = html("span", {}, say(["用 Python 运行：", "Run it in Python: "]));
  copy.addEventListener("click", () => {
    void copied(code.textContent ?? "").then((isDone) => {
      told.textContent = say(isDone ? WORDS.copied : WORDS.uncopied);
    });
  });
  return {
    element: html("p", { class: "dl-command" }, name, code, " ", copy, told, about),
    show(line, note = "") {
      code.textContent = line ?? "";
      code.hidden = copy.hidden = line === null;
      about.textContent = note;
      told.textContent = "";
    },
  };
}
