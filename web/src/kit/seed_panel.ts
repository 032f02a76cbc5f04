/**
 * All seeds of a setting, trained while the reader watches: how they end, what share of them succeeds,
 * and, where the book has trained the setting, whether they end as its record says.
 */
import type { Samples } from "../engine/data.ts";
import { checksum } from "../engine/checksum.ts";
import type { Ended } from "../engine/many.ts";
import type { Run } from "../engine/train.ts";
import { button, report, row } from "./controls.ts";
import { html, set } from "./dom.ts";
import { grouped, percent } from "./format.ts";
import { Plot } from "./plot.ts";
import { SeedTraining, type StartOf } from "./seed_training.ts";
import { rate, type Share } from "./shares.ts";
import type { Phase } from "./waiting.ts";
import { say, WORDS, type Pair } from "./words.ts";

/** What is asked of the seeds of a setting. */
export interface SeedQuestion {
  /** Which setting it is; another one is trained anew. */
  readonly key: string;
  readonly run: Run;
  readonly given?: Samples | undefined;
  readonly startOf?: StartOf | undefined;
  /** The seeds are first … first + n - 1; the reader calls them 0 … n - 1. */
  readonly first: number;
  readonly n: number;
  /** In which ways a seed may end, and which of them count as success. */
  readonly ways: readonly string[];
  readonly succeeds: (way: number) => boolean;
  readonly way: (end: Ended) => number;
  /** What a success is called: "{k} of them {success}". */
  readonly success: Pair;
  readonly book: {
    /** How each of its seeds ended, and whether one that ended here ended alike. */
    readonly ways: readonly number[];
    readonly isAlike: (seed: number, end: Ended) => boolean;
    readonly checksum: string;
  } | null;
}

const FRAME = 120; // milliseconds between two pictures
const GO: Record<Phase, Pair> = {
  idle: ["全部训练", "Train them all"], running: WORDS.pause, paused: WORDS.resume,
  done: ["再全部训练一遍", "Train them all again"],
};

export interface SeedPanel {
  readonly element: HTMLElement;
  /** Look at the setting again: another one begins with nothing trained. */
  show(): void;
}

