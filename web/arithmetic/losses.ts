/** Losses of a sample's outputs o and targets y: of dlbook/arithmetic/one_model.py, in its order. */
import {
  absolute, atLeast, bytesOf, fetch, first, negative, put, real, step, where,
} from "./lanes";
import { exp, log, log1p } from "./elementary";
import { activate, SIGMOID, signOf } from "./units";

const SQUARED = 0, BINARY = 1, CROSS_ENTROPY = 2, ABSOLUTE = 3, FOURTH = 4;
const SOFTMAX_SQUARED = 5, HINGE = 6, CONSTANT = 7;

// @ts-ignore: decorator
@inline function number(row: usize, i: i32): f64 { return load<f64>(row + bytesOf(i)); }
// @ts-ignore: decorator
@inline function write(row: usize, i: i32, x: f64): void { store<f64>(row + bytesOf(i), x); }

/** Write softmax(o) of n samples of c outputs to p. */
function softmax<T>(o: usize, p: usize, n: i32, c: i32): void {
  const width = bytesOf(c), end = bytesOf(n * c);
  for (let at: usize = 0; at < end; at += width) {
    const top = greatest(o + at, c);
    for (let j = 0; j < c; j += 1) write(p + at, j, number(o + at, j) - top);
  }
  for (let at: usize = 0; at < end; at += step<T>()) put(p + at, exp(fetch<T>(p + at)));
  for (let at: usize = 0; at < end; at += width) {
    const all = total(p + at, c);
    for (let j = 0; j < c; j += 1) write(p + at, j, number(p + at, j) / all);
  }
}

function greatest(row: usize, c: i32): f64 {
  let top = number(row, 0);
  for (let j = 1; j < c; j += 1) if (number(row, j) > top) top = number(row, j);
  return top;
}

/** ((0 + t0) + t1) + t2 and so on. */
export function total(row: usize, c: i32): f64 {
  let sum = 0.0;
  for (let j = 0; j < c; j += 1) sum = sum + number(row, j);
  return sum;
}

/** Write the derivative of the mean loss of n samples by their c outputs o to e. */
export function differentiate<T>(
  loss: i32, o: usize, y: usize, e: usize, n: i32, c: i32, samples: i32,
): void {
  const end = bytesOf(n * c), share = 1.0 / <f64>samples;
  if (loss == CROSS_ENTROPY || loss == SOFTMAX_SQUARED) {
    softmax<T>(o, e, n, c);
    if (loss == SOFTMAX_SQUARED) throughSoftmax(e, y, n, c, share);
    else {
      for (let at: usize = 0; at < end; at += step<T>()) {
        put(e + at, (fetch<T>(e + at) - fetch<T>(y + at)) * real<T>(share));
      }
    }
    return;
  }
  let from = o, factor = 1.0;
  if (loss == BINARY) {
    activate<T>(SIGMOID, o, e, n * c);
    from = e;
  }
  if (loss == SQUARED) factor = 2.0;
  if (loss == FOURTH) factor = 4.0;
  if (loss == HINGE) factor = -1.0;
  factor = factor / <f64>c;
  for (let at: usize = 0; at < end; at += step<T>()) {
    const slope = slopeOf(loss, fetch<T>(from + at), fetch<T>(y + at));
    put(e + at, slope * real<T>(factor) * real<T>(share));
  }
}

/** Of the outputs o; of binary cross-entropy, of the probabilities. */
// @ts-ignore: decorator
@inline function slopeOf<T>(loss: i32, o: T, y: T): T {
  const t = o - y;
  if (loss == SQUARED || loss == BINARY) return t;
  if (loss == ABSOLUTE) return signOf(t);
  if (loss == FOURTH) return (t * t) * t;
  if (loss == HINGE) return where(y * o < real<T>(1.0), y, real<T>(0.0));
  return real<T>(0.0);
}

/** The derivative of the squared error of p = softmax(o) by o, over p. */
function throughSoftmax(p: usize, y: usize, n: i32, c: i32, share: f64): void {
  const factor = 2.0 / <f64>c;
  for (let s = 0; s < n; s += 1, p += 8 * c, y += 8 * c) {
    let sum = 0.0;
    for (let j = 0; j < c; j += 1) {
      sum = sum + (number(p, j) - number(y, j)) * factor * number(p, j);
    }
    for (let j = 0; j < c; j += 1) {
      const g = (number(p, j) - number(y, j)) * factor;
      write(p, j, (g - sum) * number(p, j) * share);
    }
  }
}

/** The mean loss of n samples of c outputs; `room` is as large as o. */
export function meanLoss<T>(loss: i32, o: usize, y: usize, room: usize, n: i32, c: i32): f64 {
  if (loss == CROSS_ENTROPY) return crossEntropy<T>(o, y, n, c);
  let from = o;
  if (loss == SOFTMAX_SQUARED) {
    softmax<T>(o, room, n, c);
    from = room;
  }
  for (let at: usize = 0; at < bytesOf(n * c); at += step<T>()) {
    put(room + at, valueOf(loss, fetch<T>(from + at), fetch<T>(y + at)));
  }
  if (loss == CONSTANT) return mean(room, n, 1, 1.0);
  return mean(room, n, c, 1.0 / <f64>c);
}

function mean(values: usize, n: i32, c: i32, share: f64): f64 {
  let sum = 0.0;
  for (let s = 0; s < n; s += 1) sum = sum + total(values + bytesOf(s * c), c) * share;
  return sum * (1.0 / <f64>n);
}

function valueOf<T>(loss: i32, o: T, y: T): T {
  const t = o - y;
  if (loss == BINARY) return (atLeast(real<T>(0.0), o) - y * o) + log1p(exp(negative(absolute(o))));
  if (loss == ABSOLUTE) return absolute(t);
  if (loss == FOURTH) return (t * t) * (t * t);
  if (loss == HINGE) return atLeast(real<T>(0.0), real<T>(1.0) - y * o);
  if (loss == CONSTANT) return real<T>(1.0);
  return t * t;
}

function crossEntropy<T>(o: usize, y: usize, n: i32, c: i32): f64 {
  let sum = 0.0;
  for (let s = 0; s < n; s += 1, o += 8 * c, y += 8 * c) {
    const top = greatest(o, c);
    let powers = 0.0, aimed = 0.0;
    for (let j = 0; j < c; j += 1) {
      powers = powers + first(exp(real<T>(number(o, j) - top)));
      aimed = aimed + number(y, j) * number(o, j);
    }
    sum = sum + ((first(log(real<T>(powers))) + top) - aimed);
  }
  return sum * (1.0 / <f64>n);
}
