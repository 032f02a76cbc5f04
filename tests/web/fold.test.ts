// Corners traced layer by layer, against sampling, formulas and the book's records.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "../../web/src/engine/streams.ts";
import {
  deepParameters, folded, growth, HALF, pieces, shallow, shallowParameters, slopes, steepest, zigzag,
  type Fold,
} from "../../web/src/explore/fold/zigzag.ts";
import type { Point } from "../../web/src/kit/plot.ts";
import { recorded } from "./given.ts";

const halves = (k: number): Fold[] => new Array<Fold>(k).fill(HALF);
const through = (folds: readonly Fold[], x: number) => folds.reduce((a, fold) => folded(fold, a), x);

function random(seed: number, k: number, deep: boolean): Fold[] {
  const draw = new Stream(seed, ["folds"]).uniform(2 * k);
  const thousandths = (value: number) => Math.round(1000 * value) / 1000;
  return Array.from({ length: k }, (_, i) => ({
    c: thousandths(0.1 + 0.8 * draw[2 * i]!), d: deep ? 0 : thousandths(0.8 * draw[2 * i + 1]!),
  }));
}

test("folds in the middle have the pieces and slopes of the book's record", () => {
  const book = recorded("folding_doubles_pieces");
  for (let k = 1; k <= book.folds; k += 1) {
    const line = zigzag(halves(k));
    assert.equal(pieces(line), book.pieces.get(String(k)));
    assert.equal(steepest(line), book.steepest.get(String(k)));
    line.points.forEach(([x, a], i) => assert.deepEqual([x, a], [i / 2 ** k, 1 - (i % 2)]));
  }
});

test("a fold that reaches the bottom doubles the pieces wherever it bends", () => {
  for (let seed = 0; seed < 20; seed += 1) assert.equal(pieces(zigzag(random(seed, 5, true))), 32);
});

test("corners lie on the function, and between them it is straight", () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const folds = random(seed, 5, false);
    const { points: line, slopes: steps } = zigzag(folds);
    for (const [x, a] of line) assert.ok(Math.abs(through(folds, x) - a) < 1e-12);
    line.slice(1).forEach(([x, a], i) => {
      const [x0, a0] = line[i]!;
      assert.ok(Math.abs((a - a0) / (x - x0) / steps[i]! - 1) < 1e-6, "its slope");
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

/**
 * Turns counted from the other end: layer j turns where the layers before it pass its bend, and there
 * only. Every value above a fold's lowest came from two, the lowest itself from one (a turn already
 * counted), what lies below from none. Exactly, as fractions.
 */
function turns(folds: readonly Fold[]): number {
  type Fraction = readonly [bigint, bigint];
  const whole = (value: number) => BigInt(Math.round(1000 * value));
  const sources = ([p, q]: Fraction, fold: Fold): Fraction[] => {
    const [c, d] = [whole(fold.c), whole(fold.d)];
    const above = 1000n * p - d * q; // over 1000 q
    if (above <= 0n) return [];
    const share = [above, q * (1000n - d)] as const;
    return [
      [c * (share[1] - share[0]), 1000n * share[1]],
      [c * share[1] + (1000n - c) * share[0], 1000n * share[1]],
    ];
  };
  return folds.reduce((sum, { c }, j) => {
    let reached: Fraction[] = [[whole(c), 1000n]];
    for (const fold of folds.slice(0, j).reverse()) reached = reached.flatMap((each) => sources(each, fold));
    return sum + reached.length;
  }, 0);
}

test("the count is that of the turns traced backwards, in fractions", () => {
  for (let seed = 0; seed < 200; seed += 1) {
    for (const k of [2, 4, 6]) {
      const folds = random(seed, k, false);
      assert.equal(pieces(zigzag(folds)), turns(folds) + 1, JSON.stringify(folds));
    }
  }
});

test("a fold that is only touched adds nothing, whatever the last digit of a float says", () => {
  // 0.008 under the second fold is (0.08 − 0.008) / 0.08 = 0.9, where the third one bends.
  assert.equal(pieces(zigzag([{ c: 0.5, d: 0.008 }, { c: 0.08, d: 0 }, { c: 0.9, d: 0 }])), 6);
  let touched = 0;
  for (let d = 20; d < 900; d += 20) {
    for (let c = 60; c <= 940; c += 20) {
      const bend = d < c ? (1000 * (c - d)) / c : (1000 * (d - c)) / (1000 - c);
      if (!Number.isInteger(bend) || bend < 50 || bend > 950) continue;
      const folds = [{ c: 0.5, d: d / 1000 }, { c: c / 1000, d: 0 }, { c: bend / 1000, d: 0 }];
      const line = zigzag(folds);
      assert.equal(pieces(line), turns(folds) + 1, JSON.stringify(folds));
      line.slopes.forEach((slope, i) => {
        const [[x0, a0], [x, a]] = line.points.slice(i, i + 2) as [Point, Point];
        assert.ok(Math.abs(a - a0 - slope * (x - x0)) < 1e-9, `piece ${i}: ${JSON.stringify(folds)}`);
      });
      touched += 1;
    }
  }
  assert.ok(touched > 50, `only ${touched}`);
});

test("each layer adds one piece for each that crosses its fold", () => {
  assert.deepEqual(growth(halves(4)), [1, 2, 4, 8, 16]);
  assert.deepEqual(growth([{ c: 0.5, d: 0.6 }, HALF, HALF]), [1, 2, 2, 4]);
  assert.deepEqual(growth([HALF, { c: 0.5, d: 0.6 }, { c: 0.5, d: 0 }, HALF]), [1, 2, 4, 4, 8]);
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
    assert.deepEqual(flat.points.slice(0, -1), line.points.slice(0, flat.points.length - 1));
    // As the sum that it is: its value at 0, the first slope, and a change of slope at each bend.
    const change = (i: number) => flat.slopes[i + 1]! - flat.slopes[i]!;
    const bends = flat.points.slice(1, -1).map(([x], i) => ({ x, change: change(i) }));
    assert.ok(bends.length + 1 <= 2 * k, "units");
    const start = 1 + flat.slopes[0]!;
    const last = bends.reduce((sum, bend) => sum + bend.change * Math.max(0, 1 - bend.x), start);
    assert.deepEqual(flat.points.at(-1), [1, last]);
  }
});

test("the parameters are those of the book's record, and the two nets have equally many", () => {
  const book = recorded("folds_cost_fewer_parameters");
  for (let k = 1; k <= book.folds; k += 1) {
    assert.equal(deepParameters(k), book.deep_parameters.get(String(k)));
    assert.equal(shallowParameters(2 ** k), book.shallow_parameters.get(String(k)));
    assert.equal(shallowParameters(2 * k), deepParameters(k));
  }
});
