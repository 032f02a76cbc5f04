/** Capacity against data: drag the number of features across the peak, and draw new data. */
import { LAST_SEED, whole, type Fields } from "../kit/address.ts";
import { ready } from "../engine/arithmetic.ts";
import { checksum } from "../engine/checksum.ts";
import { button, choice, counter, report, row, slider } from "../kit/controls.ts";
import { command } from "../kit/command.ts";
import { html } from "../kit/dom.ts";
import { offer, type Place } from "../kit/explorable.ts";
import { number } from "../kit/format.ts";
import { Trail } from "../kit/history.ts";
import { Plot, type Point } from "../kit/plot.ts";
import { captioned, legend, stage, stories } from "../kit/stage.ts";
import { say, type Pair } from "../kit/words.ts";
import type { Explorable as Book } from "../records/error_peaks_where_a_fit_becomes_exact.ts";
import { Draw, NotOfFullRank, type Fit } from "./capacity/fits.ts";

const FIGURE = "error_peaks_where_a_fit_becomes_exact";
const NOISES = ["0", "0.1", "0.5", "1"] as const;
type Noise = (typeof NOISES)[number];
const [FLOOR, CEILING] = [0.003, 3000]; // of the errors shown
const STOPS = 120;
const LIMIT = 6; // of the answers shown: three times as far as nearly all truths lie
const STORIES: readonly (readonly [Pair, Partial<State>])[] = [
  [["太少", "Too few"], { p: 5 }],
  [["第一个谷底", "The first valley"], { p: 20 }],
  [["正好一样多", "Exactly as many"], { p: 60 }],
  [["多得多", "Many more"], { p: 1000 }],
  [["没有噪声", "No noise"], { p: 60, noise: "0" }],
];

interface State {
  readonly p: number;
  readonly seed: number;
  readonly noise: Noise;
}

/** A draw, and its errors at every number of features that the book shows. */
interface Seen {
  readonly draw: Draw;
  readonly train: readonly Point[];
  readonly test: readonly Point[];
  /** Whether the test errors are the book's own; null where the book has not drawn so. */
  readonly isBooks: boolean | null;
}

function parsed(fields: Fields | null, { features, points }: Book): State {
  const noise = NOISES.find((each) => each === fields?.noise) ?? "0.5";
  return {
    p: whole(fields?.p, features[0]!, features.at(-1)!, points),
    seed: whole(fields?.seed, 0, LAST_SEED, 0),
    noise,
  };
}

const fieldsOf = ({ p, seed, noise }: State): Fields => ({ p: String(p), seed: String(seed), noise });

function seen({ seed, noise }: State, book: Book): Seen {
  const { features, points, inputs, test } = book;
  const draw = new Draw({ points, inputs, test, most: features.at(-1)! }, book.first_seed + seed, Number(noise));
  const fits = features.map((p) => draw.fit(p));
  const recorded = Number(noise) === book.noise ? book.checksums[seed] : undefined;
  return {
    draw,
    train: features.map((p, i): Point => [p, fits[i]!.train]).filter(([p]) => p < points),
    test: features.map((p, i): Point => [p, fits[i]!.test]),
    isBooks: recorded === undefined ? null : checksum(fits.map((fit) => fit.test)) === recorded,
  };
}

/** What is in the pictures, in words. */
function told({ p, seed, noise }: State, fit: Fit, now: Seen, { points: n }: Book): string {
  const parts = {
    p, n, seed, noise, train: p < n ? number(fit.train) : "0", test: number(fit.test), length: number(fit.length),
  };
  const where = p < n
    ? say([
      "{p} 个特征，{n} 个数据：跟不上所有数据，训练误差 {train}，测试误差 {test}。",
      "{p} features for {n} data cannot follow them all: training error {train}, test error {test}. ",
    ], parts)
    : p === n
      ? say([
        "{p} 个特征，{n} 个数据：恰好只有一种系数能全部拟合，没得选。训练误差是 0，测试误差 {test}。",
        "{p} features for {n} data: exactly one fit, and no choice. Training error 0, test error {test}. ",
      ], parts)
      : say([
        "{p} 个特征，{n} 个数据：全部拟合的办法有许多种，取最短的。训练误差是 0，测试误差 {test}。",
        "{p} features for {n} data: of many exact fits, the shortest. Training error 0, test error {test}. ",
      ], parts);
  const long = say(["系数的长度是 {length}。", "The coefficients have length {length}. "], parts);
  const books = now.isBooks === null
    ? say(["这一次抽样是你自己的。", "This draw is your own."])
    : now.isBooks
      ? say(["这是书中的抽样，测试误差与记录一个二进制位也不差。", "This draw is the book’s, its test errors equal to the record to the bit."])
      : say(["这是书中的抽样，测试误差却与记录不同。", "This draw is the book’s, and its test errors differ from the record."]);
  return where + long + books;
}

