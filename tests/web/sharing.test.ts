// The table of three bits against counting, and its guesses against the book's record.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answersOf, averageShare, bitsOf, caseOf, choices, familyOf, FUNCTIONS, functionOf, rightShare, ROWS,
  saying, unseenBeside, type TableBit,
} from "../../web/src/explore/sharing/table.ts";
import { given, recorded } from "./given.ts";

const NAME = "no_learner_beats_half_on_average";
const book = given(NAME);
const record = recorded(NAME);
const all = Array.from({ length: FUNCTIONS }, (_, number) => number);

test("a function is its answers and its number", () => {
  for (const number of all) assert.equal(functionOf(answersOf(number)), number);
  assert.deepEqual(answersOf(240), [0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual(Array.from({ length: ROWS }, (_, row) => bitsOf(row)),
    ["000", "001", "010", "011", "100", "101", "110", "111"]);
});

test("functions with a name are told by what they do", () => {
  const rows = Array.from({ length: ROWS }, (_, row) => [...bitsOf(row)].map(Number));
  for (const number of all) {
    const answers = answersOf(number);
    const is = (rule: (bits: number[]) => number) => rows.every((bits, row) => rule(bits) === answers[row]);
    const sum = (bits: number[]) => bits[0]! + bits[1]! + bits[2]!;
    const isBit = [0, 1, 2].some((i) => is((bits) => bits[i]!));
    const name = isBit ? "one bit" : is((bits) => Number(sum(bits) > 1)) ? "majority"
      : is((bits) => sum(bits) % 2) ? "parity" : null;
    assert.equal(familyOf(number), name);
  }
});

test("cases go by choices of rows, then by their answers", () => {
  const found = choices(book.known).flatMap((known) =>
    Array.from({ length: 2 ** book.known }, (_, labels) => {
      const answers = new Array<TableBit>(ROWS).fill(0);
      known.forEach((row, i) => (answers[row] = ((labels >> (book.known - 1 - i)) & 1) as TableBit));
      return caseOf(known, answers);
    }));
  assert.deepEqual(found, Array.from({ length: record.cases }, (_, i) => i));
});

/** The mean share right over every choice of rows, for one function. */
function overall(guesses: string, number: number): number {
  const answers = answersOf(number);
  const shares = choices(book.known).map((known) => {
    const unseen = unseenBeside(known);
    const ones = saying(guesses, caseOf(known, answers), unseen.length);
    return rightShare(ones, book.starts, unseen.map((row) => answers[row]!));
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

for (const { name, guesses, accuracy } of book.nets) {
  test(`the guesses of ${name} give the shares of the record`, () => {
    const families: Record<string, number[]> = {
      "one bit": [240, 204, 170], majority: [232], parity: [150], everything: all,
    };
    for (const [family, numbers] of Object.entries(families)) {
      const mean = numbers.reduce((sum, number) => sum + overall(guesses, number), 0) / numbers.length;
      assert.ok(Math.abs(mean - accuracy[family]!) < 1e-6, `${family}: ${mean}`);
      const { low, high } = record.accuracy.get(`${name} ${family}`);
      assert.ok(low - 1e-3 <= mean && mean <= high + 1e-3, `${family}: ${mean} in ${low} to ${high}`);
    }
  });

  test(`averaged over what is left, ${name} gets one half`, () => {
    for (let place = 0; place < record.cases; place += 37) {
      assert.equal(averageShare(saying(guesses, place, ROWS - book.known), book.starts), 0.5);
    }
  });
}
