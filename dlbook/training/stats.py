"""Estimates with their intervals, over seeds or over checked cases.

All intervals are 95 %. Values are one number per independent case, ``(n,)``; cases that hold or do
not may have any shape.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

from dlbook.arithmetic.student import student_quantile
from dlbook.base.evidence import Estimate
from dlbook.mathematics import given
from dlbook.mathematics.rng import Stream
from dlbook.mathematics.sums import quantile, total

Values = Sequence[float] | Tensor
Cases = Iterable[bool] | Tensor

_TAIL = 0.025
_Z = 1.9599639845400536  # the normal quantile at 1 - _TAIL


def exact(value: float, n: int = 1) -> Estimate:
    """A value that is computed, not sampled, over ``n`` checked cases."""
    _refuse_nan([value], "value")
    return Estimate(value, value, value, n)


def mean(values: Values) -> Estimate:
    """The mean with Student's t interval.

    Values that are all equal give an exact estimate.

    Raises:
        ValueError: fewer than two values, or one that is not finite.
    """
    numbers = _numbers(values)
    n = len(numbers)
    if n < 2:
        raise ValueError(f"an interval of a mean needs at least 2 values, not {n}")
    for i, number in enumerate(numbers):
        if math.isinf(number):
            raise ValueError(f"value {i} of {n} is {number}; a mean needs finite values")
    if min(numbers) == max(numbers):
        return exact(numbers[0], n)
    centre = math.fsum(numbers) / n
    variance = math.fsum((number - centre) * (number - centre) for number in numbers) / (n - 1)
    half = student_quantile(n - 1, 1 - 2 * _TAIL) * math.sqrt(variance / n)
    return Estimate(centre, centre - half, centre + half, n)


def difference(a: Values, b: Values) -> Estimate:
    """The mean of ``a - b``, paired case by case, with its t interval.

    Raises:
        ValueError: the two have different lengths, or :func:`mean` refuses the differences.
    """
    first, second = _numbers(a), _numbers(b)
    if len(first) != len(second):
        raise ValueError(f"pairs need equally many values, not {len(first)} and {len(second)}")
    return mean([x - y for x, y in zip(first, second, strict=True)])


def paired_rates(a: Cases, b: Cases) -> Estimate:
    """The difference of two shares over the same cases, with Bonett and Price's interval (2012).

    An interval also where all pairs agree: none of 64 seeds differed, the next one may.

    Raises:
        ValueError: the two have different lengths, or :func:`rate` refuses either.
    """
    first, second = (_cases(each).flatten() for each in (a, b))
    if len(first) != len(second):
        raise ValueError(f"pairs need equally many cases, not {len(first)} and {len(second)}")
    n, only, other = len(first), int(total(first & ~second)), int(total(second & ~first))
    p, q = (only + 1) / (n + 2), (other + 1) / (n + 2)
    half = _Z * math.sqrt((p + q - (p - q) * (p - q)) / (n + 2))
    low, high = max(-1.0, p - q - half), min(1.0, p - q + half)
    share = (only - other) / n
    return Estimate(share, min(low, share), max(high, share), n)


def median(values: Values) -> Estimate:
    """The median with the interval between two order statistics, whatever the distribution.

    Of n sorted values the j-th smallest and the j-th largest, with the largest j for which
    ``P(Binomial(n, 1/2) < j) <= 2.5 %``; at least 95 % of such intervals hold the true median.
    Infinite values (a diverged run) are allowed.

    Raises:
        ValueError: fewer than six values (no interval of this kind reaches 95 %), or a NaN.
    """
    numbers = sorted(_numbers(values))
    n = len(numbers)
    if n < 6:
        raise ValueError(f"a 95 % interval of a median needs at least 6 values, not {n}")
    outside, below = 0, 0.0
    while (below := below + math.comb(n, outside) / 2**n) <= _TAIL:
        outside += 1
    low, high = numbers[outside - 1], numbers[n - outside]
    return Estimate(statistics.median(numbers), low, high, n)


def rate(holds: Cases) -> Estimate:
    """The share of cases that hold, with Wilson's score interval (Wilson 1927).

    Raises:
        ValueError: there is no case, or one is no verdict but a number.
    """
    passed, n = _passed(holds)
    share = passed / n
    centre = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z / (1 + _Z * _Z / n) * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n**2))
    low = 0.0 if passed == 0 else centre - half
    high = 1.0 if passed == n else centre + half
    return Estimate(share, low, high, n)


def bootstrap(
    values: Values, statistic: Callable[[Tensor], Tensor], rng: Stream, resamples: int = 10_000
) -> Estimate:
    """Any statistic with its percentile interval over resamples with replacement (Efron 1979).

    ``statistic`` maps ``(resamples, n) -> (resamples,)``. The interval is widened to hold the value
    itself where the percentiles do not.

    Raises:
        ValueError: fewer than two values, or the statistic of a resample is not a number.
    """
    sample = torch.tensor(_numbers(values), dtype=torch.float64)
    n = len(sample)
    if n < 2:
        raise ValueError(f"a bootstrap interval needs at least 2 values, not {n}")
    value = float(statistic(sample[None])[0])
    drawn = statistic(sample[rng.integers(n, resamples, n)])
    _refuse_nan([value, *drawn.tolist()], "statistic")
    low, high = (float(quantile(drawn.double(), tail)) for tail in (_TAIL, 1 - _TAIL))
    return Estimate(value, min(low, value), max(high, value), n)


def share(holds: Cases) -> Estimate:
    """The share of the checked cases of a theorem or a construction that hold, exact.

    Raises:
        ValueError: there is no case, or one is no verdict but a number.
    """
    passed, n = _passed(holds)
    return exact(passed / n, n)


def _numbers(values: Values) -> list[float]:
    tensor = torch.as_tensor(values, dtype=torch.float64)
    if tensor.dim() != 1:
        raise ValueError(f"give one number per case, shape (n,), not {tuple(tensor.shape)}")
    numbers: list[float] = tensor.tolist()
    _refuse_nan(numbers, "value")
    return numbers


def _cases(holds: Cases) -> Tensor:
    holds = holds if isinstance(holds, Tensor) else list(holds)
    given.refuse_no_verdicts(holds)
    cases = torch.as_tensor(holds, dtype=torch.bool)
    if cases.numel() == 0:
        raise ValueError("no case was checked; there is nothing to judge")
    return cases


def _passed(holds: Cases) -> tuple[int, int]:
    cases = _cases(holds)
    return int(total(cases)), cases.numel()


def _refuse_nan(numbers: Sequence[float], what: str) -> None:
    for i, number in enumerate(numbers):
        if math.isnan(number):
            where = f"{what} {i} of {len(numbers)}" if len(numbers) > 1 else f"the {what}"
            raise ValueError(f"{where} is NaN")
