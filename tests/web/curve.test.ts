// Curves, polylines, units and errors, against formulas, brute force and the book's record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { outputs } from "../../web/src/engine/net.ts";
import { Stream } from "../../web/src/engine/streams.ts";
import { Trainer } from "../../web/src/engine/train.ts";
import { CONTROLS, curveOf, drawn, CURVE_NAMES, type CurveName } from "../../web/src/explore/curve/curves.ts";
import { bends, outline, output, POINTS, run, curveSamples } from "../../web/src/explore/curve/relus.ts";
import {
  added, bound, brokenOff, closerBound, equalKnots, areEqual, MOST, moved, NEAREST, parsedKnots, ramps, relus,
  removed, shape, term, units, values, widest, worst, type UnitKind,
} from "../../web/src/explore/curve/polyline.ts";
import { recorded } from "./given.ts";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
const { noted, rows, seen, trainedUnit } = await import("../../web/src/explore/curve/scene.ts");
const { fields, height, HEIGHTS, HIGHEST, parsed, stroked } =
  await import("../../web/src/explore/curve/state.ts");
const { apart, roomyAlong } = await import("../../web/src/explore/curve/pictures.ts");
const { judged, trainedWords, unitWords } = await import("../../web/src/explore/curve/sentences.ts");

const book = recorded("error_falls_with_the_square_of_the_pieces");
const VIEWS: UnitKind[] = ["ramps", "relus"];
const named = (name: CurveName) => curveOf(name, HEIGHTS);
const errorOf = (name: CurveName, knots: readonly number[]) => {
  const f = named(name);
  return worst(f, knots, values(f, knots));
};
const isNear = (found: number, wanted: number, within = 1e-12) =>
  assert.ok(Math.abs(found - wanted) <= within, `${found}, not ${wanted}`);

/** Uneven corners of a seed. */
function uneven(seed: number, pieces: number): number[] {
  const inner = new Stream(seed, ["corners"]).uniform(pieces - 1, -0.95, 0.95);
  return parsedKnots([...inner].join("_")) ?? uneven(seed + 1000, pieces);
}

/** A polyline by its corners, read off without any unit. */
function interpolated(knots: readonly number[], heights: readonly number[], x: number): number {
  const i = Math.max(0, knots.findLastIndex((knot, j) => knot <= x && j < knots.length - 1));
  return heights[i]! + ((x - knots[i]!) / (knots[i + 1]! - knots[i]!)) * (heights[i + 1]! - heights[i]!);
}

const GRID = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 2000);

test("equal pieces of the sine have the errors of the book's record", () => {
  book.sine_errors.forEach((error: number, pieces: string) => {
    isNear(errorOf("sine", equalKnots(Number(pieces))).error, error, 1e-9 * error);
  });
});

test("a corner in the middle of a piece costs 1/n for |x|, and half the jump for ever", () => {
  for (const n of [1, 3, 5, 9, 17, 33, 63]) {
    isNear(errorOf("absolute", equalKnots(n)).error, 1 / n);
    assert.equal(errorOf("jump", equalKnots(n)).error, book.jump_best);
    isNear(errorOf("root", equalKnots(n)).error, Math.sqrt(1 / n));
  }
});

test("with a corner at 0, |x| is a polyline, its root misses a quarter, and the jump is missed whole", () => {
  for (const n of [2, 4, 8, 16, 32, 64]) {
    assert.equal(errorOf("absolute", equalKnots(n)).error, book.abs_on_a_knot);
    isNear(errorOf("root", equalKnots(n)).error, Math.sqrt(2 / n) / 4);
    assert.equal(errorOf("jump", equalKnots(n)).error, 1);
    assert.equal(errorOf("jump", equalKnots(n)).x, 0);
  }
});

