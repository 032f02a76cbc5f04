/** The map's own arithmetic: which seeds learned, and where their squares stand. */
import { outputs, unit } from "../../engine/net.ts";
import type { Run } from "../../engine/train.ts";
import type { Explorable as Book, Setting } from "../../records/finding_xor_takes_luck_or_width.ts";

export const COLUMNS = 64; // of dlbook/site/pages/seed_map.py
const CELL = 10;
const STATES = [0, 0, 0, 1, 1, 0, 1, 1];
const TARGETS = [0, 1, 1, 0];

/** The setting that home shows: two ReLUs, Adam, cross-entropy. */
export const shownSetting = (book: Book): Setting =>
  book.settings.find((each) =>
    each.activation === "relu" && each.width === 2 && each.method === "adam" && each.loss === "cross_entropy")!;

/** Whether all four answers are near enough to their targets: the rule of the figure's script. */
export function hasLearned(book: Pick<Book, "margin">, run: Run, flat: Float64Array | null): boolean {
  if (!flat) return false; // it has left the numbers
  const probability = unit("sigmoid");
  const sums = outputs(run.widths, run.activation, flat, STATES);
  return TARGETS.every((target, k) => Math.abs(probability(sums[k]!) - target) < book.margin);
}

/** The squares of all seeds that ended so, as one path. */
export function squares(ended: readonly (boolean | null)[], kind: boolean | null): string {
  let path = "";
  ended.forEach((each, seed) => {
    if (each !== kind) return;
    path += `M${(seed % COLUMNS) * CELL + 1} ${Math.floor(seed / COLUMNS) * CELL + 1}h8v8h-8z`;
  });
  return path;
}

/** How many of those that have ended did so otherwise than the record says; "0" is learned there. */
export const differing = (ended: readonly (boolean | null)[], ends: string): number =>
  ended.filter((each, seed) => each !== null && each !== (ends[seed] === "0")).length;