export function seedPanel(ask: () => SeedQuestion): SeedPanel {
  let question = ask();
  let ends: (Ended | null)[] = [];
  let ways: number[] = []; // of the seeds that have ended, in the order in which they came
  let course: Share[] = [];
  let alike = 0;
  let drawn = 0;
  let clock = { since: 0, before: 0 }; // milliseconds, pauses left out

  const training = new SeedTraining({
    came(found) {
      for (const end of found) count(end);
      if (performance.now() - drawn > FRAME || ways.length === question.n) draw();
    },
    failed: (message) => status.tell(say(WORDS.failed, { message })),
    changed(phase) {
      const now = performance.now();
      if (phase === "running") clock.since = now;
      else clock.before += now - clock.since;
      buttons(phase);
      if (phase === "running") status.tell(say(["正在你的机器上训练……", "Training on your machine…"]));
      if (phase === "paused") status.tell(say(["已暂停。", "Paused."]));
      if (phase === "done") status.tell(verdict());
      draw();
    },
  });

  function count(end: Ended): void {
    const seed = end.seed - question.first;
    ends[seed] = end;
    ways.push(question.way(end));
    if (question.book?.isAlike(seed, end)) alike += 1;
    course.push(rate(ways.filter(question.succeeds).length, ways.length));
  }

  function forget(): void {
    [ends, ways, course, alike] = [new Array<null>(question.n).fill(null), [], [], 0];
    clock = { since: performance.now(), before: 0 };
  }

  const bookShare = (): Share | null =>
    question.book && rate(question.book.ways.filter(question.succeeds).length, question.book.ways.length);

  // --- Words ------------------------------------------------------------------------------------

  /** Of none and of all there are no tenths. */
  const part = (share: number) => percent(share, share === 0 || share === 1 ? 0 : 1);
  const interval = ({ low, high }: Share) =>
    say(["95% 区间 {low} 到 {high}", "95% interval {low} to {high}"], {
      low: part(low), high: part(high),
    });

  function shareWords(): string {
    const { n, success } = question;
    const now = course.at(-1);
    if (!now) {
      return say(["共 {n} 个种子，还没有训练。", "{n} seeds, none of them trained yet."], { n: grouped(n) });
    }
    const words: Pair = now.n === n
      ? ["这里 {n} 个种子里{success} {passed} 个：{share}，{interval}。",
          "Here {passed} of {n} seeds {success}: {share}, {interval}."]
      : ["到现在 {done} 个种子（共 {n} 个）里{success} {passed} 个：{share}，{interval}。",
          "So far {passed} of {done} seeds (of {n}) {success}: {share}, {interval}."];
    return say(words, {
      done: grouped(now.n), n: grouped(n), passed: grouped(now.passed), success: say(success),
      share: part(now.share), interval: interval(now),
    });
  }

  function bookWords(): string {
    const share = bookShare();
    if (!share) {
      return say([
        "书里没有训练过这个设定，没有记录可比。", "The book has not trained this setting: there is no record to compare with.",
      ]);
    }
    const parts = {
      passed: grouped(share.passed), n: grouped(share.n), share: part(share.share), interval: interval(share),
      success: say(question.success), done: grouped(ways.length), alike: grouped(alike),
    };
    const record = say([
      "书中 {n} 个种子里{success} {passed} 个：{share}，{interval}。",
      "The book: {passed} of {n} {success}: {share}, {interval}. ",
    ], parts);
    return !ways.length ? record : record + say([
      "到现在，{done} 个里有 {alike} 个和书中同一个种子的结果一样。",
      "So far {alike} of {done} have ended as the same seed did in the book.",
    ], parts);
  }

  /** What is said when all have ended. */
  function verdict(): string {
    const { book, n } = question;
    const all = shareWords();
    if (!book) return all;
    const sum = checksum(ends.map((end) => end?.loss ?? NaN));
    const parts = { n: grouped(n), others: grouped(n - alike), sum, book: book.checksum };
    if (alike === n && sum === book.checksum) {
      return all + say([
        "{n} 个种子全部和书中一样：最后的损失逐位相同（校验和 {sum}）。",
        " All {n} seeds have ended as in the book: their final losses are equal to the last bit (checksum {sum}).",
      ], parts);
    }
    return all + say([
      "本该与书中逐位相同，可是有 {others} 个种子的结果不同，校验和是 {sum}，书中是 {book}：一定有什么地方错了。",
      " They should be equal to the book’s to the last bit. {others} seeds have ended otherwise, and the checksum " +
        "is {sum} where the book’s is {book}: something is wrong.",
    ], parts);
  }

  function timeWords(): string {
    if (training.state !== "running" || !ways.length) return "";
    const spent = clock.before + performance.now() - clock.since;
    const seconds = Math.ceil((spent / ways.length) * (question.n - ways.length) / 1000);
    return say(["大约还要 {seconds} 秒", "about {seconds} s to go"], { seconds });
  }

  // --- Pictures ---------------------------------------------------------------------------------

  /** The most that the picture of shares shows; the first few seeds leap beyond it. */
  const top = (): number => {
    const highs = [bookShare(), course.at(-1)].flatMap((each) => (each ? [each.high] : []));
    return highs.length ? Math.min(1, 1.5 * Math.max(...highs)) : 1;
  };

  const plot = new Plot(
    say(["成功的比例，随训练过的种子数", "Share of success, by the number of seeds trained"]), 150,
    () => ({
      x: { domain: [0, question.n], label: say(["训练过的种子", "seeds trained"]) },
      y: {
        domain: [0, top()], words: (share) => percent(share),
        label: question.book
          ? say(["比例和区间：这里（实线），书中（虚线）", "share and interval: here (solid), the book (dashed)"])
          : say(["比例和区间", "share and interval"]),
      },
    }),
    (each) => {
      const book = bookShare();
      const { n } = question, most = top(), held = (share: number) => Math.min(most, share);
      each.band("interval", course.map(({ n: k, low, high }) => [k, held(low), held(high)] as const), { role: "grid" });
      each.line("share", course.map(({ n: k, share }) => [k, held(share)] as const), { role: "ink", width: 2 });
      if (book) each.line("book", [[0, book.share], [n, book.share]], { role: "muted", width: 1.6, dash: "6 4" });
    },
  );

  const table = html("table", { class: "dl-seeds__table" });

  function tabulate(): void {
    const { ways: words, book } = question;
    const here = words.map((_, way) => ways.filter((each) => each === way).length);
    const there = words.map((_, way) => book?.ways.filter((each) => each === way).length ?? 0);
    const bar = (name: string, share: number) =>
      html("span", { class: `dl-seeds__bar dl-seeds__${name}`, style: `width: ${(100 * share).toFixed(1)}%` });
    const shareOf = (counts: readonly number[], way: number) =>
      counts[way]! / Math.max(1, counts.reduce((sum, each) => sum + each, 0));
    const told = (counts: readonly number[], way: number) =>
      html("td", {}, `${grouped(counts[way]!)} `, html("small", {}, part(shareOf(counts, way))));
    const heads = [["怎样结束", "How it ended"], ["这里", "here"], ...(book ? [["书中", "the book"]] : [])];
    table.replaceChildren(
      html("thead", {}, html("tr", {}, ...heads.map((pair) =>
        html("th", { scope: "col" }, say(pair as unknown as Pair))), html("td", { "aria-hidden": "true" }))),
      html("tbody", {}, ...words.flatMap((name, way) => here[way]! + there[way]! === 0 ? [] : [html("tr", {},
        html("th", { scope: "row" }, name), told(here, way), ...(book ? [told(there, way)] : []),
        html("td", { class: "dl-seeds__bars", "aria-hidden": "true" },
          bar("here", shareOf(here, way)), ...(book ? [bar("book", shareOf(there, way))] : [])))])),
    );
    table.hidden = !ways.length && !book;
  }

  function draw(): void {
    drawn = performance.now();
    set(bar, { value: ways.length, max: question.n });
    set(bar, { "aria-valuetext": `${ways.length} / ${question.n}` });
    told.textContent = shareWords();
    told.hidden = training.state === "done"; // then the verdict says it
    compared.textContent = bookWords();
    left.textContent = timeWords();
    tabulate();
    plot.draw();
  }

  // --- Putting it together ----------------------------------------------------------------------

  const go = button(GO.idle, () => {
    if (training.state === "running") training.pause();
    else if (training.state === "paused") training.resume();
    else begin();
  });
  const stop = button(WORDS.cancel, () => {
    training.cancel();
    status.tell(say(["已停下。", "Stopped. "]) + shareWords());
  });
  const bar = html("progress", { value: 0, max: 1, "aria-label": say(WORDS.progress) });
  const left = html("span", { class: "dl-seeds__left" });
  const told = html("p", { class: "dl-seeds__told" });
  const compared = html("p", { class: "dl-seeds__told" });
  const status = report();

  function begin(): void {
    forget();
    const { run, given, startOf, first, n } = question;
    training.start(run, Array.from({ length: n }, (_, seed) => first + seed), given, startOf);
  }

  function buttons(phase: Phase): void {
    go.show(GO[phase]);
    const isOn = phase === "running" || phase === "paused";
    // A button that is switched off would lose the focus to the top of the page.
    if (!isOn && document.activeElement === stop.element) go.element.focus({ preventScroll: true });
    stop.enable(isOn);
  }

  forget();
  buttons("idle");
  draw();
  return {
    element: html("div", { class: "dl-seeds" },
      html("p", {}, say([
        "用书中的初值，在你的机器上训练这个设定的全部种子：看分布怎样长出来，和书中的记录比一比。",
        "Trains all seeds of this setting on your machine, from the book’s own starts: watch the distribution " +
          "grow, and compare it with the record.",
      ])),
      row(go, stop, { element: left }), bar, status.element,
      html("div", { class: "dl-seeds__answer" }, html("div", {}, told, compared, table), plot.element)),
    show() {
      const next = ask();
      if (next.key !== question.key) {
        training.cancel();
        question = next;
        forget();
        status.tell("");
      } else question = next;
      draw();
    },
  };
}
