"""Batch normalisation of a layer's sums over the samples of a step (Ioffe & Szegedy 2015).

Of the n sums z of a unit, with their mean m and the mean v of (z - m)²,

    ẑ = (z - m) / √(v + ε),    and the layer goes on with γ ẑ + β.

The scale γ and the shift β are trained; β is the layer's bias, which would have no effect before
the mean is taken away. Nothing else is kept from step to step, so a net is its parameters. What it
answers after training has m and v of the training set, all of it, and not averages on the way
(algorithm 2 of the paper, with v as in training): then one run has one answer, and a net that saw
all samples in each step is measured as it was trained.
"""

import numpy as np

from dlbook.arithmetic.specification import Doubles, ascending


def normalised(z: Doubles, eps: float) -> tuple[Doubles, Doubles]:
    """ẑ ``(n, width)`` of sums z, and of each unit 1 / √(v + ε)."""
    share = 1.0 / len(z)
    apart = z - ascending(z) * share
    root = 1.0 / np.sqrt(ascending(apart * apart) * share + eps)
    return apart * root, root


def below_norm(e: Doubles, unit: Doubles, root: Doubles, scale: Doubles) -> tuple[Doubles, Doubles]:
    """The errors of z, and the derivative by γ, from the errors e of γ ẑ + β, and ẑ = ``unit``.

    ∂L/∂z = γ / √(v + ε) · ((e - Σ e / n) - ẑ Σ e ẑ / n), since m and v depend on every z.
    """
    share, by_scales = 1.0 / len(e), ascending(e * unit)
    below = (scale * root) * ((e - ascending(e) * share) - unit * (by_scales * share))
    return below, by_scales
