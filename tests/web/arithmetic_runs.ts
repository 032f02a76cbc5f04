// What tests/web/test_arithmetic.py asks of the engine, in Node and in a browser: numbers go in and
// come out as the words of their bits, in hexadecimal.
import { Arithmetic, type Build } from "../../web/src/engine/arithmetic.ts";
import { spaced } from "../../web/src/engine/data.ts";
import { ACTIVATIONS, CURVE_FORMULAS, numberOf } from "../../web/src/engine/names.ts";
import { initial } from "../../web/src/engine/net.ts";
import { Stream } from "../../web/src/engine/streams.ts";
import { Trainer, type Extras, type Run } from "../../web/src/engine/train.ts";

/** A run, several starts of it, and its samples; targets are given as they are. */
interface Job {
  run: Run;
  seed: number;
  starts: number[][];
  x: number[];
  y: number[];
  n: number;
  extras: Extras;
}

const FUNCTIONS = ["exp", "log", "log1p", "cos"];

function bits(values: Float64Array): string {
  const known = values.map((each) => (Number.isNaN(each) ? NaN : each)); // all NaNs count as one
  return Array.from(new BigUint64Array(known.buffer as ArrayBuffer), (word) => word.toString(16).padStart(16, "0")).join("");
}

function fromBits(text: string): Float64Array {
  const words = text.match(/.{16}/g) ?? [];
  return new Float64Array(BigUint64Array.from(words, (word) => BigInt(`0x${word}`)).buffer);
}

/** The parameters with which each start ends, and the steps that it made. */
function ends(build: Build, { run, seed, starts, x, y, n, extras }: Job): [string, number][] {
  const given = { x: Float64Array.from(x), y: Float64Array.from(y), n, labels: false };
  return starts.map((start) => {
    const trainer = new Trainer({ ...run, start }, seed, given, new Arithmetic(build), extras);
    trainer.train(run.steps);
    return [bits(trainer.flat), trainer.step];
  });
}

/** An elementary function, or an activation, of each number. */
function values(build: Build, { name, x }: { name: string; x: string }): string {
  const module = new Arithmetic(build);
  const given = fromBits(x);
  const at = module.given(given);
  if (FUNCTIONS.includes(name)) module.call.apply(FUNCTIONS.indexOf(name), at, given.length);
  else module.call.units(numberOf(ACTIVATIONS, name, "activation"), at, given.length);
  return bits(module.doubles(at, given.length).slice());
}

/** Draws of the stream (seed, "given"). */
function drawn(build: Build, { kind, seed, count }: { kind: "uniform" | "normal" | "permutation"; seed: string; count: number }): string {
  const stream = new Stream(BigInt(seed), ["given"], new Arithmetic(build));
  if (kind === "permutation") return bits(Float64Array.from(stream.permutation(count)));
  return bits(kind === "normal" ? stream.normal(count) : stream.uniform(count, -1, 3));
}

/** Places from low to high, and the targets on them if a curve is named. */
function places(build: Build, { low, high, n, curve }: { low: number; high: number; n: number; curve?: string }): string {
  const x = spaced(low, high, n, new Arithmetic(build));
  if (curve === undefined) return bits(x);
  const { call } = new Arithmetic(build);
  return bits(x.map((each) => call.curve(numberOf(CURVE_FORMULAS, curve, "curve"), each)));
}

/** The parameters of so many seeds from 0 on. */
function parameters(
  build: Build, { widths, schemes, seeds, ties }: { widths: number[]; schemes: string[]; seeds: number; ties?: [number, number][] },
): string {
  const module = new Arithmetic(build);
  return Array.from({ length: seeds }, (_, seed) => bits(initial(widths, schemes, seed, module, ties && { ties }))).join("");
}

const ASKED: Readonly<Record<string, (build: Build, argument: never) => unknown>> = {
  ends, values, drawn, places, parameters,
};

/** The answers to [what, argument] pairs. */
export const answered = (build: Build, asked: readonly [string, unknown][]): unknown[] =>
  asked.map(([what, argument]) => ASKED[what]!(build, argument as never));

Object.assign(globalThis, { answered });
