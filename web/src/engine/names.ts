/** The names by which a run calls its parts, each in the order of web/arithmetic. */

/** Of dlbook/mathematics/activations.py. */
export const ACTIVATIONS = [
  "identity", "relu", "sigmoid", "tanh", "hard_tanh", "sign", "abs", "square", "sin", "softplus",
] as const;

/** Of dlbook/mathematics/losses.py. */
export const LOSSES = [
  "mean_squared_error", "binary_cross_entropy", "cross_entropy", "mean_absolute_error", "fourth_power",
  "softmax_squared_error", "hinge", "constant",
] as const;

/** Of dlbook/mathematics/initial.py. */
export const SCHEMES = [
  "xavier_uniform", "xavier_uniform_with_biases", "he_normal", "fan_in_uniform", "zeros", "ones",
  "spread_kinks", "lecun_normal", "standard_normal", "standard_normal_with_biases", "normal_0_05",
  "normal_0_01", "normal_0_01_with_biases",
] as const;

/** Of dlbook/mathematics/optim.py. */
export const OPTIMISERS = ["sgd", "momentum", "adagrad", "rmsprop", "adam"] as const;

/** Of dlbook/training/data.py. */
export const CURVE_FORMULAS = ["sin 12x", "-2x^4 + x^3 + x^2 - 2x", "|x|"] as const;

/** The number of a name, its place in the list; an error names what there is. */
export function numberOf(names: readonly string[], name: string, what: string): number {
  const found = names.indexOf(name);
  if (found < 0) throw new Error(`no ${what} '${name}'; there are ${names.join(", ")}`);
  return found;
}
