// The engine against formulas and finite differences; its agreement with dlbook is held by
// test_agreement.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIVATIONS } from "../../web/src/engine/activations.ts";
import { samples, spaced } from "../../web/src/engine/data.ts";
import { LOSSES } from "../../web/src/engine/losses.ts";
import { initial, Net, SCHEMES } from "../../web/src/engine/net.ts";
import { OPTIMISERS } from "../../web/src/engine/optimisers.ts";
import { Stream } from "../../web/src/engine/rng.ts";
import { Trainer, type Run } from "../../web/src/engine/train.ts";

const RUN: Run = {
  widths: [2, 2, 1], activation: "relu", init: ["xavier_uniform", "xavier_uniform"], data: "xor",
  points: 0, loss: "binary_cross_entropy", optimiser: "adam", rate: 0.05, steps: 2000, batch: null,
  l2: 0, start: null,
};
const SMOOTH = Object.keys(ACTIVATIONS).filter((name) => name !== "sign");

function near(found: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= tolerance * (1 + Math.abs(wanted)), `${what}: ${found}, not ${wanted}`);
}

for (const name of SMOOTH) {
  test(`the slope of ${name} is the limit of its differences`, () => {
    const f = ACTIVATIONS[name]!;
    for (const z of [-2.3, -0.71, -0.2, 0.3, 0.83, 1.7]) {
      const h = 1e-6;
      const difference = (f.value(z + h) - f.value(z - h)) / (2 * h);
      near(f.slope(z, f.value(z)), difference, 1e-7, `f'(${z})`);
    }
  });
}

for (const [name, loss] of Object.entries(LOSSES)) {
  test(`the gradient of ${name} is the limit of its differences`, () => {
    const y = loss.signed ? Float64Array.of(1, -1, -1) : Float64Array.of(0, 1, 0);
    const o = Float64Array.of(0.3, -0.8, 0.55);
    const e = new Float64Array(3);
    loss.gradient(o, y, e, 0, 3);
    for (let i = 0; i < 3; i += 1) {
      const [up, down] = [o.slice(), o.slice()];
      up[i]! += 1e-6;
      down[i]! -= 1e-6;
      near(e[i]!, (loss.value(up, y, 0, 3) - loss.value(down, y, 0, 3)) / 2e-6, 1e-7, `slope ${i}`);
    }
  });
}

// Widths on both sides of every loop that does four at a time, one output and several.
for (const widths of [[1, 3, 1], [2, 5, 4, 2], [5, 9, 1], [4, 8, 8, 3]]) {
  test(`back-propagation through ${widths.join("-")} is the limit of differences`, () => {
    const rows = 7;
    const draw = new Stream(1, "gradient");
    const flat = initial(widths, widths.slice(1).map(() => "fan_in_uniform"), 3);
    const net = new Net(widths, "tanh", flat, rows);
    const [inputs, outputs] = [widths[0]!, widths.at(-1)!];
    const x = draw.normal(rows * inputs);
    const weights = draw.normal(rows * outputs);
    const value = () => net.forward(x, rows).reduce((sum, o, i) => sum + o * weights[i]!, 0);
    value();
    net.error.set(weights);
    const gradient = net.backward(rows).slice();
    assert.equal(gradient.length, flat.length);
    for (let i = 0; i < flat.length; i += 1) {
      const kept = flat[i]!;
      flat[i] = kept + 1e-6;
      const up = value();
      flat[i] = kept - 1e-6;
      const down = value();
      flat[i] = kept;
      near(gradient[i]!, (up - down) / 2e-6, 1e-6, `parameter ${i}`);
    }
  });
}

test("a net on fewer rows than it has room for computes the same", () => {
  const widths = [3, 6, 2];
  const flat = initial(widths, ["he_normal", "he_normal"], 5);
  const x = new Stream(2, "rows").normal(5 * 3);
  const some = new Net(widths, "relu", flat, 9).forward(x, 5).slice(0, 10);
  assert.deepEqual(some, new Net(widths, "relu", flat, 5).forward(x, 5).slice());
});

test("every optimiser goes downhill on a parabola, and none moves without a gradient", () => {
  for (const [name, make] of Object.entries(OPTIMISERS)) {
    const w = Float64Array.of(1, -2);
    const step = make(w, 0.1);
    for (let k = 0; k < 500; k += 1) step(Float64Array.from(w, (each) => each));
    assert.ok(Math.hypot(...w) < 0.2, `${name} ends at ${w}`);
    const still = Float64Array.of(3);
    make(still, 0.1)(Float64Array.of(0));
    assert.equal(still[0], 3, name);
  }
});

test("every layer draws from a stream of its own, so a wider second layer leaves the first", () => {
  for (const scheme of Object.keys(SCHEMES).filter((name) => name !== "spread_kinks")) {
    const narrow = initial([2, 3, 1], [scheme, scheme], 7);
    const wide = initial([2, 3, 5], [scheme, scheme], 7);
    assert.deepEqual(narrow.slice(0, 9), wide.slice(0, 9), scheme);
  }
});

test("a run trained in two goes is the run trained in one", () => {
  const [whole, parts] = [new Trainer({ ...RUN, batch: 3 }, 4), new Trainer({ ...RUN, batch: 3 }, 4)];
  whole.train(50);
  parts.train(20);
  parts.mean(); // looking changes nothing
  parts.train(30);
  assert.deepEqual(parts.flat, whole.flat);
  assert.equal(parts.step, 50);
});

test("a batch takes every sample once before any twice", () => {
  // The rate is too small to matter, so that a sample's gradient depends on the sample alone.
  const run: Run = { ...RUN, widths: [1, 1], init: ["zeros"], loss: "mean_squared_error", batch: 3,
    optimiser: "sgd", rate: 1e-12 };
  const n = 12;
  const given = { x: new Float64Array(n), y: Float64Array.from({ length: n }, (_, i) => 4 ** i), n, labels: false };
  const trainer = new Trainer(run, 9, given);
  trainer.train(n / 3);
  const wanted = given.y.reduce((sum, y) => sum + y, 0) * (2 / 3) * 1e-12;
  near(trainer.flat[1]! / wanted, 1, 1e-6, "the bias after one epoch");
});

test("evenly spaced points are symmetric, as torch.linspace makes them", () => {
  for (const n of [2, 5, 50, 100, 101]) {
    const x = spaced(-1, 1, n);
    assert.equal(x.length, n);
    for (let i = 0; i < Math.floor(n / 2); i += 1) assert.equal(x[i], -x[n - 1 - i]!);
  }
});

test("xor is 1 where its bits differ", () => {
  const { x, y, n } = samples("xor", 0);
  for (let i = 0; i < n; i += 1) assert.equal(y[i], Number(x[2 * i] !== x[2 * i + 1]));
});

test("what does not exist is refused by name, with what there is", () => {
  assert.throws(() => new Trainer({ ...RUN, loss: "hing" }, 0), /no loss 'hing'; there are .*hinge/);
  assert.throws(() => new Trainer({ ...RUN, activation: "gelu" }, 0), /no activation 'gelu'/);
  assert.throws(() => new Trainer({ ...RUN, init: ["he", "he"] }, 0), /no initialisation 'he'/);
  assert.throws(() => new Trainer({ ...RUN, optimiser: "lion" }, 0), /no optimiser 'lion'/);
  assert.throws(() => new Trainer({ ...RUN, data: "iris" }, 0), /no data 'iris'/);
  assert.throws(() => new Trainer({ ...RUN, start: [1, 2] }, 0), /2 parameters for widths 2-2-1: 9/);
});
