"""The machinery that makes figures: keys, caches, workers and the comparison with records."""
