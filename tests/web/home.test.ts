/** Home's map: the reader's runs end as the record says, and each has its square. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Many } from "../../web/src/engine/many.ts";
import { COLUMNS, differing, hasLearned, shownSetting, squares } from "../../web/src/explore/home/map.ts";
import { given } from "./given.ts";

const book = given("finding_xor_takes_luck_or_width");
const setting = shownSetting(book);

test("seeds trained anew end as the record says, those that learn and those that do not", () => {
  const seeds = ["0", "1", "2", "3"].flatMap((end) => {
    const first = setting.ends.indexOf(end);
    return first < 0 ? [] : [first, setting.ends.lastIndexOf(end)];
  });
  const many = new Many(setting.run, seeds.map((seed) => book.first_seed + seed));
  const ended: (boolean | null)[] = Array.from(setting.ends, () => null);
  while (!many.isDone) {
    const end = many.advance(1000);
    if (end) ended[end.seed - book.first_seed] = hasLearned(book, setting.run, end.flat);
  }
  assert.ok(seeds.length >= 4);
  for (const seed of seeds) assert.equal(ended[seed], setting.ends[seed] === "0", `seed ${seed}`);
  assert.equal(differing(ended, setting.ends), 0);
  const first = seeds[0]!;
  ended[first] = !ended[first];
  assert.equal(differing(ended, setting.ends), 1);
});

test("a run that has left the numbers has not learned", () => {
  assert.equal(hasLearned(book, setting.run, null), false);
});

test("each seed has a square of its own, in rows of one length", () => {
  const ended = Array.from({ length: COLUMNS + 2 }, (_, seed) => (seed % 2 ? true : null));
  assert.equal(squares(ended, true).match(/M/g)!.length, COLUMNS / 2 + 1);
  assert.equal(squares(ended, false), "");
  assert.ok(squares(ended, null).endsWith("M1 11h8v8h-8z"));
  assert.ok(squares(ended, true).startsWith("M11 1h8v8h-8z"));
});
