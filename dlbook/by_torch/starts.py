"""Initial weights of the laws that runs name, by ``torch.nn.init``.

A layer is ``W`` ``(out, in)`` with ``b`` ``(out)``, as ``torch.nn.Linear`` has it.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Generator, Tensor, nn

from dlbook.by_torch.draws import generator
from dlbook.training.replay import Run

Filler = Callable[[Tensor, Tensor, Generator], None]


def _xavier(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.xavier_uniform_(W, generator=own)
    nn.init.zeros_(b)


def _xavier_with_biases(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.xavier_uniform_(W, generator=own)
    limit = math.sqrt(3 / len(b))  # both of its fans are the number of biases
    nn.init.uniform_(b, -limit, limit, generator=own)


def _he(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.kaiming_normal_(W, nonlinearity="relu", generator=own)
    nn.init.zeros_(b)


def _of_linear(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.kaiming_uniform_(W, a=math.sqrt(5), generator=own)
    limit = 1 / math.sqrt(W.shape[1])
    nn.init.uniform_(b, -limit, limit, generator=own)


def _constant(value: float) -> Filler:
    def fill(W: Tensor, b: Tensor, _own: Generator) -> None:
        nn.init.constant_(W, value)
        nn.init.constant_(b, value)

    return fill


def _lecun(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.kaiming_normal_(W, nonlinearity="linear", generator=own)
    nn.init.zeros_(b)


def _normal(std: float, of_biases: float) -> Filler:
    def fill(W: Tensor, b: Tensor, own: Generator) -> None:
        nn.init.normal_(W, std=std, generator=own)
        nn.init.normal_(b, std=of_biases, generator=own)

    return fill


def _spread_kinks(W: Tensor, b: Tensor, own: Generator) -> None:
    nn.init.normal_(W, std=20, generator=own)
    nn.init.uniform_(b, -1, 1, generator=own)
    b.mul_(-W[:, 0])  # w x + b is 0 at x = -b / w


FILLERS: dict[str, Filler] = {
    "xavier_uniform": _xavier,
    "xavier_uniform_with_biases": _xavier_with_biases,
    "he_normal": _he,
    "fan_in_uniform": _of_linear,
    "zeros": _constant(0),
    "ones": _constant(1),
    "spread_kinks": _spread_kinks,
    "lecun_normal": _lecun,
    "standard_normal": _normal(1, 0),
    "standard_normal_with_biases": _normal(1, 1),
    "normal_0_05": _normal(0.05, 0),
    "normal_0_01": _normal(0.01, 0),
    "normal_0_01_with_biases": _normal(0.01, 0.01),
}


def started(run: Run, seeds: Sequence[int], draw: int) -> Tensor:
    """Parameters ``(s, P)`` of a network for each seed, float64, as stacks lay them out.

    A layer of a seed is the same whatever the others are, so that runs that differ in one thing
    start alike in the rest.

    Args:
        run: its widths, initialisations and connections; the laws are keys of :data:`FILLERS`.
        seeds: one for each network.
        draw: which of all draws, see :class:`dlbook.by_torch.draws.TorchStream`.
    """
    return torch.stack([_network(run, seed, draw) for seed in seeds])


def _network(run: Run, seed: int, draw: int) -> Tensor:
    parts, scales, laws = [], [], iter(run.init)
    tied = {again for _, again in run.ties}
    for layer, (fan_in, fan_out) in enumerate(pairwise(run.widths)):
        if layer + 1 in tied:
            continue
        W = torch.empty(fan_out, fan_in, dtype=torch.float64)
        b = torch.empty(fan_out, dtype=torch.float64)
        FILLERS[next(laws)](W, b, generator(draw, seed, "init", layer))
        if run.batch_norm is not None and layer + 2 < len(run.widths):
            module = nn.BatchNorm1d(fan_out, dtype=torch.float64)
            b = module.bias.detach()
            scales.append(module.weight.detach())
        parts += [W.T.flatten(), b]
    return torch.cat([*parts, *scales])
