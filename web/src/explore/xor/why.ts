/** Facts in sentences, in both languages. Each holds of the run that it is said of. */
import { number, subscript } from "../../kit/format.ts";
import type { Pair } from "../../kit/words.ts";
import { effect, SAME, type Course, type Facts } from "./facts.ts";
import { LABELS, INPUT_NAMES, type Unit } from "./look.ts";
import { endOf, endsOf, type Book, type Choice, type End, type LossName } from "./book.ts";

const SHOWN = 4; // units that are described one by one; more would be a list, not a reason
const PLACE = 0.02; // of the largest value: less is only a trace
const MUTE = 0.05; // a sum that moves by less moves a probability by about 1 %
const TURNS = ["abs", "sin"];
const ROUNDING = 1e-12;
const FLAT = 1e-3;

export const unitName = (unit: number): string => `h${subscript(unit)}`;

/** An answer to two decimals, as it stands in pictures. */
export const decimal = (value: number): string =>
  value.toFixed(2).replace(/^-(?=[\d.]*[1-9])/, "−").replace(/^-/, "");

const named = (units: readonly Unit[]): string[] => units.map(({ number: unit }) => unitName(unit));
const inputs = (places: readonly number[]): string[] => places.map((place) => INPUT_NAMES[place]!);

export function list(words: readonly string[]): Pair {
  if (words.length < 2) return [words.join(""), words.join("")];
  const [head, tail] = [words.slice(0, -1), words.at(-1)!];
  return [`${head.join("、")} 和 ${tail}`, `${head.join(", ")} and ${tail}`];
}

const counted: readonly Pair[] = [["", ""], ["", ""], ["两个", "two"], ["三个", "three"], ["四个", "four"]];
export const LEVELS: Readonly<Record<LossName, readonly [string, string, string]>> = {
  cross_entropy: ["½ ln 2", "¾ H(1/3)", "ln 2"],
  squared: ["1/8", "1/6", "1/4"],
};

export const END_WORDS: readonly Pair[] = [
  ["学会了", "got it"],
  ["两个输入分不开", "two inputs stuck together"],
  ["三个输入分不开", "three inputs stuck together"],
  ["四个输入全分不开", "all four inputs stuck together"],
  ["停在别处", "stopped elsewhere"],
];

/** How a run ended, and whether the book's run of this seed ended so too. */
export function outcome(book: Book, choice: Choice, course: Course, end: End): Pair {
  const [steps, loss] = [course.steps.at(-1)!, number(course.losses.at(-1)!, 4)];
  const [zh, en] = END_WORDS[end]!;
  const [beside, besideEn] = compared(book, choice, end);
  return [
    `种子 ${choice.seed} 走完 ${steps} 步，损失 ${loss}：${zh}。${beside}`,
    `Seed ${choice.seed} after ${steps} steps, loss ${loss}: ${en}. ${besideEn}`,
  ];
}

function compared(book: Book, choice: Choice, end: End): Pair {
  const theirs = endOf(book, choice);
  if (theirs === end) return ["书中用这个种子训练，结局一样。", "The book’s run of this seed ended the same way."];
  if (theirs !== null) {
    const [zh, en] = END_WORDS[theirs]!;
    return [
      `书中用这个种子训练，结局却是：${zh}。两边本该逐位相同，一定有什么地方错了。`,
      `The book’s run of this seed ended otherwise: ${en}. Both should be equal to the last bit, so something is wrong.`,
    ];
  }
  const last = book.seeds - 1;
  return endsOf(book, choice)
    ? [`书中只训练过种子 0 到 ${last}。`, `The book has trained seeds 0 to ${last} only.`]
    : ["书中没有训练这样的网络。", "The book did not train such nets."];
}

/** Why the run ended as it did, a sentence or two to each reason. */
export function explain(book: Book, kind: LossName, facts: Facts): Pair[] {
  const reasons = facts.end === 0
    ? [...roles(facts), ...spare(facts)]
    : [
        ...death(facts), ...answers(book, kind, facts), ...places(facts), ...twins(facts),
        ...lonely(facts), ...silence(facts),
      ];
  return [...reasons, slope(facts)];
}

