/** Names of points in a picture. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { APART, standing, type Named, type Stand } from "../../web/src/explore/xor/standing.ts";

const box = ({ x, y, words }: Named, { side, dy }: Stand): [number, number, number] => {
  const ends = [x + side * APART, x + side * (APART + 7 * words.length)];
  return [Math.min(...ends), Math.max(...ends), y + dy];
};
const clash = (one: [number, number, number], other: [number, number, number]): boolean =>
  one[0] < other[1] && other[0] < one[1] && Math.abs(one[2] - other[2]) < 13;

test("a name stands above and to the right of its point where there is room", () => {
  assert.deepEqual(standing([{ x: 40, y: 60, words: "00" }], 200), [{ side: 1, dy: -9 }]);
  assert.deepEqual(standing([{ x: 180, y: 60, words: "00" }], 200), [{ side: -1, dy: -9 }]);
});

test("three inputs on one point and a fourth beside it: neither name covers the other", () => {
  const named = [{ x: 30, y: 100, words: "00, 10, 11" }, { x: 80, y: 100, words: "01" }];
  const [one, other] = standing(named, 150).map((stand, k) => box(named[k]!, stand));
  assert.ok(!clash(one!, other!));
  assert.ok([...one!, ...other!].every((at) => at >= 0 && at <= 150));
});

test("four points on one line of a narrow picture have four names apart", () => {
  const named = [20, 55, 90, 125].map((x, k) => ({ x, y: 80, words: ["00", "01", "10", "11"][k]! }));
  const boxes = standing(named, 150).map((stand, k) => box(named[k]!, stand));
  for (const [k, one] of boxes.entries()) {
    for (const other of boxes.slice(k + 1)) assert.ok(!clash(one, other));
  }
});
