/** All seeds of a setting, trained by a few workers at once. */
import type { Samples } from "../engine/data.ts";
import type { Ended } from "../engine/many.ts";
import type { Run } from "../engine/train.ts";
import type { Answer } from "../engine/worker.ts";
import { engineWorker } from "./engine_worker.ts";
import { Waiting, type Phase } from "./waiting.ts";

const MOST = 4; // workers; on a phone more of them only heat it
const PORTIONS = 128; // in how many parts all seeds are handed out, so that workers end together

/** How many workers this device bears beside the page itself. */
const staff = (): number => Math.min(MOST, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));

export interface SeedListener {
  /** Seeds that have ended, in no order. */
  came(ends: readonly Ended[]): void;
  failed(message: string): void;
  changed(state: Phase): void;
}

export class SeedTraining extends Waiting {
  private readonly workers = new Set<Worker>();
  private readonly listener: SeedListener;
  private portions: number[][] = [];

  constructor(listener: SeedListener) {
    super();
    this.listener = listener;
  }

  /** Train these seeds from the start; what was running is given up. */
  start(run: Run, seeds: readonly number[], given?: Samples): void {
    this.cancel();
    const all = [...seeds];
    const size = Math.ceil(seeds.length / PORTIONS);
    while (all.length) this.portions.push(all.splice(0, size));
    const most = Math.min(staff(), this.portions.length);
    for (let each = 0; each < most; each += 1) this.hire(run, given);
    this.become("running");
  }

  private hire(run: Run, given: Samples | undefined): void {
    const worker = engineWorker();
    this.workers.add(worker);
    const next = () => {
      const seeds = this.portions.shift();
      // A portion that begins while all wait waits too.
      if (seeds) worker.postMessage({ do: "many", run, seeds, given, waits: this.state === "paused" });
      else this.dismiss(worker);
    };
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (!this.workers.has(worker)) return; // given up meanwhile
      if ("error" in data) this.fail(data.error);
      else if ("ends" in data) {
        if (data.ends.length) this.listener.came(data.ends);
        if (data.done && this.workers.has(worker)) next();
      }
    };
    worker.onerror = ({ message }) => this.workers.has(worker) && this.fail(message);
    next();
  }

  private dismiss(worker: Worker): void {
    worker.terminate();
    this.workers.delete(worker);
    if (!this.workers.size) this.become("done");
  }

  protected override order(what: "pause" | "resume"): void {
    for (const worker of this.workers) worker.postMessage({ do: what });
  }

  protected override changed(state: Phase): void {
    this.listener.changed(state);
  }

  protected override end(): void {
    for (const worker of this.workers) worker.terminate();
    this.workers.clear();
    this.portions = [];
    super.end();
  }

  private fail(message: string): void {
    this.cancel();
    this.listener.failed(message);
  }
}
