// Draws and fits of "capacity" against what the figure gives to the page, to the bit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ready } from "../../web/src/engine/arithmetic.ts";
import { checksum } from "../../web/src/engine/checksum.ts";
import { Draw, NotOfFullRank, solved } from "../../web/src/explore/capacity/fits.ts";
import { given } from "./given.ts";

const book = given("error_peaks_where_a_fit_becomes_exact");
const setting = { points: book.points, inputs: book.inputs, test: book.test, most: book.features.at(-1)! };
const drawn = (seed: number, noise = book.noise) => new Draw(setting, book.first_seed + seed, noise);

await ready();

for (const seed of [0, 1, 7, book.errors.length - 1]) {
  test(`the errors of draw ${seed} are the record's, to the bit`, () => {
    const draw = drawn(seed);
    const errors = book.features.map((p) => draw.fit(p).test);
    errors.forEach((error, i) => assert.ok(Math.abs(error / book.errors[seed]![i]! - 1) < 1e-3));
    assert.equal(checksum(errors), book.checksums[seed]);
  });
}

test("which fit was asked for before makes no difference", () => {
  const [one, other] = [drawn(3), drawn(3)];
  one.fit(1000);
  one.fit(75);
  for (const p of [62, 60, 85, 1000]) assert.equal(one.fit(p).test, other.fit(p).test);
});

test("from as many features as points on, what was seen is fitted", () => {
  const draw = drawn(2);
  assert.ok(draw.fit(30).train > 0.01);
  for (const p of [60, 61, 200]) assert.ok(draw.fit(p).train < 1e-12);
});

test("of exact fits the coefficients get shorter with more features", () => {
  const draw = drawn(4);
  const lengths = [60, 65, 100, 300, 1000].map((p) => draw.fit(p).length);
  lengths.slice(1).forEach((length, i) => assert.ok(length < lengths[i]!));
});

test("without noise the answers are those of a line", () => {
  const [quiet, loud] = [drawn(5, 0), drawn(5)];
  const off = quiet.y.map((y, i) => loud.y[i]! - y);
  const variance = off.reduce((sum, each) => sum + each * each, 0) / off.length;
  assert.ok(Math.abs(variance / book.noise ** 2 - 1) < 0.4);
});

test("a system of three is solved, and one without full rank is refused", () => {
  const found = solved(Float64Array.of(4, 0, 0, 2, 5, 0, 1, 3, 6), Float64Array.of(1, 2, 3));
  const rows = [[4, 2, 1], [2, 5, 3], [1, 3, 6]];
  rows.forEach((row, i) => {
    const sum = row.reduce((total, each, j) => total + each * found[j]!, 0);
    assert.ok(Math.abs(sum - (i + 1)) < 1e-12);
  });
  assert.throws(() => solved(Float64Array.of(1, 0, 1, 1), Float64Array.of(1, 1)), NotOfFullRank);
});
