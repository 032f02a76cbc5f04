/** What the pictures show, in sentences; every number in them was computed or recorded. */
import { number } from "../../kit/format.ts";
import { say, type Pair } from "../../kit/words.ts";
import type { Explorable } from "../../records/error_falls_with_the_square_of_the_pieces.ts";
import type { Curve, CurveName } from "./curves.ts";
import { POINTS } from "./relus.ts";
import { bound, closerBound, areEqual, widest, type Miss, type HiddenUnit, type UnitKind } from "./polyline.ts";
import type { Compared } from "./scene.ts";

type Curves = Explorable["curves"];

export const CURVE_WORDS: Record<CurveName, Pair> = {
  sine: ["sin 12x", "sin 12x"],
  quartic: ["−2x⁴ + x³ + x² − 2x", "−2x⁴ + x³ + x² − 2x"],
  absolute: ["|x|", "|x|"],
  root: ["√|x|", "√|x|"],
  jump: ["跳跃", "a jump"],
  drawn: ["我来画", "one that I draw"],
  own: ["我的数据", "my data"],
};
const SUBJECT: Record<CurveName, Pair> = {
  ...CURVE_WORDS,
  jump: ["跳跃", "the jump"],
  drawn: ["你画的曲线", "your curve"],
  own: ["你的数据", "your data"],
};

const ROUNDING = 1e-12; // far above what float64 loses here, far below what an error would be
const shown = (value: number): string => number(value, 4);
export const missText = (value: number): string => (value < ROUNDING ? "0" : shown(value));
/** A place on the axis; what rounding left of 0 is 0. */
export const place = (x: number): string => number(Math.abs(x) < ROUNDING ? 0 : x);
const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** Between spaces, unless it is Chinese. */
const spacedOut = (words: string): string => (/[一-龥]/.test(words) ? words : ` ${words} `);

/** The error of the book's record for so many equal pieces. */
export function recorded(records: Curves, name: CurveName, knots: readonly number[]): number | null {
  const found = areEqual(knots) ? records[name]?.pieces.indexOf(knots.length - 1) ?? -1 : -1;
  return found < 0 ? null : records[name]!.errors[found]!;
}

/** How far the polyline strays, against its bound and the record. */
export function judged(name: CurveName, f: Curve, knots: readonly number[], miss: Miss, records: Curves): string {
  const n = knots.length - 1;
  const parts = {
    n, curve: spacedOut(say(SUBJECT[name])), error: missText(miss.error), x: place(miss.x),
    kind: say(areEqual(knots) ? ["等长的", "equal "] : ["不等长的", "unequal "]),
    english: plural(n, areEqual(knots) ? "equal piece" : "unequal piece"),
  };
  const isExact = miss.error < ROUNDING;
  const first = isExact
    ? say([
      "{n} 段{kind}折线与{curve}处处重合，误差为 0。",
      "{english}: the polyline is{curve}everywhere; the error is 0.",
    ], parts)
    : say([
      "{n} 段{kind}折线与{curve}最多差 {error}，在 x = {x} 处。",
      "{english}: the polyline misses{curve}by {error} at most, at x = {x}.",
    ], parts);
  const book = recorded(records, name, knots);
  const second = book === null ? "" : say([
    "书中：{book}。",
    " In the book: {book}.",
  ], { book: shown(book) });
  return first + second + (f.bend ? smooth(f, knots) : unbounded(name, knots, records));
}

function smooth(f: Curve, knots: readonly number[]): string {
  const parts = {
    bound: shown(bound(f, knots)!), h: number(widest(knots), 4), most: number(f.bend!(-1, 1), 4),
    closer: shown(closerBound(f, knots)!),
  };
  const widestPiece = areEqual(knots) ? say(["", ""]) : say(["最宽的一段 ", "the widest piece is "]);
  const first = say([
    "上界 h² max|f″|/8 是 {bound}（{widest}h = {h}，max|f″| = {most}）。",
    " The bound h² max|f″|/8 is {bound} ({widest}h = {h}, max|f″| = {most}).",
  ], { ...parts, widest: widestPiece });
  return areEqual(knots) || parts.closer === parts.bound ? first : first + say([
    "逐段用自己的 h 和 max|f″| 来算，上界是 {closer}。",
    " Taken piece by piece, each with its own h and max|f″|, it is {closer}.",
  ], parts);
}

