/** The sentences of "basin", and what a reader asks of all its seeds or takes along of one. */
import { grouped, number } from "../../kit/format.ts";
import type { Taken } from "../../kit/pytorch.ts";
import type { SeedQuestion } from "../../kit/seed_panel.ts";
import { say, type Pair } from "../../kit/words.ts";
import type { BasinView } from "./pictures.ts";
import {
  basinRun, basinSamples, basinSeeds, begun, BASIN, homes, type Basin, type BasinState, type Beginning,
} from "./start.ts";

const DIGITS_GIVEN = 4; // to which the record gives errors
const isAlike = (error: number, recorded: number): boolean =>
  Number(error.toPrecision(DIGITS_GIVEN)) === recorded;

export function beginningWords(begin: Beginning, { widths }: Basin): Pair {
  if (begin === "near") return ["精确的权重，推开一些", "exact weights, disturbed"];
  const width = widths[begin]!;
  return [`随机，每层 ${width} 个`, `random, ${width} a layer`];
}

/** How the run ended, and how it stands among the book's. */
export function endWords({ state, book, now }: BasinView): string {
  const found = basinSeeds(book, state), error = now!.loss, isHome = error < book.close;
  const parts = {
    seed: state.seed, steps: grouped(book.steps), error: number(error, DIGITS_GIVEN), part: state.part,
    n: found.errors.length, homes: homes(found, book),
  };
  const came = state.begin === "near"
    ? isHome
      ? say([
          "推开 1/{part}，种子 {seed} 走 {steps} 步，误差 {error}：回来了。",
          "Pushed off by 1/{part}, seed {seed} comes home: after {steps} steps its error is {error}. ",
        ], parts)
      : say([
          "推开 1/{part}，种子 {seed} 走 {steps} 步，误差还有 {error}：没有回来。",
          "Pushed off by 1/{part}, seed {seed} does not come home: after {steps} steps its error is {error}. ",
        ], parts)
    : isHome
      ? say([
          "从随机的起点，种子 {seed} 走 {steps} 步，误差 {error}：到了。",
          "From random weights seed {seed} gets there: after {steps} steps its error is {error}. ",
        ], parts)
      : say([
          "从随机的起点，种子 {seed} 走 {steps} 步，误差还有 {error}：没有到。",
          "From random weights seed {seed} does not get there: after {steps} steps its error is {error}. ",
        ], parts);
  const among = say([
    "书中从这样的起点出发，{n} 个种子到了 {homes} 个。",
    "In the book {homes} of {n} seeds get there from such a start. ",
  ], parts);
  const recorded = found.errors[state.seed];
  if (recorded === undefined) {
    return came + among + say(["你这个种子书中没有。", "Your seed is none of the book’s."]);
  }
  return came + among + (isAlike(error, recorded)
    ? say([
        "这就是书中的那一次：误差的 {n} 位数字都相同。",
        "This is the book’s own run: its error is the same in all {n} digits.",
      ], { n: DIGITS_GIVEN })
    : say([
        "书中这个种子停在 {recorded}。两边本该相同，一定有什么地方错了。",
        "In the book this seed ended at {recorded}. Both should be equal, so something is wrong.",
      ], { recorded: number(recorded, DIGITS_GIVEN) }));
}

/** The line that repeats it in a shell. */
export function basinCommand(book: Basin, state: BasinState): string | null {
  const { choices } = basinSeeds(book, state);
  return choices && `dlbook run ${BASIN} --replay seed=${state.seed} ${choices}`;
}

export function basinQuestion({ state, book }: BasinView): SeedQuestion {
  const found = basinSeeds(book, state), way = (error: number) => (error < book.close ? 0 : 1);
  const { folds, begin, part } = state;
  const run = basinRun(book, state);
  return {
    key: [folds, begin, part].join(" "), run, given: basinSamples(book, folds),
    startOf: begin === "near"
      ? (seed) => Array.from(begun(book, { ...state, seed: seed - book.first_seed }))
      : undefined,
    first: book.first_seed, n: found.errors.length,
    ways: [say(["到了", "got there"]), say(["没有到", "did not get there"])],
    way: ({ loss }) => way(loss), succeeds: (each) => each === 0,
    success: ["到了的有", "got there"],
    book: {
      ways: found.errors.map(way), isAlike: (seed, { loss }) => isAlike(loss, found.errors[seed]!),
      checksum: found.checksum,
    },
  };
}

export function basinTaken({ state, book, start }: BasinView): Taken {
  const run = basinRun(book, state);
  return {
    file: `basin_${state.folds}_folds_seed_${state.seed}`,
    title: `${run.data}, ${say(beginningWords(state.begin, book))}`,
    run, start, called: say(["种子 {seed}", "seed {seed}"], { seed: state.seed }),
    given: basinSamples(book, state.folds),
  };
}
