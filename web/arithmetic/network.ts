/**
 * A multilayer perceptron on samples, of dlbook/arithmetic/one_model.py: signals upwards, errors and
 * derivatives downwards. Parameters lie in one row: layer by layer the weights (in, out), row by row,
 * then the biases; the gradient likewise.
 */
import { bytesOf } from "./lanes";
import { addColumn, addOuter, addProducts, addRow, transpose } from "./products";
import { activate, descend, keepsSums } from "./units";
import { doubles, take } from "./memory";

/** What stands beside the signals for the biases. */
const ONE = memory.data<f64>([1.0]);

/** One layer: its size, and for up to so many samples its sums z, signals a and errors e. */
@unmanaged class Layer {
  inputs: i32;
  outputs: i32;
  W: usize;
  b: usize;
  /** The derivatives by W and by b, and W with rows and columns exchanged. */
  gW: usize;
  gb: usize;
  transposed: usize;
  z: usize;
  a: usize;
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

/** A network of so many layers; widths are 32-bit integers, inputs first. */
export function network(depth: i32, widths: usize, units: i32, samples: i32): Network {
  const net = changetype<Network>(take(offsetof<Network>()));
  net.depth = depth, net.units = units;
  net.layers = take(<usize>depth * offsetof<Layer>());
  let widest = 0;
  for (let i = 0; i < depth; i += 1) {
    const each = layer(net, i);
    each.inputs = load<i32>(widths + 4 * <usize>i);
    each.outputs = load<i32>(widths + 4 * <usize>i, 4);
    net.parameters += (each.inputs + 1) * each.outputs;
    widest = max(widest, max(each.inputs, each.outputs));
  }
  net.w = doubles(net.parameters), net.g = doubles(net.parameters);
  net.zeros = doubles(widest);
  let at: usize = 0;
  for (let i = 0; i < depth; i += 1) {
    const each = layer(net, i), weights = each.inputs * each.outputs;
    each.W = net.w + at, each.gW = net.g + at;
    at += bytesOf(weights);
    each.b = net.w + at, each.gb = net.g + at;
    at += bytesOf(each.outputs);
    each.transposed = each.outputs > 1 ? doubles(weights) : each.W;
    each.z = doubles(samples * each.outputs), each.e = doubles(samples * each.outputs);
    const isHidden = i < depth - 1;
    each.a = isHidden && keepsSums(units) ? doubles(samples * each.outputs) : each.z;
  }
  return net;
}

/** The outputs of n samples x: z = b + Σᵢ hᵢ Wᵢ in every layer, and a = f(z) in hidden ones. */
export function forward<T>(net: Network, x: usize, n: i32): usize {
  let h = x;
  for (let i = 0; i < net.depth; i += 1) {
    const each = layer(net, i), inputs = each.inputs, outputs = each.outputs;
    products<T>(each.z, each.b, h, bytesOf(inputs), 8, each.W, n, outputs, inputs);
    if (i < net.depth - 1) activate<T>(net.units, each.z, each.a, n * outputs);
    h = each.a;
  }
  return h;
}

/** The gradient, from the errors of the last layer: by W, Σₙ h e, by b, Σₙ e, by h, Σₒ e W. */
export function backward<T>(net: Network, x: usize, n: i32): void {
  for (let i = net.depth - 1; i >= 0; i -= 1) {
    const each = layer(net, i), inputs = each.inputs, outputs = each.outputs, e = each.e;
    const h = i > 0 ? layer(net, i - 1).a : x, zeros = net.zeros;
    if (outputs > 1) {
      products<T>(each.gW, zeros, h, 8, bytesOf(inputs), e, inputs, outputs, n);
    } else products<T>(each.gW, zeros, e, 0, 8, h, 1, inputs, n);
    products<T>(each.gb, zeros, ONE, 0, 0, e, 1, outputs, n);
    if (i == 0) return;
    const below = layer(net, i - 1);
    if (outputs > 1) transpose(each.transposed, each.W, inputs, outputs);
    products<T>(
      below.e, zeros, e, bytesOf(outputs), 8, each.transposed, n, inputs, outputs,
    );
    descend<T>(net.units, below.e, below.a, below.z, n * inputs);
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
