/**
 * Draws of the figure on double descent, and their least squares fits, number for number as
 * dlbook/mathematics/least_squares.py and the figure's script have them: every sum begins at 0 and takes
 * one product after the other.
 */
import { Stream } from "../../engine/streams.ts";

/** What a draw follows from, as the record gives it. */
export interface FitSetting {
  readonly points: number;
  readonly inputs: number;
  readonly test: number;
  readonly most: number;
}

/** Of one number of features: mean squared errors, the answers at all points, and the coefficients' length. */
export interface Fit {
  readonly train: number;
  readonly test: number;
  readonly answers: Float64Array;
  readonly length: number;
}

/** Why there is no fit: of the features are some of no use, as far as rounding shows. */
export class NotOfFullRank extends Error {}

/** Σ x², its products added up one after the other. */
function squares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! * values[i]!;
  return sum;
}

/** The points of one seed, their answers with noise, and the features there; the first `points` are seen. */
export class Draw {
  readonly y: Float64Array;
  private readonly features: Float64Array; // row by row, `most` in each
  private readonly setting: FitSetting;
  private readonly made = new Map<number, Float64Array>(); // ΦΦᵀ of the seen points, by features

  constructor(setting: FitSetting, seed: number, noise: number) {
    const { points, inputs: d, test, most } = setting;
    this.setting = setting;
    const all = points + test;
    const line = new Stream(seed, ["line"]).normal(d);
    const length = Math.sqrt(squares(line));
    const x = new Float64Array(all * d);
    x.set(new Stream(seed, ["inputs", "seen"]).normal(points * d));
    x.set(new Stream(seed, ["inputs", "test"]).normal(test * d), points * d);
    const luck = new Float64Array(all);
    luck.set(new Stream(seed, ["noise", "seen"]).normal(points));
    luck.set(new Stream(seed, ["noise", "test"]).normal(test), points);
    const directions = new Stream(seed, ["features"]).normal(most * d);
    this.y = Float64Array.from({ length: all }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < d; k += 1) sum += x[i * d + k]! * (line[k]! / length);
      return sum + noise * luck[i]!;
    });
    this.features = new Float64Array(all * most);
    for (let i = 0; i < all; i += 1) {
      for (let j = 0; j < most; j += 1) {
        let sum = 0;
        for (let k = 0; k < d; k += 1) sum += x[i * d + k]! * directions[j * d + k]!;
        this.features[i * most + j] = sum < 0 ? 0 : sum;
      }
    }
  }

  /** The shortest of the least squares fits with the first p features. */
  fit(p: number): Fit {
    const { points, test, most } = this.setting;
    const w = p < points ? this.few(p) : this.many(p);
    const answers = new Float64Array(points + test);
    const off = new Float64Array(points + test);
    for (let i = 0; i < answers.length; i += 1) {
      let sum = 0;
      for (let j = 0; j < p; j += 1) sum += this.features[i * most + j]! * w[j]!;
      answers[i] = sum;
      off[i] = sum - this.y[i]!;
    }
    return {
      train: squares(off.subarray(0, points)) / points,
      test: squares(off.subarray(points)) / test,
      answers, length: Math.sqrt(squares(w)),
    };
  }

  /** Fewer features than points: (ΦᵀΦ)⁻¹ Φᵀy. */
  private few(p: number): Float64Array {
    const { points, most } = this.setting;
    const [matrix, right] = [new Float64Array(p * p), new Float64Array(p)];
    for (let a = 0; a < p; a += 1) {
      for (let b = 0; b <= a; b += 1) {
        let sum = 0;
        for (let i = 0; i < points; i += 1) sum += this.features[i * most + a]! * this.features[i * most + b]!;
        matrix[a * p + b] = sum;
      }
      for (let i = 0; i < points; i += 1) right[a]! += this.features[i * most + a]! * this.y[i]!;
    }
    return solved(matrix, right);
  }

  /** At least as many: Φᵀ(ΦΦᵀ)⁻¹ y. */
  private many(p: number): Float64Array {
    const { points, most } = this.setting;
    const alphas = solved(this.together(p), this.y.slice(0, points));
    const w = new Float64Array(p);
    for (let i = 0; i < points; i += 1) {
      for (let j = 0; j < p; j += 1) w[j]! += this.features[i * most + j]! * alphas[i]!;
    }
    return w;
  }

  /** ΦΦᵀ of the first p features; sums go on where those of fewer features have stopped. */
  private together(p: number): Float64Array {
    const { points: n, most } = this.setting;
    const known = Math.max(0, ...[...this.made.keys()].filter((each) => each <= p));
    const sums = known ? this.made.get(known)!.slice() : new Float64Array(n * n);
    for (let a = 0; a < n; a += 1) {
      for (let b = 0; b <= a; b += 1) {
        let sum = sums[a * n + b]!;
        for (let j = known; j < p; j += 1) sum += this.features[a * most + j]! * this.features[b * most + j]!;
        sums[a * n + b] = sum;
      }
    }
    this.made.set(p, sums);
    return sums.slice();
  }
}

/** x with A x = b, for a symmetric positive definite A of which the lower half is given; both are spent. */
export function solved(a: Float64Array, x: Float64Array): Float64Array {
  const m = x.length;
  for (let i = 0; i < m; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let value = a[i * m + j]!;
      for (let k = 0; k < j; k += 1) value -= a[i * m + k]! * a[j * m + k]!;
      if (i === j && !(value > 0)) throw new NotOfFullRank(`pivot ${i} of ${m} is not positive`);
      a[i * m + j] = i === j ? Math.sqrt(value) : value / a[j * m + j]!;
    }
  }
  for (let i = 0; i < m; i += 1) {
    let value = x[i]!;
    for (let k = 0; k < i; k += 1) value -= a[i * m + k]! * x[k]!;
    x[i] = value / a[i * m + i]!;
  }
  for (let i = m - 1; i >= 0; i -= 1) {
    let value = x[i]!;
    for (let k = m - 1; k > i; k -= 1) value -= a[k * m + i]! * x[k]!;
    x[i] = value / a[i * m + i]!;
  }
  return x;
}
