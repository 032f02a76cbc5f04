/** Activation functions by the names of dlbook/mathematics/activations.py: value, and slope from (z, value). */

export interface Activation {
  value(z: number): number;
  /** f' at z, given z and a = f(z). */
  slope(z: number, a: number): number;
}

export const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  identity: { value: (z) => z, slope: () => 1 },
  sigmoid: { value: sigmoid, slope: (_, a) => (1 - a) * a },
  tanh: { value: Math.tanh, slope: (_, a) => 1 - a * a },
  relu: { value: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
  hard_tanh: {
    value: (z) => Math.max(-1, Math.min(1, z)),
    slope: (z) => (z > -1 && z < 1 ? 1 : 0),
  },
  abs: { value: Math.abs, slope: (z) => Math.sign(z) },
  square: { value: (z) => z * z, slope: (z) => 2 * z },
  sin: { value: Math.sin, slope: (z) => Math.cos(z) },
  softplus: {
    value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    slope: (_, a) => -Math.expm1(-a),
  },
  sign: { value: Math.sign, slope: () => 0 },
};
