/** Training one network: the loop of dlbook/training/train.py, in float64. */
import { samples, type Samples } from "./data.ts";
import { LOSSES, type Loss } from "./losses.ts";
import { initial, known, Net } from "./net.ts";
import { OPTIMISERS, type Step } from "./optimisers.ts";
import { Stream } from "./rng.ts";
import type { PageRun } from "../records/page_run.ts";

/** What decides a run, the seed apart, as dlbook describes it. */
export type Run = PageRun;

/** Which samples each step sees: permutation after permutation from (seed, "batches"). */
class Order {
  private readonly stream: Stream;
  private readonly n: number;
  private readonly size: number;
  private left: number[] = [];

  constructor(seed: number, n: number, size: number) {
    this.stream = new Stream(seed, "batches");
    this.n = n;
    this.size = size;
  }

  take(): number[] {
    if (this.left.length < this.size) this.left.push(...this.stream.permutation(this.n));
    return this.left.splice(0, this.size);
  }
}

/** A run in progress. */
export class Trainer {
  readonly run: Run;
  /** The parameters, changed in place. */
  readonly flat: Float64Array;
  step = 0;
  private readonly data: Samples;
  private readonly y: Float64Array;
  private readonly loss: Loss;
  private readonly update: Step;
  private readonly net: Net;
  private readonly whole: Net;
  private readonly order: Order | null;
  private readonly batch: { x: Float64Array; y: Float64Array; n: number };

  constructor(run: Run, seed: number, given?: Samples) {
    this.run = run;
    const { widths, activation, init, l2, start } = run;
    this.flat = start ? Float64Array.from(start) : initial(widths, init, seed);
    this.data = given ?? samples(run.data, run.points);
    const { x, y, n, labels } = this.data;
    this.loss = known(LOSSES, run.loss, "loss");
    this.y = labels ? classes(y, widths.at(-1)!, this.loss.signed) : y;
    const size = run.batch ?? n;
    this.net = new Net(widths, activation, this.flat, size);
    this.whole = run.batch === null ? this.net : new Net(widths, activation, this.flat, n);
    this.order = run.batch === null ? null : new Order(seed, n, size);
    this.batch = this.order
      ? { x: new Float64Array(size * widths[0]!), y: new Float64Array(size * widths.at(-1)!), n: size }
      : { x, y: this.y, n };
    const step = known(OPTIMISERS, run.optimiser, "optimiser")(this.flat, run.rate);
    const charged = l2 ? isWeight(widths) : null;
    this.update = (g) => {
      if (charged) for (let i = 0; i < g.length; i += 1) g[i]! += l2 * charged[i]! * this.flat[i]!;
      step(g);
    };
  }

  /** Make `count` updates. */
  train(count: number): void {
    const outputs = this.run.widths.at(-1)!;
    const { x, y, n } = this.batch;
    for (let k = 0; k < count; k += 1) {
      if (this.order) this.gather(this.order.take());
      const o = this.net.forward(x, n);
      const e = this.net.error;
      for (let row = 0; row < n; row += 1) this.loss.gradient(o, y, e, row * outputs, outputs);
      for (let i = 0; i < e.length; i += 1) e[i]! *= 1 / n;
      this.update(this.net.backward(n));
      this.step += 1;
    }
  }

  /** The mean loss over all the data, without penalties. */
  mean(): number {
    const outputs = this.run.widths.at(-1)!;
    const o = this.whole.forward(this.data.x, this.data.n);
    let sum = 0;
    for (let row = 0; row < this.data.n; row += 1) {
      sum += this.loss.value(o, this.y, row * outputs, outputs);
    }
    return sum / this.data.n;
  }

  private gather(rows: number[]): void {
    const { x, y } = this.batch;
    const inputs = this.run.widths[0]!;
    const outputs = this.run.widths.at(-1)!;
    rows.forEach((row, k) => {
      x.set(this.data.x.subarray(row * inputs, (row + 1) * inputs), k * inputs);
      y.set(this.y.subarray(row * outputs, (row + 1) * outputs), k * outputs);
    });
  }
}

/** Labels as targets: one column per class (one column in all for one output), 0 or -1 and 1. */
function classes(labels: Float64Array, outputs: number, signed?: true): Float64Array {
  return Float64Array.from({ length: labels.length * outputs }, (_, i) => {
    const hot = labels[Math.floor(i / outputs)] === (outputs > 1 ? i % outputs : 1);
    return hot ? 1 : signed ? -1 : 0;
  });
}

/** 1 at every weight, 0 at every bias. */
function isWeight(widths: readonly number[]): number[] {
  return widths.slice(1).flatMap((fanOut, layer) => [
    ...new Array<number>(widths[layer]! * fanOut).fill(1),
    ...new Array<number>(fanOut).fill(0),
  ]);
}

/** The loss over all the data before the updates with these numbers, ascending. */
export function lossCurve(run: Run, seed: number, record: readonly number[], given?: Samples): number[] {
  const trainer = new Trainer(run, seed, given);
  return record.map((step) => {
    trainer.train(step - trainer.step);
    return trainer.mean();
  });
}
