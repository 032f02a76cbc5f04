/** The page's language, and pairs of words (zh, en) in it. */

export type Pair = readonly [zh: string, en: string];

export const isEnglish = document.documentElement.lang === "en";

/** The half of a pair in the page's language, its `{names}` replaced. */
export function say(pair: Pair, parts: Readonly<Record<string, string | number>> = {}): string {
  return pair[isEnglish ? 1 : 0].replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name]));
}
