/**
 * The elementary functions, by the formulas of dlbook/arithmetic/specification.py.
 *
 * What differs is how exact steps are made. A number is rounded to a whole one by adding 1.5 · 2^52
 * and taking it away; an even number added on top leaves ties as they are, and the sum's last bits
 * are then the exponent of a power of two. A product with a power of two that leaves the range of
 * doubles is taken in two steps, of which only the last may round.
 */
import {
  absolute, atLeast, atMost, exponent, mantissa, negative, powerOfTwo, put, real, signed, spread, where,
} from "./lanes";

// Numbers of long loops stand in memory and are fetched as they are needed: to make them anew, as is
// done with a constant in the code, costs more. Coefficients have the lowest power first.
const EXP = memory.data<f64>([
  0.5000000000000011, 0.16666666666666413, 0.041666666666530155, 0.008333333333494274,
  0.0013888888943629305, 0.00019841269506999014, 2.4801493100227834e-05,
  2.7557585988664117e-06, 2.7630247801258214e-07, 2.5000185719685602e-08,
]);
const LOG = memory.data<f64>([
  0.6666666666666666, 0.4000000000000622, 0.2857142856909258, 0.22222222646003564,
  0.18181775717072302, 0.15387088885594158, 0.13250153723427613, 0.1325105318981738,
]);
const SIN = memory.data<f64>([
  -0.16666666666666632, 0.00833333333332241, -0.00019841269829804905, 2.755731369107648e-06,
  -2.5050758000850778e-08, 1.5896789739034432e-10,
]);
const COS = memory.data<f64>([
  0.0416666666666666, -0.0013888888888874127, 2.480158728948359e-05, -2.75573143527163e-07,
  2.087572332279803e-09, -1.135965025492404e-11,
]);
const PER_LN2 = memory.data<f64>([1.4426950408889634]);
const LN2 = memory.data<f64>([0.6931471805598903]), LN2_REST = memory.data<f64>([5.497923018708371e-14]);
const ONE = memory.data<f64>([1.0]);
const SMALL = memory.data<f64>([4.336808689942018e-19]); // 2^-61
// The bounds of the sigmoid's exponent, and 1.5 · 2^52 + 1023 - 61.
const LOW = memory.data<f64>([-600.0]), HIGH = memory.data<f64>([746.0]);
const LOWERED = memory.data<f64>([6755399441056706.0]);

const PER_QUARTER: f64 = 0.6366197723675814;
const QUARTER: f64 = 1.5707963267341256, QUARTER_REST: f64 = 6.077100506303966e-11;
const QUARTER_LAST: f64 = 2.0222662487959506e-21;
const FARTHEST: f64 = 1048576.0;

const WHOLE: f64 = 6755399441055744.0; // 1.5 · 2^52
const LARGE: f64 = 2305843009213693952.0; // 2^61
const LEAST: f64 = 2.2250738585072014e-308; // the least normal number

// @ts-ignore: decorator
@inline function coefficient<T>(table: usize, i: i32): T { return spread<T>(table + 8 * i); }

/** Coefficients i, i + 2 and i + 4 by Horner's rule in z; `top` is what the higher ones give. */
// @ts-ignore: decorator
@inline function three<T>(table: usize, i: i32, z: T): T {
  const top = coefficient<T>(table, i + 4) * z + coefficient<T>(table, i + 2);
  return top * z + coefficient<T>(table, i);
}

// @ts-ignore: decorator
@inline function four<T>(table: usize, i: i32, z: T): T {
  return three<T>(table, i + 2, z) * z + coefficient<T>(table, i);
}

// @ts-ignore: decorator
@inline function five<T>(table: usize, i: i32, z: T): T {
  return four<T>(table, i + 2, z) * z + coefficient<T>(table, i);
}

/** The r in x = k ln 2 + r. */
// @ts-ignore: decorator
@inline function rest<T>(x: T, k: T): T {
  return (x - k * spread<T>(LN2)) - k * spread<T>(LN2_REST);
}

/** exp r - 1. */
// @ts-ignore: decorator
@inline export function grown<T>(r: T): T {
  const z = r * r;
  return r + z * (five(EXP, 1, z) * r + five(EXP, 0, z));
}

/** The scale is 2^(k + 61) / 2^61 below 0, 2^(k - 1) · 2 above. */
export function exp<T>(given: T): T {
  const x = atMost(real<T>(710.0), atLeast(real<T>(-746.0), given));
  const below = x < real<T>(0.0);
  const shift = where(below, real<T>(WHOLE + 1023.0 + 61.0), real<T>(WHOLE + 1023.0 - 1.0));
  const t = x * spread<T>(PER_LN2) + shift;
  const last = where(below, spread<T>(SMALL), real<T>(2.0));
  return ((real<T>(1.0) + grown(rest(x, t - shift))) * powerOfTwo(t)) * last;
}

