"""The generators that libraries draw from when they are given none of their own.

What they give depends on whatever drew before: nothing of the book may move them.
"""

import random
from typing import Any

import numpy as np
import torch


def global_states() -> dict[str, object]:
    """Their states, by the library; equal as long as nobody draws."""
    theirs: Any = np.random.get_state(legacy=True)  # a name, words, a place, and what is left
    _, words, *rest = theirs
    return {
        "torch": torch.get_rng_state().numpy().tobytes(),
        "numpy": (words.tobytes(), rest),
        "random": random.getstate(),
    }
