// Trains what "Build a curve" trains, for tests/web/test_curve_runs.py: JSON [{curve, knots, steps}] on
// standard input, [{knots, run, losses}] on standard output.
import { readFileSync } from "node:fs";
import { lossCurve } from "../../web/src/engine/train.ts";
import { curveOf, type CurveName } from "../../web/src/explore/curve/curves.ts";
import { run, curveSamples } from "../../web/src/explore/curve/relus.ts";
import { equalKnots, values } from "../../web/src/explore/curve/polyline.ts";

interface Job {
  curve: CurveName;
  /** Corners, or how many equal pieces. */
  knots: number[] | number;
  steps: number;
}

const jobs = JSON.parse(readFileSync(0, "utf8")) as Job[];
const answers = jobs.map(({ curve: name, knots: given, steps }) => {
  const f = curveOf(name, []);
  const knots = typeof given === "number" ? equalKnots(given) : given;
  const order = run(name, knots, values(f, knots), steps);
  const record = Array.from({ length: steps + 1 }, (_, i) => i);
  return { knots, run: order, losses: lossCurve(order, 0, record, curveSamples(f)) };
});
console.log(JSON.stringify(answers));
