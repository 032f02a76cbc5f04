// A reader's table: what is read, what is refused and how, and what is made of it.
import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
const {
  FEWEST, monotone, MOST_CHARACTERS, MOST_ROWS, ownData, scaled, table, TableError, variance,
} = await import("../../web/src/kit/own_data.ts");

const WANTED = [[0, 1], [1, 2.5], [2, -3], [3, 4]];

test("columns may be separated in all usual ways", () => {
  for (const mark of [",", ", ", ";", "\t", " ", "   ", "，", "；", "、"]) {
    assert.deepEqual(table(WANTED.map((row) => row.join(mark)).join("\n")), WANTED, mark);
  }
});

test("heads, notes, empty lines, marks of a byte order and other ends of lines are passed over", () => {
  const rows = WANTED.map((row) => row.join(","));
  for (const text of [
    `x,y\n${rows.join("\n")}`,
    `\uFEFF"time","height in m"\r\n${rows.join("\r\n")}\r\n\r\n`,
    `# measured on a Monday\n\n时间，高度\n${rows.join("\r")}`,
    rows.map((row) => row.split(",").map((cell) => `"${cell}"`).join(",")).join("\n"),
  ]) assert.deepEqual(table(text), WANTED);
});

test("numbers may have exponents, decimal commas beside semicolons, full width and a real minus", () => {
  const text = "0;1,5\n1e1;-2,5e0\n+2.;.5\n３；−４";
  assert.deepEqual(table(text), [[0, 1.5], [10, -2.5], [2, 0.5], [3, -4]]);
});

const refused = (text: string, message: string) =>
  assert.throws(() => table(text), (error: Error) => {
    assert.ok(error instanceof TableError);
    assert.equal(error.message, message);
    const [zh] = error.words;
    assert.match(zh, /[一-鿿]/);
    for (const name of zh.match(/\{(\w+)\}/g) ?? []) assert.ok(name.slice(1, -1) in error.parts, name);
    return true;
  });

test("what is wrong is told with its line", () => {
  refused("x,y\n1,2\n3,four\n", "Line 3: “four” is no number.");
  refused("1,2\n\n# note\n3,0x10", "Line 4: “0x10” is no number.");
  refused("1,2\n3,", "Line 2: a number is missing.");
  refused("1,2\n3,Infinity", "Line 2: “Infinity” is no number.");
  refused("1,2\n3,1e400", "Line 2: 1e400 is too large; 10¹⁰⁰ is the most.");
  refused("1,2\n3", "Line 2 has 1 column; there must be two, x and y.");
  refused("1,2,3\n", "Line 1 has 3 columns; there must be two, x and y.");
  refused(
    "0,5,1,5",
    "Line 1 has 4 columns; there must be two, x and y. If a comma is your decimal mark, put a semicolon " +
      "or a tab between the columns.",
  );
  refused("a,b\nc,d", "Line 2: “c” is no number.");
  refused("1,1234567890123456789012345z", "Line 1: “12345678901234567890…” is no number.");
});

test("too few, too many, too long and useless tables are refused", () => {
  refused("", `There are 0 points; ${FEWEST} are the fewest.`);
  refused("1,2\n2,3", `There are 2 points; ${FEWEST} are the fewest.`);
  const many = Array.from({ length: MOST_ROWS + 1 }, (_, i) => `${i},${i % 7}`);
  assert.equal(table(many.slice(1).join("\n")).length, MOST_ROWS);
  refused(many.join("\n"), `Line ${MOST_ROWS + 1}: too many points; ${MOST_ROWS} are the most.`);
  refused("1".repeat(MOST_CHARACTERS + 1), `This is too long: ${MOST_CHARACTERS} characters are the most.`);
  refused("1,2\n1,3\n1,4\n1,5", "All x are equal; that is no curve.");
  refused("1,2\n2,2\n3,2\n4,2", "All y are equal; there is nothing to learn.");
});

test("data are sorted and carried onto [-1, 1], their ends exactly", () => {
  const { points, x, y, samples } = ownData([[30, 5], [10, 7], [20, 6.5], [10, 6]]);
  assert.deepEqual(points, [[10, 7], [10, 6], [20, 6.5], [30, 5]]);
  assert.deepEqual([x, y], [[10, 30], [5, 7]]);
  assert.deepEqual([...samples.x], [-1, -1, 0, 1]);
  assert.deepEqual([...samples.y], [1, 0, 0.5, -1]);
  assert.deepEqual([samples.n, samples.labels], [4, false]);
  assert.deepEqual([scaled(0.3, [0.1, 0.3]), scaled(0.1, [0.1, 0.3])], [1, -1]);
});

test("the best constant leaves the variance, the best monotone function what must fall", () => {
  assert.equal(variance([1, 2, 3, 4]), 1.25);
  const of = (y: number[], x = y.map((_, i) => i)) =>
    monotone({ x: Float64Array.from(x), y: Float64Array.from(y), n: y.length, labels: false });
  assert.equal(of([1, 2, 2, 5]), 0);
  assert.equal(of([5, 2, 2, 1]), 0);
  assert.equal(of([0, 2, 1, 3]), 0.5 / 4);
  assert.equal(of([0, 3, 0, 3, 0]), 4 * 1.5 ** 2 / 5); // 0, then the rest at their mean; or mirrored
  assert.equal(of([0, 2], [1, 1]), 1); // one x has one value
});
