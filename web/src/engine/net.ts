/**
 * Multilayer perceptrons in one flat array, laid out as in dlbook/mathematics/nets.py: layer by layer, weights
 * (in, out) in row-major order, then biases. A hidden layer is h = f(h W + b); the last is affine.
 */
import { arithmetic, type Arithmetic } from "./arithmetic.ts";
import { ACTIVATIONS, numberOf, SCHEMES } from "./names.ts";
import { Stream } from "./streams.ts";

/** How many weights and biases there are. */
export const size = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, fanOut, layer) => sum + (widths[layer]! + 1) * fanOut, 0);

/** The parameters of the network of a seed; layer l draws from the stream (seed, "init", l). */
export function initial(
  widths: readonly number[], schemes: readonly string[], seed: number, module: Arithmetic = arithmetic(),
): Float64Array {
  return module.passing((call) => {
    const flat = call.take(8 * size(widths));
    let at = flat;
    widths.slice(1).forEach((fanOut, layer) => {
      const scheme = numberOf(SCHEMES, schemes[layer]!, "initialisation");
      call.initial(scheme, new Stream(seed, ["init", layer], module).at, at, widths[layer]!, fanOut);
      at += 8 * (widths[layer]! + 1) * fanOut;
    });
    return module.doubles(flat, size(widths)).slice();
  });
}

/** An activation at one place. */
export function unit(activation: string): (z: number) => number {
  const kind = numberOf(ACTIVATIONS, activation, "activation");
  const { call } = arithmetic();
  return (z) => call.unit(kind, z);
}

/** Outputs (n, out) of a network for x (n, in). */
export function outputs(
  widths: readonly number[], activation: string, flat: ArrayLike<number>, x: ArrayLike<number>,
): Float64Array {
  const module = arithmetic();
  refuse(widths, flat);
  return module.passing((call) => {
    const n = x.length / widths[0]!;
    const kind = numberOf(ACTIVATIONS, activation, "activation");
    const net = call.net(widths.length - 1, module.whole(widths), kind, n);
    const rows = module.given(x);
    module.doubles(call.row(net), flat.length).set(flat);
    return module.doubles(call.outputs(net, rows, n), n * widths.at(-1)!).slice();
  });
}

/** Refuse parameters that do not fit. */
export function refuse(widths: readonly number[], flat: ArrayLike<number>): void {
  if (flat.length === size(widths)) return;
  throw new Error(`${flat.length} parameters for widths ${widths.join("-")}: ${size(widths)}`);
}
