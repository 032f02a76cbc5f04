/** Every seed of one setting of XOR, trained anew before the reader's eyes: home's map. */
import { ready } from "../engine/arithmetic.ts";
import type { Ended } from "../engine/many.ts";
import { button, report, row } from "../kit/controls.ts";
import { set, svg } from "../kit/dom.ts";
import { percent } from "../kit/format.ts";
import { offerPlain } from "../kit/offer.ts";
import { SeedTraining } from "../kit/seed_training.ts";
import type { Place } from "../kit/shared.ts";
import { say, WORDS, type Pair } from "../kit/words.ts";
import { differing, hasLearned, shownSetting, squares } from "./home/map.ts";

const NAME = "home";
const FIGURE = "finding_xor_takes_luck_or_width";
const GOING: Pair = [
  "你的机器已经训练完 {n} / {all} 次：学会 {learned} 次，占 {share}。书里一共学会 {book} 次。",
  "Your machine has trained {n} of {all}: {learned} learned, {share}. In the book {book} did.",
];
const SAME: Pair = [
  "{all} 次训练完了：学会 {learned} 次，占 {share}。每一格都与书里相同。",
  "All {all} are trained: {learned} learned, {share}. Every square ended as in the book.",
];
const OTHER: Pair = [
  "{all} 次训练完了：学会 {learned} 次，占 {share}。有 {other} 格与书里不同。",
  "All {all} are trained: {learned} learned, {share}. {other} squares ended otherwise than in the book.",
];
const AGAIN: Pair = ["再来一遍", "Once more"];

offerPlain(NAME, ({ root, records: { [FIGURE]: book } }: Place<typeof FIGURE>) => {
  const picture = root.parentElement!.querySelector<SVGSVGElement>(".dl-map")!;
  const setting = shownSetting(book);
  const status = report();
  const pause = button(WORDS.pause, () =>
    training.state === "paused" ? training.resume() : training.pause());
  const again = button(AGAIN, start);
  const paths = (["waiting", "failed", "learned"] as const).map((kind) =>
    svg("path", { class: `dl-map__${kind}` }));
  /** By seed: whether it learned, null before it has ended. */
  let ended: (boolean | null)[] = [];

  const training = new SeedTraining({
    came(ends) {
      for (const end of ends) note(end);
      draw();
      tell();
    },
    failed: (message) => status.tell(say(WORDS.failed, { message })),
    changed(state) {
      pause.show(state === "paused" ? WORDS.resume : WORDS.pause);
      pause.element.hidden = state === "done" || state === "idle";
      again.element.hidden = state !== "done";
      if (state === "done") tell();
    },
  });

  function note({ seed, flat, loss }: Ended): void {
    ended[seed - book.first_seed] = hasLearned(book, setting.run, Number.isFinite(loss) ? flat : null);
  }

  function start(): void {
    ended = Array.from(setting.ends, () => null);
    picture.replaceChildren(...paths);
    draw();
    training.start(setting.run, ended.map((_, seed) => book.first_seed + seed));
  }

  function draw(): void {
    [null, false, true].forEach((kind, k) => set(paths[k]!, { d: squares(ended, kind) }));
  }

  function tell(): void {
    const n = ended.filter((each) => each !== null).length;
    const learned = ended.filter(Boolean).length;
    const other = differing(ended, setting.ends);
    const all = ended.length;
    const words = n < all ? GOING : other ? OTHER : SAME;
    const share = n ? percent(learned / n, 1) : "–";
    const inBook = [...setting.ends].filter((end) => end === "0").length;
    status.tell(say(words, { n, all, learned, share, other, book: inBook }));
  }

  root.parentElement!.querySelector(".dl-map__told")?.remove();
  root.append(status.element, row(pause, again));
  // What nobody sees waits, as it does where the page is in the background.
  let outOfSight = false;
  new IntersectionObserver(([entry]) => {
    if (!entry!.isIntersecting && training.state === "running") {
      outOfSight = true;
      training.pause();
    } else if (entry!.isIntersecting && outOfSight) {
      outOfSight = false;
      training.resume();
    }
  }).observe(picture);
  start();
}, ready);
