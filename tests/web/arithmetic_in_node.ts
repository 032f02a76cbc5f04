// Answers test_arithmetic.py: JSON [build, asked] on standard input, the answers on standard output.
import { readFileSync } from "node:fs";
import { answered } from "./arithmetic_runs.ts";

const [build, asked] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(answered(build, asked)));
