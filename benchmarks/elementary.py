"""The elementary functions: how exact on many points, how fast beside torch and numpy.

    python -m benchmarks.elementary [POINTS]

Errors in units of the last place of the true value; nanoseconds of one thread's CPU time for each
element, on 1,600 numbers that stay in the first cache, the sides taking turns, median of rounds.
"""

import ctypes
import statistics
import sys
import time
from collections.abc import Callable

import mpmath
import numpy as np
import torch

from dlbook.arithmetic import compiled, specification
from dlbook.arithmetic.specification import Doubles

_COUNT, _REPEATS, _ROUNDS = 1600, 300, 9
_TRUTH: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
}
_TORCH: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "exp": lambda x, y: torch.exp(x, out=y),
    "log": lambda x, y: torch.log(x, out=y),
    "log1p": lambda x, y: torch.log1p(x, out=y),
    "sigmoid": lambda x, y: torch.neg(x, out=y).exp_().add_(1.0).reciprocal_(),
    "tanh": lambda x, y: torch.tanh(x, out=y),
    "sin": lambda x, y: torch.sin(x, out=y),
    "cos": lambda x, y: torch.cos(x, out=y),
}
_NUMPY: dict[str, Callable[[Doubles], Doubles]] = {
    **{name: getattr(np, name) for name in ("exp", "log", "log1p", "tanh", "sin", "cos")},
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
}


def places(name: str, count: int) -> Doubles:
    """Half spread evenly over the range that matters, half by size, from a stream of one seed."""
    draw = np.random.default_rng(7)
    ends = {"exp": (-745.0, 709.7), "log": (0.5, 2.0), "log1p": (-1.0, 1.0), "tanh": (-20.0, 20.0)}
    even = draw.uniform(*ends.get(name, (-40.0, 40.0)), count - count // 2)
    far = {"exp": 1.0, "log": 1e300, "log1p": 1e300, "tanh": 20.0}.get(name, 40.0)
    size = np.exp(draw.uniform(np.log(1e-300), np.log(far), count // 2))
    signs = 1.0 if name.startswith("log") else np.where(draw.random(len(size)) < 0.5, -1.0, 1.0)
    return np.concatenate([even, signs * size])


def errors(name: str, x: Doubles) -> tuple[float, float]:
    """The greatest error, and the share of results that are the nearest double."""
    worst, right = 0.0, 0
    with mpmath.workprec(120), np.errstate(all="ignore"):
        for place, value in zip(x.tolist(), getattr(specification, name)(x).tolist(), strict=True):
            true = _TRUTH[name](mpmath.mpf(place))
            unit = float(np.spacing(abs(float(true))))
            worst = max(worst, float(abs(mpmath.mpf(value) - true) / unit))
            right += value == float(true)
    return worst, right / len(x)


def speeds(name: str) -> list[float]:
    """Nanoseconds an element: ours, torch, numpy."""
    x, y = np.linspace(0.01, 8.0, _COUNT), np.empty(_COUNT)
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    ours = compiled.function(name, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t)
    source, target = x.ctypes.data, y.ctypes.data  # asking for them takes as long as the work
    sides: list[Callable[[], object]] = [
        lambda: ours(source, target, _COUNT // 8),
        lambda: _TORCH[name](tx, ty),
        lambda: _NUMPY[name](x),
    ]
    rounds: list[list[float]] = [[] for _ in sides]
    for _ in range(_ROUNDS):
        for side, times in zip(sides, rounds, strict=True):
            start = time.thread_time()
            for _ in range(_REPEATS):
                side()
            times.append((time.thread_time() - start) / _REPEATS / _COUNT * 1e9)
    return [statistics.median(times) for times in rounds]


def main(count: int) -> None:
    """Print one line a function."""
    torch.set_num_threads(1)
    print(f"{count} points each\n{'':9}ulp   nearest   ns: ours  torch  numpy")
    for name in _TRUTH:
        worst, right = errors(name, places(name, count))
        ours, theirs, arrays = speeds(name)
        print(f"{name:8}{worst:5.2f}{right:8.1%}{ours:11.2f}{theirs:7.2f}{arrays:7.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
