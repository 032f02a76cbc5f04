/** Training one network: the steps of dlbook/arithmetic/one_model.py, in the module. */
import { arithmetic, Arithmetic } from "./arithmetic.ts";
import { classes, samples, type Samples } from "./data.ts";
import { ACTIVATIONS, LOSSES, OPTIMISERS, numberOf } from "./names.ts";
import { initial, layout, refuse, size } from "./net.ts";
import { Stream } from "./streams.ts";
import type { PageRun } from "../records/page_run.ts";

/** What decides a run, the seed apart, as dlbook describes it. */
export type Run = PageRun;

/** What an optimiser is told beside its rate; see web/arithmetic/optimising.ts. */
export interface Constants {
  readonly first: number;
  readonly second: number;
  readonly eps: number;
}

const USUAL: Constants = { first: 0.9, second: 0.999, eps: 1e-8 };
const OWN: Readonly<Record<string, Partial<Constants>>> = {
  adagrad: { eps: 1e-10 },
  rmsprop: { first: 0.99 },
};

/** What only tests ask for: samples that count differently, a penalty λ Σ|w|, other constants. */
export interface Extras {
  readonly weight?: ArrayLike<number>;
  readonly l1?: number;
  readonly constants?: Partial<Constants>;
}

/** What goes up through the layers, and what comes down. */
export interface Flow {
  readonly signals: readonly Float64Array[];
  readonly errors: readonly Float64Array[];
}

/** A run in progress. */
export class Trainer {
  readonly run: Run;
  step = 0;
  /** Whether a parameter was not finite after the last step: then the run has ended. */
  isLost = false;
  private readonly module: Arithmetic;
  private readonly at: number;
  private readonly samples: number;

  constructor(
    run: Run, seed: number, given?: Samples, module = new Arithmetic(), extras: Extras = {},
  ) {
    this.run = run;
    this.module = module;
    const { call } = module;
    const { widths, activation, init, l2, start, batch, optimiser, rate } = run;
    const flat = start ?? initial(widths, init, seed, module, run);
    refuse(widths, flat, run);
    const { x, y, n, labels } = given ?? samples(run.data, run.points);
    this.samples = n;
    const built = [widths.length - 1, module.whole(layout(widths, run))] as const;
    this.at = call.training(
      ...built,
      numberOf(ACTIVATIONS, activation, "activation"),
      numberOf(LOSSES, run.loss, "loss"),
      numberOf(OPTIMISERS, optimiser, "optimiser"),
      n, batch ?? n, Number(Boolean(extras.weight)),
    );
    if (batch !== null) {
      call.shuffled(this.at, new Stream(seed, ["batches"], module).at, ...built);
    }
    const { first, second, eps } = { ...USUAL, ...OWN[optimiser], ...extras.constants };
    call.constants(this.at, rate, first, second, eps, extras.l1 ?? 0, l2);
    const targets = labels ? classes(y, widths.at(-1)!, run.loss === "hinge" ? -1 : 0) : y;
    this.write(call.parameters(this.at), flat);
    this.write(call.inputs(this.at), x);
    this.write(call.targets(this.at), targets);
    if (extras.weight) this.write(call.weights(this.at), extras.weight);
  }

  /** The parameters now, a copy. */
  get flat(): Float64Array {
    return this.read(this.module.call.parameters(this.at));
  }

  /** Make `count` updates, or fewer where the run leaves the numbers. */
  train(count: number): void {
    if (this.isLost) return;
    const made = this.module.call.train(this.at, count);
    this.isLost = made < 0;
    this.step += Math.abs(made);
  }

  /** The mean loss over all the data, without penalties. */
  mean(): number {
    return this.module.call.loss(this.at);
  }

  /** The derivative of the mean loss over a batch, all the data as a rule, by the parameters. */
  gradient(): Float64Array {
    this.module.call.derive(this.at);
    return this.read(this.module.call.gradient(this.at));
  }

  /** The signals (n, width) of every layer over all the data, and the derivatives of their mean loss by its sums. */
  flow(): Flow {
    const { call } = this.module, net = call.netOf(this.at), n = this.samples;
    const each = (place: (net: number, layer: number) => number) =>
      this.run.widths.slice(1).map((width, layer) => this.module.doubles(place(net, layer), n * width).slice());
    this.mean(); // leaves signals, of which the way back needs the room
    const signals = each(call.signalsOf);
    call.derive(this.at);
    return { signals, errors: each(call.errorsOf) };
  }

  private read(at: number): Float64Array {
    return this.module.doubles(at, size(this.run.widths, this.run)).slice();
  }

  private write(at: number, values: ArrayLike<number>): void {
    this.module.doubles(at, values.length).set(values);
  }
}

/** What `ask` is answered by a run of all the data at once, where its parameters are these. */
function at<T>(run: Run, flat: ArrayLike<number>, ask: (trainer: Trainer) => T, given?: Samples): T {
  const module = arithmetic();
  const begun = { ...run, batch: null, l2: 0, start: Array.from(flat) };
  return module.passing(() => ask(new Trainer(begun, 0, given, module)));
}

/** The gradient of the mean loss over a run's data, where its parameters are these. */
export const gradient = (run: Run, flat: ArrayLike<number>): Float64Array =>
  at(run, flat, (trainer) => trainer.gradient());

/** What goes through the layers there, of the run's data or of others. */
export const flow = (run: Run, flat: ArrayLike<number>, given?: Samples): Flow =>
  at(run, flat, (trainer) => trainer.flow(), given);

/** The loss over all the data before the updates with these numbers, ascending. */
export function lossCurve(run: Run, seed: number, record: readonly number[], given?: Samples): number[] {
  const trainer = new Trainer(run, seed, given);
  return record.map((step) => {
    trainer.train(step - trainer.step);
    return trainer.mean();
  });
}
