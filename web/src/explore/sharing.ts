/** Choose a function of three bits and the rows that are known: what is settled, and what nets guess. */
import type { Fields } from "../kit/address.ts";
import { report } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html, set } from "../kit/dom.ts";
import { offer, type Place } from "../kit/explorable.ts";
import { Trail } from "../kit/history.ts";
import { stage, stories } from "../kit/stage.ts";
import { say, type Pair } from "../kit/words.ts";
import type { Explorable as Book } from "../records/no_learner_beats_half_on_average.ts";
import {
  answersOf, averageShare, bitsOf, caseOf, familyOf, FUNCTIONS, functionOf, rightShare, ROWS, saying,
  unseenBeside, type TableBit,
} from "./sharing/table.ts";

const FIGURE = "no_learner_beats_half_on_average";
interface State {
  answers: TableBit[];
  known: number[];
}
const START: State = { answers: answersOf(240), known: [0, 3, 5, 6] };

/** Of each net of the record its name, and the colour that it has in the figure. */
const NETS: Readonly<Record<string, readonly [Pair, string]>> = {
  linear: [["无隐藏层", "no layer"], "extra"],
  shallow: [["8", "8"], "shallow"],
  deep: [["2 + 3", "2 + 3"], "deep"],
  memory: [["独热 8", "one-hot 8"], "exact"],
  "deep memory": [["独热 2 + 3", "one-hot 2 + 3"], "exact"],
};
const STORIES: readonly (readonly [Pair, number, readonly number[]])[] = [
  [["一位：看过四行", "One bit, four rows seen"], 240, [0, 3, 5, 6]],
  [["多数", "Majority"], 232, [0, 3, 5, 6]],
  [["奇偶：全猜错", "Parity: all wrong"], 150, [0, 3, 5, 6]],
  [["奇偶，换四行", "Parity, other rows"], 150, [0, 1, 2, 3]],
];
const FAMILIES: Readonly<Record<string, Pair>> = {
  "one bit": ["一位的函数", "functions of one bit"],
  majority: ["多数", "the majority"],
  parity: ["奇偶", "parity"],
};

const percent = (share: number): string => `${Math.round(100 * share)}%`;

function parsed(fields: Fields | null): State {
  const [number, rows] = [Number(fields?.f ?? NaN), fields?.known ?? "x"];
  const isFunction = Number.isInteger(number) && number >= 0 && number < FUNCTIONS;
  const isChoice = /^[0-7]{0,8}$/.test(rows) && new Set(rows).size === rows.length;
  if (!isFunction || !isChoice) return START;
  return { answers: answersOf(number), known: [...rows].map(Number).sort() };
}

const addressOf = ({ answers, known }: State): Fields => ({
  f: String(functionOf(answers)), known: known.join(""),
});

/** What is left open, in words. */
function told({ answers, known }: State, book: Book): string {
  const left = 2 ** (ROWS - known.length);
  const parts = { known: known.length, left, half: left / 2, want: book.known };
  if (known.length === ROWS) {
    return say([
      "八行都看过了，只剩这一个函数；没有要猜的。",
      "All eight rows are known, and one function is left. There is nothing to guess.",
    ]);
  }
  const open = say([
    "看过 {known} 行，还剩 {left} 个函数；没见过的每一行，都是 {half} 个说 0，{half} 个说 1。",
    "{known} rows are known and {left} functions are left. At every unseen row {half} of them say 0 and " +
      "{half} say 1. ",
  ], parts);
  if (known.length !== book.known) {
    return open + say(["看网络怎么猜：选 {want} 行。", "To see what nets guess, choose {want} rows."], parts);
  }
  const unseen = unseenBeside(known);
  const deep = book.nets.find(({ name }) => name === "deep")!;
  const ones = saying(deep.guesses, caseOf(known, answers), unseen.length);
  const share = percent(rightShare(ones, book.starts, unseen.map((row) => answers[row]!)));
  const mean = percent(averageShare(ones, book.starts));
  const guessed = say([
    "对你这个函数，2 + 3 的网络对 {share}；对这 {left} 个函数取平均，恰好 {mean}。",
    "Of your function the net of 2 + 3 units gets {share} right; averaged over the {left}, exactly {mean}. ",
  ], { ...parts, share, mean });
  const family = familyOf(functionOf(answers));
  if (!family) return open + guessed;
  const whole = { kind: say(FAMILIES[family]!), whole: percent(deep.accuracy[family]!) };
  return open + guessed + say([
    "书中对所有选法平均，{kind}上它对 {whole}。",
    "In the book, over all choices of rows, it gets {whole} of {kind} right.",
  ], whole);
}

/** A switch with a sign that does not move as it changes. */
function toggle(kind: string, label: string, press: () => void): HTMLElement {
  const made = html("button", {
    type: "button", role: "switch", class: `dl-sharing__${kind}`, "aria-label": label,
  });
  made.addEventListener("click", press);
  return made;
}

interface Line {
  readonly answer: HTMLElement;
  readonly known: HTMLElement;
  readonly left: HTMLElement;
  readonly guesses: readonly HTMLElement[];
}

