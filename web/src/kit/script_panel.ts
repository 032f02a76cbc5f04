/** The present setting as a script: to read, to copy, to download. */
import { copied } from "./clipboard.ts";
import { button, report, row } from "./controls.ts";
import { html } from "./dom.ts";
import { pytorch, type Taken } from "./pytorch.ts";
import { say, WORDS } from "./words.ts";

export interface ScriptPanel {
  readonly element: HTMLElement;
  /** Write the script of what is set now. */
  show(): void;
}

export function scriptPanel(ask: () => Taken): ScriptPanel {
  let taken: Taken | null = null;
  const code = html("code");
  const text = html("pre", {
    class: "dl-script", tabindex: 0, role: "region", "aria-label": say(["PyTorch 脚本", "The PyTorch script"]),
  }, code);
  const status = report();
  const copy = button(WORDS.copy, async () => {
    status.tell(say((await copied(code.textContent ?? "")) ? WORDS.copied : WORDS.uncopied));
  });
  const save = button(["下载", "Download"], () => {
    const address = URL.createObjectURL(new Blob([code.textContent ?? ""], { type: "text/x-python" }));
    const link = html("a", { href: address, download: `${taken?.file}.py` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000); // some browsers read it only later
    status.tell(say(["已下载 {file}.py。", "Downloaded {file}.py."], { file: taken?.file ?? "" }));
  });
  return {
    element: html("div", {}, html("p", {}, say([
      "现在这个设定，写成只用 torch 的脚本：带着这里的初值，前几百步与页面相差不到 10⁻⁹。",
      "The present setting as a script that needs torch alone. It brings the weights that this run starts from; for " +
        "some hundred steps it is within 10⁻⁹ of the page.",
    ])), row(copy, save), text, status.element),
    show() {
      taken = ask();
      const next = pytorch(taken);
      if (code.textContent === next) return;
      code.textContent = next;
      status.tell("");
    },
  };
}