function death({ dead }: Facts): Pair[] {
  if (!dead.length) return [];
  const [zh, en] = list(named(dead.map(({ unit }) => unit)));
  const since = Math.max(...dead.map((each) => each.since));
  const [when, then]: Pair = since === 0
    ? ["从一开始，每次记录都是如此", "at every recorded step from the start"]
    : [`从第 ${since} 步起，每次记录都是如此`, `at every recorded step from ${since} on`];
  const [its, are, their, them]: readonly string[] = dead.length === 1
    ? ["它的", "is", "its", "it"]
    : ["它们的", "are", "their", "them"];
  return [[
    `${zh} 死了：对四个输入都是 0，${when}。${its}权重的梯度恰好是 0，没有什么拉得回来。`,
    `${en} ${are} dead: 0 on all four inputs, ${then}. The gradient of ${their} weights is exactly 0, ` +
      `and nothing pulls ${them} back.`,
  ]];
}

function answers(book: Book, kind: LossName, { end, confused, look, loss }: Facts): Pair[] {
  const wrong = [0, 1, 2, 3].filter((i) => Math.abs(look.answers[i]! - LABELS[i]!) >= book.margin);
  if (!confused.length) {
    const [zh, en] = list(wrong.map((i) => `${INPUT_NAMES[i]} → ${number(look.answers[i]!)}`));
    return [[
      `离目标还差 ${book.margin} 以上的答案：${zh}。标签相反的输入，答案至少相差 ${SAME}。`,
      `Still ${book.margin} or more from the target: ${en}. Answers to opposite labels are ${SAME} or more ` +
        "apart.",
    ]];
  }
  const [zh, en] = list(inputs(confused));
  const given = confused.map((i) => look.answers[i]!);
  const [low, high] = [number(Math.min(...given)), number(Math.max(...given))];
  const same: Pair = low === high
    ? [`${zh} 得到同一个答案 ${low}。`, `${en} get one answer, ${low}.`]
    : [`${zh} 得到几乎同一个答案，在 ${low} 到 ${high} 之间。`,
      `${en} get nearly one answer, between ${low} and ${high}.`];
  const level = confused.length - 2;
  if (end === 4 || end - 1 !== level) return [same];
  const least = `${LEVELS[kind][level]} = ${number(book.levels[kind][level]!, 4)}`;
  const [zhCount, enCount] = counted[confused.length]!;
  return [[
    `${same[0]}${level ? "" : "标签相反的"}${zhCount}输入只有一个答案时，损失最少也有 ${least}；它停在 ${number(loss, 4)}。`,
    `${same[1]} With one answer for ${enCount} inputs${level ? "" : " of opposite labels"} the loss is at ` +
      `least ${least}; this run ended at ${number(loss, 4)}.`,
  ]];
}

function places({ merged }: Facts): Pair[] {
  if (!merged.length) return [];
  const zh = merged.map((pair) => list(inputs(pair))[0]).join("，");
  const en = merged.map((pair) => list(inputs(pair))[1]).join(", and ");
  return [[
    `在隐藏空间里，${zh} ${merged.length > 1 ? "分别" : ""}落在（几乎）同一处：最后那个单元看不出它们有什么不同。`,
    `In the hidden space ${en} fall on (almost) one place${merged.length > 1 ? " each" : ""}: the last ` +
      "unit sees no difference between them.",
  ]];
}

function twins({ alike }: Facts): Pair[] {
  if (!alike.length) return [];
  const { units, correlation } = alike[0]!;
  const [zh, en] = list(named(units));
  const more: Pair = alike.length === 1
    ? ["", ""]
    : [`这样的单元共有 ${alike.length} 对。`, ` There are ${alike.length} such pairs of units.`];
  const together: Pair = correlation > 0 ? ["同升同降", "rise and fall together"] : ["一升一降", "mirror each other"];
  return [[
    `${zh} 在四个输入上${together[0]}（相关系数 ${number(correlation)}）：两个单元，只顶一个用。${more[0]}`,
    `${en} ${together[1]} over the four inputs (correlation ${number(correlation)}): two units do the work ` +
      `of one.${more[1]}`,
  ]];
}

/** One unit that only rises along its direction cannot give XOR; one that turns back can. */
function lonely({ working, run }: Facts): Pair[] {
  if (working.length !== 1 || effect(working[0]!) < MUTE || TURNS.includes(run.activation)) return [];
  const name = unitName(working[0]!.number);
  return [[
    `还在干活的只有 ${name}。它沿着一个方向只升不降，单靠这样一个单元给不出 XOR。`,
    `Only ${name} still works. Along its one direction it never turns back, and one such unit cannot give ` +
      "XOR.",
  ]];
}

