"""A stack of models trained by compiled code: the same bits as one model after the other."""

import ctypes
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import (
    LANES,
    Indices,
    description,
    in_lanes,
    of_block,
    out_of_blocks,
    places_of,
    refuse,
    room,
    work_size,
)
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.seen import Ahead
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.structure import refuse_lone

_KINDS = (ctypes.c_void_p,) * 13
Strength = float | Sequence[float] | Doubles


class Trainer:
    """Models on their way, as :class:`dlbook.arithmetic.one_model.Learner` is for one.

    A model's result does not depend on the others, nor on how its steps are cut into stretches.

    Args:
        training: what all the models share.
        starts: their parameters ``(s, P)`` before the first step; they are not changed.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``.
        weight: how often each sample counts, ``(n,)`` or ``(s, n)``; once if ``None``.
        batch: samples per step, in the order that each model's seed gives them; all as they stand
            if ``None``.
        seeds: one for each model, where there are batches.
        rate: another learning rate than the training's, one or one for each model.
        l1: likewise.
        l2: likewise.

    Raises:
        ValueError: shapes that do not fit, or an unknown name.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """

    def __init__(
        self,
        training: Training,
        starts: Doubles,
        x: Doubles,
        y: Doubles,
        weight: Doubles | None = None,
        *,
        batch: int | None = None,
        seeds: Sequence[int] = (),
        rate: Strength | None = None,
        l1: Strength | None = None,
        l2: Strength | None = None,
    ) -> None:
        compiled.refuse_flushing()
        samples, models = x.shape[-2], len(starts)
        weights = np.ones((samples, 1)) if weight is None else weight[..., None]
        data = {"inputs": x, "targets": y, "weights": weights}
        refuse(training, starts, data, samples)
        if batch is not None and not (1 <= batch <= samples and len(seeds) == models):
            raise ValueError(
                f"batches of {batch} from {samples} samples with {len(seeds)} seeds for {models}"
                f" models; take 1 to {samples}, and a seed for each model"
            )
        refuse_lone(training.batch_norm, samples if batch is None else batch)
        self.made = self._begun = 0
        self._training, self._models, self._samples = training, models, samples
        self._batch, self._weighted = batch, weight is not None
        self._seeds = tuple(seeds)
        self._ahead = None if batch is None else Ahead(seeds, samples)
        self._strengths = np.array([
            np.broadcast_to(own if value is None else np.asarray(value, dtype=np.float64), models)
            for own, value in ((training.rate, rate), (training.l1, l1), (training.l2, l2))
        ])  # fmt: skip
        self._lay_out(starts, data)
        self._fresh()

    def _lay_out(self, starts: Doubles, data: dict[str, Doubles]) -> None:
        """Hold parameters and data as the machine code takes them."""
        training, blocks = self._training, [
            of_block(first, self._models) for first in range(0, self._models, LANES)
        ]  # fmt: skip
        parameters = training.parameters
        self._blocks = blocks
        self._w = room(len(blocks), parameters, LANES)
        for own, block in zip(self._w, blocks, strict=True):
            own[:] = in_lanes(starts[block])
        self._result = room(len(blocks), parameters + 1, LANES)
        self._ended = room(len(blocks), LANES)
        self._data = _plain(data, blocks) if self._batch is not None else _laid(data, blocks)
        self._addresses = [[part.ctypes.data for part in each] for each in self._data]
        self._work = room(work_size(training, self._size), LANES)
        self._work[1] = training.batch_norm or 0.0

    def _fresh(self) -> None:
        """Give every model an optimiser that remembers nothing."""
        parameters = self._training.parameters
        self._memory = room(len(self._blocks), 2 * parameters + 1, LANES)
        self._memory[:, -1] = 1.0
        self._constants = _constants(self._training, self._strengths, self._weighted)
        strong = [in_lanes(self._strengths.T[block]) for block in self._blocks]
        self._strong = np.concatenate(strong).reshape(-1, 3, LANES)

    def restart(self, rate: Strength) -> None:
        """Go on with another learning rate, or one for each, and with a fresh optimiser.

        Samples are seen from the beginning of their order.
        """
        self._begun = self.made
        if self._ahead is not None:
            self._ahead = Ahead(self._seeds, self._samples)
        self._strengths[0] = rate
        self._training = replace(self._training, rate=float(self._strengths[0, 0]))
        self._fresh()

    @property
    def parameters(self) -> Doubles:
        """Those of each model now, or when its run ended, ``(s, P)``."""
        rows, lost = out_of_blocks(self._w), out_of_blocks(self._result[:, :-1])
        ended = self._ended.reshape(-1, 1) > 0.0
        return np.where(ended, lost, rows)[: self._models]

    @property
    def ended(self) -> NDArray[np.int64]:
        """The steps that each model had made when its run ended ``(s,)``; 0 where it goes on.

        A run ends with the first step after which a parameter is not finite.
        """
        return self._ended.reshape(-1)[: self._models].astype(np.int64)

    def advance(self, steps: int) -> None:
        """Make so many steps with every model whose run has not ended.

        Raises:
            ValueError: fewer than 0.
        """
        if steps < 0:
            raise ValueError(f"{steps} steps; take 0 or more")
        most = steps if self._ahead is None else max(1, self._ahead.reach // self._size)
        while steps > 0:
            stretch = min(steps, max(1, most))
            self._stretch(stretch)
            self.made += stretch
            steps -= stretch

    @property
    def _size(self) -> int:
        return self._samples if self._batch is None else self._batch

    def _stretch(self, steps: int) -> None:
        """Make so many steps, for which the orders fit what is drawn at once."""
        train = compiled.function("train_replicas", *_KINDS)
        what = description(self._training, self._size, steps, self.made, self._ahead is not None)
        order, places = self._orders(steps)
        head = what.ctypes.data, self._constants.ctypes.data
        seen, work = order.ctypes.data, self._work.ctypes.data
        parts = (self._strong, places, self._w, self._memory, self._result, self._ended)
        going = (self._ended == 0.0).any(1).tolist()
        for goes, data, (strong, lanes, w, memory, result, ended) in zip(
            going, self._addresses, zip(*map(places_of, parts), strict=True), strict=True
        ):
            if goes:
                train(*head, strong, *data, seen, lanes, w, memory, work, result, ended)

    def _orders(self, steps: int) -> tuple[Indices, Indices]:
        """The order in which samples are seen, and ``places`` for each block."""
        places = np.zeros((len(self._blocks), 4, LANES), dtype=np.intp)
        if self._ahead is None:
            return places, places
        first = (self.made - self._begun) * self._size
        starts = self._ahead.starts(first, first + steps * self._size)
        for part, block in zip(places, self._blocks, strict=True):
            part[0] = starts[block]
            for row, values in zip(part[1:], self._data[0], strict=True):
                row[:] = block * values[0].size if values.ndim == 3 else 0
        return self._ahead.drawn, places


def _plain(data: dict[str, Doubles], blocks: list[Indices]) -> list[list[Doubles]]:
    """All the data, each number once, for every block."""
    return [[np.ascontiguousarray(part, dtype=np.float64) for part in data.values()]] * len(blocks)


def _laid(data: dict[str, Doubles], blocks: list[Indices]) -> list[list[Doubles]]:
    """The data of each block in lanes; what is shared is laid out once."""
    shared = {what: in_lanes(part[None]) for what, part in data.items() if part.ndim == 2}
    return [
        [shared[what] if what in shared else in_lanes(part[block]) for what, part in data.items()]
        for block in blocks
    ]


def _constants(training: Training, strengths: Doubles, weighted: bool) -> Doubles:
    optimiser = (training.rate, training.first, training.second, training.eps)
    return np.array([*optimiser, *strengths[1:].max(1), float(weighted)])


def train_stack(
    training: Training,
    starts: Doubles,
    x: Doubles,
    y: Doubles,
    steps: int,
    weight: Doubles | None = None,
) -> tuple[Doubles, NDArray[np.int64]]:
    """The parameters ``(s, P)`` after so many steps, and the steps that each model made."""
    trainer = Trainer(training, starts, x, y, weight)
    trainer.advance(steps)
    return trainer.parameters, np.where(trainer.ended > 0, trainer.ended, steps)


def gradients(
    training: Training,
    rows: Doubles,
    x: Doubles,
    y: Doubles,
    weight: Doubles | None = None,
) -> Doubles:
    """The derivatives ``(s, P)`` of mean loss and penalties, at parameters ``(s, P)``.

    Args:
        training: what the models share.
        rows: their parameters.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``.
        weight: how often each sample counts, ``(n,)`` or ``(s, n)``; once if ``None``.

    Raises:
        ValueError: see :class:`Trainer`.
        ArithmeticError: likewise.
    """
    return _Probe(replace(training, optimiser="momentum", first=0.0), rows, x, y, weight).gradient()


class _Probe(Trainer):
    """A step of momentum that forgets: what it remembers of it is the gradient."""

    def gradient(self) -> Doubles:
        self.advance(1)
        return out_of_blocks(self._memory[:, : self._training.parameters])[: self._models]