const held = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const shown = ([p, error]: Point): Point => [p, held(error, FLOOR, CEILING)];

offer("capacity", ({ root, records: { [FIGURE]: book } }: Place<typeof FIGURE>) => {
  const { features, points: n } = book;
  const [least, most] = [features[0]!, features.at(-1)!];
  const places = stops(features);
  const trail = new Trail("capacity", (fields) => {
    become(parsed(fields, book));
    trail.note(fieldsOf(state));
  });
  let state = parsed(trail.asked, book);
  let now = seen(state, book);
  let fit = now.draw.fit(state.p);

  const become = (part: Partial<State>) => {
    const old = state;
    state = { ...state, ...part };
    if (old.seed !== state.seed || old.noise !== state.noise) now = seen(state, book);
    fit = fitted(now.draw, state.p);
    show();
  };
  const choose = (part: Partial<State>) => {
    become(part);
    trail.choose(fieldsOf(state));
  };
  const move = (p: number, settled: boolean) => {
    become({ p: Math.round(held(p, least, most)) });
    trail.move(fieldsOf(state), settled);
  };

  const errors = new Plot(
    say(["误差对特征数", "Errors by the number of features"]), (width) => held(0.7 * width, 210, 400),
    () => ({
      x: { domain: [least / 1.05, most * 1.05], log: true, ticks: [5, 10, 20, n, 200, 1000], words: String,
           label: say(["特征数 p", "features p"]) },
      y: { domain: [FLOOR, CEILING], log: true, label: say(["均方误差", "mean squared error"]) },
    }),
    (plot) => {
      const [low, median, high] = book.band as [number[], number[], number[]];
      if (Number(state.noise) === book.noise) {
        plot.band("band", features.map((p, i) => [p, shown([p, low[i]!])[1], shown([p, high[i]!])[1]]), { role: "grid" });
        plot.line("median", features.map((p, i) => shown([p, median[i]!])), { role: "ink", width: 1.2, dash: "6 4" });
      }
      plot.line("equal", [[n, FLOOR], [n, CEILING]], { role: "line", width: 1, dash: "2 4" });
      plot.text("equal words", [n, CEILING], "p = n", { role: "muted", dx: 6, dy: 8 });
      plot.clipped("train", now.train.filter(([, error]) => error > FLOOR), { role: "extra", width: 2, dash: "6 3" });
      plot.line("test", now.test.map(shown), { role: "shallow", width: 2 });
      plot.line("here", [[state.p, FLOOR], [state.p, CEILING]], { role: "ink", width: 1 });
      plot.dots("test here", [shown([state.p, fit.test])], { role: "shallow", radius: 5 });
      if (fit.train > FLOOR) plot.dots("train here", [[state.p, fit.train]], { role: "extra", radius: 5 });
      plot.handle("p", {
        at: [state.p, Math.sqrt(FLOOR * CEILING) / 30], role: "ink", step: [1, 0],
        range: [[least, most], [FLOOR, FLOOR]],
        label: say(["特征数", "Number of features"]),
        words: [say(["{p} 个特征", "{p} features"], { p: state.p }), ""],
        move: (p, _, settled) => move(p, settled),
      });
    },
  );
  const answers = new Plot(
    say(["没见过的点：答案对真相", "Points not seen: answers against the truth"]), (width) => held(0.72 * width, 190, 260),
    () => ({
      x: { domain: [-LIMIT / 2, LIMIT / 2], ticks: [-2, 0, 2], label: say(["真相（带噪声）", "truth, with noise"]) },
      y: { domain: [-LIMIT, LIMIT], ticks: [-5, 0, 5], label: say(["模型的答案", "the model’s answer"]) },
    }),
    (plot) => {
      const pairs = [...fit.answers.slice(n)].map((answer, i): Point => [now.draw.y[n + i]!, answer]);
      const far = pairs.filter(([, answer]) => Math.abs(answer) > LIMIT);
      plot.line("right", [[-LIMIT / 2, -LIMIT / 2], [LIMIT / 2, LIMIT / 2]], { role: "line", width: 3 });
      plot.dots("near", pairs.filter(([x, y]) => Math.abs(y) <= LIMIT && Math.abs(x) <= LIMIT / 2), {
        role: "shallow", radius: 2.2,
      });
      plot.crosses("far", far.filter(([x]) => Math.abs(x) <= LIMIT / 2).map(([x, y]): Point => [x, LIMIT * Math.sign(y)]), {
        role: "ink", radius: 3,
      });
      beyond.textContent = far.length === 0
        ? say(["没有一个答案出了图。", "No answer lies beyond the picture."])
        : say(["{far} 个答案出了图（叉号），共 {all} 个。", "{far} of {all} answers lie beyond the picture (crosses)."], {
          far: far.length, all: pairs.length,
        });
    },
  );
  const beyond = html("p", { class: "dl-capacity__beyond" });
  const seenPicture = captioned(["没见过的点上", "At points not seen"], answers.element, beyond).element;
  seenPicture.classList.add("dl-capacity__seen");
  const status = report();
  const line = command();
  const count = slider(
    ["特征数 p", "Features p"],
    { min: 0, max: places.length - 1, words: () => String(state.p) },
    nearest(places, state.p),
    (at, settled) => move(places[at]!, settled),
  );
  const noise = choice<Noise>(
    ["噪声", "Noise"], NOISES.map((each) => [each, [each, each]] as const), state.noise, (each) => choose({ noise: each }),
  );
  const seed = counter(["抽样", "Draw"], { min: 0, max: LAST_SEED }, state.seed, (each) => choose({ seed: each }));
  const again = button(["换一批数据", "Draw new data"], () => choose({ seed: (state.seed + 1) % LAST_SEED }));

  const show = () => {
    count.show(nearest(places, state.p));
    noise.show(state.noise);
    seed.show(state.seed);
    errors.draw();
    answers.draw();
    status.tell(told(state, fit, now, book));
    line.show(`dlbook run ${FIGURE} --set noise=${state.noise}`);
  };
  stage(root, "capacity", {
    controls: [
      row(count, again, seed, noise),
      stories(STORIES.map(([words, part]) => [words, () => choose({ noise: "0.5", ...part })])),
    ],
    answer: [captioned(["误差：拖动竖线", "Errors: drag the upright line"], errors.element).element],
    more: [
      seenPicture,
      html("div", { class: "dl-capacity__said" }, status.element, legend([
        ["mine", ["这一次抽样的测试误差", "test error of this draw"]],
        ["ramp-broken", ["它的训练误差（p = n 起是 0）", "its training error (0 from p = n on)"]],
        ["median", ["书中各次抽样的中位数", "median of the book’s draws"]],
        ["all", ["其中间的八成", "the middle eight tenths of them"]],
        ["target", ["答案等于真相", "answer and truth are equal"]],
      ])),
    ],
    foot: [line.element],
  });
  show();
  trail.note(fieldsOf(state));
}, ready);

/** Numbers of features on the way from the least to the most, in nearly equal ratios, the book's among them. */
function stops(features: readonly number[]): number[] {
  const [least, most] = [features[0]!, features.at(-1)!];
  const between = Array.from({ length: STOPS }, (_, i) => Math.round(least * (most / least) ** (i / (STOPS - 1))));
  return [...new Set([...features, ...between])].sort((a, b) => a - b);
}

/** Which of the places is nearest, by ratio. */
const nearest = (places: readonly number[], p: number): number =>
  places.reduce((best, each, i) =>
    Math.abs(Math.log(each / p)) < Math.abs(Math.log(places[best]! / p)) ? i : best, 0);

/** A fit where there is one: some numbers of features between those of the book may have none. */
function fitted(draw: Draw, p: number): Fit {
  try {
    return draw.fit(p);
  } catch (error) {
    if (!(error instanceof NotOfFullRank)) throw error;
    return { train: Infinity, test: Infinity, answers: new Float64Array(draw.y.length).fill(NaN), length: Infinity };
  }
}
