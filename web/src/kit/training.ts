/** One run in a worker, as the page sees it: started, paused, resumed, cancelled. */
import engine from "engine-source";
import * as binaries from "../engine/binaries.ts";
import type { Answer, Order, Progress } from "../engine/worker.ts";
import type { Samples } from "../engine/data.ts";
import type { Run } from "../engine/train.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import { say, WORDS } from "./words.ts";

export type { Progress, Run };
export type Phase = "idle" | "running" | "paused" | "done";

export interface Listener {
  progress(progress: Progress): void;
  failed(message: string): void;
  /** Called whenever `state` changes. */
  changed?(state: Phase): void;
}

const SILENCE = 20; // seconds without an answer, after which the reader is told

export class Training {
  private worker: Worker | null = null;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private pausedByPage = false;
  private readonly listener: Listener;
  private current: Phase = "idle";

  constructor(listener: Listener) {
    if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
    this.listener = listener;
    // Nobody looks: the run waits, so that a page in the background costs nothing.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.current === "running") {
        this.pause();
        this.pausedByPage = true;
      } else if (!document.hidden && this.pausedByPage) this.resume();
    });
  }

  get state(): Phase {
    return this.current;
  }

  /** Train from the start, on `given` rather than the run's own data; what was running is given up. */
  start(run: Run, seed: number, record: readonly number[], given?: Samples): void {
    this.cancel();
    // From a blob, since a page opened from a folder may not load a worker's file.
    const handed = `globalThis.dlbookBinaries=${JSON.stringify(binaries)};`;
    const address = URL.createObjectURL(new Blob([handed, engine], { type: "text/javascript" }));
    let worker: Worker;
    try {
      worker = new Worker(address);
    } catch (error) {
      this.fail(say(WORDS.unstarted, { message: (error as Error).message }));
      return;
    }
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      URL.revokeObjectURL(address);
      clearTimeout(this.silence);
      if (worker !== this.worker) return;
      if ("error" in data) this.fail(data.error);
      else if ("lost" in data) this.fail(say(WORDS.lost, { step: data.lost }));
      else {
        if (data.done) this.become("done");
        this.listener.progress(data);
        if (data.done) this.end();
      }
    };
    // What could not be loaded has no message.
    worker.onerror = ({ message }) => {
      URL.revokeObjectURL(address);
      if (worker === this.worker) this.fail(message || say(WORDS.unstarted, { message: "Worker" }));
    };
    this.pausedByPage = document.hidden;
    this.order({ do: "start", run, seed, record, given, waits: this.pausedByPage });
    this.become(this.pausedByPage ? "paused" : "running");
    this.listen();
  }

  pause(): void {
    if (this.current !== "running") return;
    clearTimeout(this.silence);
    this.order({ do: "pause" });
    this.become("paused");
  }

  resume(): void {
    if (this.current !== "paused") return;
    this.pausedByPage = false;
    this.order({ do: "resume" });
    this.become("running");
    this.listen();
  }

  cancel(): void {
    this.end();
    this.become("idle");
  }

  /** A worker that says nothing, not even that it failed, is not waited for in silence; it may still come. */
  private listen(): void {
    clearTimeout(this.silence);
    if (this.current !== "running") return;
    this.silence = setTimeout(() => {
      this.listener.failed(say(WORDS.silent, { seconds: SILENCE }));
    }, 1000 * SILENCE);
  }

  private fail(message: string): void {
    this.cancel();
    this.listener.failed(message);
  }

  private order(order: Order): void {
    this.worker?.postMessage(order);
  }

  private end(): void {
    clearTimeout(this.silence);
    this.worker?.terminate();
    this.worker = null;
    this.pausedByPage = false;
  }

  private become(state: Phase): void {
    if (state === this.current) return;
    this.current = state;
    this.listener.changed?.(state);
  }
}

/** 0, 1 and then about `count` steps in geometric progression up to the last, without repeats. */
export function geometric(last: number, count: number): number[] {
  const steps = Array.from({ length: count }, (_, i) => Math.round(last ** (i / (count - 1))));
  return [...new Set([0, ...steps])].filter((step) => step <= last);
}
