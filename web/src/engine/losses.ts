/**
 * Losses by the names of dlbook/mathematics/losses.py. One sample's outputs `o[at … at + c)` against its targets
 * in `y`, at the same place; `gradient` writes the derivative of its loss by its outputs into `e`.
 */
import { sigmoid } from "./activations.ts";

type Outputs = Float64Array;

export interface Loss {
  value(o: Outputs, y: Outputs, at: number, c: number): number;
  gradient(o: Outputs, y: Outputs, e: Outputs, at: number, c: number): void;
  /** Whether the labels 0 and 1 become -1 and 1. */
  signed?: true;
}

/** A loss of single components, averaged over the outputs, as torch.nn does. */
function componentwise(
  value: (o: number, y: number) => number,
  slope: (o: number, y: number) => number,
): Loss {
  return {
    value(o, y, at, c) {
      let sum = 0;
      for (let i = at; i < at + c; i += 1) sum += value(o[i]!, y[i]!);
      return sum / c;
    },
    gradient(o, y, e, at, c) {
      for (let i = at; i < at + c; i += 1) e[i] = slope(o[i]!, y[i]!) / c;
    },
  };
}

function logSumExp(o: Outputs, at: number, c: number): number {
  let top = -Infinity;
  for (let i = at; i < at + c; i += 1) top = Math.max(top, o[i]!);
  let sum = 0;
  for (let i = at; i < at + c; i += 1) sum += Math.exp(o[i]! - top);
  return top + Math.log(sum);
}

function softmax(o: Outputs, out: Outputs, at: number, c: number): void {
  const total = logSumExp(o, at, c);
  for (let i = at; i < at + c; i += 1) out[i] = Math.exp(o[i]! - total);
}

export const LOSSES: Readonly<Record<string, Loss>> = {
  mean_squared_error: componentwise((o, y) => (o - y) ** 2, (o, y) => 2 * (o - y)),
  mean_absolute_error: componentwise((o, y) => Math.abs(o - y), (o, y) => Math.sign(o - y)),
  fourth_power: componentwise((o, y) => ((o - y) * (o - y)) ** 2, (o, y) => 4 * (o - y) ** 3),
  cross_entropy: {
    value(o, y, at, c) {
      let sum = logSumExp(o, at, c);
      for (let i = at; i < at + c; i += 1) sum -= y[i]! * o[i]!;
      return sum;
    },
    gradient(o, y, e, at, c) {
      softmax(o, e, at, c);
      for (let i = at; i < at + c; i += 1) e[i]! -= y[i]!;
    },
  },
  softmax_squared_error: {
    value(o, y, at, c) {
      const total = logSumExp(o, at, c);
      let sum = 0;
      for (let i = at; i < at + c; i += 1) sum += (Math.exp(o[i]! - total) - y[i]!) ** 2;
      return sum / c;
    },
    gradient(o, y, e, at, c) {
      softmax(o, e, at, c);
      let mean = 0;
      for (let i = at; i < at + c; i += 1) mean += (2 / c) * (e[i]! - y[i]!) * e[i]!;
      for (let i = at; i < at + c; i += 1) e[i] = ((2 / c) * (e[i]! - y[i]!) - mean) * e[i]!;
    },
  },
  binary_cross_entropy: componentwise(
    (o, y) => Math.max(o, 0) - y * o + Math.log1p(Math.exp(-Math.abs(o))),
    (o, y) => sigmoid(o) - y,
  ),
  hinge: {
    ...componentwise((o, y) => Math.max(0, 1 - y * o), (o, y) => (y * o < 1 ? -y : 0)),
    signed: true,
  },
  constant: componentwise(() => 1, () => 0),
};
