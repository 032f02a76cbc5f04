/**
 * The module of web/arithmetic, compiled and at hand. Its numbers are those of dlbook/arithmetic, to
 * the bit; what it is given and what it gives are addresses in its memory, of doubles as a rule.
 */
import { WITH_VECTORS, WITHOUT_VECTORS } from "./binaries.ts";
import { WithoutWebAssembly } from "./support.ts";

/** What web/arithmetic/index.ts hands out. */
interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  take(bytes: number): number;
  mark(): number;
  release(mark: number): void;
  isVectorised(): number;
  apply(kind: number, x: number, n: number): void;
  units(kind: number, x: number, n: number): void;
  unit(kind: number, x: number): number;
  spaced(x: number, low: number, high: number, n: number): void;
  curve(kind: number, x: number): number;
  inverseNormal(p: number): number;
  philox(low: bigint, high: bigint, key: bigint): void;
  word(place: number): number;
  nameHash(bytes: number, length: number): bigint;
  stream(seed: bigint, bytes: number, length: number): number;
  words(stream: number, to: number, count: number): void;
  uniform(stream: number, to: number, count: number, low: number, high: number): void;
  normal(stream: number, to: number, count: number): void;
  permutation(stream: number, order: number, n: number, words: number, room: number): void;
  initial(scheme: number, stream: number, w: number, inputs: number, outputs: number): void;
  net(depth: number, shape: number, units: number, samples: number): number;
  row(net: number): number;
  signalsOf(net: number, layer: number): number;
  errorsOf(net: number, layer: number): number;
  outputs(net: number, x: number, n: number): number;
  training(
    depth: number, shape: number, units: number, loss: number, optimiser: number,
    samples: number, batch: number, isWeighted: number,
  ): number;
  shuffled(training: number, stream: number, depth: number, shape: number): void;
  constants(
    training: number, rate: number, first: number, second: number, eps: number, l1: number, l2: number,
  ): void;
  netOf(training: number): number;
  parameters(training: number): number;
  gradient(training: number): number;
  inputs(training: number): number;
  targets(training: number): number;
  weights(training: number): number;
  derive(training: number): void;
  train(training: number, steps: number): number;
  loss(training: number): number;
}

export type Build = "with vectors" | "without vectors";

const TEXTS: Readonly<Record<Build, string>> = {
  "with vectors": WITH_VECTORS,
  "without vectors": WITHOUT_VECTORS,
};
const compiled = new Map<Build, WebAssembly.Module>();

/** A binary from its text, a character for each byte. */
const binary = (build: Build) => Uint8Array.from(TEXTS[build], (each) => each.charCodeAt(0));

/** The faster build, unless this browser does not know its instructions. */
function best(): Build {
  return WebAssembly.validate(binary("with vectors")) ? "with vectors" : "without vectors";
}

/** The module with a memory of its own. */
export class Arithmetic {
  readonly call: Exports;

  constructor(build?: Build, instance?: WebAssembly.Instance) {
    if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
    const wanted = build ?? best();
    let module = compiled.get(wanted);
    if (!instance && !module) compiled.set(wanted, (module = new WebAssembly.Module(binary(wanted))));
    this.call = (instance ?? new WebAssembly.Instance(module!)).exports as Exports;
  }

  /** Doubles at an address, until more memory is taken. */
  doubles(at: number, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.call.memory.buffer as ArrayBuffer, at, count);
  }

  /** The address of a copy. */
  given(values: ArrayLike<number>): number {
    const at = this.call.take(8 * values.length);
    this.doubles(at, values.length).set(values);
    return at;
  }

  /** The address of whole numbers of 32 bits. */
  whole(values: readonly number[]): number {
    const at = this.call.take(4 * values.length);
    new Int32Array(this.call.memory.buffer, at, values.length).set(values);
    return at;
  }

  /** The address of a text in UTF-8, and its length. */
  text(text: string): [at: number, length: number] {
    const bytes = new TextEncoder().encode(text);
    const at = this.call.take(bytes.length);
    new Uint8Array(this.call.memory.buffer, at, bytes.length).set(bytes);
    return [at, bytes.length];
  }

  /** What `work` gives; the memory that it took is free again. */
  passing<T>(work: (call: Exports) => T): T {
    const mark = this.call.mark();
    try {
      return work(this.call);
    } finally {
      this.call.release(mark);
    }
  }
}

let shared: Arithmetic | null = null;

/**
 * Have the shared module at hand. A page calls this before it computes: it need not hold still while
 * the browser compiles, and browsers of some years ago refuse a page that would.
 */
export async function ready(): Promise<void> {
  if (shared) return;
  if (typeof WebAssembly !== "object") throw new WithoutWebAssembly();
  const build = best();
  const { instance } = await WebAssembly.instantiate(binary(build));
  shared ??= new Arithmetic(build, instance);
}

/** The module for what is computed at once and then kept elsewhere. */
export const arithmetic = (): Arithmetic => (shared ??= new Arithmetic());