offer("sharing", ({ root, records: { [FIGURE]: book } }: Place<typeof FIGURE>) => {
  const trail = new Trail("sharing", (fields) => {
    state = parsed(fields);
    show();
    trail.note(addressOf(state));
  });
  let state = parsed(trail.asked);
  const status = report();
  const line = command();

  const change = (next: State) => {
    state = next;
    show();
    trail.move(addressOf(state), true);
  };
  const flip = (row: number) => change({
    ...state, answers: state.answers.map((each, i) => (i === row ? ((1 - each) as TableBit) : each)),
  });
  const know = (row: number) => change({
    ...state,
    known: state.known.includes(row)
      ? state.known.filter((each) => each !== row)
      : [...state.known, row].sort(),
  });

  const lines: Line[] = [];
  const body = html("tbody");
  for (let row = 0; row < ROWS; row += 1) {
    const bits = bitsOf(row);
    const made: Line = {
      answer: toggle("answer", say(["{bits} 的答案", "answer of {bits}"], { bits }), () => flip(row)),
      known: toggle("known", say(["给网络看 {bits}", "show {bits} to the nets"], { bits }), () => know(row)),
      left: html("td"),
      guesses: book.nets.map(() => html("td")),
    };
    lines.push(made);
    body.append(html("tr", {},
      html("th", { scope: "row" }, bits), html("td", {}, made.answer), html("td", {}, made.known),
      made.left, ...made.guesses));
  }
  const names = book.nets.map(({ name }) => {
    const [words, role] = NETS[name]!;
    return html("th", { scope: "col", style: `color: var(--fig-${role})` }, say(words));
  });
  const heads: readonly Pair[] = [
    ["输入", "input"], ["答案", "answer"], ["给看", "shown"], ["说 1 的函数", "functions saying 1"],
  ];
  const head = html("thead", {}, html("tr", {},
    ...heads.map((words) => html("th", { scope: "col" }, say(words))), ...names));
  const right = book.nets.map(() => html("td"));
  const mean = book.nets.map(() => html("td"));
  const foot = html("tfoot", {},
    html("tr", {}, html("th", { scope: "row", colspan: 4 }, say(["没见过的行答对", "unseen rows right"])), ...right),
    html("tr", {}, html("th", { scope: "row", colspan: 4 }, say(["对剩下的函数平均", "averaged over what is left"])), ...mean));
  const caption = html("caption", { class: "dl-unseen" }, say([
    "每个网络从各个起点猜 1 的比例", "Share of random starts from which each net says 1",
  ]));
  const table = html("table", { class: "dl-sharing" }, caption, head, body, foot);

  const show = () => {
    const { answers, known } = state;
    const unseen = unseenBeside(known);
    const isCase = known.length === book.known;
    const left = 2 ** unseen.length;
    const place = isCase ? caseOf(known, answers) : 0;
    const said = book.nets.map(({ guesses }) => (isCase ? saying(guesses, place, unseen.length) : []));
    lines.forEach((each, row) => {
      const isKnown = known.includes(row);
      set(each.answer, { "aria-checked": answers[row] ? "true" : "false" });
      each.answer.textContent = String(answers[row]);
      set(each.known, { "aria-checked": isKnown ? "true" : "false" });
      each.known.textContent = isKnown ? "✓" : "·";
      each.left.textContent = isKnown
        ? say(["{n} / {left}", "{n} of {left}"], { n: answers[row] ? left : 0, left })
        : say(["{n} / {left}", "{n} of {left}"], { n: left / 2, left });
      each.guesses.forEach((cell, net) => {
        const ones = said[net]![unseen.indexOf(row)];
        const isGuess = !isKnown && ones !== undefined;
        cell.textContent = isGuess ? percent(ones / book.starts) : "";
        const share = isGuess ? (answers[row] ? ones : book.starts - ones) / book.starts : NaN;
        const mark = !isGuess ? "" : share > 0.5 ? "dl-sharing__right" : share < 0.5 ? "dl-sharing__wrong" : "";
        set(cell, { class: mark });
      });
    });
    const truth = unseen.map((row) => answers[row]!);
    said.forEach((ones, net) => {
      right[net]!.textContent = isCase ? percent(rightShare(ones, book.starts, truth)) : "";
      mean[net]!.textContent = isCase ? percent(averageShare(ones, book.starts)) : "";
    });
    status.tell(told(state, book));
    const run = `dlbook run ${FIGURE} --replay net=deep function=${functionOf(answers)} known=${known.join(",")}`;
    line.show(known.length > 0 ? run : null);
  };
  const openings = stories(STORIES.map(([words, number, known]) => [words, () => {
    state = { answers: answersOf(number), known: [...known] };
    show();
    trail.choose(addressOf(state));
  }] as const));
  stage(root, "sharing", {
    controls: [openings, table], // which shows beside each switch what it does
    answer: [status.element],
    more: [],
    foot: [line.element],
  });
  show();
  trail.note(addressOf(state));
});
