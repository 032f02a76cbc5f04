/**
 * Named random streams: the recipe of dlbook/mathematics/rng.py, number for number, so that "seed 7" is the
 * same network here and there. Both are held to tests/vectors/rng.json.
 */

const MASK = 0xffff;

/** The high 32 bits of the 64-bit product of two 32-bit integers. */
function high(a: number, b: number): number {
  const low = (a & MASK) * (b & MASK);
  const left = (a >>> 16) * (b & MASK) + (low >>> 16);
  const right = (a & MASK) * (b >>> 16) + (left & MASK);
  return ((a >>> 16) * (b >>> 16) + (left >>> 16) + (right >>> 16)) >>> 0;
}

/** Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011): four words of a counter and a key. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  let [c0, c1, c2, c3] = counter as [number, number, number, number];
  let [k0, k1] = key as [number, number];
  for (let round = 0; round < 10; round += 1) {
    const h0 = high(0xd2511f53, c0);
    const h1 = high(0xcd9e8d57, c2);
    const l0 = Math.imul(0xd2511f53, c0) >>> 0;
    const l1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    [c0, c1, c2, c3] = [(h1 ^ c1 ^ k0) >>> 0, l1, (h0 ^ c3 ^ k1) >>> 0, l0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** FNV-1a, 64 bit, of a name whose parts are joined by "/". */
export function nameHash(name: string): bigint {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value;
}

const halves = (value: bigint): [number, number] => [
  Number(value & 0xffffffffn),
  Number(value >> 32n),
];

/** The numbers of one seed and one name; a stream carries on where the last draw stopped. */
export class Stream {
  private readonly key: [number, number];
  private readonly name: [number, number];
  private position = 0;

  constructor(seed: number | bigint, ...name: (string | number)[]) {
    this.key = halves(BigInt(seed));
    this.name = halves(nameHash(name.join("/")));
  }

  /** `count` integers below 2^53. */
  words(count: number): Float64Array {
    const out = new Float64Array(count);
    let block = -1;
    let words: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const at = this.position + i;
      if (Math.floor(at / 2) !== block) {
        block = Math.floor(at / 2);
        words = philox([block >>> 0, Math.floor(block / 2 ** 32), ...this.name], this.key);
      }
      const [a, b] = (at % 2 ? words.slice(2) : words) as [number, number];
      out[i] = (a >>> 5) * 2 ** 26 + (b >>> 6);
    }
    this.position += count;
    return out;
  }

  /** Uniform on [low, high). */
  uniform(count: number, low = 0, high = 1): Float64Array {
    return this.words(count).map((word) => low + (high - low) * (word * 2 ** -53));
  }

  /** Standard normal, by the inverse of its distribution function. */
  normal(count: number): Float64Array {
    return this.words(count).map((word) => inverseNormal((Math.floor(word / 2) + 0.5) * 2 ** -52));
  }

  /** Integers in 0 … below - 1. */
  integers(below: number, count: number): Float64Array {
    return this.words(count).map((word) => Math.floor(word * 2 ** -53 * below));
  }

  /** A shuffle of 0 … n - 1: positions sorted, stably, by one word each. */
  permutation(n: number): number[] {
    const words = this.words(n);
    return Array.from(words.keys()).sort((i, j) => words[i]! - words[j]!);
  }
}

// Coefficients of AS 241 (Wichura, Applied Statistics 37, 1988), lowest power first.
const CENTRE = [
  [3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727],
  [1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
    21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610],
];
const NEAR = [
  [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
    0.0227238449892691845833, 0.000774545014278341407640],
  [1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
    0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600,
    1.05075007164441684324e-9],
];
const FAR = [
  [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
    2.71155556874348757815e-5, 2.01033439929228813265e-7],
  [1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
    0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15],
];

const polynomial = (coefficients: number[], x: number): number =>
  coefficients.reduceRight((sum, each) => sum * x + each, 0);
const ratio = ([top, bottom]: number[][], x: number): number =>
  polynomial(top!, x) / polynomial(bottom!, x);

/** The normal quantile of p in (0, 1), to about 1e-16 relative (AS 241, PPND16). */
export function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  return Math.sign(q) * (r <= 5 ? ratio(NEAR, r - 1.6) : ratio(FAR, r - 5));
}
