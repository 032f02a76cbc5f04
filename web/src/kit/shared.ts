/** What scripts of this site share; classic scripts, since pages are read from folders too. */
import type { Records } from "../records/index.ts";

/** Where an explorable stands, and the records of the figures that it belongs to. */
export interface Place<Figure extends keyof Records = keyof Records> {
  /** The empty element that the explorable fills. */
  readonly root: HTMLElement;
  /** What the figures' scripts gave to their explorable (`explorable(res)`), by figure. */
  readonly records: Pick<Records, Figure>;
}

interface Shared {
  explorables: Record<string, (place: Place) => Promise<void>>;
  records: Partial<Records>;
  /** How many plots the page has, of all scripts. */
  plots: number;
}

export const shared: Shared = ((globalThis as { dlbook?: Shared }).dlbook ??= {
  explorables: {},
  records: {},
  plots: 0,
});

