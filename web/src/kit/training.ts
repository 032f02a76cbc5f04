/** One run in a worker, as the page sees it. */
import type { Answer, Order, Progress } from "../engine/worker.ts";
import type { Samples } from "../engine/data.ts";
import type { Run } from "../engine/train.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import { engineWorker } from "./engine_worker.ts";
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
  private worker: Worker | null = null;
  private readonly listener: Listener;

  constructor(listener: Listener) {
    if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
    super();
    this.listener = listener;
  }

  /** Train from the start, on `given` rather than the run's own data; what was running is given up. */
  start(run: Run, seed: number, record: readonly number[], given?: Samples): void {
    this.cancel();
    const worker = engineWorker();
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (worker !== this.worker) return;
      if ("error" in data) this.fail(data.error);
      else if ("lost" in data) this.fail(say(WORDS.lost, { step: data.lost }));
      else if ("step" in data) {
        if (data.done) this.become("done");
        this.listener.progress(data);
        if (data.done) this.end();
      }
    };
    worker.onerror = ({ message }) => worker === this.worker && this.fail(message);
    this.pausedByPage = document.hidden;
    this.tell({ do: "start", run, seed, record, given, waits: this.pausedByPage });
    this.become(this.pausedByPage ? "paused" : "running");
  }

  protected override order(what: "pause" | "resume"): void {
    this.tell({ do: what });
  }

  protected override changed(state: Phase): void {
    this.listener.changed?.(state);
  }

  protected override end(): void {
    this.worker?.terminate();
    this.worker = null;
    super.end();
  }

  private tell(order: Order): void {
    this.worker?.postMessage(order);
  }

  private fail(message: string): void {
    this.cancel();
    this.listener.failed(message);
  }
}

/** 0, 1 and then about `count` steps in geometric progression up to the last, without repeats. */
export function geometric(last: number, count: number): number[] {
  const steps = Array.from({ length: count }, (_, i) => Math.round(last ** (i / (count - 1))));
  return [...new Set([0, ...steps])].filter((step) => step <= last);
}
