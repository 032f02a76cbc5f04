// The starts of "basin" against the record: the same points, weights and rates, and the same ends.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checksum } from "../../web/src/engine/checksum.ts";
import { Trainer } from "../../web/src/engine/train.ts";
import {
  BASIN, BEGINNINGS, basinRun, basinSamples, basinSeeds, begun, foldedPlace, goalOf, homes, partsOf, type BasinState,
} from "../../web/src/explore/basin/start.ts";
import { outputs } from "../../web/src/engine/net.ts";
import { Many } from "../../web/src/engine/many.ts";
import { given, recorded } from "./given.ts";

const book = given(BASIN);
const record = recorded(BASIN);
const parts = partsOf(book);
const folds = book.targets.map((each) => each.folds);

test("every size of noise and number of folds can be set, and no other", () => {
  assert.deepEqual(parts, Array.from({ length: record.nearest }, (_, i) => 2 ** (record.nearest - i)));
  assert.deepEqual(folds, record.folds);
  const set = folds.flatMap((k) => BEGINNINGS.flatMap((begin) =>
    (begin === "near" ? parts : [parts[0]!]).map((part) => basinSeeds(book, { folds: k, begin, part, seed: 0 }))));
  assert.equal(new Set(set).size, book.seeds.length);
});

/** A record rounds a share by its interval, and by less than half a seed. */
const isShare = (share: number, rounded: number) =>
  assert.ok(Math.abs(share - rounded) < 0.5 / record.seeds, `${share}, ${rounded}`);

test("as many come home as the record says", () => {
  for (const k of folds) {
    for (const [i, part] of parts.entries()) {
      const seeds = basinSeeds(book, { folds: k, begin: "near", part, seed: 0 });
      assert.equal(seeds.errors.length, record.seeds);
      isShare(homes(seeds, book) / record.seeds, record.home.get(`${k} ${record.nearest - i}`).mean);
    }
    for (const begin of ["narrow", "wide"] as const) {
      const seeds = basinSeeds(book, { folds: k, begin, part: parts[0]!, seed: 0 });
      assert.equal(seeds.rate, record.chosen.get(`${begin} ${k}`));
      isShare(1 - homes(seeds, book) / record.seeds, record.missed.get(`${begin} ${k}`).mean);
    }
  }
});

test("the exact weights draw the line that is to be found", () => {
  for (const k of folds) {
    const { x, y } = basinSamples(book, k);
    const { widths } = basinRun(book, { folds: k, begin: "near", part: parts[0]!, seed: 0 });
    assert.deepEqual([...outputs(widths, "relu", goalOf(book, k).exact, x)], [...y]);
    assert.equal(foldedPlace(0.5, k), k === 1 ? 0 : 1);
  }
});

/** The last error of a seed, from its own start. */
function ending(state: BasinState): number {
  const trainer = new Trainer(basinRun(book, state), book.first_seed + state.seed, basinSamples(book, state.folds));
  trainer.train(book.steps);
  return trainer.mean();
}

test("a seed ends as in the book from every kind of start", () => {
  const asked: Omit<BasinState, "seed">[] = [
    { folds: 1, begin: "narrow", part: 128 }, { folds: 2, begin: "wide", part: 128 },
    { folds: 5, begin: "near", part: 128 }, { folds: 3, begin: "near", part: 4 },
  ];
  for (const each of asked) {
    const { errors } = basinSeeds(book, each as BasinState);
    for (const seed of [0, errors.length - 1]) {
      assert.equal(Number(ending({ ...each, seed }).toPrecision(4)), errors[seed], JSON.stringify({ ...each, seed }));
    }
  }
});

test("all seeds together, each from its own start, are equal to the last bit", () => {
  const state = { folds: 2, begin: "near", part: 16, seed: 0 } as const;
  const seeds = Array.from({ length: record.seeds }, (_, i) => i);
  const starts = seeds.map((seed) => Array.from(begun(book, { ...state, seed })));
  const many = new Many(
    basinRun(book, state), seeds.map((seed) => book.first_seed + seed), basinSamples(book, 2), undefined, starts,
  );
  const losses: number[] = [];
  while (!many.isDone) {
    const end = many.advance(book.steps);
    if (end) losses.push(end.loss);
  }
  assert.equal(checksum(losses), basinSeeds(book, state).checksum);
});
