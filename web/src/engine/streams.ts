/**
 * Named random streams: the recipe of dlbook/mathematics/rng.py, number for number, so that "seed 7" is the
 * same network here and there. Both are held to tests/vectors/rng.json.
 */
import { arithmetic, type Arithmetic } from "./arithmetic.ts";

/** The numbers of a name, its parts joined by "/", for one seed. */
export class Stream {
  /** Its address in the module. */
  readonly at: number;
  private readonly module: Arithmetic;

  constructor(seed: number | bigint, name: readonly (string | number)[], module = arithmetic()) {
    this.module = module;
    this.at = module.call.stream(BigInt(seed), ...module.text(name.join("/")));
  }

  /** `count` integers below 2^53. */
  words(count: number): Float64Array {
    return this.drawn(count, (to) => this.module.call.words(this.at, to, count));
  }

  /** Uniform on [low, high). */
  uniform(count: number, low = 0, high = 1): Float64Array {
    return this.drawn(count, (to) => this.module.call.uniform(this.at, to, count, low, high));
  }

  /** Standard normal. */
  normal(count: number): Float64Array {
    return this.drawn(count, (to) => this.module.call.normal(this.at, to, count));
  }

  /** A shuffle of 0 … n - 1. */
  permutation(n: number): number[] {
    return this.module.passing((call) => {
      const [order, words, room] = [call.take(4 * n), call.take(8 * n), call.take(4 * n)];
      call.permutation(this.at, order, n, words, room);
      return [...new Int32Array(call.memory.buffer, order, n)];
    });
  }

  private drawn(count: number, draw: (to: number) => void): Float64Array {
    return this.module.passing((call) => {
      const to = call.take(8 * count);
      draw(to);
      return this.module.doubles(to, count).slice();
    });
  }
}
