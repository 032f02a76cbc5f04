"""A second trainer, by autograd and ``torch.optim``, with torch's own random numbers.

What it is for: training the runs of a claim once more, by code that shares nothing with the book's
arithmetic. What it may know: what a :class:`dlbook.training.replay.Run` says of a run, and torch.
Start reading: :mod:`dlbook.by_torch.autograd`.
"""
