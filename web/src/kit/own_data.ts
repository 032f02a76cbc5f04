/**
 * A reader's own data: a table of two columns, read kindly, and scaled to the book's range. What is
 * wrong is told with its line.
 */
import type { Samples } from "../engine/data.ts";
import type { Point } from "./plot.ts";
import type { Pair } from "./words.ts";

export const [FEWEST, MOST_ROWS, MOST_CHARACTERS] = [4, 300, 100_000];
const HUGE = 1e100; // whose differences and squares are numbers still

/** Why a table cannot be used; `parts` fill the words. */
export class TableError extends Error {
  readonly words: Pair;
  readonly parts: Readonly<Record<string, string | number>>;

  constructor(words: Pair, parts: Readonly<Record<string, string | number>> = {}) {
    super(words[1].replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name])));
    this.words = words;
    this.parts = parts;
  }
}

/** Data as they were given, and as they are trained on. */
export interface OwnData {
  /** In the reader's numbers, by x. */
  readonly points: readonly Point[];
  /** Least and most of each column, which become -1 and 1. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly samples: Samples;
}

/** A number as people write it; a comma for a point where it separates nothing. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Two columns of numbers, x and y: with commas, semicolons, tabs or blanks between them, in full
 * width or not. A first line of words, empty lines and lines that begin with # are passed over.
 *
 * @throws TableError with the line, where the table cannot be read or used
 */
export function table(text: string): Point[] {
  if (text.length > MOST_CHARACTERS) {
    throw new TableError([
      "内容太长：最多 {most} 个字符。", "This is too long: {most} characters are the most.",
    ], { most: MOST_CHARACTERS });
  }
  const points: Point[] = [];
  let mayBeHead = true;
  plain(text).split("\n").forEach((each, i) => {
    const line = each.trim();
    if (!line || line.startsWith("#")) return;
    const cells = split(line);
    const isHead = mayBeHead && cells.length === 2 && cells.every((cell) => !NUMBER.test(cell));
    mayBeHead = false;
    if (isHead) return;
    points.push(point(cells, i + 1));
    if (points.length > MOST_ROWS) {
      throw new TableError([
        "第 {line} 行：点太多，最多 {most} 个。", "Line {line}: too many points; {most} are the most.",
      ], { line: i + 1, most: MOST_ROWS });
    }
  });
  refuseUseless(points);
  return points;
}

/** One kind of line ends, and half-width signs for what Chinese keyboards give. */
const plain = (text: string): string =>
  text.replace(/^\uFEFF/, "").normalize("NFKC").replace(/\r\n?/g, "\n").replace(/[−–]/g, "-").replace(/、/g, ",");

function split(line: string): string[] {
  const mark = ["\t", ";"].find((each) => line.includes(each));
  const cells = (mark ? line.split(mark) : line.includes(",") ? line.split(",") : line.split(/\s+/))
    .map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());
  // Beside tabs and semicolons a comma can only be a decimal one.
  return mark ? cells.map((cell) => cell.replace(/^([+-]?\d*),(\d+)/, "$1.$2")) : cells;
}

function point(cells: readonly string[], line: number): Point {
  if (cells.length !== 2) {
    const isDecimal = cells.length === 4;
    throw new TableError(
      isDecimal
        ? [
            "第 {line} 行有 4 列，应该有两列：x 和 y。如果逗号是小数点，请用分号或制表符分开两列。",
            "Line {line} has 4 columns; there must be two, x and y. If a comma is your decimal mark, put " +
              "a semicolon or a tab between the columns.",
          ]
        : [
            "第 {line} 行有 {n} 列，应该有两列：x 和 y。",
            `Line {line} has {n} column${cells.length === 1 ? "" : "s"}; there must be two, x and y.`,
          ],
      { line, n: cells.length },
    );
  }
  const [x, y] = cells.map((cell) => value(cell, line)) as [number, number];
  return [x, y];
}

function value(cell: string, line: number): number {
  if (!NUMBER.test(cell)) {
    const parts = { line, cell: cell.length > 20 ? `${cell.slice(0, 20)}…` : cell };
    throw cell
      ? new TableError(["第 {line} 行：“{cell}”不是数。", "Line {line}: “{cell}” is no number."], parts)
      : new TableError(["第 {line} 行：缺一个数。", "Line {line}: a number is missing."], parts);
  }
  if (Math.abs(Number(cell)) > HUGE) {
    throw new TableError([
      "第 {line} 行：{cell} 太大，绝对值最多 10¹⁰⁰。", "Line {line}: {cell} is too large; 10¹⁰⁰ is the most.",
    ], { line, cell });
  }
  return Number(cell);
}

function refuseUseless(points: readonly Point[]): void {
  if (points.length < FEWEST) {
    throw new TableError([
      "只有 {n} 个点，至少要 {least} 个。", "There are {n} points; {least} are the fewest.",
    ], { n: points.length, least: FEWEST });
  }
  const isOne = (column: 0 | 1) => points.every((each) => each[column] === points[0]![column]);
  if (isOne(0)) {
    throw new TableError(["所有的 x 都相同，画不出曲线。", "All x are equal; that is no curve."]);
  }
  if (isOne(1)) {
    throw new TableError(["所有的 y 都相同，没有什么可学。", "All y are equal; there is nothing to learn."]);
  }
}

/** The data of these points: by x, and either column carried linearly onto [-1, 1]. */
export function ownData(given: readonly Point[]): OwnData {
  const points = [...given].sort((one, other) => one[0] - other[0]);
  const range = (column: 0 | 1): [number, number] => {
    const all = points.map((each) => each[column]);
    return [Math.min(...all), Math.max(...all)];
  };
  const [x, y] = [range(0), range(1)];
  const samples = {
    x: Float64Array.from(points, (each) => scaled(each[0], x)),
    y: Float64Array.from(points, (each) => scaled(each[1], y)),
    n: points.length, labels: false,
  };
  return { points, x, y, samples };
}

/** A number of [low, high] on [-1, 1], the ends exactly. */
export function scaled(each: number, [low, high]: readonly [number, number]): number {
  const part = (each - low) / (high - low);
  return part * 2 - 1;
}

/** The least mean squared error of a constant on targets y: their variance. */
export function variance(y: ArrayLike<number>): number {
  const all = Array.from(y);
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
  return all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / all.length;
}

/** The least mean squared error of a monotone function, rising or falling, on samples by x. */
export const monotone = ({ x, y }: Samples): number =>
  Math.min(rising(x, y), rising(x, y.map((each) => -each)));

/** Of a rising one: neighbours that fall are pooled until none does (Ayer et al. 1955). */
function rising(x: Float64Array, y: Float64Array): number {
  const pools: { n: number; sum: number; x: number }[] = [];
  y.forEach((each, i) => {
    const before = pools.at(-1);
    // At one x a function has one value.
    if (before && before.x === x[i]) Object.assign(before, { n: before.n + 1, sum: before.sum + each });
    else pools.push({ n: 1, sum: each, x: x[i]! });
  });
  const merged: { n: number; sum: number }[] = [];
  for (const { n, sum } of pools) {
    let pool = { n, sum };
    for (let last = merged.at(-1); last && last.sum / last.n >= pool.sum / pool.n; last = merged.at(-1)) {
      merged.pop();
      pool = { n: pool.n + last.n, sum: pool.sum + last.sum };
    }
    merged.push(pool);
  }
  const fit = merged.flatMap(({ n, sum }) => Array<number>(n).fill(sum / n));
  return fit.reduce((sum, each, i) => sum + (each - y[i]!) ** 2, 0) / y.length;
}
