// Streams against the vectors that dlbook.mathematics.rng is held to (tests/vectors/rng.json).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Arithmetic } from "../../web/src/engine/arithmetic.ts";
import { Stream } from "../../web/src/engine/streams.ts";
import { BUILDS } from "./builds.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/rng.json", import.meta.url), "utf8"));
const close = (found: number, wanted: number, relative: number): void =>
  assert.ok(Math.abs(found - wanted) <= relative * Math.abs(wanted), `${found}, not ${wanted}`);

/** Words of 32 bits, in hexadecimal, in pairs: the low one first. */
const pairs = (text: string): bigint[] => {
  const words = text.split(" ").map((word) => BigInt(`0x${word}`));
  return words.filter((_, i) => i % 2 === 0).map((low, i) => low | (words[2 * i + 1]! << 32n));
};

for (const build of BUILDS) {
  const module = new Arithmetic(build);
  const { call } = module;

  test(`philox gives its known answers ${build}`, () => {
    assert.ok(vectors.philox4x32_10.length > 2);
    for (const { counter, key, words } of vectors.philox4x32_10) {
      const [low, high] = pairs(counter) as [bigint, bigint];
      call.philox(low, high, pairs(key)[0]!);
      const found = [0, 1, 2, 3].map((i) => (call.word(i) >>> 0).toString(16).padStart(8, "0"));
      assert.equal(found.join(" "), words);
    }
  });

  test(`the inverse normal distribution agrees in the centre and in both tails ${build}`, () => {
    for (const { p, z } of vectors.inverse_normal) close(call.inverseNormal(p), z, 4e-16);
  });

  for (const each of vectors.streams) {
    const fresh = () => new Stream(BigInt(each.seed), each.name, module);
    test(`the stream of seed ${each.seed}, ${each.name.join("/")}, draws the shared numbers ${build}`, () => {
      const hash = BigInt.asUintN(64, call.nameHash(...module.text(each.name.join("/"))));
      assert.equal(hash.toString(16).padStart(16, "0"), each.hash);
      assert.deepEqual([...fresh().words(7)].map(String), each.words53);
      assert.deepEqual([...fresh().uniform(7)], each.uniform);
      for (const [n, order] of Object.entries(each.permutation)) {
        assert.deepEqual(fresh().permutation(Number(n)), order);
      }
      const normal = [...fresh().normal(12)];
      normal.forEach((z, i) => close(z, each.normal[i], 4e-16));
    });
  }
}

test("a stream carries on where it stopped, even inside a block", () => {
  const parts = new Stream(3, ["cut"]);
  const joined = [3, 1, 6].flatMap((count) => [...parts.uniform(count)]);
  assert.deepEqual(joined, [...new Stream(3, ["cut"]).uniform(10)]);
});

test("a shuffle of one, of two and of many holds every place once", () => {
  for (const n of [1, 2, 3, 64, 1000]) {
    const order = new Stream(5, ["shuffle"]).permutation(n);
    assert.deepEqual([...order].sort((i, j) => i - j), Array.from({ length: n }, (_, i) => i));
  }
});
