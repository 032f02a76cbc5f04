/** "Run it in Python": the exact line that repeats in a shell what the page shows. */
import { html } from "./dom.ts";
import { say } from "./words.ts";

export interface Command {
  readonly element: HTMLElement;
  /** Show this line; null where no command can repeat what is shown, and `why` says so. */
  show(line: string | null, why?: string): void;
}

export function command(): Command {
  const code = html("code");
  const copy = html("button", { type: "button", class: "dl-button" }, say(["复制", "Copy"]));
  const told = html("span", { role: "status", class: "dl-command__told" });
  const why = html("span");
  const name = html("span", {}, say(["用 Python 运行：", "Run it in Python: "]));
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(code.textContent ?? "").then(
      () => (told.textContent = say(["已复制", "copied"])),
      () => (told.textContent = say(["复制不了，请手选", "could not be copied; select it"])),
    );
  });
  return {
    element: html("p", { class: "dl-command" }, name, code, " ", copy, told, why),
    show(line, reason = "") {
      code.textContent = line ?? "";
      code.hidden = copy.hidden = line === null;
      why.textContent = line === null ? reason : "";
      told.textContent = "";
    },
  };
}
