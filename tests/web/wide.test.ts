// The settings of "wide" are the book's where it says so: against what its figures give to the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { spaced } from "../../web/src/engine/data.ts";
import { outputs } from "../../web/src/engine/net.ts";
import { Trainer } from "../../web/src/engine/train.ts";
import {
  DIGITS, floors, inside, isMonotone, isRecorded, logTicks, middles, rank,
} from "../../web/src/explore/wide/judge.ts";
import {
  WIDE_ACTIVATIONS, elsewhere, LENGTHS, nearest, planned, seedOf, seeds, STARTED, STARTS, TARGETS, WIDE, WIDTHS,
  type Setting, type Start, type Target, type WideRecords,
} from "../../web/src/explore/wide/settings.ts";
import { given } from "./given.ts";

const records: WideRecords = { [WIDE]: given(WIDE), [STARTED]: given(STARTED) };
const all: Setting[] = (Object.keys(TARGETS) as Target[]).flatMap((target) =>
  WIDTHS.flatMap((width) => WIDE_ACTIVATIONS.flatMap((activation) =>
    (Object.keys(STARTS) as Start[]).flatMap((start) => LENGTHS.map((steps) =>
      ({ target, width, activation, start, steps }))))));
const ofTheBook = all.filter((setting) => seeds(setting, records));

test("where the book has trained a setting, the page trains the same run", () => {
  for (const setting of ofTheBook) {
    const { cell } = seeds(setting, records)!;
    assert.deepEqual(JSON.parse(JSON.stringify(planned(setting))), cell.run);
  }
});

test("every run of the book on 100 points can be set", () => {
  const found = new Set(ofTheBook.map((setting) => JSON.stringify(seeds(setting, records)!.cell.run)));
  for (const { cells } of Object.values(records)) {
    for (const { run } of cells) {
      if (run.points === 100) assert.ok(found.has(JSON.stringify(run)), JSON.stringify(run));
    }
  }
});

test("bands are in order, and end where the seeds end", () => {
  for (const { cells, steps, quantiles } of Object.values(records)) {
    assert.deepEqual([quantiles[0], quantiles.at(-1)], [0, 1]);
    for (const { band, errors, run } of cells) {
      const length = band[0]!.length;
      assert.equal(steps[length - 1], run.steps);
      for (let q = 1; q < band.length; q += 1) {
        for (let i = 0; i < length; i += 1) assert.ok(band[q]![i]! >= band[q - 1]![i]!);
      }
      const close = (a: number, b: number) => assert.ok(Math.abs(a - b) <= 6e-3 * b, `${a}, ${b}`);
      close(band[0]!.at(-1)!, Math.min(...errors));
      close(band.at(-1)!.at(-1)!, Math.max(...errors));
    }
  }
});

const setting = (target: Target, width: number): Setting =>
  ({ target, width, activation: "sigmoid", start: "usual", steps: 10_000 });

function trained(each: Setting, seed: number): number {
  const trainer = new Trainer(planned(each), seedOf({ ...each, seed }, records));
  trainer.train(each.steps);
  return trainer.mean();
}

for (const [target, width] of [["sine", 2], ["sine", 4], ["polynomial", 2], ["absolute", 4]] as const) {
  test(`seeds of ${width} units on ${target} end at the book's own error, in all its digits`, () => {
    const { cell } = seeds(setting(target, width), records)!;
    for (const seed of [0, 6, 30]) {
      const error = trained(setting(target, width), seed);
      assert.ok(isRecorded(error, cell.errors[seed]!), `seed ${seed}: ${error}, ${cell.errors[seed]}`);
    }
  });
}

// Why nothing less than equal bits would do.
test("after thousands of steps, a start that differs by one rounding ends elsewhere", () => {
  const each = setting("sine", 16);
  const ratios = [10, 14, 24].map((seed) => {
    const one = new Trainer(planned(each), seed);
    const [first, ...rest] = one.flat;
    const start = [first! * (1 + 2 ** -52), ...rest];
    const other = new Trainer({ ...planned(each), init: [], start }, seed);
    const apart = (step: number) => {
      for (const trainer of [one, other]) trainer.train(step - trainer.step);
      return Math.abs(one.mean() / other.mean() - 1);
    };
    assert.ok(apart(500) < 1e-12, `seed ${seed} parts at once`);
    return apart(each.steps);
  });
  assert.ok(Math.max(...ratios) > 1e-4, String(ratios));
});

test("a reader's seed is the figure's own, whatever room its registration gave it", () => {
  const both: Setting = { ...setting("sine", 32), start: "both", steps: 6000 };
  const [wide, started] = [records[WIDE].first_seed, records[STARTED].first_seed];
  assert.ok(wide > 0 && started > 0 && wide !== started);
  assert.equal(seedOf({ ...setting("sine", 32), seed: 7 }, records), wide + 7);
  assert.equal(seedOf({ ...both, seed: 7 }, records), started + 7);
  assert.equal(seedOf({ ...setting("sine", 3), seed: 7 }, records), wide + 7);
});