/** Of curves without f″ somewhere: that the bound does not hold, and what the record shows instead. */
function unbounded(name: CurveName, knots: readonly number[], records: Curves): string {
  if (name === "own") {
    return say([
      "数据点之间用直线相连，没有 f″，上界 h² max|f″|/8 不适用。",
      " Your points are joined by straight lines, which have no f″, so the bound h² max|f″|/8 does not apply.",
    ]);
  }
  const { pieces, errors } = records[name]!;
  const last = pieces.length - 1;
  const rise = Math.log(errors[last]! / errors[last - 1]!) / Math.log(pieces[last]! / pieces[last - 1]!);
  const parts = {
    few: pieces[0]!, many: pieces[last]!, from: shown(errors[0]!), to: shown(errors[last]!),
    rise: number(Math.round(100 * rise) / 100),
  };
  const isHit = knots.includes(0);
  const none: Record<string, Pair> = {
    absolute: [
      "|x| 在 0 处是尖角，没有 f″，上界 h² max|f″|/8 不适用。",
      " |x| has a corner at 0 and no f″ there, so the bound h² max|f″|/8 does not apply.",
    ],
    root: [
      "√|x| 在 0 处竖直，没有 f″，上界 h² max|f″|/8 不适用。",
      " √|x| is vertical at 0 and has no f″ there, so the bound h² max|f″|/8 does not apply.",
    ],
    jump: [
      "跳跃处没有上界可言：折线连续，两侧至少有一侧差 0.5。",
      " At a jump there is no bound that more pieces could lower: a polyline is continuous, so on one " +
        "side it is wrong by at least 0.5.",
    ],
  };
  const hit: Record<string, Pair> = {
    absolute: ["折点正好在尖角上。", " A corner stands exactly at 0."],
    root: ["", ""],
    jump: [
      "折点正好在跳跃处，左侧就要差满 1。",
      " A corner stands exactly at the jump, and on its left the whole of it is missed.",
    ],
  };
  const record = name === "jump"
    ? say([
      "书中算过：0 在一段正中时，从 {few} 段到 {many} 段一直是 {to}。",
      " In the book, with 0 in the middle of a piece: {to} from {few} to {many} pieces.",
    ], parts)
    : say([
      "书中算过：0 在一段正中时，从 {few} 段的 {from} 降到 {many} 段的 {to}，双对数斜率 {rise}。",
      " In the book, with 0 in the middle of a piece: from {from} with {few} pieces to {to} with " +
        "{many}, a log–log slope of {rise}.",
    ], parts);
  return say(none[name]!) + (isHit ? say(hit[name]!) : "") + record;
}

const sum = (w: number, b: number): string => {
  const x = w === 1 ? "x" : `${number(w, 4)}x`;
  return b === 0 ? x : `${x} ${b < 0 ? "−" : "+"} ${number(Math.abs(b), 4)}`;
};

/** What the selected unit does, with its weights. */
export function unitWords(view: UnitKind, i: number, all: readonly HiddenUnit[], knots: readonly number[]): string {
  const { w, b, v } = all[i]!;
  const size = Math.abs(v) < ROUNDING ? 0 : v;
  const parts = {
    i: i + 1, from: number(knots[i]!, 4), to: number(knots[i + 1]!, 4), size: number(Math.abs(size), 4),
    v: number(size, 4), z: sum(w, b),
  };
  if (view === "ramps") {
    const does = size === 0
      ? say(["斜坡 {i} 在 [{from}, {to}] 上不升不降", "Ramp {i} stays level on [{from}, {to}]"], parts)
      : size > 0
        ? say(["斜坡 {i} 在 [{from}, {to}] 上升 {size}", "Ramp {i} climbs by {size} on [{from}, {to}]"], parts)
        : say(["斜坡 {i} 在 [{from}, {to}] 上降 {size}", "Ramp {i} falls by {size} on [{from}, {to}]"], parts);
    return say(["{does}，两边是平的。", "{does}, and is level on both sides."], { ...parts, does });
  }
  const does = i === 0
    ? say(["ReLU 1 给出第一段的斜率 {v}", "ReLU 1 gives the first slope, {v}"], parts)
    : say(["ReLU {i} 在 x = {from} 处把斜率改变 {v}", "ReLU {i} changes the slope by {v} at x = {from}"], parts);
  return say(["{does}：{v} · relu({z})。", "{does}: {v} · relu({z})."], { ...parts, does });
}

