/** A share of runs and its interval, as the book gives them. */

const Z = 1.9599639845400536; // the normal quantile at 97.5%, of dlbook/training/stats.py

export interface Share {
  readonly passed: number;
  readonly n: number;
  readonly share: number;
  /** Wilson's score interval at 95% (Wilson 1927), as `stats.rate` gives it. */
  readonly low: number;
  readonly high: number;
}

/** The share of n > 0 runs that passed. */
export function rate(passed: number, n: number): Share {
  const share = passed / n;
  const centre = (share + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  return { passed, n, share, low: passed === 0 ? 0 : centre - half, high: passed === n ? 1 : centre + half };
}
