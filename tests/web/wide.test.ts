// The settings of "wide" are the book's where it says so: against what its figures give to the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Trainer } from "../../web/src/engine/train.ts";
import {
  ACTIVATIONS, better, LENGTHS, middles, nearest, planned, seeds, STARTED, STARTS, TARGETS, WIDE, WIDTHS,
  type Course, type Records, type Setting, type Start, type Target,
} from "../../web/src/explore/wide/settings.ts";

function given(figure: string): Course {
  const script = readFileSync(new URL(`../../site/assets/explore/data/${figure}.js`, import.meta.url), "utf8");
  new Function(script)();
  return (globalThis as unknown as { dlbook: { records: Record<string, Course> } }).dlbook.records[figure]!;
}

const records: Records = { [WIDE]: given(WIDE), [STARTED]: given(STARTED) };
const all: Setting[] = (Object.keys(TARGETS) as Target[]).flatMap((target) =>
  WIDTHS.flatMap((width) => ACTIVATIONS.flatMap((activation) =>
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
    for (const { run } of Object.values(cells)) {
      if (run.points === 100) assert.ok(found.has(JSON.stringify(run)), JSON.stringify(run));
    }
  }
});

test("bands are in order, and end where the seeds end", () => {
  for (const { cells, steps, quantiles } of Object.values(records)) {
    assert.deepEqual([quantiles[0], quantiles.at(-1)], [0, 1]);
    for (const { band, errors, run } of Object.values(cells)) {
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

test("a seed of the book, trained here, starts at the book's own error and ends at it", () => {
  const setting = ofTheBook.find((each) => each.target === "polynomial" && each.width === 4)!;
  const { cell } = seeds(setting, records)!;
  for (const seed of [0, 31]) {
    const trainer = new Trainer(planned(setting), seed);
    trainer.train(setting.steps);
    assert.equal(Number(trainer.mean().toPrecision(3)), Number(cell.errors[seed]!.toPrecision(3)), `seed ${seed}`);
  }
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

test("the rank counts the worse", () => {
  assert.equal(better(0.2, [0.1, 0.2, 0.3, 0.4]), 2);
  assert.equal(better(1, []), 0);
});

test("the middle of a unit is where its sum is 0, if that can be seen", () => {
  const flat = Float64Array.of(2, -4, 1, 1, -1, 3, 9, 9, 9, 9);
  assert.deepEqual(middles(flat, 3), [-0.5, -0.25]);
});
