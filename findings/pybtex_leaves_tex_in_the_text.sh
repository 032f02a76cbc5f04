#!/usr/bin/env bash
# pybtex's Text.from_latex leaves some of TeX standing in the text, and says nothing.
#
# Guess: a reader of LaTeX that knows accents knows the escaped signs and the commands of plain
#   text too: \$ is $, \, is a space, \emph{x} is emphasised, \"{\i} is one letter; what it does
#   not know it refuses.
# Does: accents, \& and \% are read; \$ and \, keep their backslash, \emph stays as a word before
#   its argument, and an accent on \i, as BibTeX files write it, becomes \" and a dotless i (inside
#   one pair of braces it is right). No error, no warning.
# For us: what the bibliography says is printed so; write the sign itself, or brace the accent.
#
# Seen on 2026-11-28 (warnings are errors):
#   | pybtex 0.26.1
#   | \"{o} -> ö
#   | \& -> &
#   | \% -> %
#   | na{\"\i}ve -> naïve
#   | na\"{\i}ve -> na\"ıve
#   | \$5 -> \$5
#   | p.\,5 -> p.\,5
#   | \emph{x} -> \emph x
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pybtex==0.26.1" "latexcodec==3.0.1"

cat > read.py <<'PYTHON'
from importlib.metadata import version

from pybtex.richtext import Text

print("pybtex", version("pybtex"))
read = (r"\"{o}", r"\&", r"\%", r"na{\"\i}ve")
left = (r"na\"{\i}ve", r"\$5", r"p.\,5", r"\emph{x}")
for written in read + left:
    print(written, "->", Text.from_latex(written).render_as("text"))
PYTHON
found=$(venv/bin/python -W error read.py)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