test("the place and size of the largest error are those of a fine search", () => {
  for (const name of CURVE_NAMES) {
    for (let seed = 0; seed < 8; seed += 1) {
      const f = named(name);
      const knots = uneven(seed, 6);
      const heights = values(f, knots);
      const miss = worst(f, knots, heights);
      const most = Math.max(...GRID.map((x) => Math.abs(f.at(x) - interpolated(knots, heights, x))));
      assert.ok(miss.error <= most + 2e-2 && miss.error >= most - 2e-2, `${name} ${seed}`);
      isNear(Math.abs(miss.line - miss.curve), miss.error);
      isNear(interpolated(knots, heights, miss.x), miss.line, 1e-9);
      assert.ok(knots[miss.piece]! <= miss.x && miss.x <= knots[miss.piece + 1]! + 1e-12);
    }
  }
});

test("the curvatures on any piece are those of a fine search", () => {
  const h = 1e-4;
  for (const name of ["sine", "quartic", "drawn"] as const) {
    const f = named(name);
    const second = (x: number) => Math.abs(f.at(x + h) - 2 * f.at(x) + f.at(x - h)) / h ** 2;
    for (let seed = 0; seed < 20; seed += 1) {
      const ends = [...new Stream(seed, ["piece"]).uniform(2, -0.99, 0.99)];
      const [a, b] = [Math.min(...ends), Math.max(...ends)];
      const xs = Array.from({ length: 2001 }, (_, i) => a + (i / 2000) * (b - a));
      const most = Math.max(...xs.map(second));
      assert.ok(Math.abs(f.bend!(a, b) - most) < 0.01 * f.bend!(-1, 1), `${name} ${a} ${b}`);
    }
  }
  assert.deepEqual([named("sine").bend!(-1, 1), named("quartic").bend!(-1, 1)], [144, 28]);
  for (const name of ["absolute", "root", "jump"] as const) assert.equal(named(name).bend, null);
});

test("no smooth curve strays beyond its bound, and piece by piece the bound is closer", () => {
  for (const name of ["sine", "quartic", "drawn"] as const) {
    for (const knots of [...[1, 2, 7, 64].map(equalKnots), ...[0, 1, 2, 3].map((seed) => uneven(seed, 9))]) {
      const [far, close] = [bound(named(name), knots)!, closerBound(named(name), knots)!];
      assert.ok(errorOf(name, knots).error <= close + 1e-12 && close <= far + 1e-12);
    }
  }
  isNear(bound(named("sine"), equalKnots(8))!, 0.25 ** 2 * 18);
  assert.equal(bound(named("jump"), equalKnots(8)), null);
});

test("a drawn curve passes its controls, bends smoothly there, and not at all at the ends", () => {
  const f = drawn(HEIGHTS);
  CONTROLS.forEach((x, i) => isNear(f.at(x), HEIGHTS[i]!, 1e-12));
  for (const x of CONTROLS.slice(1, -1)) {
    const slope = (side: number) => (f.at(x + side * 1e-6) - f.at(x)) / (side * 1e-6);
    assert.ok(Math.abs(slope(1) - slope(-1)) < 1e-3);
    assert.ok(Math.abs(f.bend!(x - 1e-9, x) - f.bend!(x, x + 1e-9)) < 1e-5);
  }
  assert.ok(f.bend!(-1, -1 + 1e-9) < 1e-6 && f.bend!(1 - 1e-9, 1) < 1e-6);
  const straight = drawn(CONTROLS.map((x) => 0.5 * x - 0.2));
  for (const x of GRID) isNear(straight.at(x), 0.5 * x - 0.2);
});

test("constant and units add up to the polyline in either view", () => {
  for (const name of CURVE_NAMES) {
    for (const knots of [equalKnots(1), equalKnots(8), equalKnots(MOST), uneven(3, 7)]) {
      const heights = values(named(name), knots);
      for (const view of VIEWS) {
        const all = units(view, knots, heights);
        assert.equal(all.length, knots.length - 1);
        for (const x of GRID.filter((_, i) => i % 50 === 0)) {
          const sum = all.reduce((total, unit) => total + term(view, unit, x), heights[0]!);
          isNear(sum, interpolated(knots, heights, x), 1e-9);
        }
      }
    }
  }
});

