/** Five optimisers, the formulas of dlbook/mathematics/optim.py: `make(w, rate)` gives a step on a gradient. */

export type Step = (g: Float64Array) => void;
export type Optimiser = (w: Float64Array, rate: number) => Step;

export const OPTIMISERS: Readonly<Record<string, Optimiser>> = {
  sgd: (w, rate) => (g) => {
    for (let i = 0; i < w.length; i += 1) w[i]! -= rate * g[i]!;
  },
  momentum: (w, rate) => {
    const v = new Float64Array(w.length);
    return (g) => {
      for (let i = 0; i < w.length; i += 1) {
        v[i] = 0.9 * v[i]! + g[i]!;
        w[i]! -= rate * v[i]!;
      }
    };
  },
  adagrad: (w, rate) => {
    const total = new Float64Array(w.length);
    return (g) => {
      for (let i = 0; i < w.length; i += 1) {
        total[i]! += g[i]! * g[i]!;
        w[i]! -= rate * (g[i]! / (Math.sqrt(total[i]!) + 1e-10));
      }
    };
  },
  rmsprop: (w, rate) => {
    const average = new Float64Array(w.length);
    return (g) => {
      for (let i = 0; i < w.length; i += 1) {
        average[i] = 0.99 * average[i]! + (1 - 0.99) * g[i]! * g[i]!;
        w[i]! -= rate * (g[i]! / (Math.sqrt(average[i]!) + 1e-8));
      }
    };
  },
  adam: (w, rate) => {
    const mean = new Float64Array(w.length);
    const square = new Float64Array(w.length);
    let steps = 0;
    return (g) => {
      steps += 1;
      const correction = (1 - 0.999 ** steps) ** -0.5;
      const scale = rate / (1 - 0.9 ** steps);
      for (let i = 0; i < w.length; i += 1) {
        mean[i]! += (1 - 0.9) * (g[i]! - mean[i]!);
        square[i] = 0.999 * square[i]! + (1 - 0.999) * g[i]! * g[i]!;
        w[i]! -= scale * (mean[i]! / (Math.sqrt(square[i]!) * correction + 1e-8));
      }
    };
  },
};
