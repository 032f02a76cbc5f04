// What the page says of a net is true of it: against the book's record, seed by seed, and by hand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Trainer, type Run } from "../../web/src/engine/train.ts";
import { answer, chord, field, look, nextSeed, strongest, type Book } from "../../web/src/explore/xor/diagnosis.ts";

const FIGURE = "finding_xor_takes_luck_or_width";
const script = readFileSync(new URL(`../../site/assets/explore/data/${FIGURE}.js`, import.meta.url), "utf8");
new Function(script)();
const book = (globalThis as unknown as { dlbook: { records: Record<string, Book> } }).dlbook.records[FIGURE]!;
const record = JSON.parse(readFileSync(new URL(`../../results/${FIGURE}.json`, import.meta.url), "utf8")).values;

// Every eighth seed here; all of them take a minute, and `SEEDS=1` asks for that.
const STRIDE = Number(process.env.SEEDS ?? 8);

/** The least gradient on the way, looked at every ten steps. */
function stillest(run: Run, seed: number): number {
  const trainer = new Trainer(run, seed);
  let least = Infinity;
  while (trainer.step < run.steps) {
    trainer.train(10);
    least = Math.min(least, look(run, trainer.flat, book).gradient);
  }
  return least;
}

// A few seeds come to rest where the gradient is nothing but rounding, and Adam divides rounding by
// its own size: which way they leave is decided by the last bit. All others end as in the book.
for (const [name, { run, ends }] of Object.entries(book.settings)) {
  test(`seeds of ${name} end here as in the book`, () => {
    let parted = 0;
    for (let seed = 0; seed < ends.length; seed += STRIDE) {
      const trainer = new Trainer(run, seed);
      trainer.train(run.steps);
      if (String(look(run, trainer.flat, book).end) === ends[seed]) continue;
      parted += 1;
      assert.ok(stillest(run, seed) < 1e-7, `seed ${seed} ends otherwise, and never stood still`);
    }
    assert.ok(parted <= 0.01 * ends.length, `${parted} seeds end otherwise`);
  });
}

test("counts over the seeds are the record's rates", () => {
  record.widths.forEach((width: number, k: number) => {
    const { ends } = book.settings[`relu ${width} adam cross_entropy`]!;
    const share = [...ends].filter((end) => end === "0").length / ends.length;
    assert.ok(Math.abs(share - record.by_width[k].mean) < 0.0051, `width ${width}`);
  });
  assert.deepEqual(book.levels.cross_entropy!.map((level) => level.toFixed(6)), record.levels.map((level: number) => level.toFixed(6)));
});

const RELU: Run = book.settings["relu 2 adam cross_entropy"]!.run;
const SQUARED: Run = book.settings["relu 2 adam squared"]!.run;
// relu(x1 + x2) - 2 relu(x1 + x2 - 1): w by row, biases, output weights, output bias.
const EXACT = Float64Array.of(1, 1, 1, 1, 0, -1, 1, -2, 0);

test("the construction of the chapter is solved, with nothing dead and nothing confused", () => {
  const seen = look(SQUARED, EXACT, book);
  assert.deepEqual(seen.answers, [0, 1, 1, 0]);
  assert.deepEqual(seen.hidden, [[0, 0], [1, 0], [1, 0], [2, 1]]);
  assert.equal(seen.end, 0);
  assert.deepEqual([seen.dead, seen.confused, seen.twins, seen.gradient, seen.loss], [[], [], [], 0, 0]);
});

test("a dead unit, shared answers and the level they cost are found", () => {
  const dead = Float64Array.of(-1, 1, -1, 1, 0, 0, 3, 0, 0); // h1 is 0, h2 is not used
  const seen = look(RELU, dead, book);
  assert.deepEqual(seen.dead, [0]);
  assert.deepEqual(seen.confused, ["00", "01", "10", "11"]);
  assert.equal(seen.end, 3);
  assert.ok(Math.abs(seen.loss - Math.LN2) < 1e-15);
});

test("units that are proportional on the four inputs are called so", () => {
  const twins = Float64Array.of(1, 2, 1, 2, 0, 0, 1, 1, 0);
  assert.deepEqual(look(RELU, twins, book).twins, [[0, 1]]);
});

test("the gradient is the limit of differences of the loss", () => {
  const flat = Float64Array.of(0.7, -0.4, 0.9, 0.3, 0.1, 0.2, 1.1, -0.6, 0.05);
  const slopes = [...flat].map((_, i) => {
    const [up, down] = [flat.slice(), flat.slice()];
    up[i]! += 1e-6;
    down[i]! -= 1e-6;
    return (look(RELU, up, book).loss - look(RELU, down, book).loss) / 2e-6;
  });
  assert.ok(Math.abs(look(RELU, flat, book).gradient - Math.hypot(...slopes)) < 1e-8);
});

test("the field has the answers at the corners, row by row from below", () => {
  const flat = Float64Array.of(0.7, -0.4, 0.9, 0.3, 0.1, 0.2, 1.1, -0.6, 0.05);
  const [low, right, up, both] = field(RELU, flat, 0, 1, 2);
  const { answers } = look(RELU, flat, book);
  assert.deepEqual([low, up, right, both], answers);
  assert.equal(answer(RELU, 0), 0.5);
  assert.equal(answer(SQUARED, 0.3), 0.3);
});

test("the strongest units are those that move the output most", () => {
  const flat = new Float64Array(4 * 4 + 1);
  flat.set([0.1, -5, 2, 1], 12);
  const hidden = [[0, 0, 0, 0], [1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0]];
  assert.deepEqual(strongest({ ...RELU, widths: [2, 4, 1] }, flat, hidden), [1, 2]);
});

test("a line is cut to the square", () => {
  assert.deepEqual(chord(1, 1, -1.5, 0, 1), [[1, 0.5], [0.5, 1]]);
  assert.deepEqual(chord(0, 1, -0.5, 0, 1), [[0, 0.5], [1, 0.5]]);
  assert.deepEqual(chord(1, 0, -0.5, 0, 1), [[0.5, 0], [0.5, 1]]);
  assert.deepEqual(chord(1, 1, -9, 0, 1), []);
});

test("the next failure and success go on and around", () => {
  assert.equal(nextSeed("01000", 1, false), 1);
  assert.equal(nextSeed("01000", 1, true), 2);
  assert.equal(nextSeed("10110", 4, true), 1);
  assert.equal(nextSeed("111", 0, true), null);
  assert.equal(nextSeed("010", 5000, false), 1);
});
