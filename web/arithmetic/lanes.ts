/**
 * Numbers and vectors by the same names. `T` is f64, or v128, which holds two doubles side by side;
 * a formula in `T` says for every lane what it says for a number, in the same beats. The build with
 * SIMD takes v128, the one without takes f64, and `T` is known when the module is compiled.
 */

/** How many doubles a `T` holds. */
// @ts-ignore: decorator
@inline export function lanes<T>(): i32 { return isVector<T>() ? 2 : 1; }

/** The bytes of so many doubles, and of a `T`. */
// @ts-ignore: decorator
@inline export function bytesOf(doubles: i32): usize { return (<usize>doubles) << 3; }
// @ts-ignore: decorator
@inline export function step<T>(): usize { return bytesOf(lanes<T>()); }

/** The same number in every lane. */
// @ts-ignore: decorator
@inline export function real<T>(x: f64): T {
  if (isVector<T>()) return f64x2.splat(x);
  return <T>x;
}

/** The number of the first lane. */
// @ts-ignore: decorator
@inline export function first<T>(x: T): f64 {
  if (isVector<T>()) return f64x2.extract_lane(x, 0);
  return <f64>x;
}

/** The doubles from an address on. */
// @ts-ignore: decorator
@inline export function fetch<T>(from: usize): T {
  if (isVector<T>()) return v128.load(from);
  return <T>load<f64>(from);
}

/** The double at an address, in every lane. */
// @ts-ignore: decorator
@inline export function spread<T>(from: usize): T {
  if (isVector<T>()) return v128.load_splat<f64>(from);
  return <T>load<f64>(from);
}

/** Write doubles from an address on. */
// @ts-ignore: decorator
@inline export function put<T>(to: usize, x: T): void {
  if (isVector<T>()) v128.store(to, x);
  else store<f64>(to, <f64>x);
}

/** `yes` in the lanes where the condition holds, `no` in the others. */
// @ts-ignore: decorator
@inline export function where<M, T>(condition: M, yes: T, no: T): T {
  if (isVector<T>()) return v128.bitselect(yes, no, condition);
  return select<T>(yes, no, <bool>condition);
}

/** `x < low ? low : x`: NaN stays, and so does a zero of the other sign. */
// @ts-ignore: decorator
@inline export function atLeast<T>(low: T, x: T): T {
  if (isVector<T>()) return f64x2.pmax(x, low);
  return where(x < low, low, x);
}

/** `x > high ? high : x`. */
// @ts-ignore: decorator
@inline export function atMost<T>(high: T, x: T): T {
  if (isVector<T>()) return f64x2.pmin(x, high);
  return where(x > high, high, x);
}

/** √x, rounded once; NaN below 0. */
// @ts-ignore: decorator
@inline export function root<T>(x: T): T {
  if (isVector<T>()) return f64x2.sqrt(x);
  return <T>sqrt<f64>(<f64>x);
}

/** |x|: the bit of the sign cleared. */
// @ts-ignore: decorator
@inline export function absolute<T>(x: T): T {
  if (isVector<T>()) return f64x2.abs(x);
  return <T>abs<f64>(<f64>x);
}

/** -x: the bit of the sign turned. */
// @ts-ignore: decorator
@inline export function negative<T>(x: T): T {
  if (isVector<T>()) return f64x2.neg(x);
  return <T>(-<f64>x);
}

/** |x| with the sign of `sign`, be they zeros or NaN. */
// @ts-ignore: decorator
@inline export function signed<T>(x: T, sign: T): T {
  if (isVector<T>()) return v128.bitselect(sign, x, i64x2.splat(i64.MIN_VALUE));
  return <T>copysign<f64>(<f64>x, <f64>sign);
}

/**
 * 2^k, exactly, for t = 1.5 · 2^52 + 1023 + k, where -1022 <= k <= 1023: the last bits of such a t are
 * the bits of the exponent of 2^k, and move to their place.
 */
// @ts-ignore: decorator
@inline export function powerOfTwo<T>(t: T): T {
  if (isVector<T>()) return i64x2.shl(t, 52);
  return <T>reinterpret<f64>(reinterpret<u64>(<f64>t) << 52);
}

/** 2^52 + the eleven bits of the exponent of x > 0, as a number. */
// @ts-ignore: decorator
@inline export function exponent<T>(x: T): T {
  if (isVector<T>()) return v128.or(i64x2.shr_u(x, 52), i64x2.splat(0x4330000000000000));
  return <T>reinterpret<f64>((reinterpret<u64>(<f64>x) >> 52) | 0x4330000000000000);
}

/** The m in [1, 2) of x = m 2^k, for x > 0 that is not subnormal. */
// @ts-ignore: decorator
@inline export function mantissa<T>(x: T): T {
  if (isVector<T>()) {
    return v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
  }
  return <T>reinterpret<f64>((reinterpret<u64>(<f64>x) & 0x000fffffffffffff) | 0x3ff0000000000000);
}