test("a ramp is drawn where it climbs, a ReLU from its bend on, and so is the sum broken off", () => {
  const knots = uneven(5, 6);
  const heights = values(named("quartic"), knots);
  for (const view of VIEWS) {
    const all = units(view, knots, heights);
    all.forEach((unit, i) => {
      for (const [x, y] of shape(view, all, knots, i)) isNear(y, term(view, unit, x), 1e-9);
      for (const [x, y] of brokenOff(view, all, knots, heights, i)) {
        isNear(all.slice(0, i + 1).reduce((sum, each) => sum + term(view, each, x), heights[0]!), y, 1e-9);
      }
    });
  }
  assert.deepEqual(ramps([-1, 0, 1], [0, 2, 1]), [{ w: 1, b: 1, v: 2 }, { w: 1, b: 0, v: -1 }]);
  assert.deepEqual(relus([-1, 0, 1], [0, 2, 1]), [{ w: 1, b: 1, v: 2 }, { w: 1, b: 0, v: -3 }]);
});

test("a corner goes no farther than its neighbours, and the ends stay", () => {
  const knots = [-1, -0.5, 0.25, 1];
  assert.deepEqual(moved(knots, 1, 0.123456), [-1, 0.1235, 0.25, 1]);
  assert.deepEqual(moved(knots, 1, 5), [-1, 0.25 - NEAREST, 0.25, 1]);
  assert.deepEqual(moved(knots, 2, -5), [-1, -0.5, -0.5 + NEAREST, 1]);
  for (const end of [0, 3]) assert.deepEqual(moved(knots, end, 0), knots);
  assert.deepEqual(removed(knots, 1), [-1, 0.25, 1]);
  for (const end of [0, 3]) assert.deepEqual(removed(knots, end), knots);
});

test("a corner is added where there is room, up to the most", () => {
  assert.deepEqual(added([-1, 0, 1], 0.5), [[-1, 0, 0.5, 1], 2]);
  assert.deepEqual(added([-1, 0, 1], -0.5), [[-1, -0.5, 0, 1], 1]);
  for (const x of [0, 0.001, -0.999, 1, 2]) assert.equal(added([-1, 0, 1], x), null);
  assert.equal(added(equalKnots(MOST), 0.001234), null);
  assert.equal(added(equalKnots(MOST - 1), 0)?.[0].length, MOST + 1);
});

test("corners that were moved and added again and again stay apart and in order", () => {
  for (let seed = 0; seed < 10; seed += 1) {
    const draw = new Stream(seed, ["moves"]).uniform(200);
    let knots = equalKnots(8);
    for (let k = 0; k < 100; k += 1) {
      const [i, x] = [Math.floor(draw[2 * k]! * knots.length), 2.4 * draw[2 * k + 1]! - 1.2];
      if (k % 3 === 0) knots = added(knots, x)?.[0] ?? knots;
      else knots = moved(knots, i, x);
      knots.slice(1).forEach((knot, j) => assert.ok(knot - knots[j]! > NEAREST * (1 - 1e-9)));
      assert.deepEqual([knots[0], knots.at(-1)], [-1, 1]);
      assert.deepEqual(parsedKnots(knots.slice(1, -1).join("_")), knots);
    }
  }
});

test("a state survives the address, whatever the reader did", () => {
  for (const state of [
    parsed(null),
    { ...parsed(null), knots: uneven(1, 5), trained: true },
    { ...parsed(null), curve: "drawn", heights: HEIGHTS.map((y) => height(0.1 - y)) },
    { ...parsed(null), knots: equalKnots(7), view: "relus", unit: 6, steps: "10000" },
    { ...parsed(null), knots: [-1, 1], unit: 0 },
  ] as ReturnType<typeof parsed>[]) {
    assert.deepEqual(parsed(fields(state)), state);
  }
});

