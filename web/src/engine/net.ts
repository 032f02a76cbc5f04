/**
 * Multilayer perceptrons in one flat array, laid out as in dlbook/mathematics/nets.py: layer by layer, weights
 * (in, out) in row-major order, then biases. A hidden layer is h = f(h W + b); the last is affine.
 */
import { ACTIVATIONS, type Activation } from "./activations.ts";
import { Stream } from "./rng.ts";

type Draw = (stream: Stream, fanIn: number, fanOut: number) => [Float64Array, Float64Array?];

const constant = (value: number): Draw => (_, fanIn, fanOut) => [
  new Float64Array(fanIn * fanOut).fill(value),
  new Float64Array(fanOut).fill(value),
];
const xavier = (stream: Stream, fanIn: number, fanOut: number): Float64Array => {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return stream.uniform(fanIn * fanOut, -limit, limit);
};

/** Initialisations by the names of dlbook/mathematics/initial.py; biases that are not given are 0. */
export const SCHEMES: Readonly<Record<string, Draw>> = {
  xavier_uniform: (...layer) => [xavier(...layer)],
  xavier_uniform_with_biases(stream, fanIn, fanOut) {
    const limit = Math.sqrt(3 / fanOut);
    return [xavier(stream, fanIn, fanOut), stream.uniform(fanOut, -limit, limit)];
  },
  he_normal: (stream, fanIn, fanOut) => [
    stream.normal(fanIn * fanOut).map((z) => z * Math.sqrt(2 / fanIn)),
  ],
  fan_in_uniform(stream, fanIn, fanOut) {
    const limit = 1 / Math.sqrt(fanIn);
    const draw = (count: number) => stream.uniform(count, -limit, limit);
    return [draw(fanIn * fanOut), draw(fanOut)];
  },
  zeros: constant(0),
  ones: constant(1),
  spread_kinks(stream, _, fanOut) {
    const weights = stream.normal(fanOut).map((z) => 20 * z);
    return [weights, stream.uniform(fanOut, -1, 1).map((u, i) => -weights[i]! * u)];
  },
};

/** The parameters of the network of a seed; layer l draws from the stream (seed, "init", l). */
export function initial(
  widths: readonly number[],
  schemes: readonly string[],
  seed: number,
): Float64Array {
  const parts = widths.slice(1).map((fanOut, layer) => {
    const fanIn = widths[layer]!;
    const scheme = known(SCHEMES, schemes[layer]!, "initialisation");
    const [weights, biases] = scheme(new Stream(seed, "init", layer), fanIn, fanOut);
    return [...weights, ...(biases ?? new Float64Array(fanOut))];
  });
  return Float64Array.from(parts.flat());
}

/** The entry of a table; an error names what there is. */
export function known<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = table[name];
  if (!found) throw new Error(`no ${what} '${name}'; there are ${Object.keys(table).join(", ")}`);
  return found;
}

/** One layer in buffers for `samples` rows: its views into the parameters, sums and outputs. */
class Layer {
  readonly fanIn: number;
  readonly fanOut: number;
  /** Whether loops over the outputs are long enough to do four rows in one. */
  readonly wide: boolean;
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly f: Activation | null;
  readonly z: Float64Array;
  readonly a: Float64Array;
  readonly e: Float64Array;

  constructor(w: Float64Array, b: Float64Array, samples: number, f: Activation | null) {
    const fanOut = b.length;
    this.fanIn = w.length / fanOut;
    this.fanOut = fanOut;
    this.wide = fanOut > 2;
    this.w = w;
    this.b = b;
    this.f = f;
    this.z = new Float64Array(samples * fanOut);
    this.a = f ? new Float64Array(samples * fanOut) : this.z;
    this.e = new Float64Array(samples * fanOut);
  }

  forward(h: Float64Array, rows: number): Float64Array {
    const { fanIn, fanOut, wide, w, b, z, a, f } = this;
    for (let n = 0; n < rows; n += 1) {
      const zAt = n * fanOut;
      const hAt = n * fanIn;
      for (let o = 0; o < fanOut; o += 1) z[zAt + o] = b[o]!;
      let i = 0;
      // Four inputs at a time: each sum is read and written once for four products.
      for (; wide && i + 3 < fanIn; i += 4) {
        const h0 = h[hAt + i]!;
        const h1 = h[hAt + i + 1]!;
        const h2 = h[hAt + i + 2]!;
        const h3 = h[hAt + i + 3]!;
        const w0 = i * fanOut;
        const w1 = w0 + fanOut;
        const w2 = w1 + fanOut;
        const w3 = w2 + fanOut;
        for (let o = 0; o < fanOut; o += 1) {
          z[zAt + o]! += h0 * w[w0 + o]! + h1 * w[w1 + o]! + (h2 * w[w2 + o]! + h3 * w[w3 + o]!);
        }
      }
      for (let o = 0; o < fanOut; o += 1) {
        let sum = z[zAt + o]!;
        for (let j = i; j < fanIn; j += 1) sum += h[hAt + j]! * w[j * fanOut + o]!;
        z[zAt + o] = sum;
      }
    }
    if (f) for (let k = 0; k < rows * fanOut; k += 1) a[k] = f.value(z[k]!);
    return a;
  }

