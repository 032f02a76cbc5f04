"""Initial weights by name.

A scheme is a function ``(stream, fan_in, fan_out) -> (W, b)`` that draws one layer: the weights
first, ``(s, fan_in, fan_out)`` in row-major order, then the biases ``(s, 1, fan_out)`` if they are
random. :func:`dlbook.mathematics.nets.init` gives every layer its own stream.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from dlbook.mathematics.rng import Stream

Scheme = Callable[[Stream, int, int], tuple[Tensor, Tensor]]


def _zero_biases(weights: Tensor) -> Tensor:
    return torch.zeros_like(weights[:, :1])


def xavier_uniform(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """Weights uniform on ±√(6 / (fan_in + fan_out)), biases 0 (Glorot & Bengio 2010).

    "Understanding the difficulty of training deep feedforward neural networks", AISTATS.
    """
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    weights = stream.uniform(fan_in, fan_out, low=-limit, high=limit)
    return weights, _zero_biases(weights)


def xavier_uniform_with_biases(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """As :func:`xavier_uniform`, and biases uniform on ±√(3 / fan_out).

    The code behind Source E gave its initialiser to the biases too; that initialiser takes the
    length of a vector for both its fans.
    """
    weights, _ = xavier_uniform(stream, fan_in, fan_out)
    limit = math.sqrt(3.0 / fan_out)
    return weights, stream.uniform(1, fan_out, low=-limit, high=limit)


def he_normal(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """Weights normal with variance 2 / fan_in, biases 0 (He et al. 2015).

    "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification".
    """
    weights = stream.normal(fan_in, fan_out) * math.sqrt(2.0 / fan_in)
    return weights, _zero_biases(weights)


def lecun_normal(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """Weights normal with variance 1 / fan_in, biases 0 (LeCun, Bottou, Orr & Müller 1998).

    "Efficient BackProp".
    """
    weights = stream.normal(fan_in, fan_out) * math.sqrt(1.0 / fan_in)
    return weights, _zero_biases(weights)


def fan_in_uniform(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
    """Weights and biases uniform on ±1 / √fan_in, the default of ``torch.nn.Linear``."""
    limit = 1.0 / math.sqrt(fan_in)
    weights = stream.uniform(fan_in, fan_out, low=-limit, high=limit)
    return weights, stream.uniform(1, fan_out, low=-limit, high=limit)


def normal(std: float, biases: bool = False) -> Scheme:
    """Weights normal with standard deviation ``std``; biases likewise, or 0.

    Names of such schemes end with ``std``, a low line for its point. With biases they are those of
    the code behind Source E.
    """

    def scheme(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
        weights = std * stream.normal(fan_in, fan_out)
        return weights, std * stream.normal(1, fan_out) if biases else _zero_biases(weights)

    return scheme


def constant(value: float) -> Scheme:
    """Every weight and every bias equal to ``value``."""

    def scheme(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
        weights = torch.full_like(stream.uniform(fan_in, fan_out), value)
        return weights, torch.full_like(weights[:, :1], value)

    return scheme


def spread_kinks(std: float = 20.0) -> Scheme:
    """For a first layer with one input: weights N(0, std²), kinks uniform on [-1, 1).

    A unit bends where w x + b = 0, so b = -w u puts its kink at u.

    Raises:
        ValueError: when drawn, if the layer has more than one input.
    """

    def scheme(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
        if fan_in != 1:
            raise ValueError(f"'spread_kinks' places kinks on a line: 1 input, not {fan_in}")
        weights = std * stream.normal(1, fan_out)
        return weights, -weights * stream.uniform(1, fan_out, low=-1.0, high=1.0)

    return scheme


SCHEMES: dict[str, Scheme] = {
    "xavier_uniform": xavier_uniform,
    "xavier_uniform_with_biases": xavier_uniform_with_biases,
    "he_normal": he_normal,
    "fan_in_uniform": fan_in_uniform,
    "zeros": constant(0.0),
    "ones": constant(1.0),
    "spread_kinks": spread_kinks(),
    "lecun_normal": lecun_normal,
    "standard_normal": normal(1.0),
    "standard_normal_with_biases": normal(1.0, biases=True),
    "normal_0_05": normal(0.05),
    "normal_0_01": normal(0.01),
    "normal_0_01_with_biases": normal(0.01, biases=True),
}


def scheme(name: str) -> Scheme:
    """The initialisation of that name.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    if name not in SCHEMES:
        raise ValueError(f"no initialisation '{name}'; there are {', '.join(SCHEMES)}")
    return SCHEMES[name]