const TINY = 1e-20; // a squared error of rounding alone

const moved = ([before, after]: readonly [number, number], low: number): "fell" | "rose" | "same" =>
  shown(before) === shown(after) || Math.max(before, after) < low ? "same" : after < before ? "fell" : "rose";

/** What training has done to both errors, and to the corners. */
export function trainedWords({ step, squares, errors, corners }: Compared): string {
  const parts = {
    step, points: POINTS, a: shown(squares[0]), b: shown(squares[1]),
    c: missText(errors[0]), d: missText(errors[1]), before: corners[0], after: corners[1],
  };
  if (squares[0] < TINY) {
    return say([
      "折线在这 {points} 个点上已经与曲线重合，训练 {step} 步，没有什么可改进。",
      "At these {points} points the polyline is the curve already; {step} steps of training found " +
        "nothing to mend.",
    ], parts);
  }
  const squaresTold: Record<string, Pair> = {
    fell: [
      "训练 {step} 步，{points} 个点上的均方误差从 {a} 降到 {b}。",
      "After {step} steps the mean squared error at {points} points has fallen from {a} to {b}.",
    ],
    rose: [
      "训练 {step} 步，{points} 个点上的均方误差反而从 {a} 升到 {b}。",
      "After {step} steps the mean squared error at {points} points has risen, from {a} to {b}.",
    ],
    same: [
      "训练 {step} 步，{points} 个点上的均方误差仍是 {a}。",
      "After {step} steps the mean squared error at {points} points is still {a}.",
    ],
  };
  const errorsTold: Record<string, Pair> = {
    fell: ["最大误差也从 {c} 降到 {d}。", " The largest error has fallen too, from {c} to {d}."],
    rose: [
      "最大误差却从 {c} 升到 {d}：训练只求那 {points} 个点上的均方误差小，不管最大误差。",
      " The largest error has risen from {c} to {d}: training lowers the mean squared error at its " +
        "points, and nothing else.",
    ],
    same: ["最大误差仍是 {c}。", " The largest error is still {c}."],
  };
  const [first, second] = [moved(squares, TINY), moved(errors, ROUNDING)];
  if (first !== "fell" && second === "fell") errorsTold.fell = [
    "最大误差从 {c} 降到 {d}。",
    " The largest error has fallen from {c} to {d}.",
  ];
  if (first !== "fell" && second === "rose") errorsTold.rose = [
    "最大误差从 {c} 升到 {d}。",
    " The largest error has risen from {c} to {d}.",
  ];
  return say(squaresTold[first]!, parts) + say(errorsTold[second]!, parts) + say([
    "区间内的折点，原有 {before} 个，现有 {after} 个。",
    " Corners inside the interval: {before} before, {after} now.",
  ], parts);
}

/** A unit of the trained network: its weights, and where it bends. */
export function trainedUnitWords(i: number, { w, b, v }: HiddenUnit): string {
  const bend = -b / w;
  const where = Math.abs(bend) < 1
    ? say(["在 x = {x} 处转折", "bends at x = {x}"], { x: number(bend, 4) })
    : say(["在区间之外转折", "bends outside the interval"]);
  return say(["训练后，ReLU {i} {where}：{v} · relu({z})。", "After training ReLU {i} {where}: {v} · relu({z})."], {
    i: i + 1, where, v: number(v, 4), z: sum(w, b),
  });
}