test("garbage in the address gives the usual state", () => {
  const usual = parsed(null);
  assert.ok(areEqual(usual.knots) && usual.knots.length === 9);
  const many = equalKnots(MOST + 1).slice(1, -1).join("_");
  for (const text of ["x", "0_0", "2", "0.1__0.2_x", "NaN", "Infinity", "0.5_0.5001", many]) {
    assert.deepEqual(parsed({ knots: text }), usual, text);
  }
  const strange = { curve: "constructor", view: "", unit: "1e9", drawn: "1_2", n: "-", steps: "7", train: "yes" };
  for (const [name, text] of Object.entries(strange)) {
    const found = parsed({ [name]: text });
    assert.deepEqual({ ...found, unit: usual.unit }, usual);
    assert.ok(found.unit < found.knots.length - 1);
  }
  assert.equal(parsed({ n: "999" }).knots.length, MOST + 1);
  assert.deepEqual(parsed({ drawn: Array(11).fill("9").join("_") }).heights, Array(11).fill(HIGHEST));
});

test("a pen gives its height to every place it passes, and to the nearest", () => {
  const flat = CONTROLS.map(() => 0);
  assert.deepEqual(stroked(flat, [-1, 0.5], [-0.6, 0.9]), [0.5, 0.7, 0.9, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(stroked(flat, [-0.6, 0.9], [-1, 0.5]), [0.5, 0.7, 0.9, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(stroked(flat, [0.05, 0.3], [0.05, 0.3]).indexOf(0.3), 5);
  assert.equal(Math.max(...stroked(flat, [-1, 7], [1, 7])), HIGHEST);
  assert.equal(height(-0.001), 0);
});

test("the run starts at the polyline, with the script's settings", () => {
  for (const name of CURVE_NAMES) {
    const f = named(name);
    const knots = uneven(2, 6);
    const order = run(name, knots, values(f, knots), 10);
    for (const x of GRID.filter((_, i) => i % 97 === 0)) {
      const wanted = interpolated(knots, values(f, knots), x);
      isNear(output(order.start!, x), wanted, 1e-9);
      isNear(outputs(order.widths, order.activation, order.start!, [x])[0]!, wanted, 1e-9);
    }
    assert.equal(curveSamples(f).n, POINTS);
  }
});

test("the corners of a trained net are where it bends, and between them it is straight", () => {
  const f = named("sine");
  const order = run("sine", equalKnots(9), values(f, equalKnots(9)), 300);
  const trainer = new Trainer(order, 0, curveSamples(f));
  trainer.train(300);
  const { knots, values: heights } = outline(trainer.flat);
  assert.ok(knots.length > 5);
  for (const x of GRID) isNear(output(trainer.flat, x), interpolated(knots, heights, x), 1e-9);
  const slopes = heights.slice(1).map((y, i) => (y - heights[i]!) / (knots[i + 1]! - knots[i]!));
  slopes.slice(1).forEach((slope, i) => assert.ok(Math.abs(slope - slopes[i]!) > 1e-12));
  assert.equal(knots.length - 2, bends(trainer.flat).length);
});

test("a unit that adds nothing, or bends outside, is no corner", () => {
  //               W            b              V           c
  assert.deepEqual(bends([1, 1, -2, 0, 1, -0.5, 3, 1, 0.5, 1, 0, 1, 1, 1, 0, 0]), [0.5]);
  assert.deepEqual(bends([1, 1, 0, 0.5, 1, 1, 0]), [-0.5, 0]);
  assert.deepEqual(bends([1, -1, 0.5, -0.5, 1, 1, 0]), [-0.5], "two units that bend at one place");
});

test("rows of the stack add up to the output at the right end, before and after training", () => {
  const state = { ...parsed(null), knots: uneven(4, 5), unit: 0 };
  const none = { records: {}, shaping: false, before: null, trained: null, losses: [], own: null };
  const scene = { state, now: seen(state, {}), ...none };
  const sum = (all: ReturnType<typeof rows>) =>
    all.reduce((total, { base, line }) => total + line.at(-1)![1] - base, 0);
  isNear(sum(rows(scene)), named("sine").at(1));
  const flat = [1, -2, 0.5, 0.3, 0.7, -0.4, 2, 1, -3, 0.1];
  const trained = { flat, knots: [], heights: [], miss: scene.now.miss, step: 1, loss: 0 };
  isNear(sum(rows({ ...scene, trained })), output(flat, 1));
  assert.deepEqual(trainedUnit(flat, 1), { w: -2, b: 0.7, v: 1 });
  for (const { base, line } of rows(scene)) assert.ok(line.every(([x]) => x >= -1 && x <= 1) && base < 0);
});

test("tab stops have room, and the selected corner is always one", () => {
  const pixels = equalKnots(24).map((x) => 140 * (x + 1));
  for (let unit = 1; unit < 24; unit += 1) {
    const found = [...apart(pixels, unit)];
    assert.ok(found.includes(unit));
    found.slice(1).forEach((i, k) => assert.ok(pixels[i]! - pixels[found[k]!]! >= 24));
  }
  assert.deepEqual([...apart(equalKnots(8).map((x) => 140 * (x + 1)), 3)], [1, 2, 3, 4, 5, 6, 7]);
});

test("losses are noted at the first steps, the last, and evenly between", () => {
  for (const steps of [500, 2000, 50000]) {
    const found = noted(steps);
    assert.deepEqual([found[0], found[1], found.at(-1)], [0, 1, steps]);
    found.slice(1).forEach((step, i) => assert.ok(step > found[i]! && Number.isInteger(step)));
  }
});

test("words say what happened, and no more", () => {
  const records = {
    absolute: { pieces: [3, 5], errors: [0.3333, 0.2] },
    sine: { pieces: [8], errors: [0.9269] },
  };
  const told = (name: CurveName, knots: readonly number[]) =>
    judged(name, named(name), knots, errorOf(name, knots), records);
  assert.match(told("sine", equalKnots(8)), /8 equal pieces: .* by 0.9269 at most.*In the book: 0.9269.*is 1.125 \(h = 0.25/);
  assert.doesNotMatch(told("sine", equalKnots(7)), /record/);
  assert.match(told("quartic", [-1, 0, 1]), /2 equal pieces.*28\)\.$/);
  assert.match(told("quartic", [-1, -0.5, 1]), /2 unequal pieces.*the widest piece is h = 1.5.*piece by piece/);
  assert.doesNotMatch(told("sine", [-1, 0.5, 1]), /piece by piece/, "it would be the same number");
  assert.match(told("absolute", equalKnots(2)), /the error is 0\..*does not apply.*exactly at 0.*log–log slope of −1\./);
  assert.match(told("absolute", equalKnots(3)), /by 0.3333 at most, at x = 0\. In the book: 0.3333/);
  const facts = { step: 5, squares: [0.2, 0.1], errors: [0.5, 0.6], corners: [3, 4] } as const;
  assert.match(trainedWords(facts), /has fallen from 0.2 to 0.1.*has risen from 0.5 to 0.6: training lowers/);
  assert.match(trainedWords(facts), /3 before, 4 now/);
  const worse = { ...facts, squares: [0.1, 0.2], errors: [0.5, 0.4] } as const;
  assert.match(trainedWords(worse), /has risen, from 0.1.*has fallen from 0.5/);
  assert.match(trainedWords({ ...facts, squares: [0, 0] }), /nothing to mend/);
  assert.match(trainedWords({ ...facts, errors: [0.5, 0.5] }), /still 0.5/);
  const all = relus([-1, 0.5, 1], [0, 3, 3]);
  assert.equal(
    unitWords("relus", 1, all, [-1, 0.5, 1]),
    "ReLU 2 changes the slope by −2 at x = 0.5: −2 · relu(x − 0.5).",
  );
  assert.equal(
    unitWords("ramps", 0, ramps([-1, 0.5, 1], [0, 3, 3]), [-1, 0.5, 1]),
    "Ramp 1 climbs by 3 on [−1, 0.5], and is level on both sides.",
  );
  assert.ok(widest([-1, 0.5, 1]) === 1.5);
});

test("rows that crowd leave out names, never the selected one's", () => {
  assert.deepEqual(roomyAlong([0, -1, -2, -3], 1, 0), [0, -1, -2, -3]);
  assert.deepEqual(roomyAlong([0, -1, -1.2, -1.4, -3], 1, 3), [0, -1.4, -3]);
  assert.deepEqual(roomyAlong([0, -1, -1.2, -1.4, -3], 0.3, 0), [0, -1, -1.4, -3]);
});
