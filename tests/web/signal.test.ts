// What goes through the layers of "signal", against the book's record and against formulas.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moons } from "../../web/src/engine/data.ts";
import { Trainer } from "../../web/src/engine/train.ts";
import {
  firstWeights, isTheBooks, norms, ofTheBook, signalRun, samplesOf, SIGNAL_ACTIVATIONS, SIGNAL_STARTS, theory,
  type SignalActivation, type SignalSetting, type SignalStart,
} from "../../web/src/explore/signal/norms.ts";
import { given, recorded } from "./given.ts";

const NAME = "the_start_decides_which_gradients_survive";
const book = given(NAME);
const record = recorded(NAME);
const setting = (part: Partial<SignalSetting>): SignalSetting =>
  ({ depth: book.depth, activation: "relu", start: "he_normal", seed: 0, descent: "adam", ...part });
const first = (each: SignalSetting) => norms(signalRun(each, book, 0), firstWeights(each, book), samplesOf(each, book));
const near = (a: number, b: number, within: number) =>
  assert.ok(Math.abs(a - b) <= within * Math.abs(b), `${a}, ${b}`);

test("every net of the book, seed by seed, is the page's own", () => {
  assert.equal(book.nets.length, 8);
  for (const { activation, start, left } of book.nets) {
    for (const seed of left.keys()) {
      const each = setting({ activation: activation as SignalActivation, start: start as SignalStart, seed });
      const named = ofTheBook(each, book)!;
      assert.ok(isTheBooks(first(each), seed, named), `${activation} ${start} ${seed}`);
      assert.ok(!isTheBooks(first(each), (seed + 1) % left.length, named));
    }
  }
});

test("the nets that are given are those of the record, and lie in their bands", () => {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  for (const [scheme, activation, start] of [
    ["sigmoid", "sigmoid", "xavier_uniform"], ["he", "relu", "he_normal"], ["linear small", "identity", "normal_0_05"],
  ]) {
    const named = book.nets.find((each) => each.activation === activation && each.start === start)!;
    near(mean(named.left.map(Math.log10)), record.left.get(scheme).mean, 2e-3);
    const [low, high] = named.back;
    near(low![0]!, Math.min(...named.left), 6e-3);
    near(high![0]!, Math.max(...named.left), 6e-3);
  }
  assert.equal(ofTheBook(setting({ depth: 19 }), book), null);
  assert.equal(ofTheBook(setting({ start: "standard_normal" }), book), null);
});

test("theory is the figure's, over the samples of all its seeds", () => {
  const all = Array.from({ length: record.seeds }, (_, seed) => samplesOf(setting({ seed }), book));
  const x = Float64Array.from(all.flatMap((each) => [...each.x]));
  const samples = { ...all[0]!, x, n: x.length / 2 };
  for (const [scheme, part] of [
    ["sigmoid", { activation: "sigmoid", start: "xavier_uniform" }],
    ["tanh", { activation: "tanh", start: "xavier_uniform" }],
    ["small", { start: "normal_0_05" }],
  ] as const) {
    const { back } = theory(setting(part), book.width, samples);
    near(back[0]! ** (1 / (book.depth - 1)), record.predicted.get(scheme), 1e-6);
  }
});

test("of ReLUs theory is a power, of linear units too", () => {
  const { width } = book;
  for (const start of Object.keys(SIGNAL_STARTS) as SignalStart[]) {
    const v = SIGNAL_STARTS[start](width, width) * width;
    for (const [activation, kept] of [["relu", v / 2], ["identity", v]] as const) {
      const each = setting({ activation, start, depth: 7 });
      const samples = samplesOf(each, book), { back, forward } = theory(each, width, samples);
      const inputs = samples.x.reduce((sum, x) => sum + x * x, 0) / samples.n;
      near(forward[0]! ** 2, (kept / v) * SIGNAL_STARTS[start](2, width) * inputs, 1e-9);
      near(back[0]!, kept ** 3, 1e-9);
      near(forward[6]! / forward[0]!, kept ** 3, 1e-9);
    }
  }
});

test("what comes back is what changes a layer's biases", () => {
  const each = setting({ depth: 3, activation: "tanh", start: "xavier_uniform" });
  const run = signalRun(each, book, 0), flat = firstWeights(each, book), samples = samplesOf(each, book);
  const one = { ...samples, x: samples.x.slice(0, 2), y: samples.y.slice(0, 1), n: 1 }; // one sample: no sum hides it
  const slopes = new Trainer({ ...run, start: [...flat] }, 0, one).gradient(), { back } = norms(run, flat, one);
  const sizes: number[] = [];
  let at = 0;
  run.widths.slice(1).forEach((width, layer) => {
    at += run.widths[layer]! * width;
    const biases = slopes.slice(at, at + width);
    sizes.push(Math.sqrt(biases.reduce((sum, b) => sum + b * b, 0) / width));
    at += width;
  });
  back.forEach((part, layer) => near(part, sizes[layer]! / sizes[2]!, 1e-12));
});

test("two moons are half circles: one over the other, and of one radius", () => {
  const { x, y, n } = moons(41, 0, 5);
  for (let i = 0; i < n; i += 1) {
    const [a, b] = [x[2 * i]!, x[2 * i + 1]!];
    const radius = y[i] ? Math.hypot(1 - a, 0.5 - b) : Math.hypot(a, b);
    near(radius, 1, 1e-12);
    assert.ok(y[i] ? b <= 0.5 : b >= 0);
  }
  assert.equal(y.reduce((sum, each) => sum + each, 0), 20);
});

test("every activation can be trained from every start by either descent", () => {
  for (const activation of SIGNAL_ACTIVATIONS) {
    for (const descent of ["adam", "sgd"] as const) {
      const each = setting({ depth: 2, activation, descent });
      const trainer = new Trainer(signalRun(each, book, 20), book.first_seed, samplesOf(each, book));
      const before = trainer.mean();
      trainer.train(20);
      assert.ok(trainer.mean() < before, `${activation} ${descent}`);
    }
  }
});
