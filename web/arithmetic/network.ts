/**
 * A multilayer perceptron on samples, of dlbook/arithmetic/one_model.py: signals upwards, errors and
 * derivatives downwards. Parameters lie in one row: of layers that have their own, one by one, the
 * weights (in, out), row by row, then the biases; the gradient likewise.
 */
import { bytesOf, fetch, put, step } from "./lanes";
import { addColumn, addOuter, addProducts, addRow, transpose } from "./products";
import { activate, descend, keepsSums } from "./units";
import { doubles, take } from "./memory";

/** What stands beside the signals for the biases. */
const ONE = memory.data<f64>([1.0]);

/** One layer: its size, and for up to so many samples its sums z, signals a and errors e. */
@unmanaged class Layer {
  inputs: i32;
  outputs: i32;
  /** The layer, from 0, whose parameters it applies. */
  owner: i32;
  /** The layer, from 1, whose signals are added to its own; 0 for the inputs, -1 for none. */
  source: i32;
  W: usize;
  b: usize;
  /** The derivatives by W and by b that this layer gives, and W with rows and columns exchanged. */
  gW: usize;
  gb: usize;
  transposed: usize;
  z: usize;
  /** What the activation gives, the signals, and of these the errors that a skip carries back. */
  f: usize;
  a: usize;
  carried: usize;
  e: usize;
}

@unmanaged export class Network {
  depth: i32;
  units: i32;
  parameters: i32;
  w: usize;
  g: usize;
  zeros: usize;
  layers: usize;
}

// @ts-ignore: decorator
@inline export function layer(net: Network, i: i32): Layer {
  return changetype<Layer>(net.layers + <usize>i * offsetof<Layer>());
}

/**
 * A network of so many layers. `shape` are 32-bit integers: the widths, inputs first, and then of each
 * layer owner and source.
 */
export function network(depth: i32, shape: usize, units: i32, samples: i32): Network {
  const net = changetype<Network>(take(offsetof<Network>()));
  net.depth = depth, net.units = units;
  net.layers = take(<usize>depth * offsetof<Layer>());
  let widest = 0;
  for (let i = 0; i < depth; i += 1) {
    const each = layer(net, i), links = shape + 4 * <usize>(depth + 1 + 2 * i);
    each.inputs = load<i32>(shape + 4 * <usize>i);
    each.outputs = load<i32>(shape + 4 * <usize>i, 4);
    each.owner = load<i32>(links), each.source = load<i32>(links, 4);
    if (each.owner == i) net.parameters += (each.inputs + 1) * each.outputs;
    widest = max(widest, max(each.inputs, each.outputs));
  }
  net.w = doubles(net.parameters), net.g = doubles(net.parameters);
  net.zeros = doubles(widest);
  let at: usize = 0;
  for (let i = 0; i < depth; i += 1) {
    const each = layer(net, i), weights = each.inputs * each.outputs, size = samples * each.outputs;
    if (each.owner == i) {
      each.W = net.w + at, each.gW = net.g + at;
      at += bytesOf(weights + each.outputs);
    } else each.W = layer(net, each.owner).W, each.gW = doubles(weights + each.outputs);
    each.b = each.W + bytesOf(weights), each.gb = each.gW + bytesOf(weights);
    each.transposed = each.outputs > 1 ? doubles(weights) : each.W;
    each.z = doubles(size), each.e = doubles(size);
    const isHidden = i < depth - 1;
    each.f = isHidden && keepsSums(units) ? doubles(size) : each.z;
    each.a = each.source < 0 ? each.f : doubles(size);
    each.carried = isHidden && each.source >= 0 ? doubles(size) : each.e;
  }
  return net;
}

/** The signals of a layer, from 1; 0 are the inputs. */
export function signals(net: Network, x: usize, number: i32): usize {
  return number > 0 ? layer(net, number - 1).a : x;
}

/** Write the sums of n doubles and n doubles. */
function add<T>(to: usize, one: usize, other: usize, n: i32): void {
  for (let at: usize = 0; at < bytesOf(n); at += step<T>()) {
    put(to + at, fetch<T>(one + at) + fetch<T>(other + at));
  }
}

/**
 * The outputs of n samples x: z = b + Σᵢ hᵢ Wᵢ in every layer, f(z) in hidden ones, and to it where a
 * skip ends the signals where it begins.
 */
export function forward<T>(net: Network, x: usize, n: i32): usize {
  for (let i = 0; i < net.depth; i += 1) {
    const each = layer(net, i), inputs = each.inputs, outputs = each.outputs;
    products<T>(each.z, each.b, signals(net, x, i), bytesOf(inputs), 8, each.W, n, outputs, inputs);
    if (i < net.depth - 1) activate<T>(net.units, each.z, each.f, n * outputs);
    if (each.source >= 0) add<T>(each.a, each.f, signals(net, x, each.source), n * outputs);
  }
  return signals(net, x, net.depth);
}

/**
 * The gradient, from the errors of the last layer: by W, Σₙ h e, by b, Σₙ e, by h, Σₒ e W, and to it
 * where skips begin the errors at their ends. What layers with one's parameters give is added up, the
 * first one first.
 */
export function backward<T>(net: Network, x: usize, n: i32): void {
  for (let i = net.depth - 1; i >= 0; i -= 1) {
    const each = layer(net, i), inputs = each.inputs, outputs = each.outputs, e = each.e;
    const h = signals(net, x, i), zeros = net.zeros;
    if (outputs > 1) {
      products<T>(each.gW, zeros, h, 8, bytesOf(inputs), e, inputs, outputs, n);
    } else products<T>(each.gW, zeros, e, 0, 8, h, 1, inputs, n);
    products<T>(each.gb, zeros, ONE, 0, 0, e, 1, outputs, n);
    if (i == 0) break;
    const below = layer(net, i - 1), count = n * inputs;
    if (outputs > 1) transpose(each.transposed, each.W, inputs, outputs);
    products<T>(
      below.e, zeros, e, bytesOf(outputs), 8, each.transposed, n, inputs, outputs,
    );
    for (let end = i; end < net.depth; end += 1) {
      if (layer(net, end).source == i) add<T>(below.e, below.e, layer(net, end).carried, count);
    }
    if (below.source >= 0) memory.copy(below.carried, below.e, bytesOf(count));
    descend<T>(net.units, below.e, below.f, below.z, count);
  }
  for (let i = 1; i < net.depth; i += 1) {
    const each = layer(net, i), owner = layer(net, each.owner);
    const count = (each.inputs + 1) * each.outputs;
    if (each.owner < i) {
      for (let at: usize = 0; at < bytesOf(count); at += 8) { // vectors would reach into what follows
        store<f64>(owner.gW + at, load<f64>(owner.gW + at) + load<f64>(each.gW + at));
      }
    }
  }
}

/** Products of any shape; a single column has no room for vectors. */
function products<T>(
  C: usize, S: usize, A: usize, row: usize, term: usize, B: usize,
  rows: i32, columns: i32, terms: i32,
): void {
  if (columns == 1) addColumn(C, S, A, row, term, B, rows, terms);
  else if (terms == 1) addOuter<T>(C, S, A, row, B, rows, columns);
  else if (rows == 1) addRow<T>(C, S, A, term, B, columns, terms);
  else addProducts<T>(C, S, A, row, term, B, rows, columns, terms);
}
