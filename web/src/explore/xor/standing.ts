/** Where the names of points stand so that none covers another. */

export interface Named {
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  readonly words: string;
}

/** To which side of its point a name stands, 1 right and −1 left, and how far below its middle. */
export interface Stand {
  readonly side: 1 | -1;
  readonly dy: number;
}

export const APART = 11; // pixels from the middle of a point to its name
const SIGN = 7; // pixels: the width of a character, about
const TALL = 13;
const HIGHS = [-9, 14];

/** A stand for each name, in a plot so many pixels wide: above and to the right where there is room. */
export function standing(named: readonly Named[], width: number): Stand[] {
  const taken: { left: number; right: number; y: number }[] = [];
  return named.map(({ x, y, words }) => {
    const first = x > 0.7 * width ? -1 : 1;
    const stands = HIGHS.flatMap((dy) => [first, -first].map((side) => ({ side: side as 1 | -1, dy })));
    const span = ({ side, dy }: Stand) => {
      const [near, far] = [x + side * APART, x + side * (APART + SIGN * words.length)];
      return { left: Math.min(near, far), right: Math.max(near, far), y: y + dy };
    };
    const isFree = (stand: Stand): boolean => {
      const here = span(stand);
      const isInside = here.left >= 0 && here.right <= width;
      return isInside && taken.every((other) =>
        here.right < other.left || here.left > other.right || Math.abs(here.y - other.y) >= TALL);
    };
    const chosen = stands.find(isFree) ?? stands[0]!;
    taken.push(span(chosen));
    return chosen;
  });
}
