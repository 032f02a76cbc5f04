/** Named random streams, number for number those of dlbook/mathematics/rng.py, which has the recipe. */
import { bytesOf, first, real } from "./lanes";
import { log } from "./elementary";

/** The 64-bit seed, the hash of the stream's name, and how many integers were drawn. */
@unmanaged export class Stream {
  seed: u64;
  name: u64;
  position: u64;
}

/** FNV-1a, 64 bit, of so many bytes. */
export function hash(bytes: usize, length: i32): u64 {
  let value: u64 = 0xcbf29ce484222325;
  for (let i = 0; i < length; i += 1) {
    value = (value ^ <u64>load<u8>(bytes + i)) * 0x100000001b3;
  }
  return value;
}

let word0: u32 = 0, word1: u32 = 0, word2: u32 = 0, word3: u32 = 0;

/** Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011): four words of a counter and a key. */
export function philox(low: u64, high: u64, key: u64): void {
  let c0 = <u32>low, c1 = <u32>(low >> 32), c2 = <u32>high, c3 = <u32>(high >> 32);
  let k0 = <u32>key, k1 = <u32>(key >> 32);
  for (let round = 0; round < 10; round += 1) {
    const p0 = <u64>0xd2511f53 * <u64>c0, p1 = <u64>0xcd9e8d57 * <u64>c2;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0, c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1, c3 = <u32>p0;
    k0 += 0x9e3779b9, k1 += 0xbb67ae85;
  }
  word0 = c0, word1 = c1, word2 = c2, word3 = c3;
}

export function word(i: i32): u32 {
  if (i < 2) return i == 0 ? word0 : word1;
  return i == 2 ? word2 : word3;
}

/** The next integer below 2^53. */
export function draw(stream: Stream): u64 {
  const position = stream.position;
  philox(position >> 1, stream.name, stream.seed);
  stream.position = position + 1;
  const a = position & 1 ? word2 : word0, b = position & 1 ? word3 : word1;
  return (<u64>(a >> 5) << 26) + <u64>(b >> 6);
}

/** Uniform on [low, high). */
export function uniform(stream: Stream, low: f64, high: f64): f64 {
  return low + (high - low) * (<f64>draw(stream) * (1.0 / 9007199254740992.0));
}

/** Standard normal. */
export function normal<T>(stream: Stream): f64 {
  return inverseNormal<T>((<f64>(draw(stream) >> 1) + 0.5) * (1.0 / 4503599627370496.0));
}

// Coefficients of AS 241 (Wichura, Applied Statistics 37, 1988), lowest power first, over and under.
const CENTRE = memory.data<f64>([
  3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
  45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
  21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
]);
const NEAR = memory.data<f64>([
  1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
  3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
  0.0227238449892691845833, 0.000774545014278341407640,
  1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
  0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600,
  1.05075007164441684324e-9,
]);
const FAR = memory.data<f64>([
  6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
  0.296560571828504891230, 0.0265321895265761230930, 0.00124266094738807843860,
  2.71155556874348757815e-5, 2.01033439929228813265e-7,
  1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
  0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
  2.04426310338993978564e-15,
]);

function ratio(table: usize, x: f64): f64 {
  let over = load<f64>(table, 56), under = load<f64>(table, 120);
  for (let i: usize = table + 48; i >= table; i -= 8) {
    over = over * x + load<f64>(i), under = under * x + load<f64>(i, 64);
  }
  return over / under;
}

/** The normal quantile of p in (0, 1), to about 1e-16 relative (AS 241, PPND16). */
export function inverseNormal<T>(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const tail = select(p, 1.0 - p, p < 1.0 - p);
  const r = sqrt(-first(log(real<T>(tail))));
  const z = r <= 5.0 ? ratio(NEAR, r - 1.6) : ratio(FAR, r - 5.0);
  return copysign(z, q);
}

/**
 * A shuffle of 0 … n - 1, as 32-bit integers: positions sorted, stably, by one integer each. There is
 * room for n doubles and n positions.
 */
export function permutation(stream: Stream, order: usize, n: i32, words: usize, room: usize): void {
  for (let i = 0; i < n; i += 1) {
    store<u64>(words + bytesOf(i), draw(stream));
    store<i32>(order + 4 * <usize>i, i);
  }
  for (let size = 1; size < n; size *= 2) {
    for (let start = 0; start < n; start += 2 * size) {
      merge(order, room, start, min(start + size, n), min(start + 2 * size, n), words);
    }
    memory.copy(order, room, 4 * <usize>n);
  }
}

/** Two sorted stretches of positions, up to `middle` and to `end`, merged into one. */
function merge(from: usize, to: usize, start: i32, middle: i32, end: i32, words: usize): void {
  let left = start, right = middle;
  for (let i = start; i < end; i += 1) {
    const l = load<i32>(from + 4 * <usize>left), r = load<i32>(from + 4 * <usize>right);
    const isLeft = right >= end ||
      (left < middle && load<u64>(words + bytesOf(l)) <= load<u64>(words + bytesOf(r)));
    store<i32>(to + 4 * <usize>i, isLeft ? l : r);
    if (isLeft) left += 1;
    else right += 1;
  }
}
