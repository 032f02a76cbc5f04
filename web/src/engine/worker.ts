/**
 * The engine in a worker: trains one run at a time, or many seeds of one, in slices, and answers
 * between them.
 *
 * In:  {do: "start", run, seed, record, given?, waits?} · {do: "many", run, seeds, given?, starts?, waits?}
 *      · {do: "pause"} · {do: "resume"} · {do: "cancel"}
 * Out: {step, losses, flats, flat, loss, done} after every slice of one run · {lost}
 *      · {ends, done} after every slice of many · {error}
 * `losses` and `flats` hold what came since the last message at the recorded steps, `ends` the seeds
 * that ended since then.
 */
import type { Samples } from "./data.ts";
import { Many, type Ended, type Starts } from "./many.ts";
import { Trainer, type Run } from "./train.ts";

export type Order =
  | { do: "start"; run: Run; seed: number; record: readonly number[]; given?: Samples; waits?: boolean }
  | { do: "many"; run: Run; seeds: readonly number[]; given?: Samples; starts?: Starts; waits?: boolean }
  | { do: "pause" | "resume" | "cancel" };

export interface Progress {
  step: number;
  loss: number;
  /** Parameters now. */
  flat: Float64Array;
  /** Of the recorded steps since the last message: their numbers, losses and parameters. */
  steps: number[];
  losses: number[];
  flats: Float64Array[];
  done: boolean;
}

/** The seeds of many that have ended since the last message. */
export interface Ends {
  ends: Ended[];
  done: boolean;
}

/** `lost` is the step after which a parameter, or a loss that was asked for, was not finite: there the run ends. */
export type Answer = Progress | Ends | { lost: number } | { error: string };

const SLICE = 25; // milliseconds: how soon an order is heard
const GLANCE = 2; // milliseconds from one look at the clock to the next
const port = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(answer: Answer): void;
};
type Job = () => Exclude<Answer, { error: string }>;
let advance: Job | null = null;
let timer = 0;

/** How many steps go from one glance at the clock to the next: found out on the way. */
class Pace {
  stretch = 1;
  private now = 0;
  private end = 0;

  begin(): void {
    this.now = performance.now();
    this.end = this.now + SLICE;
  }

  /** Whether the slice goes on. */
  get goesOn(): boolean {
    return this.now < this.end;
  }

  glance(): void {
    const before = this.now;
    this.now = performance.now();
    this.stretch = this.now - before < GLANCE ? 2 * this.stretch : Math.max(1, this.stretch >> 1);
  }
}

function one(order: Extract<Order, { do: "start" }>): Job {
  const { run, seed, record, given } = order;
  const trainer = new Trainer(run, seed, given);
  const pace = new Pace();
  let next = 0;
  return () => {
    const steps: number[] = [];
    const losses: number[] = [];
    const flats: Float64Array[] = [];
    const note = () => {
      for (; record[next] === trainer.step; next += 1) {
        steps.push(trainer.step);
        losses.push(trainer.mean());
        flats.push(trainer.flat);
      }
    };
    pace.begin();
    note();
    const isLost = () => trainer.isLost || !losses.every(Number.isFinite);
    while (trainer.step < run.steps && pace.goesOn && !isLost()) {
      const goal = Math.min(run.steps, record[next] ?? run.steps);
      trainer.train(Math.min(pace.stretch, goal - trainer.step));
      if (!trainer.isLost) note();
      pace.glance();
    }
    const { step, flat } = trainer;
    const loss = trainer.mean(), done = step >= run.steps;
    if (isLost() || (done && !Number.isFinite(loss))) return { lost: step };
    return { step, loss, flat, steps, losses, flats, done };
  };
}

function many({ run, seeds, given, starts }: Extract<Order, { do: "many" }>): Job {
  const all = new Many(run, seeds, given, undefined, starts);
  const pace = new Pace();
  return () => {
    const ends: Ended[] = [];
    pace.begin();
    while (!all.isDone && pace.goesOn) {
      const end = all.advance(pace.stretch);
      if (end) ends.push(end);
      pace.glance();
    }
    return { ends, done: all.isDone };
  };
}

function slice(): void {
  try {
    const answer = advance!();
    port.postMessage(answer);
    if ("lost" in answer || answer.done) advance = null;
    else timer = setTimeout(slice) as unknown as number;
  } catch (error) {
    advance = null;
    port.postMessage({ error: (error as Error).message });
  }
}

port.onmessage = ({ data }) => {
  clearTimeout(timer);
  if (data.do === "cancel") advance = null;
  if (data.do === "start" || data.do === "many") {
    try {
      advance = data.do === "start" ? one(data) : many(data);
    } catch (error) {
      port.postMessage({ error: (error as Error).message });
      return;
    }
  }
  const waits = data.do === "pause" || ("waits" in data && data.waits); // until it is resumed
  if (advance && !waits) timer = setTimeout(slice) as unknown as number;
};
