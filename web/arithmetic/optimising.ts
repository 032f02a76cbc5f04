/** The optimisers' steps, of dlbook/arithmetic/one_model.py, in its order. */
import { bytesOf, fetch, put, real, root, step } from "./lanes";

const SGD = 0, MOMENTUM = 1, ADAGRAD = 2, RMSPROP = 3, ADAM = 4;

/** Which optimiser, its constants, and what it keeps from step to step. */
@unmanaged export class Optimiser {
  kind: i32;
  rate: f64;
  /** Of momentum μ, of RMSProp α, of Adam β₁. */
  first: f64;
  /** Of Adam β₂. */
  second: f64;
  /** What keeps a division by a root defined. */
  eps: f64;
  mean: usize;
  square: usize;
  power1: f64;
  power2: f64;
}

/** The step on n parameters w that follows from g; whether all are finite afterwards. */
export function optimise<T>(o: Optimiser, w: usize, g: usize, n: i32): bool {
  const end = bytesOf(n), kind = o.kind;
  const first = real<T>(o.first), second = real<T>(o.second), eps = real<T>(o.eps);
  const m = o.mean, v = o.square;
  let rate = real<T>(o.rate), lost = real<T>(0.0);
  if (kind == ADAM) {
    o.power1 = o.power1 * o.first, o.power2 = o.power2 * o.second;
    rate = real<T>(o.rate / (1.0 - o.power1));
    const stretch = real<T>(1.0 / sqrt(1.0 - o.power2));
    const rest1 = real<T>(1.0 - o.first), rest2 = real<T>(1.0 - o.second);
    for (let at: usize = 0; at < end; at += step<T>()) {
      const d = fetch<T>(g + at);
      const mean = first * fetch<T>(m + at) + rest1 * d;
      const square = second * fetch<T>(v + at) + rest2 * (d * d);
      put(m + at, mean), put(v + at, square);
      const now = fetch<T>(w + at) - rate * (mean / (root(square) * stretch + eps));
      put(w + at, now);
      lost = lost + now * real<T>(0.0);
    }
  } else {
    for (let at: usize = 0; at < end; at += step<T>()) {
      let d = fetch<T>(g + at);
      if (kind == MOMENTUM) {
        d = first * fetch<T>(m + at) + d;
        put(m + at, d);
      } else if (kind != SGD) {
        let square = d * d;
        if (kind == ADAGRAD) square = fetch<T>(v + at) + square;
        else square = first * fetch<T>(v + at) + (real<T>(1.0) - first) * square;
        put(v + at, square);
        d = d / (root(square) + eps);
      }
      const now = fetch<T>(w + at) - rate * d;
      put(w + at, now);
      lost = lost + now * real<T>(0.0);
    }
  }
  return isFinite(lost);
}

/** Whether no lane is NaN. */
function isFinite<T>(lost: T): bool {
  if (isVector<T>()) return v128.all_true<i64>(f64x2.eq(lost, lost));
  return lost == lost;
}
