/** One run in a worker, as the page sees it. */
import type { Progress } from "../engine/worker.ts";
import type { Samples } from "../engine/data.ts";
import type { Run } from "../engine/train.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import { EngineWorker } from "./engine_worker.ts";
import { Waiting, type Phase } from "./waiting.ts";
import { say, WORDS } from "./words.ts";

export type { Progress, Run };
export type { Phase } from "./waiting.ts";

export interface Listener {
  progress(progress: Progress): void;
  failed(message: string): void;
  /** Called whenever `state` changes. */
  changed?(state: Phase): void;
}

export class Training extends Waiting {
  private worker: EngineWorker | null = null;
  private readonly listener: Listener;

  constructor(listener: Listener) {
    if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
    super();
    this.listener = listener;
  }

  /** Train from the start, on `given` rather than the run's own data; what was running is given up. */
  start(run: Run, seed: number, record: readonly number[], given?: Samples): void {
    this.cancel();
    const fail = (message: string) => {
      this.cancel();
      this.listener.failed(message);
    };
    const answered = (progress: Progress) => {
      if (progress.done) this.become("done");
      this.listener.progress(progress);
      if (progress.done) this.end();
    };
    const worker = new EngineWorker({
      answered(answer) {
        if ("lost" in answer) fail(say(WORDS.lost, { step: answer.lost }));
        else if ("step" in answer) answered(answer);
      },
      failed: fail,
      silent: (message) => this.listener.failed(message),
    });
    if (!worker.isThere) return;
    this.worker = worker;
    this.pausedByPage = document.hidden;
    worker.tell({ do: "start", run, seed, record, given, waits: this.pausedByPage });
    this.become(this.pausedByPage ? "paused" : "running");
  }

  protected override order(what: "pause" | "resume"): void {
    this.worker?.tell({ do: what });
  }

  protected override changed(state: Phase): void {
    this.listener.changed?.(state);
  }

  protected override end(): void {
    this.worker?.end();
    this.worker = null;
    super.end();
  }
}

/** 0, 1 and then about `count` steps in geometric progression up to the last, without repeats. */
export function geometric(last: number, count: number): number[] {
  const steps = Array.from({ length: count }, (_, i) => Math.round(last ** (i / (count - 1))));
  return [...new Set([0, ...steps])].filter((step) => step <= last);
}
