"""Run a script, hold what is provable, judge its claims, and write down what it found."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from dlbook.base.along import Along
from dlbook.base.budgets import within_budget
from dlbook.base.causes import Varied, attributed
from dlbook.base.evidence import Budgeted, Estimate, Verdict
from dlbook.base.language import LANGUAGES, Pair
from dlbook.figures import fields
from dlbook.figures.blaming import (
    blame,
    line_at_top,
    line_of_claim,
    place_of,
    tree_of,
)
from dlbook.figures.conduct import undisturbed
from dlbook.figures.contract import FigureError, Script, name_of, texts, where
from dlbook.figures.hints import hints_of, misfit
from dlbook.figures.judgements import judgement
from dlbook.record import numbers
from dlbook.record.claims import Claim, Remark
from dlbook.record.oversights import line_of_return
from dlbook.record.texts import FIGURE

# Bytes: 25 times the largest result of the book, and still seconds on a slow line.
LARGEST = 8_000_000
Judged = tuple[Claim[Any] | Remark, Verdict | None]
# What else a record says of a claim: what its grid leaves of the verdict.
Survived = Callable[[Claim[Any] | Remark, Verdict | None], dict[str, Any]]


def execute(script: Script, cfg: Any) -> Any:
    """``run(cfg)`` on one torch thread, refused where a number is not finite.

    Raises:
        FigureError: ``run`` raised, returned something else than a ``Result`` of ``cfg``, a NaN,
            or more than :data:`LARGEST` bytes.
    """
    torch.set_num_threads(1)
    # Not undisturbed: a library may draw inside itself, as scikit-learn's regressions do, and as it
    # is loaded. Whether it mattered is found by training again, see ``dlbook verify``.
    with blame(script, "run", line_at_top(script, "run")):
        result = script.run(cfg)
    returned = place_of(script, "run")
    if not isinstance(result, script.Result):
        raise FigureError(f"{returned}: run returned {type(result).__name__}, not Result")
    if result.config != cfg:
        raise FigureError(f"{returned}: run returned the Result of another config")
    _refuse_large(script, fields.sizes(result))
    for name, value in fields.scalars(_place_in_result(script), result).items():
        fields.refuse_nonfinite(place_of(script, "Result", name), "run returned", name, value)
    for name in fields.of(result):
        if name != fields.CONFIG:
            fields.refuse_unkept(place_of(script, "Result", name), result, name)
    _refuse_misfit(script, result)
    for name, array in fields.arrays(result).items():
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            place = place_of(script, "Result", name)
            raise FigureError(f"{place}: run returned NaN or infinity in '{name}'")
    return result


def _place_in_result(script: Script) -> fields.FieldPlace:
    return lambda name: place_of(script, "Result", name)


def _refuse_misfit(script: Script, result: Any) -> None:
    """Who reads ``Result`` to cite or draw a field has to find there what its type says.

    Raises:
        FigureError: ``run`` gave a field something else.
    """
    hints = hints_of(script.Result)
    for name, value in fields.of(result).items():
        if told := misfit(value, hints.get(name, Any)):
            raise FigureError(f"{place_of(script, 'Result', name)}: Result.{name}{told}")


def _refuse_large(script: Script, sizes: Mapping[str, int]) -> None:
    """A result is stored, and published for every reader to download: it has a limit of size.

    Raises:
        FigureError: all fields together are larger.
    """
    total = sum(sizes.values())
    if total > LARGEST:
        name = max(sizes, key=sizes.__getitem__)
        raise FigureError(
            f"{place_of(script, 'Result', name)}: Result.{name} takes {_megabytes(sizes[name])} of"
            f" the result's {_megabytes(total)}; readers download it, so {_megabytes(LARGEST)} is"
            " the limit: keep what is drawn or cited, of fewer points or in float32"
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.4g} MB"


def judge(script: Script, result: Any) -> list[Judged]:
    """Hold what is provable, then judge every claim; a remark has no verdict.

    Raises:
        FigureError: ``check`` refuses, or a claim's measure gives no finite estimate.
    """
    if not __debug__:
        raise FigureError(
            f"{place_of(script, 'check')}: check proves nothing under python -O"
            " or PYTHONOPTIMIZE, which switch assert off; unset them"
        )
    at = line_at_top(script, "check")
    with blame(script, "check", at), undisturbed(script, "check", "check"):
        check: Callable[[Any], Any] = script.check
        returned = check(result)
    if returned is not None:
        place = where(script, line_of_return(tree_of(script), "check"))
        raise FigureError(
            f"{place}: check returned {type(returned).__name__}, which nobody reads; assert it"
        )
    return [(claim, _verdict(script, claim, result)) for claim in script.CLAIMS]


def _verdict(script: Script, claim: Claim[Any] | Remark, result: Any) -> Verdict | None:
    if isinstance(claim, Remark):
        return None
    stage = f"the measure of claim {claim.id}"
    at = line_of_claim(script, claim.id, "measure")

    def measured(measure: Callable[[Any], Any]) -> Any:
        with blame(script, stage, at), undisturbed(script, stage, "CLAIMS"):
            value = measure(result)
        _refuse_unmeasured(script, claim, value)
        return value

    def judged(measure: Callable[[Any], Any]) -> Verdict:
        return claim.bound.judge(measured(measure))

    alone = [Varied(each.name, each.rival, judged(each.effect)) for each in claim.factors]
    verdict = judged(claim.measure)
    if claim.budget is not None:
        change = measured(claim.budget.change)
        with blame(script, stage, line_of_claim(script, claim.id, "budget")):
            verdict = within_budget(verdict, Budgeted(change, claim.budget.within))
    return attributed(verdict, alone) if alone else verdict


def _refuse_unmeasured(script: Script, claim: Claim[Any], measured: Any) -> None:
    """What decides is an estimate, or one for each setting, and finite.

    Raises:
        FigureError: it is not.
    """
    place = where(script, line_of_claim(script, claim.id))
    for estimate in measured if isinstance(measured, Along) else [measured]:
        if not isinstance(estimate, Estimate):
            raise FigureError(
                f"{place}: claim {claim.id} has no verdict;"
                f" its measure returned {type(estimate).__name__}, not an Estimate"
            )
        fields.refuse_nonfinite(place, f"the verdict on {claim.id} has", "estimate", estimate)


def record_of(
    script: Script, result: Any, labels: Mapping[str, list[str]], survived: Survived | None = None
) -> dict[str, Any]:
    """The part of a figure that is committed and cited: values, claims, texts, configuration.

    Numbers are rounded to what their interval supports. The texts include the ``labels`` that are
    written in the drawing of each language, so that a changed label has to be accepted like a
    changed number. ``arrays`` says along which axes the published arrays lie. ``survived`` is what
    the figure's grid makes of a verdict, see :func:`dlbook.figures.gridding.survived_in`.

    Raises:
        FigureError: as :func:`judge`, or a text cites what the record lacks.
    """
    found = fields.scalars(_place_in_result(script), result)
    values = {name: fields.rounded(fields.plain_scalar(value)) for name, value in found.items()}
    config = {name: fields.plain(value) for name, value in fields.of(result.config).items()}
    own = _Own(script, {"values": values, "config": config})
    return {
        "figure": name_of(script),
        "config": config,
        "values": values,
        "arrays": fields.axes(result),
        "claims": [
            _claim(own, claim, verdict) | (survived(claim, verdict) if survived else {})
            for claim, verdict in judge(script, result)
        ],
        "texts": {key: own.written(key) for key in FIGURE}
        | {"labels": {lang: list(labels[lang]) for lang in LANGUAGES}},
    }


def explorable_json(script: Script, result: Any) -> bytes:
    """What the figure's explorable gets, as compact JSON; ``null`` if the script gives nothing.

    Raises:
        FigureError: ``explorable`` raised, or gave what JSON cannot hold, such as NaN, or what its
            type does not say.
    """
    give = getattr(script, "explorable", None)
    at = line_at_top(script, "explorable")
    with blame(script, "explorable", at), undisturbed(script, "explorable", "explorable"):
        given = None if give is None else give(result)
    try:
        text = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        place = place_of(script, "explorable")
        raise FigureError(f"{place}: explorable gave what JSON cannot hold: {error}") from error
    if told := misfit(given, getattr(script, "Explorable", Any)):
        place = where(script, line_of_return(tree_of(script), "explorable"))
        raise FigureError(f"{place}: what explorable returns{told}")
    return f"{text}\n".encode()


class _Own:
    """The texts of one figure, their citations of its own record written out."""

    def __init__(self, script: Script, record: Mapping[str, Any]) -> None:
        self._texts, self._record, self._script = texts(script), record, script

    def written(self, name: str) -> dict[str, str]:
        """A section in both languages."""
        pair, section = self._texts[name], self._texts.sections[name]

        def place(error: numbers.CitationError, lang: str) -> str:
            return f"{self._texts.shown}:{section.line_of(error.written, lang)}: {name}"

        return self._resolved(pair, place)

    def offered(self, name: str) -> dict[str, str] | None:
        """A section that need not be there."""
        return self.written(name) if name in self._texts.sections else None

    def stated(self, claim: Claim[Any] | Remark) -> dict[str, str]:
        """The statement of a claim, which stands in the script."""
        line = line_of_claim(self._script, claim.id)
        place = f"{where(self._script, line)}: claim {claim.id}: statement"
        return self._resolved(claim.statement, lambda *_: place)

    def _resolved(
        self, pair: Pair, place: Callable[[numbers.CitationError, str], str]
    ) -> dict[str, str]:
        """A pair in both languages; ``place`` says where an error stands, and what it is in."""

        def own(figure: str | None) -> Mapping[str, Any]:
            if figure is not None:
                raise numbers.CitationError("a figure's own texts cite it as [[.field]]")
            return self._record

        written = {}
        for lang, text in zip(LANGUAGES, pair, strict=True):
            try:
                written[lang] = numbers.resolve(text, own, lang)
            except numbers.CitationError as error:
                raise FigureError(f"{place(error, lang)} ({lang}): {error}") from error
        return written


def _claim(own: _Own, claim: Claim[Any] | Remark, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "id": claim.id,
        "row": claim.row,
        "source": claim.source,
        "kind": claim.kind,
        "statement": own.stated(claim),
        "quantity": own.offered(f"{claim.id} quantity"),
        "truth": own.offered(f"{claim.id} truth"),
        "control": own.offered(f"{claim.id} control"),
        **judgement(verdict),
    }
