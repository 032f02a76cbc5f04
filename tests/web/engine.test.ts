// The engine against finite differences and plain truths; that it is dlbook's, to the bit, is held by
// arithmetic.test.ts and test_agreement.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { arithmetic } from "../../web/src/engine/arithmetic.ts";
import { samples, spaced, type Samples } from "../../web/src/engine/data.ts";
import { ACTIVATIONS, LOSSES, OPTIMISERS, SCHEMES } from "../../web/src/engine/names.ts";
import { initial, outputs, size } from "../../web/src/engine/net.ts";
import { Stream } from "../../web/src/engine/streams.ts";
import { flow, gradient, Trainer, type Run } from "../../web/src/engine/train.ts";

const RUN: Run = {
  widths: [2, 2, 1], activation: "relu", init: ["xavier_uniform", "xavier_uniform"], data: "xor",
  points: 0, loss: "binary_cross_entropy", optimiser: "adam", rate: 0.05, steps: 2000, batch: null,
  l2: 0, start: null,
};

function near(found: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= tolerance * (1 + Math.abs(wanted)), `${what}: ${found}, not ${wanted}`);
}

/** The gradient against differences of the loss, at every parameter. */
function holds(run: Run, given: Samples, step: number): void {
  const flat = initial(run.widths, run.widths.slice(1).map(() => "fan_in_uniform"), 3, arithmetic(), run);
  const at = (start: Float64Array) => new Trainer({ ...run, start: [...start] }, 0, given);
  const slope = at(flat).gradient();
  assert.equal(slope.length, size(run.widths, run));
  for (let i = 0; i < flat.length; i += 1) {
    const [up, down] = [flat.slice(), flat.slice()];
    up[i]! += step;
    down[i]! -= step;
    near(slope[i]!, (at(up).mean() - at(down).mean()) / (2 * step), 1e-6, `parameter ${i}`);
  }
}

function drawn(n: number, inputs: number, outs: number): Samples {
  const draw = new Stream(1, ["gradient"]);
  return { x: draw.normal(n * inputs), y: draw.uniform(n * outs), n, labels: false };
}

for (const activation of ACTIVATIONS.filter((name) => name !== "sign")) {
  test(`the gradient through ${activation} is the limit of differences`, () => {
    holds({ ...RUN, widths: [2, 5, 4, 2], activation, loss: "mean_squared_error" }, drawn(7, 2, 2), 1e-6);
  });
}

for (const loss of LOSSES) {
  test(`the gradient of ${loss} is the limit of differences`, () => {
    const draw = new Stream(2, ["labels"]);
    // With its seven labels no output is where the absolute value or the hinge bends.
    const labels = Float64Array.from(draw.uniform(7), (u) => Math.floor(3 * u));
    const given = { ...drawn(7, 2, 3), y: labels, labels: true };
    holds({ ...RUN, widths: [2, 4, 3], activation: "tanh", loss }, given, 1e-6);
  });
}

// One output and several, odd numbers and even ones, more and fewer than a vector or a tile holds.
for (const widths of [[1, 3, 1], [2, 1, 2], [5, 9, 1], [4, 8, 8, 3], [3, 2]]) {
  for (const n of [1, 2, 5, 8]) {
    test(`back-propagation through ${widths.join("-")} of ${n} samples is the limit of differences`, () => {
      const run = { ...RUN, widths, activation: "tanh", loss: "mean_squared_error" };
      holds(run, drawn(n, widths[0]!, widths.at(-1)!), 1e-6);
    });
  }
}

const LINKED: readonly [string, Partial<Run>][] = [
  ["residual layers", { skips: [[0, 1], [1, 2], [1, 4]] }],
  ["tied layers", { ties: [[2, 3]] }],
  ["layers that are both", { skips: [[1, 2], [2, 3]], ties: [[2, 3]] }],
];
for (const [what, links] of LINKED) {
  for (const activation of ["tanh", "sin", "softplus"]) {
    const run: Run = { ...RUN, widths: [3, 3, 3, 3, 3], activation, loss: "mean_squared_error", ...links };

    test(`the gradient of ${what} through ${activation} is the limit of differences`, () => {
      holds(run, drawn(7, 3, 3), 1e-6);
    });

    test(`what goes through ${what} with ${activation} ends in the outputs, and adds up to the gradient`, () => {
      const flat = initial(run.widths, Array(4).fill("fan_in_uniform"), 5, arithmetic(), run);
      const given = drawn(7, 3, 3), { signals, errors } = flow(run, flat, given);
      assert.deepEqual(signals.at(-1), outputs(run.widths, activation, flat, given.x, run));
      const slope = new Trainer({ ...run, start: [...flat] }, 0, given).gradient();
      const tied = links.ties ? [0, 1, 3] : [0, 1, 2, 3];
      tied.forEach((layer, own) => {
        const uses = links.ties && layer === 1 ? [1, 2] : [layer];
        for (let j = 0; j < 3; j += 1) {
          const sums = uses.map((use) => {
            let sum = 0;
            for (let s = 0; s < 7; s += 1) sum += errors[use]![3 * s + j]!;
            return sum;
          });
          const total = sums.slice(1).reduce((all, each) => all + each, sums[0]!);
          assert.equal(total, slope[12 * own + 9 + j], `bias ${j} of layer ${layer}`);
        }
      });
    });
  }
}

