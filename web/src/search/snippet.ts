/** The part of a section's text that the list of results shows, as HTML. */

const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const WIDTH = 150; // a Chinese character is two wide
const BEFORE = 0.3; // of it before the first mark

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPED[sign]!);

/** What marks any of these in a text: Chinese anywhere, words from their beginning to their end. */
export function marking(said: readonly string[]): RegExp | undefined {
  const parts = [...new Set(said)]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .map((each) => {
      const literal = each.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/[\s-]+/g, "[\\s-]+");
      return /^[a-z0-9]/i.test(each) ? `(?<![A-Za-z0-9])${literal}[a-z]*` : literal;
    });
  return parts.length ? new RegExp(parts.join("|"), "giu") : undefined;
}

export function marked(text: string, pattern: RegExp | undefined): string {
  if (!pattern) return escaped(text);
  let [html, last] = ["", 0];
  for (const match of text.matchAll(pattern)) {
    html += `${escaped(text.slice(last, match.index))}<mark data-md-highlight>${escaped(match[0])}</mark>`;
    last = match.index + match[0].length;
  }
  return html + escaped(text.slice(last));
}

const widthOf = (character: string) => (character > "\u2e7f" ? 2 : 1);

/** Characters of a text from a place on, as many as fit. */
function reach(text: string, from: number, step: 1 | -1, width: number): number {
  let at = from;
  for (let left = width; left > 0 && (step > 0 ? at < text.length : at > 0); at += step) {
    left -= widthOf(text[step > 0 ? at : at - 1]!);
  }
  return at;
}

/** The stretch of a text with the most different marks, and them marked. */
export function snippet(text: string, pattern: RegExp | undefined): string {
  const places = pattern ? [...text.matchAll(pattern)] : [];
  let [best, most] = [0, 0];
  for (const { index } of places) {
    const start = reach(text, index, -1, WIDTH * BEFORE);
    const end = reach(text, start, 1, WIDTH);
    const inside = places.filter((each) => each.index >= start && each.index + each[0].length <= end);
    const different = new Set(inside.map(([said]) => said.toLowerCase())).size;
    if (different > most) [best, most] = [start, different];
  }
  let start = best;
  const end = reach(text, start, 1, WIDTH);
  // Not from the middle of a word.
  while (start > 0 && /[a-z0-9]/i.test(text[start - 1]!) && /[a-z0-9]/i.test(text[start]!)) start--;
  const shown = marked(text.slice(start, end), pattern);
  return `${start > 0 ? "…" : ""}${shown}${end < text.length ? "…" : ""}`;
}
