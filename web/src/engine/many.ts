/** Many seeds of one run, one after the other in one module: all that a figure trained of a setting. */
import { Arithmetic } from "./arithmetic.ts";
import type { Samples } from "./data.ts";
import { Trainer, type Run } from "./train.ts";

/** Where a seed ended: its parameters, and its loss over all the data, NaN if it left the numbers. */
export interface Ended {
  readonly seed: number;
  readonly loss: number;
  readonly flat: Float64Array;
}

/** Parameters to start from, of one seed after the other. */
export type Starts = readonly (readonly number[])[];

export class Many {
  private readonly run: Run;
  private readonly given: Samples | undefined;
  private readonly left: { seed: number; start: readonly number[] | null }[];
  private readonly module: Arithmetic;
  private readonly mark: number;
  private now: { seed: number; trainer: Trainer } | null = null;

  /**
   * @param given data to train on rather than the run's own
   * @param starts the weights that each seed starts from, where they are its own
   */
  constructor(
    run: Run, seeds: readonly number[], given?: Samples, module = new Arithmetic(), starts?: Starts,
  ) {
    this.run = run;
    this.given = given;
    this.left = seeds.map((seed, i) => ({ seed, start: starts?.[i] ?? run.start }));
    this.module = module;
    this.mark = module.call.mark();
  }

  /** Whether every seed has ended. */
  get isDone(): boolean {
    return !this.now && !this.left.length;
  }

  /** Make up to `count` steps of the seed in hand, or of the next; where it ended, or null. */
  advance(count: number): Ended | null {
    if (this.isDone) return null;
    const { run, given, module } = this;
    if (!this.now) {
      // A browser grants few modules memory of their own, so the seeds share one.
      module.call.release(this.mark);
      const { seed, start } = this.left.shift()!;
      this.now = { seed, trainer: new Trainer({ ...run, start }, seed, given, module) };
    }
    const { seed, trainer } = this.now;
    trainer.train(Math.min(count, run.steps - trainer.step));
    if (trainer.step < run.steps && !trainer.isLost) return null;
    this.now = null;
    return { seed, loss: trainer.isLost ? NaN : trainer.mean(), flat: trainer.flat };
  }
}
