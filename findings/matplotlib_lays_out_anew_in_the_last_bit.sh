#!/usr/bin/env bash
# The same drawing, saved as SVG again and again, is not the same text under a constrained layout.
#
# Guess: with svg.hashsalt set and no date, one process writes the same drawing as the same bytes
#   each time; that is what the setting is for, and a layout without chance has one solution.
# Does: the layout's solver gives a corner one of two values, a last bit apart, in about one of ten
#   drawings. Coordinates are rounded to six decimals, which nearly always hides it; the names of
#   clips are hashes of the corners before they are rounded, and change each time.
# For us: pictures are compared by their bytes. Clips are named by their order instead, and
#   coordinates keep two decimals.
#
# Seen on 2026-11-29 (120 drawings each, in one process):
#   | matplotlib 3.11.2
#   | constrained: several texts, other names of clips, corners less than 1e-15 apart
#   | none: one text
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "matplotlib==3.11.2"
cat > draw.py <<'PYTHON'
import io
import re

import matplotlib as mpl

mpl.use("agg")
mpl.rcParams["svg.hashsalt"] = "toy"
import matplotlib.pyplot as plt


def drawn(layout):
    rows = [["a", "a"], ["b", "c"], ["d", "d"]]
    figure, axes = plt.subplot_mosaic(
        rows, layout=layout, figsize=(5.2, 7.4), height_ratios=[1.2, 1, 0.8]
    )
    for name, ax in axes.items():
        ax.plot([1, 2, 3], [1, 4, 2])
        ax.set(title=name, xlabel="steps", ylabel="error")
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    corners = [float(each) for ax in axes.values() for each in ax.get_position().bounds]
    plt.close(figure)
    return text.getvalue(), corners


print("matplotlib", mpl.__version__)
for layout in ("constrained", "none"):
    texts, corners = zip(*(drawn(layout) for _ in range(120)))
    if len(set(texts)) == 1:
        print(f"{layout}: one text")
        continue
    apart = max(max(each) - min(each) for each in zip(*corners))
    clips = {tuple(re.findall(r"url\(#(p[0-9a-f]{10})\)", text)) for text in texts}
    names = "other names of clips" if len(clips) > 1 else "the same names of clips"
    near = "less than 1e-15" if 0 < apart < 1e-15 else f"{apart:.0e}"
    print(f"{layout}: several texts, {names}, corners {near} apart")
PYTHON
found=$(venv/bin/python draw.py)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