/** What the sigmoid takes from x: writes t, whose last bits are the scale's, and gives the rest r. */
// @ts-ignore: decorator
@inline export function sigmoidReduced<T>(x: T, to: usize): T {
  const y = atMost(spread<T>(HIGH), atLeast(spread<T>(LOW), negative(x)));
  const t = y * spread<T>(PER_LN2) + spread<T>(LOWERED);
  put(to, t);
  return rest(y, t - spread<T>(LOWERED));
}

/** The sigmoid from exp r - 1 and t. */
// @ts-ignore: decorator
@inline export function sigmoidJoined<T>(more: T, t: T): T {
  const small = spread<T>(SMALL);
  return small / (small + (spread<T>(ONE) + more) * powerOfTwo(t));
}

/** What tanh takes from x; t has the sign of x. */
// @ts-ignore: decorator
@inline export function tanhReduced<T>(x: T, to: usize): T {
  const y = atLeast(real<T>(-100.0), real<T>(-2.0) * absolute(x));
  const shift = real<T>(WHOLE + 1023.0 + 1.0);
  const t = y * spread<T>(PER_LN2) + shift;
  put(to, signed(t, x));
  return rest(y, t - shift);
}

/** tanh from exp r - 1 and t; quotient and divisor are twice those of the specification. */
// @ts-ignore: decorator
@inline export function tanhJoined<T>(more: T, t: T): T {
  const scale = powerOfTwo(t);
  const fallen = more * scale + (scale - real<T>(2.0));
  return signed(negative(fallen) / (real<T>(4.0) + fallen), t);
}

/** A subnormal number is made normal first, by 2^61. */
export function log<T>(x: T): T {
  const tiny = x < real<T>(LEAST);
  const normal = where(tiny, x * real<T>(LARGE), x);
  const m = mantissa(normal);
  const bias: f64 = 4503599627370496.0 + 1023.0;
  const raised = exponent(normal) - where(tiny, real<T>(bias + 61.0), real<T>(bias));
  const high = m < real<T>(1.4142135623730951);
  const f = where(high, m, real<T>(0.5) * m) - real<T>(1.0);
  const k = where(high, raised, raised + real<T>(1.0));
  const s = f / (real<T>(2.0) + f);
  const half = real<T>(0.5) * (f * f), z = s * s;
  const w = z * z;
  const series = four(LOG, 1, w) * z + four(LOG, 0, w);
  const low = s * (half + z * series) + k * spread<T>(LN2_REST);
  const value = k * spread<T>(LN2) - ((half - low) - f);
  const edge = where(x < real<T>(0.0), real<T>(NaN), x * real<T>(0.0) - real<T>(Infinity));
  return where(x < real<T>(Infinity), where(x > real<T>(0.0), value, edge), x);
}

export function log1p<T>(x: T): T {
  const u = real<T>(1.0) + x;
  const value = log(u);
  const exact = value + (x - (u - real<T>(1.0))) / u;
  const inside = where(x < real<T>(Infinity), exact, value);
  return where(x > real<T>(-1.0), inside, value);
}

/** sin(x + quarters π / 2): the quarter k in which x lies chooses sine or cosine, and sign. */
function turned<T>(given: T, quarters: f64): T {
  const x = where(absolute(given) > real<T>(FARTHEST), real<T>(NaN), given);
  const whole = real<T>(WHOLE);
  const k = (x * real<T>(PER_QUARTER) + whole) - whole;
  const near = (x - k * real<T>(QUARTER)) - k * real<T>(QUARTER_REST);
  const r = near - k * real<T>(QUARTER_LAST);
  const z = r * r;
  const w = z * z;
  const sine = r + (r * z) * (three(SIN, 1, w) * z + three(SIN, 0, w));
  const even = three(COS, 1, w) * z + three(COS, 0, w);
  const cosine = (real<T>(1.0) - real<T>(0.5) * z) + w * even;
  const sum = k + real<T>(quarters);
  const fours = ((sum * real<T>(0.25) - real<T>(0.375)) + whole) - whole;
  const turn = sum - real<T>(4.0) * fours; // 0, 1, 2 or 3, as floor would
  const odd = absolute(turn - real<T>(2.0)); // 1 for 1 and 3
  const value = where(absolute(odd - real<T>(1.0)) < real<T>(0.5), cosine, sine);
  return where(turn > real<T>(1.5), negative(value), value);
}

export function sin<T>(x: T): T { return turned(x, 0.0); }

export function cos<T>(x: T): T { return turned(x, 1.0); }
