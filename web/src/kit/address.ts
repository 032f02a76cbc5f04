/**
 * The state of an explorable in the page's address: `?xor=seed:7,width:3`. What is written can be
 * read off the link and follows the language link (book.js); history.ts says what is a step back.
 */

export type Fields = Record<string, string>;

/** What the address would be where it cannot be written: a frame without rights, a strict browser. */
let unwritten: string | null = null;
const query = (): string => unwritten ?? location.search;

/** Whether the page shows one explorable alone, in a frame on somebody else's page. */
export const isEmbedded = (): boolean => new URLSearchParams(location.search).has("embed");

/** The largest seed that an address or a reader may ask for; the engines know larger ones. */
export const LAST_SEED = 2 ** 31 - 1;

/** The fields written under a name, or null if the address does not mention it. */
export function read(name: string): Fields | null {
  const part = query().slice(1).split("&").find((each) => each.split("=")[0] === name);
  if (part === undefined) return null;
  const raw = part.slice(name.length + 1);
  // Some programs that pass a link on encode the colons and commas between the fields as well.
  const text = raw.includes(":") ? raw : decoded(raw);
  const pairs = text.split(",").map((field) => field.split(":").map(decoded) as [string, string?]);
  return Object.fromEntries(pairs.filter(([key]) => key).map(([key, value]) => [key, value ?? ""]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % that nobody encoded
  }
}

/**
 * Write the fields of a name into the address, as a step of the history or not; false if they are
 * there. What was written last stands last: of several explorables it is the one to show first.
 */
export function write(name: string, fields: Readonly<Fields>, isStep: boolean): boolean {
  const others = query().slice(1).split("&");
  const kept = others.filter((part) => part && part.split("=")[0] !== name);
  const pairs = Object.entries(fields).map((pair) => pair.map(encodeURIComponent).join(":"));
  const search = [...kept, `${name}=${pairs.join(",")}`].join("&");
  if (`?${search}` === query()) return false;
  try {
    // The steps of a frame would be steps of the page around it.
    const isOwn = isStep && !isEmbedded();
    history[isOwn ? "pushState" : "replaceState"](history.state, "", `?${search}${location.hash}`);
    unwritten = null;
  } catch {
    unwritten = `?${search}`;
  }
  return true;
}

/** The address that shows an explorable as it is now: in its page, or alone for a frame. */
export function addressOf(name: string, isForFrame: boolean): string {
  const state = query().slice(1).split("&").find((part) => part.split("=")[0] === name) ?? `${name}=`;
  const page = location.href.split(/[?#]/)[0]!;
  return isForFrame ? `${page}?embed=${name}&${state}` : `${page}?${state}#explore-${name}`;
}

/** A whole number of a field, held in a range; what is no number gives the fallback. */
export function whole(text: string | undefined, low: number, high: number, fallback: number): number {
  if (!text || !/^-?\d+$/.test(text)) return fallback;
  return Math.min(high, Math.max(low, Number(text)));
}

/** A field that must be one of these. */
export function oneOf<T extends string>(text: string | undefined, all: readonly T[], fallback: T): T {
  return all.find((each) => each === text) ?? fallback;
}