/** Nothing that the hidden units say reaches the answer. */
function silence({ working, look, dead }: Facts): Pair[] {
  const most = Math.max(0, ...working.map(effect));
  if (most >= MUTE || dead.length === look.units.length) return [];
  return [[
    `隐藏单元几乎传不到答案里：把四个输入都走一遍，没有一个单元使和的变化超过 ${number(most, 2)}。`,
    "Hardly anything of the hidden units reaches the answer: over the four inputs none moves the sum by " +
      `more than ${number(most, 2)}.`,
  ]];
}

/** What each of the strongest units does in a net that has learned XOR. */
function roles({ working, run }: Facts): Pair[] {
  return working.slice(0, SHOWN).map((unit): Pair => {
    const [name, weight] = [unitName(unit.number), number(unit.v)];
    const [zh, en] = shines(unit, run.activation);
    const goal = unit.v > 0 ? 1 : 0;
    return [
      `${name} ${zh}。它越大，答案越往 ${goal} 去（权重 ${weight}）。`,
      `${name} ${en}. The larger it is, the further the answer goes towards ${goal} (weight ${weight}).`,
    ];
  });
}

/** Where a unit is on: above 0 for ReLUs but for a trace, above the middle of their range for others. */
function shines({ values }: Unit, activation: string): Pair {
  const middle = { relu: PLACE * Math.max(...values), sigmoid: 0.5, tanh: 0 }[activation];
  const all = [0, 1, 2, 3];
  const on = middle === undefined ? [] : all.filter((i) => values[i]! > middle);
  const off = all.filter((i) => !on.includes(i));
  if (!on.length || !off.length) {
    const each = all.map((i) => [INPUT_NAMES[i], number(values[i]!, 2)]);
    return [
      `在 ${each.map(([name, value]) => `${name} 上是 ${value}`).join("，")}`,
      `gives ${each.map(([name, value]) => `${value} on ${name}`).join(", ")}`,
    ];
  }
  const [zhOn, enOn] = list(inputs(on));
  const [zhOff, enOff] = list(inputs(off));
  const least = number(Math.min(...on.map((i) => values[i]!)), 2);
  const most = number(Math.max(...off.map((i) => values[i]!)), 2);
  const [atLeast, least_]: Pair = on.length > 1 ? [`至少 ${least}`, `at least ${least}`] : [least, least];
  const [atMost, most_]: Pair =
    off.length > 1 && most !== "0" ? [`至多 ${most}`, `at most ${most}`] : [most, most];
  return [
    `在 ${zhOn} 上高（${atLeast}），在 ${zhOff} 上低（${atMost}）`,
    `is high on ${enOn} (${least_}) and low on ${enOff} (${most_})`,
  ];
}

/** What the units do that the answer does not need. */
function spare({ working, idle, dead }: Facts): Pair[] {
  const parts: Pair[] = [];
  const others = working.length - SHOWN;
  if (others > 0) parts.push([`${others} 个也在干活`, `${others} also at work`]);
  if (idle.length) parts.push([`${idle.length} 个几乎不出力`, `${idle.length} idle`]);
  if (dead.length) {
    parts.push([`${dead.length} 个死了（四个输入上都是 0）`, `${dead.length} dead (0 on all four inputs)`]);
  }
  if (!parts.length) return [];
  const [zh, en] = [0, 1].map((language) => parts.map((part) => part[language]!)) as [string[], string[]];
  return [[`其余的单元：${zh.join("，")}。`, `Of the other units: ${en.join(", ")}.`]];
}

function slope({ steep: [first, last], end }: Facts): Pair {
  const lengths: Pair = [
    `梯度的长度：开始时 ${number(first, 2)}，最后 ${number(last, 2)}。`,
    `Length of the gradient: ${number(first, 2)} at the start, ${number(last, 2)} at the end.`,
  ];
  if (end === 0) return lengths;
  const [zh, en]: Pair = last === 0
    ? ["没有坡可走了。", "There is no slope left to follow."]
    : last < ROUNDING
      ? ["剩下的只是舍入误差。", "What is left is rounding."]
      : last < FLAT
        ? ["脚下差不多是平地。", "It stands on almost level ground."]
        : ["它还没有停稳，再走下去也许会变。", "It has not come to rest; more steps might change it."];
  return [lengths[0] + zh, `${lengths[1]} ${en}`];
}
