// Trains what a reader of "wide" may set: settings as JSON in, their runs and losses out.
import { readFileSync } from "node:fs";
import { lossCurve } from "../../web/src/engine/train.ts";
import { planned, type Setting } from "../../web/src/explore/wide/settings.ts";

const jobs = JSON.parse(readFileSync(0, "utf8")) as { setting: Setting; seed: number }[];
const answers = jobs.map(({ setting, seed }) => {
  const run = planned(setting);
  return { run, losses: lossCurve(run, seed, Array.from({ length: setting.steps + 1 }, (_, step) => step)) };
});
process.stdout.write(JSON.stringify(answers));
