"""The machinery that makes figures: keys, caches, workers and the comparison with records.

For: making what is missing or stale, once, in several processes, and nothing else.
May know: everything below; scripts by name only, and they do not know it.
Known by: the command line; the site asks it to make figures, through that command.
Start with `build` (what a build does), then `key` (when a figure is stale).
"""