test("a tied layer starts as it would alone, and the others as if it were loose", () => {
  const laws = Array(4).fill("he_normal");
  const loose = initial([2, 3, 3, 3, 1], laws, 7);
  const tied = initial([2, 3, 3, 3, 1], laws.slice(1), 7, arithmetic(), { ties: [[2, 3]] });
  assert.deepEqual([...tied], [...loose.slice(0, 21), ...loose.slice(33)]);
});

test("outputs do not depend on the samples beside them", () => {
  const widths = [3, 6, 2];
  const flat = initial(widths, ["he_normal", "he_normal"], 5);
  const x = new Stream(2, ["rows"]).normal(5 * 3);
  const all = outputs(widths, "relu", flat, x);
  for (let n = 0; n < 5; n += 1) {
    const alone = outputs(widths, "relu", flat, x.slice(3 * n, 3 * n + 3));
    assert.deepEqual(alone, all.slice(2 * n, 2 * n + 2));
  }
});

test("every optimiser goes downhill, and none moves without a gradient", () => {
  for (const optimiser of OPTIMISERS) {
    const run: Run = { ...RUN, widths: [1, 1], init: ["ones"], optimiser, rate: 0.05, loss: "mean_squared_error" };
    const flat: Samples = { x: Float64Array.of(-1, 1), y: Float64Array.of(0, 0), n: 2, labels: false };
    const trainer = new Trainer(run, 0, flat);
    trainer.train(500);
    assert.ok(Math.hypot(...trainer.flat) < 0.2, `${optimiser} ends at ${trainer.flat}`);
    const still = new Trainer({ ...run, loss: "constant" }, 0, flat);
    still.train(3);
    assert.deepEqual([...still.flat], [1, 1], optimiser);
  }
});

test("every layer draws from a stream of its own, so a wider second layer leaves the first", () => {
  for (const scheme of SCHEMES.filter((name) => name !== "spread_kinks")) {
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
  parts.train(0);
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

test("a run ends with the step after which a parameter is not finite", () => {
  const run: Run = { ...RUN, widths: [1, 1], init: ["ones"], loss: "mean_squared_error", optimiser: "sgd", rate: 1e6 };
  const given: Samples = { x: Float64Array.of(1, 2), y: Float64Array.of(0, 0), n: 2, labels: false };
  const trainer = new Trainer(run, 0, given);
  trainer.train(10_000);
  const { step } = trainer;
  assert.ok(trainer.isLost && 10 < step && step < 200, `${step} steps`);
  assert.ok(trainer.flat.some((each) => !Number.isFinite(each)));
  trainer.train(5);
  assert.equal(trainer.step, step, "what has ended does not go on");
  const before = new Trainer(run, 0, given);
  before.train(step - 1);
  assert.ok(!before.isLost && before.flat.every(Number.isFinite));
  before.train(1);
  assert.ok(before.isLost);
});

test("evenly spaced points are symmetric", () => {
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

test("what is computed in passing leaves no memory taken", () => {
  const flat = initial([2, 3, 1], ["he_normal", "he_normal"], 1);
  const taken = () => {
    outputs([2, 3, 1], "relu", flat, new Float64Array(20_000));
    gradient({ ...RUN, widths: [2, 3, 1] }, flat);
    return arithmetic().call.mark();
  };
  assert.equal(taken(), taken());
});

test("what does not exist is refused by name, with what there is", () => {
  assert.throws(() => new Trainer({ ...RUN, loss: "hing" }, 0), /no loss 'hing'; there are .*hinge/);
  assert.throws(() => new Trainer({ ...RUN, activation: "gelu" }, 0), /no activation 'gelu'/);
  assert.throws(() => new Trainer({ ...RUN, init: ["he", "he"] }, 0), /no initialisation 'he'/);
  assert.throws(() => new Trainer({ ...RUN, optimiser: "lion" }, 0), /no optimiser 'lion'/);
  assert.throws(() => new Trainer({ ...RUN, data: "iris" }, 0), /no data 'iris'/);
  assert.throws(() => new Trainer({ ...RUN, start: [1, 2] }, 0), /2 parameters for widths 2-2-1: 9/);
});
