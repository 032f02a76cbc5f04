#!/usr/bin/env bash
# A caught interrupt can still end `python -m NAME`, whatever exit code the program asks for.
#
# Guess: an interrupt that a program has caught is over; sys.exit(7) gives 7.
# Does: if it came while Python ran code that was a string, as dataclasses and namedtuples run some
#   when a module is loaded, Python remembers it as unhandled. `python -m` then ends by the signal
#   itself, after the program has ended in order: a parent sees -2, a shell 130. The same file as
#   `python NAME.py` gives 7, and so does -m if the code was no string.
# For us: an interrupt while the command loads may end it either way; both are 130 to a shell.
#
# Seen on 2026-11-28 (CPython 3.11.7, 3.12.1 and 3.13.0; what a parent sees):
#   | a string, python -m caught: caught, -2
#   | a string, python caught.py: caught, 7
#   | a function, python -m caught: caught, 7
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > caught.py <<'PYTHON'
import os
import signal
import sys

CODE = """
import os, signal
os.kill(os.getpid(), signal.SIGINT)
for _ in range(1000):
    pass
"""


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass


signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    exec(CODE) if sys.argv[1] == "string" else interrupt()
except KeyboardInterrupt:
    print("caught", flush=True)
sys.exit(7)
PYTHON
cat > look.py <<'PYTHON'
import subprocess
import sys

for told, command in {
    "a string, python -m caught": ["-m", "caught", "string"],
    "a string, python caught.py": ["caught.py", "string"],
    "a function, python -m caught": ["-m", "caught", "function"],
}.items():
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    print(f"{told}: {done.stdout.strip()}, {done.returncode}")
PYTHON
found=$(python3 look.py)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
