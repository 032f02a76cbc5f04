"""A second opinion on a figure's findings: its runs by another trainer, judged once more.

What trains nothing, a fit in closed form say, is asked again with other random numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import threadpoolctl

from dlbook.base import progress
from dlbook.base.along import Along
from dlbook.base.evidence import Estimate
from dlbook.by_torch.autograd import Autograd
from dlbook.by_torch.draws import TorchStream
from dlbook.engine.agreement import Agreement, Judgement, Scale, Standing, agreement_along
from dlbook.engine.key import Key
from dlbook.engine.outcome import Done, FigureOutcome
from dlbook.engine.report import Progress
from dlbook.engine.work import blamed
from dlbook.engine.workpiece import Workpiece, take, within
from dlbook.figures import gridding, judging
from dlbook.figures.configuring import at_book_scale
from dlbook.figures.contract import FigureError, Script
from dlbook.mathematics.rng import drawing_from
from dlbook.record.claims import Claim
from dlbook.record.numbers import along_of
from dlbook.record.records import Project, RecordError, read_accepted
from dlbook.record.scripts import GRID
from dlbook.training.replay import noting, trained_by

_UNTRAINED = "nothing is trained through a Run"
_TRAINERS = ("dlbook.mathematics.optim.", "dlbook.training.", "scikit-learn")
_NO_TRAINERS = ("dlbook.training.stats.", "dlbook.training.data.")


def ask_torch(project: Project, name: str, key: Key, draw: int) -> FigureOutcome:
    """Train a figure's runs by torch on draw number ``draw``, and compare with its record.

    Nothing is stored.
    """
    found: list[Agreement] = []

    def act(_warnings: list[str]) -> Done:
        found.extend(_asked(take(project, name, key), draw))
        return "verified"

    return replace(blamed(project, name, act), agreements=tuple(found))


def _asked(piece: Workpiece, draw: int) -> Iterator[Agreement]:
    """What torch says of each finding; theorems and constructions are proved, not trained.

    A figure with a grid is asked at the fewer seeds of its grid first. Where they give all verdicts
    of the book, and its estimates, more seeds would say the same; else the book's number decides.
    """
    findings = [
        claim
        for claim in piece.script.CLAIMS
        if isinstance(claim, Claim) and claim.kind in ("finding", "cause")
    ]
    if not findings:
        return
    book, found = _accepted(piece), list[Agreement]()
    for scale, config in _scales(piece.script):
        heard = _Silence(_UNTRAINED) if _trains_alone(piece) else _heard(piece, config, draw)
        found = list(_compared(piece.name, findings, book, heard, scale))
        if heard == _Silence(_UNTRAINED) or all(each.standing == "agrees" for each in found):
            break
    yield from found


def _scales(script: Script) -> Iterator[tuple[Scale, Any]]:
    """The settings in which torch may be asked, the cheapest first."""
    book = at_book_scale(script)
    few = gridding.configured(script, {}) if hasattr(script, GRID) else book
    if few != book:
        yield "the grid's", few
    yield "the book's", book


def _compared(
    name: str,
    findings: Sequence[Claim[Any]],
    book: "Mapping[str, _Measured]",
    heard: "Mapping[str, _Measured] | _Silence",
    scale: Scale,
) -> Iterator[Agreement]:
    """How each finding stands beside the accepted estimate of it."""
    for claim in findings:
        ours = book.get(claim.id)
        if isinstance(heard, _Silence):
            decides = _judged(claim, ours.decides) if ours else None
            yield Agreement(name, claim.id, heard.standing, heard.why, decides)
        elif ours is None:
            yield Agreement(name, claim.id, "not covered", "no accepted estimate of it")
        elif ours.each.keys() != (theirs := heard[claim.id]).each.keys():
            yield Agreement(name, claim.id, "not covered", "it is accepted along other settings")
        else:
            pairs = {
                setting: (_judged(claim, one), _judged(claim, theirs.each[setting]))
                for setting, one in ours.each.items()
            }
            yield replace(agreement_along(name, claim.id, pairs), seeds=scale)


def _trains_alone(piece: Workpiece) -> bool:
    """Whether it trains by something else than a Run, which torch then has no part in."""
    if hasattr(piece.script, "Replay"):
        return False
    return any(
        part.startswith(_TRAINERS) and not part.startswith(_NO_TRAINERS)
        for part in piece.key.run_parts
    )


def _judged(claim: Claim[Any], estimate: Estimate) -> Judgement:
    """What the claim's bound says of one setting, on either side."""
    return Judgement(claim.bound.judge(estimate).outcome, estimate)


