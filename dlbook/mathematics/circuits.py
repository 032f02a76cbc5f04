"""Parity and other Boolean functions as circuits: trees of XNOR, AND-OR, threshold units.

States of d bits are rows of zeros and ones, float64, ``(2^d, d)``, in binary counting order with
the first bit most significant. A truth table is a bool tensor ``(2^d,)`` in the same order.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlbook.mathematics.explicit import Layers
from dlbook.mathematics.sums import total


@dataclass(frozen=True)
class Tree:
    """What a tree of gates gives: ``output`` ``(n,)`` bool, its ``gates`` and its ``depth``."""

    output: Tensor
    gates: int
    depth: int


def states(bits: int) -> Tensor:
    """All states of so many bits, ``(2^bits, bits)``."""
    numbers = torch.arange(2**bits)
    return (numbers[:, None] >> torch.arange(bits - 1, -1, -1) & 1).double()


def even_parity(x: Tensor) -> Tensor:
    """Whether the number of ones is even, ``(n, d) -> (n,)``: the lecture's "parity check"."""
    return total(x, 1) % 2 == 0


def xnor_tree(x: Tensor) -> Tree:
    """Join the bits pairwise by XNOR (1 where both inputs agree) until one is left.

    Each gate adds one inversion to the sum modulo 2, so the tree of ``d - 1`` gates gives even
    parity when d is even and odd parity when d is odd. Its depth is ``ceil(log2 d)``.
    """
    wires, gates, depth = list(x.bool().unbind(1)), 0, 0
    while len(wires) > 1:
        pairs = zip(wires[0::2], wires[1::2], strict=False)
        joined, single = [a == b for a, b in pairs], wires[len(wires) // 2 * 2 :]
        wires, gates, depth = joined + single, gates + len(joined), depth + 1
    return Tree(wires[0], gates, depth)


def minterms(table: Tensor) -> Tensor:
    """The AND terms of the full disjunctive form, one per true state: ``(2^d,) -> (terms, d)``."""
    return states(_bits(table))[table]


def any_term(terms: Tensor, x: Tensor) -> Tensor:
    """The OR of AND terms that each name one state: ``(terms, d), (n, d) -> (n,)`` bool."""
    return (x[:, None] == terms).all(2).any(1)


def adjacent_pairs(table: Tensor) -> int:
    """How many pairs of true states differ in one bit only.

    A larger AND term covers such a pair. Where there is none, every prime implicant is a single
    state, and no OR of ANDs has fewer terms than the function has true states. For parity that is
    ``2^(d-1)``.
    """
    d = _bits(table)
    neighbours = torch.arange(2**d)[:, None] ^ (1 << torch.arange(d))
    return int(total(table[:, None] & table[neighbours])) // 2


def threshold_parity(bits: int) -> Layers:
    """Even parity from one hidden layer of d threshold units, for ``activation=explicit.step``.

    Unit j (from 1) fires when at least j bits are one. The output is 1 minus the first, plus the
    second, minus the third...: it returns to 1 at every even count.
    """
    count = torch.arange(1, bits + 1, dtype=torch.float64)
    hidden = torch.ones(bits, bits, dtype=torch.float64), 0.5 - count
    return [hidden, ((-1) ** count[:, None], torch.ones(1, dtype=torch.float64))]


def detectors(tables: Tensor) -> Layers:
    """Any Boolean functions by one detector per state, for ``activation=explicit.step``.

    ``tables`` ``(f, 2^d)`` bool gives a network ``d -> units -> f`` with a unit for each state that
    some function calls true, at most 2^d: it fires at its own state only. Every output adds up the
    detectors of its true states. Several functions share their detectors.
    """
    every = states(_bits(tables[0]))
    used = tables.any(0)
    patterns = every[used]
    hidden = (2 * patterns - 1).T, 0.5 - total(patterns, 1)
    return [hidden, (tables[:, used].T.double(), torch.zeros(len(tables), dtype=torch.float64))]


def _bits(table: Tensor) -> int:
    bits = len(table).bit_length() - 1
    if table.dim() != 1 or len(table) != 2**bits:
        raise ValueError(f"a truth table has 2^d entries, not shape {tuple(table.shape)}")
    return bits
