"""Experiments: data, one loop that trains, and intervals over seeds.

For: what a run needs beyond formulas. A run is plain data (`replay.Run`), chance an argument.
May know: `base` and `mathematics`; never figures or pages.
Known by: the scripts of the figures.
Start with `replay` (what decides a run), then `train` (what happens in it), then `stats`.
"""
