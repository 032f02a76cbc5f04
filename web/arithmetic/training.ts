/** Training: batches, derivatives, penalties, steps, and the end of a run that leaves the numbers. */
import { bytesOf } from "./lanes";
import { backward, forward, layer, network, Network } from "./network";
import { differentiate, meanLoss } from "./losses";
import { optimise, Optimiser } from "./optimising";
import { permutation, Stream } from "./streams";
import { signOf } from "./units";
import { doubles, take } from "./memory";

/** A run: what it trains, on what, how, and in which order. */
@unmanaged export class Training {
  net: Network;
  /** The same network with room for all samples, for the loss over them. */
  whole: Network;
  optimiser: Optimiser;
  loss: i32;
  l1: f64;
  l2: f64;
  /** All samples, inputs and targets row by row, and how often each counts, or 0. */
  samples: i32;
  inputs: i32;
  outputs: i32;
  x: usize;
  y: usize;
  weight: usize;
  /** Those of a step, and from which place on the order of samples is not used up. */
  batch: i32;
  stream: Stream;
  next: i32;
  order: usize;
  words: usize;
  room: usize;
  batchX: usize;
  batchY: usize;
  batchWeight: usize;
}

/** Room for a run; who asks for it writes parameters, samples and constants. */
export function training(
  depth: i32, shape: usize, units: i32, loss: i32, kind: i32, samples: i32, batch: i32,
  isWeighted: bool,
): Training {
  const t = changetype<Training>(take(offsetof<Training>()));
  t.loss = loss, t.samples = samples, t.batch = batch;
  t.inputs = load<i32>(shape), t.outputs = load<i32>(shape + 4 * <usize>depth);
  t.net = network(depth, shape, units, batch);
  t.whole = t.net;
  t.x = doubles(samples * t.inputs), t.y = doubles(samples * t.outputs);
  if (isWeighted) t.weight = doubles(samples);
  const o = changetype<Optimiser>(take(offsetof<Optimiser>()));
  o.kind = kind, o.power1 = 1.0, o.power2 = 1.0;
  o.mean = doubles(t.net.parameters), o.square = doubles(t.net.parameters);
  t.optimiser = o;
  t.batchX = t.x, t.batchY = t.y, t.batchWeight = t.weight;
  return t;
}

/** Let every step see the next `batch` samples of permutation after permutation of the stream. */
export function shuffled(t: Training, stream: Stream, depth: i32, shape: usize): void {
  t.stream = stream, t.next = t.samples;
  t.order = take(4 * <usize>t.samples), t.room = take(4 * <usize>t.samples);
  t.words = doubles(t.samples);
  t.batchX = doubles(t.batch * t.inputs), t.batchY = doubles(t.batch * t.outputs);
  if (t.weight) t.batchWeight = doubles(t.batch);
  t.whole = network(depth, shape, t.net.units, t.samples);
}

function gather(t: Training): void {
  for (let i = 0; i < t.batch; i += 1) {
    if (t.next == t.samples) {
      permutation(t.stream, t.order, t.samples, t.words, t.room);
      t.next = 0;
    }
    const sample = load<i32>(t.order + 4 * <usize>t.next);
    t.next += 1;
    copy(t.batchX, i, t.x, sample, t.inputs);
    copy(t.batchY, i, t.y, sample, t.outputs);
    if (t.weight) copy(t.batchWeight, i, t.weight, sample, 1);
  }
}

function copy(to: usize, i: i32, from: usize, sample: i32, width: i32): void {
  const bytes = bytesOf(width);
  for (let at: usize = 0; at < bytes; at += 8) {
    store<f64>(to + <usize>i * bytes + at, load<f64>(from + <usize>sample * bytes + at));
  }
}

/** Write the derivatives of mean loss and penalties by the parameters. */
export function derive<T>(t: Training): void {
  const net = t.net, n = t.batch, c = t.outputs;
  const o = forward<T>(net, t.batchX, n), e = layer(net, net.depth - 1).e;
  differentiate<T>(t.loss, o, t.batchY, e, n, c, n);
  if (t.weight) weigh(e, t.batchWeight, n, c);
  backward<T>(net, t.batchX, n);
  if (t.l1 > 0.0 || t.l2 > 0.0) penalise(t);
}

/** A sample's loss counts as often as its weight says. */
function weigh(e: usize, weight: usize, n: i32, c: i32): void {
  for (let i = 0; i < n * c; i += 1) {
    const at = e + bytesOf(i);
    store<f64>(at, load<f64>(at) * load<f64>(weight + bytesOf(i / c)));
  }
}

/** Add what the penalties give, λ Σ|w| and λ/2 Σ w², at weights and not at biases. */
function penalise(t: Training): void {
  for (let i = 0; i < t.net.depth; i += 1) {
    const each = layer(t.net, i);
    const bytes = each.owner == i ? bytesOf(each.inputs * each.outputs) : 0;
    for (let at: usize = 0; at < bytes; at += 8) {
      const weight = load<f64>(each.W + at);
      let g = load<f64>(each.gW + at);
      if (t.l1 > 0.0) g = g + t.l1 * signOf<f64>(weight);
      if (t.l2 > 0.0) g = g + t.l2 * weight;
      store<f64>(each.gW + at, g);
    }
  }
}

/** Make so many steps; how many were made, the one after which a parameter is not finite included. */
export function train<T>(t: Training, steps: i32): i32 {
  const net = t.net;
  for (let step = 1; step <= steps; step += 1) {
    if (t.order) gather(t);
    derive<T>(t);
    if (!optimise<T>(t.optimiser, net.w, net.g, net.parameters)) return -step;
  }
  return steps;
}

/** The mean loss over all samples, without penalties. */
export function loss<T>(t: Training): f64 {
  const net = t.whole, last = layer(net, net.depth - 1);
  if (net != t.net) memory.copy(net.w, t.net.w, bytesOf(net.parameters));
  const o = forward<T>(net, t.x, t.samples);
  return meanLoss<T>(t.loss, o, t.y, last.e, t.samples, t.outputs);
}
