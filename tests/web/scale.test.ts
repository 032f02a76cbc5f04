/** Scales, ticks and paths of the plots. */
import assert from "node:assert/strict";
import test from "node:test";
import { areaPath, linePath, scaleOf } from "../../web/src/kit/scale.ts";

test("a scale carries the ends of the domain to those of the range, and back", () => {
  for (const [scale, middle] of [
    [scaleOf([-1, 3], [200, 20]), 1],
    [scaleOf([1e-4, 100], [200, 20], true), 0.1],
  ] as const) {
    assert.ok(Math.abs(scale(middle) - 110) < 1e-9);
    assert.ok(Math.abs(scale.invert(110) / middle - 1) < 1e-12);
  }
});

test("ticks are round, and lie in the domain", () => {
  assert.deepEqual(scaleOf([-1, 1], [0, 200]).ticks(4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(scaleOf([0, 23], [0, 200]).ticks(3), [0, 10, 20]);
});

test("a logarithmic scale ticks at powers of ten alone, fewer where there is less room", () => {
  assert.deepEqual(scaleOf([3e-6, 0.5], [0, 200], true).ticks(9), [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
  assert.deepEqual(scaleOf([1e-8, 1], [0, 90], true).ticks(4), [1e-8, 1e-6, 1e-4, 1e-2, 1]);
  assert.deepEqual(scaleOf([2, 8], [0, 200], true).ticks(5), []);
});

test("paths are polylines, one point a dot, an area closed the other way round", () => {
  assert.equal(linePath([]), "");
  assert.equal(linePath([[1, 2]]), "M1,2Z");
  assert.equal(linePath([[0, 1 / 3], [2, 4]]), "M0,0.333L2,4");
  assert.equal(areaPath([[0, 1], [5, 2]], [[0, 8], [5, 9]]), "M0,1L5,2L5,9L0,8Z");
  assert.equal(areaPath([], []), "");
});
