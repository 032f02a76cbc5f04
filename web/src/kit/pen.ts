/** Drawing a curve across a picture, with the pointer or a finger. */
import type { Plot, Point } from "./plot.ts";

export const isOnHandle = (event: Event): boolean => (event.target as Element).closest(".dl-plot__handle") !== null;

/** While `isOn`, `drawn` hears of every stroke from one place to the next, `lifted` of the end. */
export function penned(
  { element, place }: Pick<Plot, "element"> & { place: (event: MouseEvent) => Point },
  isOn: () => boolean, drawn: (from: Point, to: Point) => void, lifted: () => void,
): void {
  let pen: Point | null = null;
  const to = (event: PointerEvent) => {
    const next = place(event);
    drawn(pen ?? next, next);
    pen = next;
  };
  element.addEventListener("pointerdown", (event) => {
    if (!isOn() || isOnHandle(event) || event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    to(event);
  });
  element.addEventListener("pointermove", (event) => pen && to(event));
  const up = () => {
    if (pen) lifted();
    pen = null;
  };
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  // While a finger draws, the page does not scroll under it.
  const touched = (event: TouchEvent) => isOn() && event.preventDefault();
  element.addEventListener("touchstart", touched, { passive: false });
}

/**
 * The heights over equally spaced places after a pen has gone from one point to another: every place
 * that it has passed takes its height there, and so does the one that it is nearest to.
 */
export function traced(
  places: readonly number[], heights: readonly number[], from: Point, to: Point,
): number[] {
  const [[x0, y0], [x1, y1]] = from[0] < to[0] ? [from, to] : [to, from];
  const gap = places[1]! - places[0]!;
  return heights.map((old, i) => {
    const x = places[i]!;
    if (x1 > x0 && x >= x0 && x <= x1) return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
    return Math.abs(x - to[0]) < gap / 2 ? to[1] : old;
  });
}
