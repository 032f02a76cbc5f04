"""A function that uses its argument twice, as a program: what it costs to forget a result."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Work:
    """What a program returned and how often each of its levels ran.

    ``calls[0]`` counts how often the input was read, ``calls[j]`` how often fold number j ran.
    """

    value: Fraction
    calls: tuple[int, ...]

    @property
    def folds(self) -> int:
        """Calls of the fold, at all levels."""
        return sum(self.calls[1:])

    @property
    def reads(self) -> int:
        """Readings of the input."""
        return self.calls[0]


def folded(x: Fraction, k: int, *, reuse: bool) -> Work:
    """Fold ``x`` k times by ``2 relu(a - 1/2) + 2 relu(1/2 - a)``, counting the calls.

    The argument ``a`` stands there twice. With ``reuse`` the result of each level is stored: every
    level runs once, k calls in all (a graph). Without, each use computes it anew (a tree): level j
    runs ``2^(k - j)`` times, so the fold is called ``2^k - 1`` times and the input read 2^k times.
    """
    calls = [0] * (k + 1)
    stored: dict[int, Fraction] = {}
    half = Fraction(1, 2)

    def level(j: int) -> Fraction:
        if reuse and j in stored:
            return stored[j]
        calls[j] += 1
        if j == 0:
            stored[j] = x
        else:
            up, down = level(j - 1) - half, half - level(j - 1)
            stored[j] = 2 * max(up, Fraction(0)) + 2 * max(down, Fraction(0))
        return stored[j]

    return Work(level(k), tuple(calls))
