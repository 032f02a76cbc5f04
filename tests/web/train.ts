// Trains runs for the tests of agreement: JSON [{run, seed, record, samples?}] on standard input,
// [losses, last parameters] of each on standard output.
import { readFileSync } from "node:fs";
import { Trainer, type Run } from "../../web/src/engine/train.ts";

interface Job {
  run: Run;
  seed: number;
  record: number[];
  samples?: { x: number[]; y: number[]; n: number; labels: boolean };
}

const jobs = JSON.parse(readFileSync(0, "utf8")) as Job[];
const courses = jobs.map(({ run, seed, record, samples }) => {
  const given = samples && {
    ...samples,
    x: Float64Array.from(samples.x),
    y: Float64Array.from(samples.y),
  };
  const trainer = new Trainer(run, seed, given);
  const losses = record.map((step) => {
    trainer.train(step - trainer.step);
    return trainer.mean();
  });
  return [losses, [...trainer.flat]];
});
console.log(JSON.stringify(courses));
