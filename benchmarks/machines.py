"""Which functions of the libraries give other bits on another processor, or at another place.

    python -m benchmarks.machines [PART OF A NAME]

Every function is called on the same numbers in processes that are told to leave out instructions
of this processor, each library by its own switch, and at an address 8 bytes further on. A line
names a function whose bits are not always those of the first process, and where they are not. That
a function is not named proves nothing: this processor may not have the path that differs.
"""

import hashlib
import json
import math
import operator
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn import functional

SETTINGS: dict[str, dict[str, str]] = {
    "torch": {"ATEN_CPU_CAPABILITY": "default"},
    "mkl": {"MKL_ENABLE_INSTRUCTIONS": "SSE4_2", "MKL_CBWR": "COMPATIBLE"},
    "numpy": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
    "openblas": {"OPENBLAS_CORETYPE": "Prescott"},
    "glibc": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable"},
    "threads": {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    "place": {"BENCHMARK_SHIFT": "1"},
}
_ELEMENTS, _ROWS = 20_001, 37
_ALONG = "sum mean prod std var logsumexp cumsum softmax log_softmax logcumsumexp cumprod nanmean"

Case = Callable[[], Any]


def _placed(values: np.ndarray) -> np.ndarray:
    """The array, at an address that is a multiple of 64 bytes, or 8 bytes further on."""
    shift = int(os.environ.get("BENCHMARK_SHIFT", "0"))
    raw = np.empty(values.size + 16)
    first = -raw.ctypes.data // 8 % 8 + shift
    place = raw[first : first + values.size].reshape(values.shape)
    place[...] = values
    return place


def _numbers() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(5)
    a, b = draw.uniform(-1, 1, (2, 3, _ROWS, _ROWS))
    square = draw.uniform(-1, 1, (9, 9))
    return {
        "x": draw.uniform(-30, 30, _ELEMENTS),
        "p": np.ldexp(draw.uniform(1, 2, _ELEMENTS), draw.integers(-40, 40, _ELEMENTS)),
        "u": draw.uniform(-0.999, 0.999, _ELEMENTS),
        "rows": draw.uniform(-3, 3, (_ROWS, 541)),
        "thin": draw.uniform(-3, 3, (4001, 2)),
        "a": a,
        "b": b,
        "big": draw.uniform(-1, 1, (200, 300)),
        "s": square,
        "spd": np.minimum.outer(np.arange(1.0, 10.0), np.arange(1.0, 10.0)) / 3,
    }


def _each(owner: Any, words: str, x: Any) -> Iterator[tuple[str, Case]]:
    """The functions of a library by these names, each of which takes one number or array."""
    prefix = {torch: "torch", np: "np", math: "math"}[owner]
    for word in words.split():
        yield f"{prefix}.{word}", partial(_applied, getattr(owner, word), x)


def _applied(f: Callable[..., Any], x: Any, *rest: Any) -> Any:
    return [f(each, *rest) for each in x] if isinstance(x, list) else f(x, *rest)


def _spaced(points: int) -> torch.Tensor:
    ends, wide = ((-1.0, 1.0), (-0.3, 0.7), (0.1, 0.7)), torch.float64
    return torch.cat([torch.linspace(low, high, points, dtype=wide) for low, high in ends])


def _ordered(x: torch.Tensor) -> torch.Tensor:
    parts = x.amax(-1), x.argmax(-1), x.sort(-1).values
    return torch.cat([part.double().flatten() for part in parts])


def _sorted(x: np.ndarray) -> np.ndarray:
    return np.append(np.sort(x, -1), np.argsort(x, -1, kind="stable"))


def _vector_norm(x: torch.Tensor) -> Any:
    return torch.linalg.vector_norm(x, dim=-1)


def _median(x: torch.Tensor) -> torch.Tensor:
    return x.median(-1).values


def _factors(f: Callable[[torch.Tensor], Any], x: torch.Tensor) -> torch.Tensor:
    return _flat(f(x))


def _torch_cases(n: dict[str, np.ndarray]) -> Iterator[tuple[str, Case]]:
    t = {name: torch.from_numpy(values) for name, values in n.items()}
    x, p, u, rows, a, b = (t[name] for name in ("x", "p", "u", "rows", "a", "b"))
    words = (
        "exp expm1 sigmoid tanh sin cos tan sinh cosh atan erf square reciprocal "
        "sign abs neg round floor exp2 relu sinc"
    )
    yield from _each(torch, words, x)
    words = "sqrt rsqrt log log2 log10 log1p lgamma"
    yield from _each(torch, words, p)
    words = "asin acos atanh"
    yield from _each(torch, words, u)
    special = torch.special
    yield "torch.special.entr", lambda: special.entr(p)
    yield "torch.special.ndtr", lambda: special.ndtr(x)
    yield "torch.special.ndtri", lambda: special.ndtri(u.abs())
    yield "torch.special.xlogy", lambda: special.xlogy(x, p)
    yield "torch.special.expit", lambda: special.expit(x)
    yield "torch.special.logit", lambda: special.logit(u.abs())
    for power in (2, 3, 4, 5, 0.5, -1, -2, 1.7):
        yield f"tensor ** {power}", partial(operator.pow, p, power)
    yield "2.0 ** tensor", lambda: 2.0 ** x.round()
    yield "10.0 ** tensor", lambda: 10.0**x
    yield "tensor ** tensor", lambda: p ** (x / 10)
    yield "x + p, x - p, x * p, x / p", lambda: torch.stack([x + p, x - p, x * p, x / p])
    yield "addcmul", lambda: torch.addcmul(x, u, p)
    yield "addcdiv", lambda: torch.addcdiv(x, u, p)
    yield "add alpha", lambda: torch.add(x, u, alpha=0.3)
    yield "lerp", lambda: torch.lerp(x, p, 0.3)
    yield "lerp tensor", lambda: torch.lerp(x, p, u.abs())
    yield "hypot", lambda: torch.hypot(x, u)
    yield "atan2", lambda: torch.atan2(x, u)
    yield "logaddexp", lambda: torch.logaddexp(x, u)
    yield "fmod, remainder", lambda: torch.stack([x % 0.7, torch.fmod(x, 0.7)])
    yield "complex exp", lambda: torch.view_as_real(torch.exp(1j * x))
    yield "complex product", lambda: torch.view_as_real(torch.complex(x, u) * torch.complex(p, x))
    yield "softplus", lambda: functional.softplus(x)
    yield "logsigmoid", lambda: functional.logsigmoid(x)
    yield "gelu", lambda: functional.gelu(x)
    yield "round decimals", lambda: u.round(decimals=6)
    yield "uniform of torch", lambda: torch.rand(99, generator=torch.Generator().manual_seed(1))
    yield (
        "normal of torch",
        lambda: torch.randn(99, generator=torch.Generator().manual_seed(1), dtype=torch.float64),
    )
    for points in (3, 12, 41, 101, 201, 1025):
        yield f"linspace {points}", partial(_spaced, points)
    yield "logspace", lambda: torch.logspace(-2, 2, 201, dtype=torch.float64)
    yield "arange of fractions", lambda: torch.arange(-1, 1, 0.07, dtype=torch.float64)
    long = {"": x, " of rows": rows, " of columns": rows.mT, " of thin rows": t["thin"]}
    for what, values in long.items():
        for name in _ALONG.split():
            yield f"{name}{what}", partial(getattr(torch, name), values, -1)
        yield f"norm{what}", partial(_vector_norm, values)
        yield f"median{what}", partial(_median, values)
        yield f"quantile{what}", partial(torch.quantile, values, 0.3, -1)
        yield f"amax, argmax, sort{what}", partial(_ordered, values)
    yield "sum of the first axis", lambda: rows.sum(0)
    yield "mean of everything", lambda: rows.mean()
    yield "cumsum of the first axis", lambda: rows.cumsum(0)
    yield "trapezoid", lambda: torch.trapezoid(rows, dim=-1)
    yield "diff", lambda: rows.diff()
    for size in (1, 2, 3, 5, 9, 16, 33):
        left, right = a[..., :size].contiguous(), b[:, :size].contiguous()
        yield f"bmm over {size}", partial(torch.matmul, left, right)
        yield f"mm over {size}", partial(torch.matmul, left[0], right[0])
    yield "tiny bmm", lambda: a[:, :2, :3] @ b[:, :3, :2]
    yield "mm of 200 x 300", lambda: t["big"] @ t["big"].mT
    yield "mv", lambda: t["big"] @ x[:300]
    yield "vector @ matrix", lambda: x[:200] @ t["big"]
    yield "dot", lambda: torch.dot(x, u)
    yield "short dot", lambda: torch.dot(x[:5], u[:5])
    yield "einsum", lambda: torch.einsum("snd,sd->sn", a, b[:, 0])
    yield "baddbmm", lambda: torch.baddbmm(a[:, :1], a, b)
    yield "addmm", lambda: torch.addmm(a[0, :1], a[0], b[0])
    yield "outer", lambda: torch.outer(x[:50], u[:50])
    yield "cdist", lambda: torch.cdist(rows, rows)
    yield "corrcoef, cov", lambda: torch.cat([torch.corrcoef(a[0]), torch.cov(a[0])])
    yield "conv1d", lambda: functional.conv1d(rows[None, :1], rows[None, :1, :9])
    yield "fft", lambda: torch.view_as_real(torch.fft.fft(rows))
    linalg, s, spd = torch.linalg, t["s"], t["spd"]
    for name in ["det", "inv", "pinv", "qr", "eigvals", "slogdet", "svdvals", "matrix_exp"]:
        yield f"linalg.{name}", partial(_factors, getattr(linalg, name), s)
    yield "linalg.solve", lambda: linalg.solve(s, spd)
    yield "linalg.lstsq", lambda: linalg.lstsq(t["big"].mT, x[:300, None]).solution
    yield (
        "linalg.cholesky, eigvalsh",
        lambda: torch.cat([linalg.cholesky(spd).flatten(), linalg.eigvalsh(spd)]),
    )
    yield "cross_entropy", lambda: functional.cross_entropy(rows, torch.arange(_ROWS))
    yield "autograd of a net", lambda: _gradient(a[0], b[0])


def _gradient(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    w = b.clone().requires_grad_()
    return torch.autograd.grad(torch.sigmoid(a @ w).square().mean(), w)[0]


def _flat(values: Any) -> torch.Tensor:
    parts = values if isinstance(values, tuple) else [values]
    flat = [torch.view_as_real(v) if v.is_complex() else v for v in parts]
    return torch.cat([part.flatten() for part in flat])


def _numpy_cases(n: dict[str, np.ndarray]) -> Iterator[tuple[str, Case]]:
    x, p, u, rows, a, b = (n[name] for name in ("x", "p", "u", "rows", "a", "b"))
    words = "exp expm1 tanh sin cos tan sinh cosh arctan square reciprocal rint exp2"
    yield from _each(np, words, x)
    words = "sqrt cbrt log log2 log10 log1p"
    yield from _each(np, words, p)
    words = "arcsin arccos arctanh"
    yield from _each(np, words, u)
    for power in (2, 3, 0.5, 1.7):
        yield f"array ** {power}", partial(operator.pow, p, power)
    yield "array + - * /", lambda: np.stack([x + p, x - p, x * p, x / p])
    yield "np.ldexp, frexp", lambda: np.concatenate([np.ldexp(x, 3), np.frexp(p)[0]])
    yield "np.hypot, arctan2", lambda: np.concatenate([np.hypot(x, u), np.arctan2(x, u)])
    yield "np.logaddexp", lambda: np.logaddexp(x, u)
    yield "np.mod", lambda: np.mod(x, 0.7)
    yield "np.linspace", lambda: np.concatenate([np.linspace(0.1, 0.7, k) for k in range(1, 300)])
    yield (
        "np.logspace, geomspace",
        lambda: np.concatenate([np.logspace(-2, 2, 201), np.geomspace(0.01, 3, 77)]),
    )
    for what, values in {"": x, " of rows": rows, " of columns": rows.T}.items():
        for name in ["sum", "mean", "std", "var", "prod", "cumsum", "median"]:
            yield f"np.{name}{what}", partial(getattr(np, name), values, -1)
        yield f"np.quantile{what}", partial(np.quantile, values, 0.3, -1)
        yield f"np.sort, argsort{what}", partial(_sorted, values)
        yield f"np.linalg.norm{what}", partial(np.linalg.norm, values, axis=-1)
    yield "np.interp", lambda: np.interp(x, np.sort(u[:99]), p[:99])
    yield "np.matmul", lambda: a @ b
    yield "np.matmul over 2", lambda: a[:, :, :2] @ b[:, :2]
    yield "np.dot", lambda: np.dot(x, u)
    yield "np.einsum", lambda: np.einsum("snd,sd->sn", a, b[:, 0])
    yield "np.outer", lambda: np.outer(x[:50], u[:50])
    yield "np.polyfit, polyval", lambda: np.polyval(np.polyfit(u[:50], x[:50], 3), u)
    yield "np.linalg.solve", lambda: np.linalg.solve(n["s"], n["spd"])
    yield "np.linalg.det, inv", lambda: np.append(np.linalg.inv(n["s"]), np.linalg.det(n["s"]))
    yield "np.linalg.svd", lambda: np.linalg.svd(n["s"])[1]
    yield "np.fft", lambda: np.fft.fft(rows).view(np.float64)
    yield "generator's normals", lambda: np.random.default_rng(1).normal(size=99)
    yield "generator's uniforms", lambda: np.random.default_rng(1).random(99)


def _other_cases(n: dict[str, np.ndarray]) -> Iterator[tuple[str, Case]]:
    from statistics import NormalDist

    from scipy import special

    x, p, u = (n[name].tolist() for name in ("x", "p", "u"))
    words = "exp expm1 tanh sin cos tan sinh atan erf gamma"
    yield from _each(math, words, x)
    words = "sqrt log log2 log10 log1p"
    yield from _each(math, words, p)
    yield "math.asin", lambda: [math.asin(v) for v in u]
    for power in (2, 3, 0.5, 1.7):
        yield f"float ** {power}", partial(_applied, lambda v, power: v**power, p, power)
    yield "whole ** float", lambda: [7.0**v for v in x]
    yield "math.hypot, dist", lambda: [math.hypot(v, w) for v, w in zip(x, u, strict=True)]
    yield "math.fsum, sum", lambda: [math.fsum(x), sum(x)]
    yield "NormalDist.inv_cdf", lambda: [NormalDist().inv_cdf(abs(v)) for v in u]
    yield "NormalDist.cdf", lambda: [NormalDist().cdf(v) for v in x]
    yield "scipy stdtrit", lambda: [special.stdtrit(k, 0.975) for k in range(1, 400)]
    yield (
        "scipy ndtr, ndtri",
        lambda: np.concatenate([special.ndtr(n["x"]), special.ndtri(np.abs(n["u"]))]),
    )
    yield (
        "scipy expit, logsumexp",
        lambda: np.append(special.expit(n["x"]), special.logsumexp(n["x"])),
    )
    yield "scipy linprog", lambda: _linear_program(n)
    yield "sklearn LogisticRegression", lambda: _regression(n)


def _linear_program(n: dict[str, np.ndarray]) -> np.ndarray:
    from scipy.optimize import linprog

    cost, bounds = n["u"][:5], np.abs(n["u"][5:45])
    end = linprog(cost, n["u"][45:245].reshape(40, 5), bounds, bounds=[(-1, 1)] * 5)
    return np.asarray(end.x)


def _regression(n: dict[str, np.ndarray]) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    x = n["u"][:400].reshape(100, 4)
    fitted = LogisticRegression().fit(x, (x.sum(1) + n["u"][400:500]) > 0)
    return np.append(fitted.coef_, fitted.intercept_)


def digests(part: str) -> dict[str, str]:
    """A hash of the bits that every function gives in this process."""
    numbers = {name: _placed(values) for name, values in _numbers().items()}
    found = {}
    with np.errstate(all="ignore"):
        for cases in (_torch_cases, _numpy_cases, _other_cases):
            for name, case in cases(numbers):
                if part in name:
                    found[name] = _digest(case())
    return found


def _digest(values: Any) -> str:
    array = np.ascontiguousarray(values, dtype=np.float64)
    return hashlib.sha256(np.where(np.isnan(array), np.nan, array).tobytes()).hexdigest()[:12]


def _elsewhere(part: str, setting: dict[str, str]) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.machines", "--digests", part],
        env={**os.environ, **setting}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def main(part: str) -> None:
    """Print one line a function that differs somewhere."""
    here = _elsewhere(part, {})
    there = {name: _elsewhere(part, setting) for name, setting in SETTINGS.items()}
    print(f"{'':32}" + "".join(f"{name:>10}" for name in SETTINGS))
    same = 0
    for function, digest in here.items():
        differ = [found[function] != digest for found in there.values()]
        same += not any(differ)
        if any(differ):
            print(f"{function:32}" + "".join(f"{'differs' if d else '':>10}" for d in differ))
    print(f"{same} of {len(here)} functions gave the same bits everywhere")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--digests"]:
        print(json.dumps(digests(sys.argv[2])))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
