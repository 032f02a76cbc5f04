/** Text for the reader's clipboard, also where a page has none: from a folder, without https, in a frame. */
import { html } from "./dom.ts";

/** Whether the text has been copied. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return selected(text);
  }
}

/** The way from before there were clipboards: what is selected is copied. */
function selected(text: string): boolean {
  const focused = document.activeElement;
  const field = html("textarea", { readonly: true, style: "position: fixed; opacity: 0" });
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement || focused instanceof SVGElement) focused.focus({ preventScroll: true });
  return isDone;
}
