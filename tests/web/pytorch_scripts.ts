// Writes the scripts that a reader may take along: JSON [{taken, seed, steps, given?}] on standard
// input; on standard output, of each, its text in the language that is asked for, and where the page
// is after so many steps: loss and parameters.
import { readFileSync } from "node:fs";
import type { Samples } from "../../web/src/engine/data.ts";
import { initial } from "../../web/src/engine/net.ts";
import { Trainer, type Run } from "../../web/src/engine/train.ts";
import type { Taken } from "../../web/src/kit/pytorch.ts";

interface Job {
  run: Run;
  seed: number;
  steps: number;
  given?: { x: number[]; y: number[] };
  success?: NonNullable<Taken["success"]>;
}

const { lang, jobs } = JSON.parse(readFileSync(0, "utf8")) as { lang: string; jobs: Job[] };
Object.assign(globalThis, { document: { documentElement: { lang } } });
const { pytorch } = await import("../../web/src/kit/pytorch.ts");

const answers = jobs.map(({ run, seed, steps, given, success }) => {
  const samples: Samples | undefined = given && {
    x: Float64Array.from(given.x), y: Float64Array.from(given.y), n: given.y.length, labels: false,
  };
  const start = run.start ? Float64Array.from(run.start) : initial(run.widths, run.init, seed, undefined, run);
  const text = pytorch({
    file: "taken", title: "Taken along.", called: `seed ${seed}`, run, start,
    ...(success && { success }),
    ...(samples && { given: samples }),
  });
  const trainer = new Trainer(run, seed, samples);
  trainer.train(steps);
  return { text, loss: trainer.mean(), flat: [...trainer.flat] };
});
console.log(JSON.stringify(answers));
