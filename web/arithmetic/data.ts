/** Grids and the curves over them, of dlbook/training/data.py, in its order. */
import { bytesOf, first, real } from "./lanes";
import { sin } from "./elementary";

const SINE = 0, QUARTIC = 1;

/** Write the n > 1 places ((n - 1 - i) low + i high) / (n - 1), between the ends as they are. */
export function spaced(x: usize, low: f64, high: f64, n: i32): void {
  const last = n - 1;
  for (let i = 1; i < last; i += 1) {
    const value = (<f64>(last - i) * low + <f64>i * high) / <f64>last;
    store<f64>(x + bytesOf(i), value);
  }
  store<f64>(x + bytesOf(last), high);
  store<f64>(x, low);
}

/** The value of a curve at x. */
export function curve<T>(kind: i32, x: f64): f64 {
  if (kind == SINE) return first(sin(real<T>(12.0 * x)));
  if (kind == QUARTIC) return (((-2.0 * x + 1.0) * x + 1.0) * x - 2.0) * x;
  return abs(x);
}
