/** Activation functions f, and their slopes: of dlbook/arithmetic/one_model.py, in its order. */
import {
  absolute, atLeast, atMost, bytesOf, fetch, negative, put, real, step, where,
} from "./lanes";
import {
  cos, exp, grown, log1p, sigmoidJoined, sigmoidReduced, sin, tanhJoined, tanhReduced,
} from "./elementary";

export const SIGMOID = 2;
const IDENTITY = 0, RELU = 1, TANH = 3, HARD_TANH = 4;
const SIGN = 5, ABS = 6, SQUARE = 7, SIN = 8, SOFTPLUS = 9;

/** The sign as 1 or -1; 0 and NaN stay. */
// @ts-ignore: decorator
@inline export function signOf<T>(x: T): T {
  const below = where(x < real<T>(0.0), real<T>(-1.0), x);
  return where(x > real<T>(0.0), real<T>(1.0), below);
}

/** Write a = f(z) of n sums; a may be z unless the slope is taken at z. Reads to a whole vector. */
export function activate<T>(kind: i32, z: usize, a: usize, n: i32): void {
  const end = bytesOf(n);
  if (kind == SIGMOID || kind == TANH) {
    for (let from: usize = 0; from < end; from += STRETCH) {
      inPasses<T>(kind == TANH, z + from, a + from, min(STRETCH, end - from));
    }
  } else if (kind == RELU) {
    for (let i: usize = 0; i < end; i += step<T>()) put(a + i, atLeast(real<T>(0.0), fetch<T>(z + i)));
  } else {
    for (let i: usize = 0; i < end; i += step<T>()) put(a + i, rarely(kind, fetch<T>(z + i)));
  }
}

const STRETCH: usize = 1024;
const ROOM = memory.data(1024, 16);

/**
 * Sigmoid or tanh of a stretch of bytes, in three passes: each of the short passes has several signals
 * under way at once, where one long pass would wait for its own results.
 */
function inPasses<T>(isTanh: bool, z: usize, a: usize, end: usize): void {
  if (isTanh) {
    for (let i: usize = 0; i < end; i += step<T>()) put(a + i, tanhReduced(fetch<T>(z + i), ROOM + i));
  } else {
    for (let i: usize = 0; i < end; i += step<T>()) put(a + i, sigmoidReduced(fetch<T>(z + i), ROOM + i));
  }
  for (let i: usize = 0; i < end; i += step<T>()) put(a + i, grown(fetch<T>(a + i)));
  if (isTanh) {
    for (let i: usize = 0; i < end; i += step<T>()) {
      put(a + i, tanhJoined(fetch<T>(a + i), fetch<T>(ROOM + i)));
    }
  } else {
    for (let i: usize = 0; i < end; i += step<T>()) {
      put(a + i, sigmoidJoined(fetch<T>(a + i), fetch<T>(ROOM + i)));
    }
  }
}

function rarely<T>(kind: i32, x: T): T {
  if (kind == IDENTITY) return x;
  if (kind == HARD_TANH) return atMost(real<T>(1.0), atLeast(real<T>(-1.0), x));
  if (kind == SIGN) return signOf(x);
  if (kind == ABS) return absolute(x);
  if (kind == SQUARE) return x * x;
  if (kind == SIN) return sin(x);
  return atLeast(real<T>(0.0), x) + log1p(exp(negative(absolute(x))));
}

/** Whether the slope is taken at z, and not at a = f(z). */
export function keepsSums(kind: i32): bool { return kind >= ABS; }

/** The error below f over the error d above it, of n signals a = f(z), which are not kept. */
export function descend<T>(kind: i32, d: usize, a: usize, z: usize, n: i32): void {
  const end = bytesOf(n);
  if (kind == SOFTPLUS) activate<T>(SIGMOID, z, a, n);
  if (kind == SIGMOID) {
    for (let i: usize = 0; i < end; i += step<T>()) {
      const f = fetch<T>(a + i);
      put(d + i, fetch<T>(d + i) * (f * (real<T>(1.0) - f)));
    }
  } else if (kind == TANH) {
    for (let i: usize = 0; i < end; i += step<T>()) {
      const f = fetch<T>(a + i);
      put(d + i, fetch<T>(d + i) * (real<T>(1.0) - f * f));
    }
  } else if (kind == RELU) {
    const zero = real<T>(0.0);
    for (let i: usize = 0; i < end; i += step<T>()) {
      put(d + i, where(fetch<T>(a + i) > zero, fetch<T>(d + i), zero));
    }
  } else if (kind != IDENTITY) {
    for (let i: usize = 0; i < end; i += step<T>()) {
      put(d + i, rarelyBelow(kind, fetch<T>(d + i), fetch<T>(a + i), fetch<T>(z + i)));
    }
  }
}

function rarelyBelow<T>(kind: i32, d: T, a: T, z: T): T {
  const zero = real<T>(0.0);
  if (kind == HARD_TANH) {
    return where(a > real<T>(-1.0), where(a < real<T>(1.0), d, zero), zero);
  }
  if (kind == SIGN) return zero;
  if (kind == ABS) return d * signOf(z);
  if (kind == SQUARE) return d * z * real<T>(2.0);
  if (kind == SIN) return d * cos(z);
  return d * a;
}