  /** ∂L/∂W = hᵀ e and ∂L/∂b = Σ e, from e = ∂L/∂z. */
  gradients(h: Float64Array, rows: number, gw: Float64Array, gb: Float64Array): void {
    const { fanIn, fanOut, wide, e } = this;
    gw.fill(0);
    gb.fill(0);
    let n = 0;
    for (; wide && n + 3 < rows; n += 4) {
      const e0 = n * fanOut;
      const e1 = e0 + fanOut;
      const e2 = e1 + fanOut;
      const e3 = e2 + fanOut;
      const h0 = n * fanIn;
      for (let i = 0; i < fanIn; i += 1) {
        const p = h[h0 + i]!;
        const q = h[h0 + fanIn + i]!;
        const r = h[h0 + 2 * fanIn + i]!;
        const s = h[h0 + 3 * fanIn + i]!;
        const at = i * fanOut;
        for (let o = 0; o < fanOut; o += 1) {
          gw[at + o]! += p * e[e0 + o]! + q * e[e1 + o]! + (r * e[e2 + o]! + s * e[e3 + o]!);
        }
      }
      for (let o = 0; o < fanOut; o += 1) {
        gb[o]! += e[e0 + o]! + e[e1 + o]! + (e[e2 + o]! + e[e3 + o]!);
      }
    }
    for (; n < rows; n += 1) {
      for (let o = 0; o < fanOut; o += 1) {
        const error = e[n * fanOut + o]!;
        gb[o]! += error;
        for (let i = 0; i < fanIn; i += 1) gw[i * fanOut + o]! += h[n * fanIn + i]! * error;
      }
    }
  }

  /** e of the layer below: f'(z) times e Wᵀ. */
  below(lower: Layer, rows: number): void {
    const { fanIn, fanOut, wide, w, e } = this;
    const { z, a, f } = lower;
    const out = lower.e;
    for (let n = 0; n < rows; n += 1) {
      const eAt = n * fanOut;
      const at = n * fanIn;
      let i = 0;
      for (; wide && i + 3 < fanIn; i += 4) {
        const w0 = i * fanOut;
        const w1 = w0 + fanOut;
        const w2 = w1 + fanOut;
        const w3 = w2 + fanOut;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let o = 0; o < fanOut; o += 1) {
          const error = e[eAt + o]!;
          s0 += error * w[w0 + o]!;
          s1 += error * w[w1 + o]!;
          s2 += error * w[w2 + o]!;
          s3 += error * w[w3 + o]!;
        }
        out[at + i] = s0;
        out[at + i + 1] = s1;
        out[at + i + 2] = s2;
        out[at + i + 3] = s3;
      }
      for (; i < fanIn; i += 1) {
        let sum = 0;
        for (let o = 0; o < fanOut; o += 1) sum += e[eAt + o]! * w[i * fanOut + o]!;
        out[at + i] = sum;
      }
    }
    if (f) for (let k = 0; k < rows * fanIn; k += 1) out[k]! *= f.slope(z[k]!, a[k]!);
  }
}

/** A network on up to `samples` rows; `flat` is read at every pass, so it may change in place. */
export class Net {
  readonly layers: Layer[] = [];
  readonly gradient: Float64Array;
  private readonly slots: [Float64Array, Float64Array][] = [];
  private input: Float64Array = new Float64Array(0);

  constructor(
    widths: readonly number[],
    activation: string,
    flat: Float64Array,
    samples: number,
  ) {
    const f = known(ACTIVATIONS, activation, "activation");
    this.gradient = new Float64Array(flat.length);
    let start = 0;
    widths.slice(1).forEach((fanOut, depth) => {
      const fanIn = widths[depth]!;
      const middle = start + fanIn * fanOut;
      const parts = (all: Float64Array): [Float64Array, Float64Array] => [
        all.subarray(start, middle),
        all.subarray(middle, middle + fanOut),
      ];
      const last = depth === widths.length - 2;
      this.layers.push(new Layer(...parts(flat), samples, last ? null : f));
      this.slots.push(parts(this.gradient));
      start = middle + fanOut;
    });
    if (start !== flat.length) {
      throw new Error(`${flat.length} parameters for widths ${widths.join("-")}: ${start}`);
    }
  }

  /** Outputs (rows, out) for x (rows, in); the next pass overwrites them. */
  forward(x: Float64Array, rows: number): Float64Array {
    this.input = x;
    return this.layers.reduce((h, layer) => layer.forward(h, rows), x);
  }

  /** Where ∂L/∂outputs belongs before `backward`. */
  get error(): Float64Array {
    return this.layers.at(-1)!.e;
  }

  /** The gradient of the last forward pass. */
  backward(rows: number): Float64Array {
    for (let depth = this.layers.length - 1; depth >= 0; depth -= 1) {
      const layer = this.layers[depth]!;
      const lower = this.layers[depth - 1];
      layer.gradients(lower ? lower.a : this.input, rows, ...this.slots[depth]!);
      if (lower) layer.below(lower, rows);
    }
    return this.gradient;
  }
}
