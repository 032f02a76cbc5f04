#!/usr/bin/env bash
# To skip a package makes mypy deny what the package has, where its stubs take names from sources.
#
# Guess: of a package with follow_imports = "skip" mypy reads nothing, so all of it is Any and any
#   attribute passes; skipping can hide an error, and never make one.
# Does: stubs are read all the same, the sources beside them are not. The stub of numba.core.types
#   takes CPointer from a module that has no stub: plain mypy finds it, and with "skip" it says that
#   there is none. With follow_imports_for_stubs the stub is skipped too, and all is well.
# For us: a check that is clean where numba is not installed failed where it is.
#
# Seen on 2026-11-28 (numba 0.68.1, mypy 2.4.1, CPython 3.11.7):
#   | run time: float64*
#   | plain: nothing
#   | follow_imports = skip: Module has no attribute "CPointer"
#   | and follow_imports_for_stubs: nothing
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "numba==0.68.1" "mypy==2.4.1"
echo 'from numba.core import types
print(types.CPointer(types.float64))' > given.py
settings="[mypy-numba.*]
ignore_missing_imports = true"

told() {
  printf '%s\n' "[mypy]" "$2" > mypy.ini
  lines=$(env/bin/mypy --config-file mypy.ini given.py | sed -n 's/.*error: \(.*\)  \[.*/\1/p')
  echo "$1: ${lines:-nothing}"
}

found="run time: $(env/bin/python given.py)
$(told "plain" "")
$(told "follow_imports = skip" "$settings
follow_imports = skip")
$(told "and follow_imports_for_stubs" "$settings
follow_imports = skip
follow_imports_for_stubs = true")"

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
