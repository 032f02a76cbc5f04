// Trains runs for the tests of agreement: JSON [{run, seed, record, samples?}] on standard input,
// the loss curves on standard output.
import { readFileSync } from "node:fs";
import { lossCurve, type Run } from "../../web/src/engine/train.ts";

interface Job {
  run: Run;
  seed: number;
  record: number[];
  samples?: { x: number[]; y: number[]; n: number; labels: boolean };
}

const jobs = JSON.parse(readFileSync(0, "utf8")) as Job[];
const curves = jobs.map(({ run, seed, record, samples }) => {
  const given = samples && {
    ...samples,
    x: Float64Array.from(samples.x),
    y: Float64Array.from(samples.y),
  };
  return lossCurve(run, seed, record, given);
});
console.log(JSON.stringify(curves));
