// Many seeds in one module end where each ends alone, and the numbers that compare them are the book's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checksum } from "../../web/src/engine/checksum.ts";
import { Many, type Ended } from "../../web/src/engine/many.ts";
import { Trainer, type Run } from "../../web/src/engine/train.ts";
import { rate } from "../../web/src/kit/shares.ts";

const RUN: Run = {
  widths: [2, 3, 1], activation: "relu", init: ["xavier_uniform", "xavier_uniform"], data: "xor", points: 0,
  loss: "binary_cross_entropy", optimiser: "adam", rate: 0.05, steps: 500, batch: null, l2: 0, start: null,
};

function all(many: Many, stretch: number): Ended[] {
  const found: Ended[] = [];
  while (!many.isDone) {
    const end = many.advance(stretch);
    if (end) found.push(end);
  }
  return found;
}

test("every seed ends as it does alone, whatever is trained before it and in whatever stretches", () => {
  const seeds = [3, 0, 2 ** 40 + 1, 7];
  for (const run of [RUN, { ...RUN, batch: 2 }]) {
    const alone = seeds.map((seed) => {
      const trainer = new Trainer(run, seed);
      trainer.train(run.steps);
      return { seed, loss: trainer.mean(), flat: trainer.flat };
    });
    for (const stretch of [1, 7, 499, 1e9]) assert.deepEqual(all(new Many(run, seeds), stretch), alone);
  }
});

test("given data take the place of the run's own", () => {
  const given = { x: Float64Array.of(-1, 0, 1), y: Float64Array.of(0, 1, 0), n: 3, labels: false };
  const run = { ...RUN, widths: [1, 3, 1], loss: "mean_squared_error", data: "a reader's" } as Run;
  const trainer = new Trainer(run, 5, given);
  trainer.train(run.steps);
  assert.equal(all(new Many(run, [5], given), 100)[0]!.loss, trainer.mean());
});

test("memory is given back from seed to seed", () => {
  const many = new Many({ ...RUN, widths: [2, 64, 1], steps: 1 }, Array.from({ length: 3000 }, (_, i) => i));
  assert.equal(all(many, 1).length, 3000);
});

test("a seed that leaves the numbers ends there, and the next one is trained", () => {
  const run = { ...RUN, activation: "square", loss: "mean_squared_error", optimiser: "sgd", rate: 30 };
  const ends = all(new Many(run, [1, 2]), 100);
  assert.deepEqual(ends.map(({ seed, loss }) => [seed, loss]), [[1, NaN], [2, NaN]]);
});

test("nothing comes after the last seed", () => {
  const many = new Many(RUN, []);
  assert.equal(many.isDone, true);
  assert.equal(many.advance(10), null);
});

test("a checksum is FNV-1a of the bytes, as dlbook writes it", () => {
  assert.equal(checksum([]), "cbf29ce484222325");
  assert.equal(checksum([1.5, -0, 1e-300]), "d3c0c7b745150d0d");
  assert.notEqual(checksum([0]), checksum([-0]));
});

test("a share has the interval of dlbook's stats.rate", () => {
  const wanted = [
    [0, 8, 0, 0, 0.3244075648838801], [8, 8, 1, 0.6755924351161198, 1],
    [140, 1024, 0.13671875, 0.11702993473028742, 0.15912302289253796],
    [3, 7, 0.42857142857142855, 0.1582198552514697, 0.7495416354723428],
  ] as const;
  for (const [passed, n, share, low, high] of wanted) {
    const found = rate(passed, n);
    assert.deepEqual([found.passed, found.n, found.share], [passed, n, share]);
    assert.ok(Math.abs(found.low - low) < 1e-15 && Math.abs(found.high - high) < 1e-15, `${passed} of ${n}`);
  }
});
