"""One training run as plain data, so that a reader can train it again, here or in the page.

A :class:`Run` holds everything that decides a run except the seed. The scripts of the figures train
through it, the site hands it to the page, and ``web/src/engine/train.ts`` reads the same fields by
the same names. Such runs are float64 and draw from the named streams of
:mod:`dlbook.mathematics.rng`.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from dlbook.mathematics import losses, nets, optim
from dlbook.mathematics.initial import scheme
from dlbook.mathematics.nets import MLP, Stack
from dlbook.mathematics.optim import Optimiser
from dlbook.training import data, train

T = TypeVar("T")

OPTIMISERS: dict[str, Callable[[float], Optimiser]] = {
    "sgd": optim.SGD,
    "momentum": optim.Momentum,
    "adagrad": optim.Adagrad,
    "rmsprop": optim.RMSProp,
    "adam": optim.Adam,
}
XOR = "xor"


def choose(what: str, name: str, table: Mapping[str, T]) -> T:
    """What a table holds under a name that a reader chose; ``what`` is the word for its kind.

    Raises:
        ValueError: it holds nothing there; the message lists the names there are.
    """
    if name not in table:
        raise ValueError(f"no {what} '{name}'; there are {', '.join(table)}")
    return table[name]


@dataclass(frozen=True)
class Run:
    """What decides a training run, the seed apart.

    Args:
        widths: inputs, hidden layers, outputs.
        activation: of the hidden layers, a name of :mod:`dlbook.mathematics.activations`.
        init: the initialisation of each layer, names of
            :data:`dlbook.mathematics.initial.SCHEMES`; none where ``start`` is given.
        data: ``"xor"``, or a key of :data:`dlbook.training.data.CURVES`.
        points: how many equally spaced places on [-1, 1] a curve is taken at; 0 for XOR.
        loss: a name of :data:`dlbook.mathematics.losses.LOSSES`.
        optimiser: a key of :data:`OPTIMISERS`; its other constants are its defaults.
        rate: the learning rate.
        steps: how many updates.
        batch: samples per update; all of them if ``None``.
        l2: λ of a penalty λ/2 Σ w² on the weights.
        start: parameters ``(P,)`` laid out as in :mod:`dlbook.mathematics.nets`, from which every
            seed starts.

    Raises:
        ValueError: something does not exist or does not fit, in one line.
    """

    widths: tuple[int, ...]
    activation: str
    init: tuple[str, ...]
    data: str
    points: int
    loss: str
    optimiser: str
    rate: float
    steps: int
    batch: int | None = None
    l2: float = 0.0
    start: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        self._check_start(MLP(self.widths, self.activation))
        self._check_data()
        choose("optimiser", self.optimiser, OPTIMISERS)
        if not 0 < self.rate < math.inf:
            raise ValueError(f"a learning rate of {self.rate}; take a finite number above 0")
        if not 0 <= self.l2 < math.inf:
            raise ValueError(f"a penalty of {self.l2}; take a finite number from 0 up")
        if self.steps < 0:
            raise ValueError(f"{self.steps} steps; take 0 or more")

    def _check_start(self, net: MLP) -> None:
        for name in self.init:
            scheme(name)
        layers = 0 if self.start is not None else len(net.shapes)
        if len(self.init) != layers:
            raise ValueError(f"{len(self.init)} initialisations for {layers} layers")
        if self.start is None:
            return
        if len(self.start) != net.parameters:
            raise ValueError(f"{len(self.start)} parameters to start from, not {net.parameters}")
        if not all(map(math.isfinite, self.start)):
            raise ValueError("a parameter to start from is not a finite number")

    def _check_data(self) -> None:
        choose("data", self.data, {XOR: None, **data.CURVES})
        if self.data == XOR:
            inputs, fits, want = 2, self.points == 0, "0"
        else:
            inputs, fits, want = 1, self.points >= 2, "2 or more"
        if not fits:
            raise ValueError(f"'{self.data}' at {self.points} points; take {want}")
        if self.widths[0] != inputs:
            raise ValueError(f"widths {self.widths} for '{self.data}'; begin with {inputs}")
        x, y = self.samples()
        losses.loss(self.loss).target(y, self.widths[-1], torch.float64)
        if self.batch is not None and not 1 <= self.batch <= len(x):
            raise ValueError(f"a batch of {self.batch} from {len(x)} samples; take 1 to {len(x)}")

    def to_json(self) -> dict[str, Any]:
        """The run as JSON data, a key for each field; the page's engine reads these names."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}

    def samples(self) -> tuple[Tensor, Tensor]:
        """Inputs ``(n, in)``, and targets ``(n, 1)`` or the labels ``(n,)`` of XOR."""
        if self.data == XOR:
            return data.xor()
        x = torch.linspace(-1, 1, self.points, dtype=torch.float64)[:, None]
        return x, data.CURVES[self.data](x)

    def stack(self, seeds: Sequence[int]) -> Stack:
        """The networks of these seeds before training, float64."""
        net = MLP(self.widths, self.activation)
        if self.start is None:
            return nets.init(net, seeds, self.init)
        row = torch.tensor(self.start, dtype=torch.float64)
        return Stack(net, row.repeat(len(seeds), 1), tuple(seeds))

    def fit(
        self,
        seeds: Sequence[int],
        record: Sequence[int] = (),
        watch: Callable[[Stack], Tensor] | None = None,
        what: str = "training",
    ) -> train.Fit:
        """Train the networks of these seeds; see :func:`dlbook.training.train.fit`."""
        x, y = self.samples()
        return train.fit(
            self.stack(seeds),
            x,
            y,
            loss=self.loss,
            optimiser=OPTIMISERS[self.optimiser](self.rate),
            steps=self.steps,
            batch=self.batch,
            l2=self.l2,
            record=record,
            watch=watch,
            what=what,
        )


def geometric(last: int, count: int = 41) -> list[int]:
    """0, 1, and about ``count`` steps in geometric progression up to ``last``, without repeats."""
    spread = [round(last ** (i / (count - 1))) for i in range(count)] if last else []
    return sorted({0, *spread})
