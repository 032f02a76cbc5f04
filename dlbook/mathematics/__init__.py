"""Networks, constructions and measures, written as a lecture would write them.

For: formulas that can be tested against hand calculation, brute force or another library.
May know: `base`, torch, numpy; never files, figures or pages.
Known by: `training`, and the scripts of the figures.
Start with `nets` (what a network is), then `backprop`; each construction has a module of its own.
`grids`, `elementary` and `sums` are what the rest computes with, alike on every processor.
"""
