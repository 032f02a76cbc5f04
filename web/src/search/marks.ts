/** Marks on the page what the reader searched for: the words after `?h=` of the address. */
import { marking } from "./snippet.ts";

const CLOSED = "script, style, svg, .katex, mark, button, select, .dl-tips";

export function markAsked(): void {
  const asked = new URLSearchParams(location.search).get("h");
  const article = document.querySelector("article");
  if (!asked?.trim() || !article) return;
  const pattern = marking(asked.trim().split(/\s+/));
  if (!pattern) return;
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data.trim() && !text.parentElement?.closest(CLOSED)) texts.push(text);
  }
  for (const text of texts) markIn(text, pattern);
}

function markIn(text: Text, pattern: RegExp): void {
  const found = [...text.data.matchAll(pattern)];
  for (const { 0: said, index } of found.reverse()) {
    const rest = text.splitText(index);
    rest.splitText(said.length);
    const mark = document.createElement("mark");
    mark.dataset.mdHighlight = "";
    rest.replaceWith(mark);
    mark.append(rest);
  }
}
