/**
 * The arithmetic of the book for a page: what dlbook/arithmetic says in Python, to the bit.
 *
 * The same text is built twice, with vectors of two doubles and without; here each build chooses its
 * `T` of lanes.ts. What is handed out are addresses in the module's memory.
 */
import * as data from "./data";
import { cos, exp, log, log1p } from "./elementary";
import { bytesOf, fetch, put, step } from "./lanes";
import { take } from "./memory";
import { forward, layer, network, Network } from "./network";
import { start } from "./starts";
import * as streams from "./streams";
import { Stream } from "./streams";
import * as trainer from "./training";
import { Training } from "./training";
import { activate } from "./units";

export { mark, release, take } from "./memory";
export { spaced } from "./data";
export { philox, word } from "./streams";

/** Whether this is the build with vectors. */
export function isVectorised(): bool { return ASC_FEATURE_SIMD; }

// --- Functions of doubles, in place, in arrays that `take` gave -----------------------------------

function applied<T>(kind: i32, x: T): T {
  if (kind == 0) return exp(x);
  if (kind == 1) return log(x);
  if (kind == 2) return log1p(x);
  return cos(x);
}

function applyTo<T>(kind: i32, x: usize, n: i32): void {
  for (let at: usize = 0; at < bytesOf(n); at += step<T>()) {
    put(x + at, applied<T>(kind, fetch<T>(x + at)));
  }
}

/** exp, log, log1p or cos, by its place in this list, of n doubles. */
export function apply(kind: i32, x: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) applyTo<v128>(kind, x, n);
  else applyTo<f64>(kind, x, n);
}

/** An activation of n doubles. */
export function units(kind: i32, x: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) activate<v128>(kind, x, x, n);
  else activate<f64>(kind, x, x, n);
}

const ROOM = memory.data(16, 16);

/** An activation at one place. */
export function unit(kind: i32, x: f64): f64 {
  store<f64>(ROOM, x);
  units(kind, ROOM, 1);
  return load<f64>(ROOM);
}

export function curve(kind: i32, x: f64): f64 {
  if (ASC_FEATURE_SIMD) return data.curve<v128>(kind, x);
  return data.curve<f64>(kind, x);
}

export function inverseNormal(p: f64): f64 {
  if (ASC_FEATURE_SIMD) return streams.inverseNormal<v128>(p);
  return streams.inverseNormal<f64>(p);
}

// --- Streams ------------------------------------------------------------------------------------

export function nameHash(bytes: usize, length: i32): u64 { return streams.hash(bytes, length); }

/** The stream of a seed and of a name in UTF-8. */
export function stream(seed: u64, bytes: usize, length: i32): Stream {
  const made = changetype<Stream>(take(offsetof<Stream>()));
  made.seed = seed, made.name = streams.hash(bytes, length);
  return made;
}

/** Write the next integers below 2^53, as doubles. */
export function words(stream: Stream, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 1) store<f64>(to + bytesOf(i), <f64>streams.draw(stream));
}

export function uniform(stream: Stream, to: usize, count: i32, low: f64, high: f64): void {
  for (let i = 0; i < count; i += 1) {
    store<f64>(to + bytesOf(i), streams.uniform(stream, low, high));
  }
}

export function normal(stream: Stream, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 1) {
    const at = to + bytesOf(i);
    if (ASC_FEATURE_SIMD) store<f64>(at, streams.normal<v128>(stream));
    else store<f64>(at, streams.normal<f64>(stream));
  }
}

/** Write a shuffle of 0 … n - 1 as 32-bit integers; words and room as streams.ts wants them. */
export function permutation(
  stream: Stream, order: usize, n: i32, words: usize, room: usize,
): void {
  streams.permutation(stream, order, n, words, room);
}

/** Write a layer's initial weights and biases. */
export function initial(scheme: i32, stream: Stream, w: usize, inputs: i32, outputs: i32): void {
  if (ASC_FEATURE_SIMD) start<v128>(scheme, stream, w, inputs, outputs);
  else start<f64>(scheme, stream, w, inputs, outputs);
}

// --- Networks and runs --------------------------------------------------------------------------

export function net(depth: i32, shape: usize, units: i32, samples: i32): Network {
  return network(depth, shape, units, samples);
}

export function row(net: Network): usize { return net.w; }

/** Where the signals of a layer lie, from 0, after the outputs, and what is derived by its sums. */
export function signalsOf(net: Network, i: i32): usize { return layer(net, i).a; }
export function errorsOf(net: Network, i: i32): usize { return layer(net, i).e; }

/** The address of the outputs of n samples x. */
export function outputs(net: Network, x: usize, n: i32): usize {
  if (ASC_FEATURE_SIMD) return forward<v128>(net, x, n);
  return forward<f64>(net, x, n);
}

export function training(
  depth: i32, shape: usize, units: i32, loss: i32, optimiser: i32, samples: i32, batch: i32,
  isWeighted: bool,
): Training {
  return trainer.training(depth, shape, units, loss, optimiser, samples, batch, isWeighted);
}

export function shuffled(t: Training, stream: Stream, depth: i32, shape: usize): void {
  trainer.shuffled(t, stream, depth, shape);
}

/** The optimiser's constants, and the penalties' λ. */
export function constants(
  t: Training, rate: f64, first: f64, second: f64, eps: f64, l1: f64, l2: f64,
): void {
  const o = t.optimiser;
  o.rate = rate, o.first = first, o.second = second, o.eps = eps;
  t.l1 = l1, t.l2 = l2;
}

/** The network of a run, and where its parameters, gradient, inputs, targets and weights lie. */
export function netOf(t: Training): Network { return t.net; }
export function parameters(t: Training): usize { return t.net.w; }
export function gradient(t: Training): usize { return t.net.g; }
export function inputs(t: Training): usize { return t.x; }
export function targets(t: Training): usize { return t.y; }
export function weights(t: Training): usize { return t.weight; }

export function derive(t: Training): void {
  if (ASC_FEATURE_SIMD) trainer.derive<v128>(t);
  else trainer.derive<f64>(t);
}

/** Make so many steps; the number, or that at which the run left the numbers, below 0. */
export function train(t: Training, steps: i32): i32 {
  if (ASC_FEATURE_SIMD) return trainer.train<v128>(t, steps);
  return trainer.train<f64>(t, steps);
}

export function loss(t: Training): f64 {
  if (ASC_FEATURE_SIMD) return trainer.loss<v128>(t);
  return trainer.loss<f64>(t);
}
