/** The engine in a worker of its own, which is heard, and heard of where it keeps silent. */
import engine from "engine-source";
import * as binaries from "../engine/binaries.ts";
import { WithoutWebAssembly } from "../engine/support.ts";
import type { Answer, Order } from "../engine/worker.ts";
import { say, WORDS } from "./words.ts";

const SILENCE = 20; // seconds without an answer, after which the reader is told

export interface Ears {
  answered(answer: Exclude<Answer, { error: string }>): void;
  /** It could not be started, or has broken off. */
  failed(message: string): void;
  /** It has not answered for long; it may still come. */
  silent(message: string): void;
}

export class EngineWorker {
  private readonly ears: Ears;
  private worker: Worker | null = null;
  private silence: ReturnType<typeof setTimeout> | undefined;

  /** A worker that could not be started says so to `failed`, and does nothing. */
  constructor(ears: Ears) {
    if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
    this.ears = ears;
    // From a blob, since a page opened from a folder may not load a worker's file.
    const handed = `globalThis.dlbookBinaries=${JSON.stringify(binaries)};`;
    const address = URL.createObjectURL(new Blob([handed, engine], { type: "text/javascript" }));
    try {
      this.listen(new Worker(address), address);
    } catch (error) {
      ears.failed(say(WORDS.unstarted, { message: (error as Error).message }));
    }
  }

  get isThere(): boolean {
    return this.worker !== null;
  }

  tell(order: Order): void {
    clearTimeout(this.silence);
    if (!this.worker) return;
    this.worker.postMessage(order);
    const rests = order.do === "pause" || order.do === "cancel" || ("waits" in order && order.waits);
    if (rests) return;
    this.silence = setTimeout(() => {
      this.ears.silent(say(WORDS.silent, { seconds: SILENCE }));
    }, 1000 * SILENCE);
  }

  end(): void {
    clearTimeout(this.silence);
    this.worker?.terminate();
    this.worker = null;
  }

  private listen(worker: Worker, address: string): void {
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      URL.revokeObjectURL(address);
      clearTimeout(this.silence);
      if (worker !== this.worker) return; // given up meanwhile
      if ("error" in data) this.ears.failed(data.error);
      else this.ears.answered(data);
    };
    // What could not be loaded has no message.
    worker.onerror = ({ message }) => {
      URL.revokeObjectURL(address);
      if (worker === this.worker) this.ears.failed(message || say(WORDS.unstarted, { message: "Worker" }));
    };
  }
}
