"""One training run as plain data, so that it can be trained again, alone, here or in the page.

A :class:`Run` holds everything that decides a run except the seed. Whatever a script trains, it
trains through one; the site hands some of them to the page, and ``web/src/engine/train.ts`` reads
the same fields by the same names. Runs draw from the named streams of
:mod:`dlbook.mathematics.rng`.
"""

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from torch import Tensor

from dlbook.arithmetic.structure import Links
from dlbook.base.lookup import lookup
from dlbook.mathematics import losses, nets, optim
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.mathematics.initial import scheme
from dlbook.mathematics.nets import MLP, Stack
from dlbook.mathematics.optim import Optimiser
from dlbook.training import data, train

OPTIMISERS: dict[str, Callable[[float], Optimiser]] = {
    "sgd": optim.SGD,
    "momentum": optim.Momentum,
    "adagrad": optim.Adagrad,
    "rmsprop": optim.RMSProp,
    "adam": optim.Adam,
}
XOR = "xor"
Precision = Literal["float64", "float32"]
Watch = Callable[[Stack], Tensor]
PRECISIONS: Mapping[str, torch.dtype] = {"float64": torch.float64, "float32": torch.float32}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training data as tensors, with the name by which a passport calls them.

    Args:
        name: what they are, such as ``"two moons"``.
        x: inputs ``(n, in)``, shared by all replicas, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``, or integer labels ``(n)`` or ``(s, n)``.
        weight: one weight per sample, ``(n)`` or ``(s, n)``, see :func:`dlbook.training.train.fit`.
    """

    name: str
    x: Tensor
    y: Tensor
    weight: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Drawn:
    """Data that each seed draws for itself: ``draw`` maps ``s`` seeds to samples ``(s, n, …)``."""

    name: str
    draw: Callable[[Sequence[int]], Dataset]


@dataclass(frozen=True, eq=False)
class Begun:
    """Parameters to start from that no initialisation gives: ``s`` seeds to ``(s, P)``."""

    name: str
    flat: Callable[[Sequence[int]], Tensor]


@dataclass(frozen=True)
class Run:
    """What decides a training run, the seed apart.

    Args:
        widths: inputs, hidden layers, outputs.
        activation: of the hidden layers, a name of :mod:`dlbook.mathematics.activations`.
        init: the initialisation of each layer that has parameters of its own, names of
            :data:`dlbook.mathematics.initial.SCHEMES`; none where ``start`` is given.
        data: ``"xor"``, or a key of :data:`dlbook.training.data.CURVES`, or tensors.
        points: how many equally spaced places on [-1, 1] a curve is taken at; else 0.
        loss: a name of :data:`dlbook.mathematics.losses.LOSSES`.
        optimiser: a key of :data:`OPTIMISERS`; its other constants are its defaults.
        rate: the learning rate.
        steps: how many updates.
        batch: samples per update; all of them if ``None``.
        l2: λ of a penalty λ/2 Σ w² on the weights.
        start: parameters ``(P,)`` laid out as in :mod:`dlbook.mathematics.nets`, from which every
            seed starts; or what gives each seed its own.
        l1: λ of a penalty λ Σ|w| on the weights.
        later: further phases ``(rate, steps)``, each with a fresh optimiser.
        precision: of parameters and data.
        skips: residual connections ``(from, to)``, see :class:`dlbook.mathematics.nets.MLP`.
        ties: layers ``(first, again)`` that share parameters, likewise.
        batch_norm: ε of batch normalisation in every hidden layer, likewise; the loss over all
            the data has their means.

    Raises:
        ValueError: something does not exist or does not fit, in one line.
    """

    widths: tuple[int, ...]
    activation: str
    init: tuple[str, ...]
    data: str | Dataset | Drawn
    points: int
    loss: str
    optimiser: str
    rate: float
    steps: int
    batch: int | None = None
    l2: float = 0.0
    start: tuple[float, ...] | Begun | None = None
    l1: float = 0.0
    later: tuple[tuple[float, int], ...] = ()
    precision: Precision = "float64"
    skips: Links = ()
    ties: Links = ()
    batch_norm: float | None = None

    def __post_init__(self) -> None:
        self._check_start(self.net)
        self._check_data()
        lookup("optimiser", self.optimiser, OPTIMISERS)
        lookup("precision", self.precision, PRECISIONS)
        for rate, steps in self.phases:
            if not 0 < rate < math.inf:
                raise ValueError(f"a learning rate of {rate}; take a finite number above 0")
            if steps < 0:
                raise ValueError(f"{steps} steps; take 0 or more")
        for strength in (self.l1, self.l2):
            if not 0 <= strength < math.inf:
                raise ValueError(f"a penalty of {strength}; take a finite number from 0 up")

    def _check_start(self, net: MLP) -> None:
        for name in self.init:
            scheme(name)
        layers = 0 if self.start is not None else len(net.own)
        if len(self.init) != layers:
            raise ValueError(f"{len(self.init)} initialisations for {layers} layers")
        if self.start is None or isinstance(self.start, Begun):
            return
        if len(self.start) != net.parameters:
            raise ValueError(f"{len(self.start)} parameters to start from, not {net.parameters}")
        if not all(map(math.isfinite, self.start)):
            raise ValueError("a parameter to start from is not a finite number")

    def _check_data(self) -> None:
        if not isinstance(self.data, str):
            if self.points != 0:
                raise ValueError(f"'{self.data.name}' at {self.points} points; take 0")
            return  # shapes are checked where they meet the net, in train.fit
        lookup("data", self.data, {XOR: None, **data.CURVES})
        if self.data == XOR:
            inputs, fits, want = 2, self.points == 0, "0"
        else:
            inputs, fits, want = 1, self.points >= 2, "2 or more"
        if not fits:
            raise ValueError(f"'{self.data}' at {self.points} points; take {want}")
        if self.widths[0] != inputs:
            raise ValueError(f"widths {self.widths} for '{self.data}'; begin with {inputs}")
        found = self.samples(())
        losses.loss(self.loss).target(found.y, self.widths[-1], torch.float64)
        if self.batch is not None and not 1 <= self.batch <= len(found.x):
            raise ValueError(
                f"a batch of {self.batch} from {len(found.x)} samples; take 1 to {len(found.x)}"
            )

    @property
    def net(self) -> MLP:
        """The shape of the networks."""
        return MLP(self.widths, self.activation, self.skips, self.ties, self.batch_norm)

    @property
    def phases(self) -> tuple[tuple[float, int], ...]:
        """Rate and number of steps of every phase."""
        return ((self.rate, self.steps), *self.later)

    @property
    def total(self) -> int:
        """How many updates all phases make."""
        return sum(steps for _, steps in self.phases)

    @property
    def is_plain(self) -> bool:
        """Whether names and numbers say all of it, so that the page can train it."""
        return isinstance(self.data, str) and not isinstance(self.start, Begun)

    def to_json(self) -> dict[str, Any]:
        """The run as JSON data, a key for each field; the page's engine reads these names.

        Tensors are told by their name. What a run does not use of the last six is left out.
        """
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        for name in ("l1", "later", "precision", "skips", "ties", "batch_norm"):
            if fields[name] == type(self).__dataclass_fields__[name].default:
                del fields[name]
        return {name: _plain(value) for name, value in fields.items()}

    def samples(self, seeds: Sequence[int]) -> Dataset:
        """The data of these seeds: inputs, and targets ``(n, 1)`` or labels."""
        if isinstance(self.data, Dataset):
            return self.data
        if isinstance(self.data, Drawn):
            return self.data.draw(seeds)
        if self.data == XOR:
            return Dataset(XOR, *data.xor())
        x = linspace(-1, 1, self.points)[:, None]
        return Dataset(self.data, x, data.CURVES[self.data](x))

    def stack(self, seeds: Sequence[int]) -> Stack:
        """The networks of these seeds before training."""
        net, dtype = self.net, PRECISIONS[self.precision]
        if self.start is None:
            if other := _other.get():
                return Stack(net, other.start(self, seeds), tuple(seeds))
            return nets.init(net, seeds, self.init, dtype)
        if isinstance(self.start, Begun):
            return Stack(net, self.start.flat(seeds).to(dtype), tuple(seeds))
        row = torch.tensor(self.start, dtype=dtype)
        return Stack(net, row.repeat(len(seeds), 1), tuple(seeds))

    def fit(
        self,
        seeds: Sequence[int],
        at: Sequence[int] = (),
        watch: Watch | None = None,
        what: str = "training",
        tolerate: bool = False,
        noted: bool = True,
    ) -> train.Fit:
        """Train the networks of these seeds; see :func:`dlbook.training.train.fit`."""
        found = self.samples(seeds)
        _announce(self, seeds, found)
        if other := _other.get():
            return other.fit(self, seeds, found, at, watch, what, tolerate, noted)
        stack, start, parts = self.stack(seeds), 0, []
        for phase, (rate, steps) in enumerate(self.phases):
            end = start + steps
            last = phase == len(self.later)
            part = train.fit(
                stack,
                found.x,
                found.y,
                loss=self.loss,
                optimiser=OPTIMISERS[self.optimiser](rate),
                steps=steps,
                batch=self.batch,
                weight=found.weight,
                l1=self.l1,
                l2=self.l2,
                at=[step - start for step in at if start <= step < end or (last and step == end)],
                watch=watch,
                tolerate=tolerate,
                what=what,
                noted=noted,
            )
            parts.append((start, part))
            stack, start = part.stack, end
        return parts[0][1] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[tuple[int, train.Fit]]) -> train.Fit:
    """The fits of several phases, with the step at which each began, as one."""
    end = parts[-1][1]
    watched = [part.watched for _, part in parts if part.watched is not None]
    return train.Fit(
        end.stack,
        end.loss,
        torch.cat([part.steps + start for start, part in parts]),
        torch.cat([part.losses for _, part in parts], 1),
        torch.cat(watched, 1) if watched else None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Dataset | Drawn | Begun):
        return value.name
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


class OtherTrainer(Protocol):
    """What can train in the place of the book's own arithmetic, see :func:`trained_by`."""

    def start(self, run: Run, seeds: Sequence[int]) -> Tensor:
        """Parameters ``(s, P)`` drawn as ``run.init`` says."""

    def fit(
        self, run: Run, seeds: Sequence[int], found: Dataset, at: Sequence[int],
        watch: Watch | None, what: str, tolerate: bool, noted: bool,
    ) -> train.Fit:  # fmt: skip
        """What :meth:`Run.fit` gives, on its data ``found``."""


