"""What a page says of when a bound was written down: before the run, or with its result."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dlbook.record.registrations import REGISTERED
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import word

_WITH_RESULT, _BEFORE, _KNOWN = "bound_with_result", "bound_registered", "outcome_known"


def when_bound(figure: Figure, claim: Mapping[str, Any], lang: str) -> str:
    """When the bound of a claim was written down, in words; ``""`` for a remark, which has none."""
    return "" if claim["verdict"] is None else word(_when(figure, claim["id"]), lang)


def _when(figure: Figure, claim_id: str) -> str:
    mark = figure.record.get(REGISTERED)
    if mark is None:
        return _WITH_RESULT
    return _KNOWN if claim_id in mark["known"] else _BEFORE


def sum_of_bounds(judged: Iterable[tuple[Figure, Mapping[str, Any]]], lang: str) -> str:
    """How many bounds were written down when, as a sentence."""
    count = Counter(
        _when(figure, claim["id"]) for figure, claim in judged if claim["verdict"] is not None
    )
    parts = (
        word(f"sum_{when}", lang, count=count[when])
        for when in (_BEFORE, _KNOWN, _WITH_RESULT)
        if count[when]
    )
    return word("sum_of_bounds", lang, parts=word("semicolon", lang).join(parts)) if count else ""
