"""The contract of a figure script: how it is loaded, run, judged and drawn.

For: authors of scripts, and for whoever runs one: command line, engine, notebook.
May know: `record`, `base`, matplotlib; no experiment and no mathematics, which scripts bring.
Known by: the scripts, and the engine.
Start with `contract` (what a script offers), `loading` (how it is held to that), then `style`.
"""
