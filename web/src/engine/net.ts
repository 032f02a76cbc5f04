/**
 * Multilayer perceptrons in one flat array, laid out as in dlbook/mathematics/nets.py: layer by layer, weights
 * (in, out) in row-major order, then biases, of layers that are tied once. A hidden layer is
 * h = f(h W + b); the last is affine.
 */
import { arithmetic, type Arithmetic } from "./arithmetic.ts";
import { ACTIVATIONS, numberOf, SCHEMES } from "./names.ts";
import { Stream } from "./streams.ts";

type Pairs = readonly (readonly [number, number])[];

/** What a run says of its layers beside their widths; they are counted from 1, 0 are the inputs. */
export interface Links {
  /** From which layer's signals are added to which layer's. */
  readonly skips?: Pairs;
  /** Whose parameters another layer applies. */
  readonly ties?: Pairs;
}

/** Of each layer, from 0, the one whose parameters it applies. */
export function owners(widths: readonly number[], { ties = [] }: Links): number[] {
  return widths.slice(1).map((_, layer) => ties.find(([, again]) => again === layer + 1)?.[0] ?? layer + 1)
    .map((number) => number - 1);
}

/** Widths, owners and sources, as web/arithmetic/network.ts wants them. */
export function layout(widths: readonly number[], links: Links): number[] {
  const { skips = [] } = links;
  return [...widths, ...owners(widths, links).flatMap((owner, layer) =>
    [owner, skips.find(([, end]) => end === layer + 1)?.[0] ?? -1])];
}

/** How many weights and biases there are. */
export const size = (widths: readonly number[], links: Links = {}): number =>
  owners(widths, links).reduce((sum, owner, layer) =>
    owner === layer ? sum + (widths[layer]! + 1) * widths[layer + 1]! : sum, 0);

/**
 * The parameters of the network of a seed; layer l draws from the stream (seed, "init", l), unless it
 * has none of its own.
 */
export function initial(
  widths: readonly number[], schemes: readonly string[], seed: number, module: Arithmetic = arithmetic(),
  links: Links = {},
): Float64Array {
  return module.passing((call) => {
    const count = size(widths, links), flat = call.take(8 * count), laws = schemes.values();
    let at = flat;
    owners(widths, links).forEach((owner, layer) => {
      if (owner !== layer) return;
      const [inputs, outputs] = [widths[layer]!, widths[layer + 1]!];
      const scheme = numberOf(SCHEMES, laws.next().value!, "initialisation");
      call.initial(scheme, new Stream(seed, ["init", layer], module).at, at, inputs, outputs);
      at += 8 * (inputs + 1) * outputs;
    });
    return module.doubles(flat, count).slice();
  });
}

/** An activation at one place. */
export function unit(activation: string): (z: number) => number {
  const kind = numberOf(ACTIVATIONS, activation, "activation");
  const { call } = arithmetic();
  return (z) => call.unit(kind, z);
}

/** An activation at many places. */
export function activated(activation: string, z: Float64Array): Float64Array {
  const kind = numberOf(ACTIVATIONS, activation, "activation"), module = arithmetic();
  return module.passing((call) => {
    const at = module.given(z);
    call.units(kind, at, z.length);
    return module.doubles(at, z.length).slice();
  });
}

/** Outputs (n, out) of a network for x (n, in). */
export function outputs(
  widths: readonly number[], activation: string, flat: ArrayLike<number>, x: ArrayLike<number>,
  links: Links = {},
): Float64Array {
  const module = arithmetic();
  refuse(widths, flat, links);
  return module.passing((call) => {
    const n = x.length / widths[0]!;
    const kind = numberOf(ACTIVATIONS, activation, "activation");
    const net = call.net(widths.length - 1, module.whole(layout(widths, links)), kind, n);
    const rows = module.given(x);
    module.doubles(call.row(net), flat.length).set(flat);
    return module.doubles(call.outputs(net, rows, n), n * widths.at(-1)!).slice();
  });
}

/** Refuse parameters that do not fit. */
export function refuse(widths: readonly number[], flat: ArrayLike<number>, links: Links = {}): void {
  const wanted = size(widths, links);
  if (flat.length === wanted) return;
  throw new Error(`${flat.length} parameters for widths ${widths.join("-")}: ${wanted}`);
}