@dataclass(frozen=True)
class _Silence:
    """Why there is no judgement on any claim of a figure."""

    why: str
    refuted: bool = False

    @property
    def standing(self) -> Standing:
        """Of the claims."""
        return "disagrees" if self.refuted else "not covered"


@dataclass(frozen=True)
class _Measured:
    """What was measured for a claim: the estimate that decides, and those of all settings.

    A claim about one setting has it under no name.
    """

    decides: Estimate
    each: Mapping[str, Estimate]


def _measured(decides: Estimate, settings: Along[Estimate] | None) -> _Measured:
    if settings is None:
        return _Measured(decides, {"": decides})
    single = len(settings.axes) == 1
    return _Measured(
        decides,
        {str(key) if single else ", ".join(map(str, key)): one for key, one in settings.items()},
    )


def _heard(piece: Workpiece, config: Any, draw: int) -> Mapping[str, _Measured] | _Silence:
    """The estimates by claim, of runs that torch has trained, or of what it has drawn."""
    try:
        with (
            threadpoolctl.threadpool_limits(1),
            progress.listen(Progress(piece.name)),
            retrained(draw) as renewed,
            within(None, piece.path, piece.shown, "run"),
        ):
            result = judging.execute(piece.script, config)
    except FigureError as error:
        return _Silence(str(error))
    if not (renewed.trained if hasattr(piece.script, "Replay") else renewed.drawn):
        return _Silence(_UNTRAINED)
    try:
        with within(piece.budget, piece.path, piece.shown, "check and judge"):
            judged = judging.judge(piece.script, result)
    except FigureError as error:
        return _Silence(str(error), refuted=True)
    return {
        claim.id: _measured(
            verdict.estimate,
            None if verdict.settings is None else verdict.settings.map(lambda each: each.estimate),
        )
        for claim, verdict in judged
        if verdict is not None
    }


@dataclass(frozen=True)
class Renewed:
    """What is other than in the book: the runs, see :func:`noting`, and the names of streams."""

    trained: list[dict[str, Any]]
    drawn: list[tuple[str | int, ...]] = field(default_factory=list)


@contextmanager
def retrained(draw: int) -> Iterator[Renewed]:
    """Inside the block torch draws and trains; gives what it was asked for."""
    other = Autograd(draw)

    def draws(seeds: int | Sequence[int], name: tuple[str | int, ...]) -> TorchStream:
        renewed.drawn.append(name)
        return other.stream(seeds, name)

    with noting() as trained:
        renewed = Renewed(trained)
        with drawing_from(draws), trained_by(other):
            yield renewed


def _accepted(piece: Workpiece) -> Mapping[str, _Measured]:
    """The estimates of each claim in the accepted record.

    Raises:
        RecordError: there is no accepted record.
    """
    record = read_accepted(piece.project, piece.name)
    if record is None:
        shown = piece.project.shown(piece.project.accepted(piece.name))
        raise RecordError(f"{shown}: no record to compare with; dlbook accept {piece.name}")
    return {
        claim["id"]: _measured(Estimate(**claim["estimate"]), _along(claim.get("settings")))
        for claim in record["claims"]
        if claim["estimate"] is not None
    }


def _along(settings: Any) -> Along[Estimate] | None:
    """The estimates of a claim's settings as a record holds them, if there are several."""
    axes = along_of(settings)
    if axes is None:
        return None
    return Along(axes, tuple(Estimate(**cell) for cell in settings["cells"]))
