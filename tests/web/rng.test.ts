// Streams against the vectors that dlbook.mathematics.rng is held to (tests/vectors/rng.json).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inverseNormal, nameHash, philox, Stream } from "../../web/src/engine/rng.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/rng.json", import.meta.url), "utf8"));
const hex = (text: string): number[] => text.split(" ").map((word) => Number.parseInt(word, 16));
const close = (found: number, wanted: number, relative: number): void =>
  assert.ok(Math.abs(found - wanted) <= relative * Math.abs(wanted), `${found}, not ${wanted}`);

test("philox gives its known answers", () => {
  assert.ok(vectors.philox4x32_10.length > 2);
  for (const { counter, key, words } of vectors.philox4x32_10) {
    assert.deepEqual(philox(hex(counter), hex(key)), hex(words));
  }
});

test("the inverse normal distribution agrees in the centre and in both tails", () => {
  for (const { p, z } of vectors.inverse_normal) close(inverseNormal(p), z, 4e-16);
});

for (const each of vectors.streams) {
  const fresh = () => new Stream(BigInt(each.seed), ...each.name);
  test(`the stream of seed ${each.seed}, ${each.name.join("/")}, draws the shared numbers`, () => {
    assert.equal(nameHash(each.name.join("/")).toString(16).padStart(16, "0"), each.hash);
    assert.deepEqual([...fresh().words(7)].map(String), each.words53);
    assert.deepEqual([...fresh().uniform(7)], each.uniform);
    for (const [below, integers] of Object.entries(each.integers)) {
      assert.deepEqual([...fresh().integers(Number(below), 9)], integers);
    }
    for (const [n, order] of Object.entries(each.permutation)) {
      assert.deepEqual(fresh().permutation(Number(n)), order);
    }
    const normal = [...fresh().normal(12)];
    normal.forEach((z, i) => close(z, each.normal[i], 4e-16));
  });
}

test("a stream carries on where it stopped, even inside a block", () => {
  const parts = new Stream(3, "cut");
  const joined = [3, 1, 6].flatMap((count) => [...parts.uniform(count)]);
  assert.deepEqual(joined, [...new Stream(3, "cut").uniform(10)]);
});
