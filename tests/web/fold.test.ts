// Corners traced layer by layer, against sampling, formulas and the book's records.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Stream } from "../../web/src/engine/rng.ts";
import {
  deepParameters, folded, HALF, pieces, shallow, shallowParameters, slopes, steepest, zigzag, type Fold,
} from "../../web/src/explore/fold/zigzag.ts";

const values = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../results/${name}.json`, import.meta.url), "utf8")).values;
const halves = (k: number): Fold[] => new Array<Fold>(k).fill(HALF);
const through = (folds: readonly Fold[], x: number) => folds.reduce((a, fold) => folded(fold, a), x);

function random(seed: number, k: number, deep: boolean): Fold[] {
  const draw = new Stream(seed, "folds").uniform(2 * k);
  return Array.from({ length: k }, (_, i) => ({ c: 0.1 + 0.8 * draw[2 * i]!, d: deep ? 0 : 0.8 * draw[2 * i + 1]! }));
}

test("folds in the middle have the pieces and slopes of the book's record", () => {
  const book = values("folding_doubles_pieces");
  for (let k = 1; k <= book.folds; k += 1) {
    const line = zigzag(halves(k));
    assert.equal(pieces(line), book.pieces[k - 1]);
    assert.equal(steepest(line), book.steepest[k - 1]);
    line.forEach(([x, a], i) => assert.deepEqual([x, a], [i / 2 ** k, 1 - (i % 2)]));
  }
});

test("a fold that reaches the bottom doubles the pieces wherever it bends", () => {
  for (let seed = 0; seed < 20; seed += 1) assert.equal(pieces(zigzag(random(seed, 5, true))), 32);
});

test("corners lie on the function, and between them it is straight", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const folds = random(seed, 5, false);
    const line = zigzag(folds);
    for (const [x, a] of line) assert.ok(Math.abs(through(folds, x) - a) < 1e-12);
    line.slice(1).forEach(([x, a], i) => {
      const [x0, a0] = line[i]!;
      for (const share of [0.2, 0.5, 0.9]) {
        assert.ok(Math.abs(through(folds, x0 + share * (x - x0)) - (a0 + share * (a - a0))) < 1e-9);
      }
    });
  }
});

test("every corner is a turn, so the count is exact; sampling finds as many", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const folds = random(seed, 4, false);
    const n = 200_000;
    let turns = 0;
    let last = 0;
    for (let i = 0; i < n; i += 1) {
      const sign = Math.sign(through(folds, (i + 1) / n) - through(folds, i / n));
      if (sign && last && sign !== last) turns += 1;
      last = sign || last;
    }
    assert.equal(pieces(zigzag(folds)), turns + 1, `seed ${seed}`);
  }
});

test("a fold that stops above the next bend loses pieces", () => {
  assert.equal(pieces(zigzag([{ c: 0.5, d: 0.6 }, HALF])), 2);
  assert.equal(pieces(zigzag([{ c: 0.5, d: 0.4 }, HALF])), 4);
});

test("two ReLUs and a constant are the fold", () => {
  for (const fold of [HALF, { c: 0.3, d: 0.2 }, { c: 0.8, d: 0.7 }]) {
    const [left, right] = slopes(fold);
    for (const a of [0, 0.1, 0.3, 0.55, 0.8, 1]) {
      const value = fold.d + left * Math.max(0, fold.c - a) + right * Math.max(0, a - fold.c);
      assert.ok(Math.abs(value - folded(fold, a)) < 1e-15 * 8);
    }
  }
});

test("one layer of as many units follows as many pieces, then runs straight on", () => {
  for (let k = 1; k <= 6; k += 1) {
    const line = zigzag(halves(k));
    const flat = shallow(line, 2 * k);
    assert.equal(pieces(flat), Math.min(2 * k, 2 ** k));
    assert.deepEqual(flat.slice(0, -1), line.slice(0, flat.length - 1));
    assert.equal(flat.at(-1)![0], 1);
    const [[x0, a0], [x1, a1]] = line.slice(flat.length - 2, flat.length) as [[number, number], [number, number]];
    assert.ok(Math.abs(flat.at(-1)![1] - (a0 + ((a1 - a0) / (x1 - x0)) * (1 - x0))) < 1e-9);
  }
});

test("the parameters are those of the book's record, and the two nets have equally many", () => {
  const book = values("folds_cost_fewer_parameters");
  for (let k = 1; k <= book.folds; k += 1) {
    assert.equal(deepParameters(k), book.deep_parameters[k - 1]);
    assert.equal(shallowParameters(2 ** k), book.shallow_parameters[k - 1]);
    assert.equal(shallowParameters(2 * k), deepParameters(k));
  }
});
