/** What scripts of this site share; classic scripts, since pages are read from folders too. */

export interface Place {
  /** The empty element that the explorable fills. */
  readonly root: HTMLElement;
  /** What the figures' scripts gave to their explorable (`explorable(res)`), by figure. */
  readonly records: Readonly<Record<string, unknown>>;
}

export type Explorable = (place: Place) => void;

interface Shared {
  explorables: Record<string, Explorable>;
  records: Record<string, unknown>;
}

export const shared: Shared = ((globalThis as { dlbook?: Shared }).dlbook ??= {
  explorables: {},
  records: {},
});

