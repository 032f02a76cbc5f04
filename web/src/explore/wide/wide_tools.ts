/** What a reader asks of all seeds of "wide", and takes along of one. */
import { initial } from "../../engine/net.ts";
import { number, superscript } from "../../kit/format.ts";
import type { Taken } from "../../kit/pytorch.ts";
import type { SeedQuestion } from "../../kit/seed_panel.ts";
import { say } from "../../kit/words.ts";
import { isRecorded } from "./judge.ts";
import { planned, seedOf, WIDE, type WideRecords } from "./settings.ts";
import type { View } from "./view.ts";

const LOWEST = -6; // the power of ten below which errors are one kind

/** In which ways errors end: by their power of ten, up to that which is a failure. */
function kinds(failed: number): { words: string[]; of: (error: number) => number } {
  const powers = Array.from({ length: 1 - LOWEST }, (_, i) => LOWEST + i).filter((power) => 10 ** power < failed);
  const edges = [...powers.map((power) => 10 ** power), failed];
  const names = [...powers.map((power) => `10${superscript(power)}`), number(failed, 3)];
  return {
    words: [
      say(["误差不到 {edge}", "error up to {edge}"], { edge: names[0]! }),
      ...names.slice(1).map((edge, i) => say(["{low} 到 {edge}", "{low} to {edge}"], { low: names[i]!, edge })),
      say(["失败：超过 {edge}", "failed: above {edge}"], { edge: names.at(-1)! }),
    ],
    of: (error) => {
      const found = edges.findIndex((edge) => error <= edge);
      return found < 0 ? edges.length : found;
    },
  };
}

export function wideQuestion({ state, book, bounds: { failed }, own }: View, records: WideRecords): SeedQuestion {
  const run = planned(state), { words, of } = kinds(failed);
  const errors = book?.cell.errors ?? records[WIDE].cells[0]!.errors;
  return {
    key: JSON.stringify([run, own?.points]), run, given: own?.samples, n: errors.length,
    first: seedOf({ ...state, seed: 0 }, records),
    ways: words, way: ({ loss }) => of(loss), succeeds: (way) => way < words.length - 1,
    success: ["没有失败的有", "have not failed"],
    book: book && {
      ways: errors.map(of), isAlike: (seed, { loss }) => isRecorded(loss, errors[seed]!), checksum: book.cell.checksum,
    },
  };
}

export function wideTaken({ state, bounds: { constant, failed }, own }: View, records: WideRecords): Taken {
  const run = planned(state);
  const share = number(failed / constant, 3);
  return {
    file: `wide_${state.width}_seed_${state.seed}`,
    title: `${own ? say(["自己的数据", "own data"]) : run.data}, ${state.width} ${state.activation}, ${state.start}.`,
    run, start: initial(run.widths, run.init, seedOf(state, records)),
    called: say(["种子 {seed}", "seed {seed}"], { seed: state.seed }),
    ...(own && { given: own.samples }),
    success: {
      words: say(["剩下的方差不超过 {share}。", "At most {share} of the variance is left."], { share }),
      code: `losses(layers) <= ${share} * (Y - Y.mean()).square().mean()`,
    },
  };
}
