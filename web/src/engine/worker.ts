/**
 * The engine in a worker: trains one run at a time, in slices, and answers between them.
 *
 * In:  {do: "start", run, seed, record, given?, waits?} · {do: "pause"} · {do: "resume"} · {do: "cancel"}
 * Out: {step, losses, flats, flat, loss, done} after every slice · {lost} · {error}
 * `losses` and `flats` hold what came since the last message at the recorded steps.
 */
import type { Samples } from "./data.ts";
import { Trainer, type Run } from "./train.ts";

export type Order =
  | { do: "start"; run: Run; seed: number; record: readonly number[]; given?: Samples; waits?: boolean }
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

/** `lost` is the step after which a parameter, or a loss that was asked for, was not finite: there the run ends. */
export type Answer = Progress | { lost: number } | { error: string };

const SLICE = 25; // milliseconds: how soon an order is heard
const GLANCE = 2; // milliseconds from one look at the clock to the next
const port = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(answer: Answer): void;
};
let advance: (() => Exclude<Answer, { error: string }>) | null = null;
let timer = 0;

function slicer(order: Extract<Order, { do: "start" }>): () => Progress | { lost: number } {
  const { run, seed, record, given } = order;
  const trainer = new Trainer(run, seed, given);
  let next = 0;
  let stretch = 1; // steps from one glance to the next
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
    let now = performance.now();
    const end = now + SLICE;
    note();
    const isLost = () => trainer.isLost || !losses.every(Number.isFinite);
    while (trainer.step < run.steps && now < end && !isLost()) {
      const before = now;
      const goal = Math.min(run.steps, record[next] ?? run.steps);
      trainer.train(Math.min(stretch, goal - trainer.step));
      if (!trainer.isLost) note();
      now = performance.now();
      stretch = now - before < GLANCE ? 2 * stretch : Math.max(1, stretch >> 1);
    }
    const { step, flat } = trainer;
    const loss = trainer.mean(), done = step >= run.steps;
    if (isLost() || (done && !Number.isFinite(loss))) return { lost: step };
    return { step, loss, flat, steps, losses, flats, done };
  };
}

function slice(): void {
  try {
    const progress = advance!();
    port.postMessage(progress);
    if ("lost" in progress || progress.done) advance = null;
    else timer = setTimeout(slice) as unknown as number;
  } catch (error) {
    advance = null;
    port.postMessage({ error: (error as Error).message });
  }
}

port.onmessage = ({ data }) => {
  clearTimeout(timer);
  if (data.do === "cancel") advance = null;
  if (data.do === "start") {
    try {
      advance = slicer(data);
    } catch (error) {
      port.postMessage({ error: (error as Error).message });
      return;
    }
  }
  const waits = data.do === "pause" || (data.do === "start" && data.waits); // until it is resumed
  if (advance && !waits) timer = setTimeout(slice) as unknown as number;
};
