#!/usr/bin/env bash
# ruff format rewrites fenced Python in Markdown files, unasked, and leaves every other fence alone.
#
# Guess: ruff formats .py, .pyi and .ipynb; of code in prose it knows docstrings, and those only if
#   docstring-code-format is set. A page that breaks its lines for a narrow column keeps them.
# Does: a folder's .md files are formatted as well, without preview or any setting: a comprehension
#   in a python fence is joined to the full line length. A fence that is not valid Python, or that
#   has another name, stays as it is. docstring-code-format, off here, has no say in it.
# For us: code beside the text is written so that nothing can be joined into a line too wide for
#   the column; a test measures it in the browser.
#
# Seen on 2026-11-29 (lines of each fence, before: 4):
#   | ruff 0.17.6
#   | python: 1
#   | text: 4
#   | not valid: 4
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "ruff==0.17.6"
page() { printf '# A page\n\n```%s\n%s\n```\n' "$1" "$2" > "$3.md"; }
code=$'left = [\n    f\n    for f in range(256)\n]'
mkdir pages && cd pages
page python "$code" python
page text "$code" text
page python "${code%]})" invalid
lines() { sed -n '/^```./,/^```$/p' "$1.md" | grep -vc '^```'; }
../venv/bin/ruff format --quiet --isolated . 2> /dev/null || true
found=$(
  ../venv/bin/ruff --version
  echo "python: $(lines python)"
  echo "text: $(lines text)"
  echo "not valid: $(lines invalid)"
)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