test("other settings have no seeds, and the nearest setting has", () => {
  assert.ok(ofTheBook.length > 20 && ofTheBook.length < all.length);
  for (const setting of all) {
    const near = nearest(setting, records);
    assert.ok(seeds(near, records));
    assert.equal(near.target, setting.target);
    if (seeds(setting, records)) assert.deepEqual(planned(near), planned(setting));
  }
});

test("the book trains a net for another number of steps, or not at all", () => {
  assert.equal(elsewhere({ ...setting("sine", 16), steps: 1000 }, records), 10_000);
  assert.equal(elsewhere({ ...setting("polynomial", 1), steps: 6000 }, records), 10_000);
  const both: Setting = { ...setting("sine", 32), start: "both" };
  assert.equal(elsewhere(both, records), 6000);
  assert.equal(elsewhere({ ...both, activation: "relu" }, records), null);
  assert.equal(elsewhere(setting("sine", 3), records), null);
});

test("the rank counts larger, smaller and, to the digits of the record, equal errors", () => {
  assert.deepEqual(rank(0.2, [0.1, 0.2, 0.3, 0.4]), { larger: 2, smaller: 1, same: 1 });
  assert.deepEqual(rank(0.049_521_7, [0.049_52, 0.049_53, 0.049_51]), { larger: 1, smaller: 1, same: 1 });
  assert.deepEqual(rank(1, []), { larger: 0, smaller: 0, same: 0 });
});

test("every seed of the book has its place among all of its setting", () => {
  for (const each of ofTheBook) {
    const { errors } = seeds(each, records)!.cell;
    const order = [...errors].sort((a, b) => a - b);
    for (const error of errors) {
      const { larger, smaller, same } = rank(error, errors);
      assert.equal(smaller, order.indexOf(error));
      assert.equal(larger, errors.length - 1 - order.lastIndexOf(error));
      assert.equal(larger + smaller + same, errors.length);
    }
  }
});

test("an error is the recorded one if all its digits are, and only then", () => {
  assert.ok(isRecorded(0.374_641_4, 0.3746));
  assert.ok(!isRecorded(0.374_651, 0.3746));
  for (const { cells } of Object.values(records)) {
    for (const { errors } of cells) {
      for (const error of errors) assert.equal(Number(error.toPrecision(DIGITS)), error);
    }
  }
});

test("one unit that never turns stays above the bound of monotone functions, one that turns need not", () => {
  for (const activation of WIDE_ACTIVATIONS) {
    const y = [...outputs([1, 1, 1], activation, [3, 0.3, 1, 0], spaced(-1, 1, 201))];
    const rises = y.slice(1).map((each, i) => Math.sign(each - y[i]!));
    assert.equal(isMonotone(1, activation), !(rises.includes(1) && rises.includes(-1)), activation);
    assert.ok(!isMonotone(2, activation));
  }
  for (const target of ["sine", "polynomial", "absolute"] as const) {
    const { monotone, constant } = records[WIDE].curves[target]!;
    assert.ok(monotone < constant);
    assert.ok(trained({ ...setting(target, 1), activation: "tanh", steps: 1000 }, 1) >= monotone);
  }
  const turning: Setting = { ...setting("absolute", 1), activation: "abs" };
  const exact = new Trainer({ ...planned(turning), init: [], start: [1, 0, 1, 0] }, 0);
  assert.equal(exact.mean(), 0, "one unit that turns is the target itself");
});

test("marks of the strip are apart on each floor, and no floor is empty", () => {
  const some = [5, 0, 1, 6.4, 5, 5, 20];
  assert.deepEqual(floors(some, 6), [2, 0, 1, 0, 3, 4, 0]);
  for (const { cells } of Object.values(records)) {
    for (const { errors } of cells) {
      const places = errors.map((error) => 200 * Math.log10(error));
      const found = floors(places, 6.5);
      const all = new Set(found);
      assert.equal(Math.max(...all), all.size - 1);
      places.forEach((a, i) => places.forEach((b, k) => {
        if (i < k && found[i] === found[k]) assert.ok(Math.abs(a - b) >= 6.5);
      }));
    }
  }
  assert.deepEqual(floors([], 6), []);
});

test("a log axis has two ticks at least where it spans a factor of ten", () => {
  assert.deepEqual(logTicks(0.0005, 2), [0.001, 0.01, 0.1, 1]);
  assert.deepEqual(logTicks(0.03, 0.3), [0.05, 0.1, 0.2]);
  for (let low = 1e-8; low < 10; low *= 1.37) {
    const ticks = logTicks(low, 10 * low);
    assert.ok(ticks.length >= 2, String(low));
    assert.ok(ticks.every((tick) => tick >= low && tick <= 10 * low));
  }
});

test("a line is cut where it leaves the picture, not bent along its edge", () => {
  const points = [0, 1, 5, 1, 2, -3, 0].map((y, x): [number, number] => [x, y]);
  assert.deepEqual(inside(points, -1, 3), [[[0, 0], [1, 1]], [[3, 1], [4, 2]]]);
  assert.deepEqual(inside([], 0, 1), []);
});

test("the middle of a unit is where its sum is 0, if that can be seen", () => {
  const flat = Float64Array.of(2, -4, 1, 1, -1, 3, 9, 9, 9, 9);
  assert.deepEqual(middles(flat, 3), [-0.5, -0.25]);
});
