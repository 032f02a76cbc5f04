/** From data to pixels, straight or by powers of ten, and where ticks stand. */
import { ticks } from "d3-array";

export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  /** About so many round values; on a logarithmic scale powers of ten alone. */
  ticks(count: number): number[];
}

/** A scale that carries the ends of the domain to those of the range. */
export function scaleOf(
  domain: readonly [number, number], range: readonly [number, number], log = false,
): Scale {
  const [into, back] = log ? [Math.log10, (value: number) => 10 ** value] : [same, same];
  const [low, high] = [into(domain[0]), into(domain[1])];
  const [first, last] = range;
  const scale = (value: number) => first + ((into(value) - low) / (high - low)) * (last - first);
  return Object.assign(scale, {
    invert: (pixel: number) => back(low + ((pixel - first) / (last - first)) * (high - low)),
    ticks: (count: number) =>
      log ? ticks(low, high, Math.min(high - low, count)).filter(Number.isInteger).map(power) : ticks(low, high, count),
  });
}

const same = (value: number): number => value;

/** The number that is written so: 10 ** -5 is its neighbour. */
const power = (exponent: number): number => Number(`1e${exponent}`);

const pixel = (value: number): number => Math.round(1000 * value) / 1000;

/** A path through points in pixels, without its first letter; one point alone is a dot of the pen. */
const through = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y]) => `${pixel(x)},${pixel(y)}`).join("L");

/** A polyline as a path. */
export const linePath = (points: readonly (readonly [number, number])[]): string =>
  points.length ? `M${through(points)}${points.length === 1 ? "Z" : ""}` : "";

/** What lies between two polylines over the same places. */
export const areaPath = (
  upper: readonly (readonly [number, number])[], lower: readonly (readonly [number, number])[],
): string => (upper.length ? `M${through([...upper, ...lower.toReversed()])}Z` : "");
