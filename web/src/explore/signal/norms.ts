/** What goes through the layers of a net of two moons: of one net, by theory, and in the book. */
import { moons, spaced, type Samples } from "../../engine/data.ts";
import { checksum } from "../../engine/checksum.ts";
import { initial, activated } from "../../engine/net.ts";
import { flow, type Run } from "../../engine/train.ts";
import type { Explorable as Book, Named } from "../../records/the_start_decides_which_gradients_survive.ts";

export const SIGNAL_ACTIVATIONS = ["relu", "tanh", "sigmoid", "identity"] as const;
export type SignalActivation = (typeof SIGNAL_ACTIVATIONS)[number];
/** Of each start the variance of a layer's weights, by its inputs and outputs. */
export const SIGNAL_STARTS = {
  he_normal: (inputs: number, _outputs: number) => 2 / inputs,
  xavier_uniform: (inputs: number, outputs: number) => 2 / (inputs + outputs),
  normal_0_05: () => 0.05 ** 2,
  standard_normal: () => 1,
} as const;
export type SignalStart = keyof typeof SIGNAL_STARTS;
/** By each way of descending its rate. */
export const RATES = { adam: 0.001, sgd: 0.1 } as const;
export type Descent = keyof typeof RATES;

export interface SignalSetting {
  readonly depth: number;
  readonly activation: SignalActivation;
  readonly start: SignalStart;
  readonly seed: number;
  readonly descent: Descent;
}

/** Root mean squares, layer by layer: of the signals, and of what comes back as a part of the last layer's. */
export interface Norms {
  readonly forward: readonly number[];
  readonly back: readonly number[];
}

export const OUTPUTS = 2;

/** The run of a setting. Its data are the seed's own moons, which `samplesOf` gives. */
export function signalRun({ depth, activation, start, descent }: SignalSetting, book: Book, steps: number): Run {
  return {
    widths: [2, ...new Array<number>(depth).fill(book.width), OUTPUTS], activation,
    init: new Array<string>(depth + 1).fill(start), data: "two moons", points: 0, loss: "cross_entropy",
    optimiser: descent, rate: RATES[descent], steps, batch: null, l2: 0, start: null,
  };
}

/** The samples of a seed, which the page counts from 0. */
export const samplesOf = ({ seed }: SignalSetting, book: Book): Samples =>
  moons(book.points, book.noise, book.first_seed + seed);

/** The parameters with which a setting begins. */
export function firstWeights(setting: SignalSetting, book: Book): Float64Array {
  const { widths, init } = signalRun(setting, book, 0);
  return initial(widths, init, book.first_seed + setting.seed);
}

function size(values: Float64Array): number {
  let sum = 0;
  for (const each of values) sum += each * each;
  return Math.sqrt(sum / values.length);
}

/** What goes through a net with these parameters. */
export function norms(run: Run, flat: ArrayLike<number>, samples: Samples): Norms {
  const { signals, errors } = flow(run, flat, samples);
  const back = errors.slice(0, -1).map(size), last = back.at(-1)!;
  return { forward: signals.slice(0, -1).map(size), back: back.map((each) => each / last) };
}

const [REACH, PLACES] = [8, 641]; // of the normal numbers over which theory averages

/**
 * The same by the theory of infinitely wide layers: eq. (2) of the chapter, as `theory` of the
 * figure's script computes it, averaged over the samples.
 */
export function theory({ depth, activation, start }: SignalSetting, width: number, { x, n }: Samples): Norms {
  const z = spaced(-REACH, REACH, PLACES), bells = z.map((each) => Math.exp((-each * each) / 2));
  const all = total(bells), weight = bells.map((each) => each / all);
  const slope = SLOPES[activation], variance = SIGNAL_STARTS[start], scale = variance(width, width) * width;
  const [forward, back] = [new Array<number>(depth).fill(0), new Array<number>(depth).fill(0)];
  for (let i = 0; i < n; i += 1) {
    let q = variance(2, width) * (x[2 * i]! ** 2 + x[2 * i + 1]! ** 2);
    const gains = forward.map((_, layer) => {
      const root = Math.sqrt(q), a = activated(activation, z.map((each) => root * each));
      const square = total(weight.map((part, k) => part * a[k]! ** 2));
      forward[layer]! += square / n;
      q = scale * square;
      return total(weight.map((part, k) => part * slope(z[k]!, a[k]!) ** 2));
    });
    let passed = 1 / (n * scale);
    for (let layer = depth - 1; layer >= 0; layer -= 1) back[layer]! += passed *= gains[layer]! * scale;
  }
  return { forward: forward.map(Math.sqrt), back: back.map((each) => Math.sqrt(each / back.at(-1)!)) };
}

/** The derivative of an activation, by the sum's sign and the activation's value. */
const SLOPES: Readonly<Record<SignalActivation, (z: number, a: number) => number>> = {
  relu: (z) => Math.sqrt((Math.sign(z) + 1) / 2), // at the jump the square is a half, as its average
  tanh: (_, a) => 1 - a * a, sigmoid: (_, a) => a * (1 - a), identity: () => 1,
};

function total(values: Float64Array): number {
  let sum = 0;
  for (const each of values) sum += each;
  return sum;
}

/** The book's nets of a setting, null where it has none. */
export const ofTheBook = ({ depth, activation, start }: SignalSetting, book: Book): Named | null =>
  depth === book.depth
    ? book.nets.find((each) => each.activation === activation && each.start === start) ?? null
    : null;

const DIGITS = 1e-8; // to which a record of nine digits says a number

/** Whether a net is the recorded one of this seed: its way forwards to the bit, its way back in all digits. */
export function isTheBooks({ forward, back }: Norms, seed: number, named: Named): boolean {
  return checksum(forward) === named.checksums[seed] && Math.abs(back[0]! / named.left[seed]! - 1) < DIGITS;
}