_other: ContextVar[OtherTrainer | None] = ContextVar("other", default=None)


@contextmanager
def trained_by(other: OtherTrainer) -> Iterator[None]:
    """Inside the block every run is started and trained by ``other``; no figure is made so."""
    token = _other.set(other)
    try:
        yield
    finally:
        _other.reset(token)


_trained: ContextVar[list[dict[str, Any]] | None] = ContextVar("trained", default=None)


@contextmanager
def noting() -> Iterator[list[dict[str, Any]]]:
    """A list of every run that is trained inside the block, in order, as JSON data.

    Beside the run's own fields it holds how many seeds were trained, the first of them, and of data
    in tensors their shapes and their SHA-256.
    """
    found: list[dict[str, Any]] = []
    token = _trained.set(found)
    try:
        yield found
    finally:
        _trained.reset(token)


def _announce(run: Run, seeds: Sequence[int], found: Dataset) -> None:
    noted = _trained.get()
    if noted is None:
        return
    told: dict[str, Any] = {**run.to_json(), "seeds": len(seeds), "first_seed": seeds[0]}
    if not isinstance(run.data, str):
        parts = {"x": found.x, "y": found.y, "weight": found.weight}
        told["samples"] = {k: list(part.shape) for k, part in parts.items() if part is not None}
        told["samples_sha256"] = _digest(*parts.values())
    noted.append(told)


def _digest(*tensors: Tensor | None) -> str:
    total = hashlib.sha256()
    for tensor in tensors:
        if tensor is not None:
            total.update(str(tensor.dtype).encode() + tensor.contiguous().numpy().tobytes())
    return total.hexdigest()


def geometric(last: int, count: int = 41) -> list[int]:
    """0, 1, and about ``count`` steps in geometric progression up to ``last``, without repeats."""
    spread = geomspace(1, last, count).round().int().tolist() if last else []
    return sorted({0, *spread})
