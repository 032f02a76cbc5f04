/** All seeds of a setting, trained by a few workers at once. */
import type { Samples } from "../engine/data.ts";
import type { Ended } from "../engine/many.ts";
import type { Run } from "../engine/train.ts";
import { EngineWorker } from "./engine_worker.ts";
import { Waiting, type Phase } from "./waiting.ts";

const MOST = 4; // workers; on a phone more of them only heat it
const PORTIONS = 128; // in how many parts all seeds are handed out, so that workers end together

/** How many workers this device bears beside the page itself. */
const staff = (): number => Math.min(MOST, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));

/** The weights that a seed starts from, where no initialisation gives them. */
export type StartOf = (seed: number) => readonly number[];

export interface SeedListener {
  /** Seeds that have ended, in no order. */
  came(ends: readonly Ended[]): void;
  failed(message: string): void;
  changed(state: Phase): void;
}

export class SeedTraining extends Waiting {
  private readonly workers = new Set<EngineWorker>();
  private readonly listener: SeedListener;
  private portions: number[][] = [];

  constructor(listener: SeedListener) {
    super();
    this.listener = listener;
  }

  /** Train these seeds from the start, or each from a start of its own; what was running is given up. */
  start(run: Run, seeds: readonly number[], given?: Samples, startOf?: StartOf): void {
    this.cancel();
    const all = [...seeds];
    const size = Math.ceil(seeds.length / PORTIONS);
    while (all.length) this.portions.push(all.splice(0, size));
    const most = Math.min(staff(), this.portions.length);
    this.become("running");
    for (let each = 0; each < most && this.state === "running"; each += 1) this.hire(run, given, startOf);
  }

  private hire(run: Run, given: Samples | undefined, startOf?: StartOf): void {
    const fail = (message: string) => {
      this.cancel();
      this.listener.failed(message);
    };
    const worker = new EngineWorker({
      answered: (answer) => {
        if (!("ends" in answer)) return;
        if (answer.ends.length) this.listener.came(answer.ends);
        if (answer.done && this.workers.has(worker)) this.give(worker, run, given, startOf);
      },
      failed: fail,
      silent: (message) => this.listener.failed(message),
    });
    if (!worker.isThere) return;
    this.workers.add(worker);
    this.give(worker, run, given, startOf);
  }

  /** Hand out the next portion, or let the worker go. */
  private give(worker: EngineWorker, run: Run, given: Samples | undefined, startOf?: StartOf): void {
    const seeds = this.portions.shift();
    if (seeds) {
      // A portion that begins while all wait waits too.
      const starts = startOf && seeds.map(startOf);
      worker.tell({ do: "many", run, seeds, given, starts, waits: this.state === "paused" });
      return;
    }
    worker.end();
    this.workers.delete(worker);
    if (!this.workers.size) this.become("done");
  }

  protected override order(what: "pause" | "resume"): void {
    for (const worker of this.workers) worker.tell({ do: what });
  }

  protected override changed(state: Phase): void {
    this.listener.changed(state);
  }

  protected override end(): void {
    for (const worker of this.workers) worker.end();
    this.workers.clear();
    this.portions = [];
    super.end();
  }
}
