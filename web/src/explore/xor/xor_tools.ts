/** What a reader asks of all seeds of XOR, and takes along of one. */
import { initial } from "../../engine/net.ts";
import type { Taken } from "../../kit/pytorch.ts";
import type { SeedQuestion } from "../../kit/seed_panel.ts";
import { say } from "../../kit/words.ts";
import { ending, endsOf, fieldsOf, runOf, type Book, type Choice } from "./book.ts";
import { look } from "./look.ts";
import { END_WORDS } from "./why.ts";

export function xorQuestion(book: Book, choice: Choice): SeedQuestion {
  const run = runOf(book, choice), ends = endsOf(book, choice);
  const way: SeedQuestion["way"] = ({ loss, flat }) => ending(book, choice.loss, loss, look(run, flat).answers);
  const ways = [...(ends ?? "")].map(Number);
  return {
    key: JSON.stringify(run), run, first: book.first_seed, n: book.seeds, way,
    ways: END_WORDS.map((words) => say(words)),
    succeeds: (each) => each === 0,
    success: ["学会 XOR 的有", "have learned XOR"],
    book: ends === null ? null : {
      ways, isAlike: (seed, end) => way(end) === ways[seed], checksum: checksumOf(book, choice),
    },
  };
}

const checksumOf = (book: Book, { activation, width, method, loss }: Choice): string =>
  book.settings.find((each) =>
    each.activation === activation && each.width === width && each.method === method && each.loss === loss)!.checksum;

export function xorTaken(book: Book, choice: Choice): Taken {
  const run = runOf(book, choice);
  const answers = choice.loss === "squared" ? "outputs(layers)" : "torch.sigmoid(outputs(layers))";
  const { seed, ...others } = fieldsOf(choice);
  return {
    file: `xor_seed_${seed}`,
    title: `XOR, ${Object.entries(others).map(([name, value]) => `${name} ${value}`).join(", ")}.`,
    run, start: initial(run.widths, run.init, book.first_seed + choice.seed),
    called: say(["种子 {seed}", "seed {seed}"], { seed: choice.seed }),
    success: {
      words: say(["四个答案与目标都相差不到 {margin}。", "All four answers are nearer than {margin} to their targets."], {
        margin: book.margin,
      }),
      code: `((${answers} - Y).abs() < ${book.margin}).all((1, 2))`,
    },
  };
}
