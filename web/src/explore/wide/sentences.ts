/** The sentences of "wide", in the page's language; each number in them is computed or recorded. */
import { grouped, number, percent } from "../../kit/format.ts";
import { say, type Pair } from "../../kit/words.ts";
import { DIGITS, isRecorded, middles, rank } from "./judge.ts";
import type { Setting, Start, Target } from "./settings.ts";
import type { View } from "./view.ts";

export const TARGET_WORDS: Record<Target, Pair> = {
  sine: ["sin 12x", "sin 12x"],
  polynomial: ["−2x⁴ + x³ + x² − 2x", "−2x⁴ + x³ + x² − 2x"],
  absolute: ["|x|", "|x|"],
};
export const START_WORDS: Record<Start, Pair> = {
  usual: ["Xavier，偏置也随机（书中）", "Xavier, biases too (the book’s)"],
  both: ["够陡，中点撒开（书中）", "steep, middles spread (the book’s)"],
  he: ["He 正态，偏置为 0", "He normal, biases 0"],
  torch: ["PyTorch 的：±1/√输入数", "PyTorch’s: ±1/√inputs"],
};

/** An error as it is told: to the digits of the record. */
export const errorText = (value: number): string => number(value, DIGITS);

const share = (part: number): string =>
  part < 0.001 ? say(["不到 0.1%", "less than 0.1%"]) : say([" {left}", "{left}"], { left: percent(part, 1) });

const ACTIVATION_WORDS: Readonly<Record<string, Pair>> = {
  sigmoid: ["sigmoid（书中）", "sigmoid (the book’s)"],
  relu: ["ReLU", "ReLU"],
  abs: ["绝对值", "absolute value"],
  sin: ["正弦", "sine"],
  hard_tanh: ["斜坡（hard tanh）", "ramp (hard tanh)"],
};

export function activationWords(name: string): Pair {
  return ACTIVATION_WORDS[name] ?? [name, name];
}

/** The book's nearest setting; the book has no other starts than two. */
export function nearestWords({ width, start, steps }: Setting): Pair {
  const [zh, en] = start === "both" ? ["够陡，中点撒开", "steep, middles spread"] : ["Xavier", "Xavier"];
  const units = width > 1 ? "sigmoids" : "sigmoid";
  return [
    `换成书中最近的：${width} 个 sigmoid，${zh}，${grouped(steps)} 步`,
    `The book’s nearest: ${width} ${units}, ${en}, ${grouped(steps)} steps`,
  ];
}

export function progressWords(step: number, steps: number): string {
  const parts = { step: grouped(step), steps: grouped(steps) };
  return say(["第 {step} 步，共 {steps} 步", "step {step} of {steps}"], parts);
}

/** How a finished run ended, and how it stands among the book's seeds and the reader's own runs. */
export function ended(view: View, flat: Float64Array, loss: number): string {
  const parts = [outcome(view, loss), ...compared(view, loss), units(view, flat), ...luck(view)];
  return parts.join(say(["", " "]));
}

function outcome({ state, bounds }: View, loss: number): string {
  const parts = {
    seed: state.seed, steps: grouped(state.steps), error: errorText(loss), left: share(loss / bounds.constant),
  };
  return loss > bounds.failed
    ? say([
        "种子 {seed} 训练 {steps} 步后，均方误差 {error}，方差还剩{left}，照书中的标准是失败。",
        "After {steps} steps seed {seed} has a mean squared error of {error}. It leaves {left} of the " +
          "variance, a failure by the book’s measure.",
      ], parts)
    : say([
        "种子 {seed} 训练 {steps} 步后，均方误差 {error}，方差还剩{left}。",
        "After {steps} steps seed {seed} has a mean squared error of {error}. It leaves {left} of the " +
          "variance.",
      ], parts);
}

function compared(view: View, loss: number): string[] {
  const { book, elsewhere, state } = view;
  if (book) {
    const recorded = book.cell.errors[state.seed];
    return [ranked(view, loss), ...(recorded === undefined ? [] : [again(loss, recorded)])];
  }
  if (view.own) {
    return [say([
      "这是你自己的数据，书里没有训练过，没有种子可比。",
      "These are your own data: the book has not trained on them, so there are no seeds to compare with.",
    ])];
  }
  if (elsewhere === null) {
    return [say([
      "这是你自己的设定，书里没有训练过，没有种子可比。",
      "This setting is your own: the book has not trained it, so there are no seeds to compare with.",
    ])];
  }
  return [say([
    "步数是你自己的设定：书里的同一个网络走了 {steps} 步，最后的误差不能相比。",
    "The number of steps is your own: the book trains this net for {steps}, so final errors do not compare.",
  ], { steps: grouped(elsewhere) })];
}

function ranked({ book, state }: View, loss: number): string {
  const { errors } = book!.cell;
  const others = errors.filter((_, seed) => seed !== state.seed);
  const { larger, smaller, same } = rank(loss, others);
  const parts = { n: others.length, larger, smaller, same, digits: DIGITS };
  const isOne = others.length < errors.length;
  const ties = same
    ? say(["，{digits} 位数字都相同的 {same} 个", ", and {same} with the same {digits} digits"], parts)
    : "";
  return say([
    `书中${isOne ? "另外" : "的"} {n} 个种子里，误差更大的 {larger} 个，更小的 {smaller} 个${ties}。`,
    `Of the book’s {n} ${isOne ? "other " : ""}seeds {larger} ended with a larger error, ` +
      `{smaller} with a smaller one${ties}.`,
  ], parts);
}

/** Whether the book's run of the same seed ended at the same error, as it should. */
function again(loss: number, recorded: number): string {
  const parts = { recorded: errorText(recorded), digits: DIGITS };
  if (isRecorded(loss, recorded)) {
    return say([
      "它就是书中的那一次：最后的误差相同，书中给出的 {digits} 位数字一位不差。",
      "It is the book’s own run: the same final error, to all {digits} digits that the book gives.",
    ], parts);
  }
  return say([
    "书中这个种子停在 {recorded}。两边本该逐位相同，一定有什么地方错了。",
    "In the book this seed ended at {recorded}. Both should be equal to the last bit, so something is wrong.",
  ], parts);
}

/** How many units have their middle where the data are: w x + b is 0 there. */
function units({ state: { width } }: View, flat: Float64Array): string {
  const seen = middles(flat, width).length;
  if (width > 1) {
    return say([
      "{width} 个单元里，中点落在数据那一段（−1 到 1）的有 {seen} 个。",
      "Of its {width} units {seen} have their middle between −1 and 1, where the data are.",
    ], { width, seen });
  }
  return seen
    ? say(["它的中点在 −1 到 1 之间。", "Its one unit has its middle between −1 and 1."])
    : say(["它的中点在 −1 到 1 之外。", "Its one unit has its middle outside −1 to 1."]);
}

/** One run says little: what the reader's own runs of this setting did, from the second on. */
function luck({ past, bounds }: View): string[] {
  if (past.length < 2) return [];
  const failed = past.filter((run) => run.error > bounds.failed).length;
  return [say([
    "你用这个设定训练过 {n} 个种子，失败 {failed} 个。",
    "Of the {n} seeds that you have trained with this setting {failed} failed.",
  ], { n: past.length, failed })];
}
