"""What a claim rests on: an estimate, or one for each setting, its bound, controls and grid."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import product
from typing import Any

from dlbook.base.along import Axes
from dlbook.record import numbers
from dlbook.record.bound_words import bound_words, is_every
from dlbook.record.numbers import along_of
from dlbook.site.pages.convention_grid import grid_html
from dlbook.site.reading.settings import setting
from dlbook.site.reading.words import estimate, word


def evidence_html(
    claim: Mapping[str, Any], lang: str, quantity: str, bound: str, picture: str = ""
) -> str:
    """The evidence of a judged claim.

    ``quantity`` and ``bound``, in words with its reason, are HTML; ``picture`` stands under the
    estimate.

    Several settings are listed, each with its own outcome; they have no mean. Where every case had
    to hold and did, that is said in place of a number.
    """
    if "settings" in claim:
        found = _list(_settings(claim, lang))
    elif holds_everywhere(claim):
        cases = bound_words(claim["bound"], lang, claim["estimate"])
        holds = "case_holds" if claim["estimate"]["n"] == 1 else "cases_hold"
        found = word(holds, lang, cases=cases)
    else:
        found = estimate(claim["estimate"], lang) + picture
    measured = f"{quantity}{word('colon', lang)}{found}"
    told = word("bound", lang, bound=bound)
    parts = [measured, f'<span class="dl-claims__note">{told}</span>']
    if "budget" in claim:
        parts.append(_budget(claim["budget"], lang))
    if "factors" in claim:
        parts.append(_list(_factors(claim, lang)))
    if claim.get("carrier"):
        carried = word(f"carried_{claim['carrier']}", lang)
        parts.append(f'<span class="dl-claims__note">{carried}</span>')
    if "grid" in claim:
        parts.append(grid_html(claim["grid"], lang))
    return "".join(parts)


def holds_everywhere(claim: Mapping[str, Any]) -> bool:
    """Whether a judged claim had to hold in every case, and all of them were checked and hold."""
    if "settings" in claim or not is_every(claim["bound"]):
        return False
    low, high = (claim["estimate"][end] for end in ("low", "high"))
    return bool(low == high == 1)


def _budget(budget: Mapping[str, Any], lang: str) -> str:
    """Whether more steps would change what was measured: the change over their last doubling."""
    axes, change = along_of(budget["change"]), budget["change"]
    if axes is None:
        told = estimate(change, lang)
    else:
        each = zip(_places(axes, lang), change["cells"], strict=True)
        told = word("semicolon", lang).join(
            f"{place}{word('colon', lang)}{estimate(cell, lang)}" for place, cell in each
        )
    within = numbers.format_value(budget["within"], None, lang)
    key = "budget_flat" if budget["flat"] else "budget_open"
    return f'<span class="dl-claims__note">{word(key, lang, change=told, within=within)}</span>'


def _places(axes: Axes, lang: str) -> Iterator[str]:
    """Each setting in words, ``units = 4``."""
    for place in product(*(values for _, values in axes)):
        named = (setting(name, value, lang) for (name, _), value in zip(axes, place, strict=True))
        yield escape(word("list", lang).join(named))


def _list(items: Iterator[str]) -> str:
    listed = "".join(f'<span role="listitem">{item}</span>' for item in items)
    return f'<span class="dl-claims__list" role="list">{listed}</span>'


def _settings(claim: Mapping[str, Any], lang: str) -> Iterator[str]:
    places = _places(along_of(claim["settings"]) or (), lang)
    cells = claim["settings"]["cells"]
    for place, cell, outcome in zip(places, cells, claim["outcomes"], strict=True):
        yield _line(place, cell, outcome, lang)


def _factors(claim: Mapping[str, Any], lang: str) -> Iterator[str]:
    for factor in claim["factors"]:
        name = word("rival" if factor["rival"] else "named", lang, name=factor["name"][lang])
        crosses = {"supported": "crosses", "refuted": "short"}.get(factor["verdict"], "open")
        yield _line(escape(name), factor["estimate"], crosses, lang)


def _line(name: str, value: Mapping[str, Any], comes_to: str, lang: str) -> str:
    """A setting or a factor, its estimate, and what word says of it."""
    judged = word("brackets", lang, inside=word(comes_to, lang))
    return f"{name}{word('colon', lang)}{estimate(value, lang)}{word('gap', lang)}{judged}"
