"""A bound in words: on which side of which number, why there, and of what every case must hold.

Whoever tells a bound tells it so: pages, notebooks, terminals and the published data. A number
alone says neither its side nor its reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dlbook.base.language import LANGUAGES, Pair, say
from dlbook.record.numbers import format_value

Bounded = Mapping[str, Any]  # the bound of a record: direction, value, because, ends of an interval
_WORDS: Mapping[str, Pair] = {
    "at least": ("至少 {value}", "at least {value}"),
    "at most": ("至多 {value}", "at most {value}"),
    "between": ("从 {low} 到 {high}", "from {low} to {high}"),
    "equal": ("恰好 {value}", "exactly {value}"),
    "reason": ("{bound}。理由：{why}", "{bound}. Reason: {why}"),
    "all": ("全部 {n} 种情形", "all {n} cases"),
    "both": ("两种情形", "both cases"),
    "one": ("检验的那一种情形", "the one case"),
    "every": ("每一种情形", "every case"),
    "hold": ("{bound}都要成立。", "{bound} have to hold."),
    "holds": ("{bound}要成立。", "{bound} has to hold."),
    "bare": ("{value}", "{value}"),
}


def is_every(bound: Bounded) -> bool:
    """Whether the bound is that every case holds, which needs no reason."""
    return (bound.get("direction"), bound.get("value")) == ("equal", 1) and not bound.get("because")


def bound_words(
    bound: Bounded,
    lang: str,
    estimate: Mapping[str, Any] | None = None,
    write: Callable[[float], str] | None = None,
) -> str:
    """Where an estimate has to lie: ``at least 0.95``, ``all 72 cases``.

    ``estimate`` is that of the claim, whose cases are counted if it is exact; ``write`` formats a
    number, as a page of ``lang`` does if it is not given. A bound of old records, which were bare
    numbers, is told as it was.
    """

    def written(value: float) -> str:
        return write(value) if write else format_value(value, None, lang)

    if is_every(bound):
        key, parts = _cases(estimate), {"n": str(estimate and estimate["n"])}
    else:
        key = bound.get("direction", "bare")
        ends = ("low", "high") if key == "between" else ("value",)
        parts = {end: written(bound[end]) for end in ends}
    return say(_WORDS[key], lang).format(**parts)


def _cases(estimate: Mapping[str, Any] | None) -> str:
    if estimate is None or estimate["low"] != estimate["high"]:
        return "every"
    return {1: "one", 2: "both"}.get(estimate["n"], "all")


def bound_and_reason(
    bound: Bounded,
    lang: str,
    estimate: Mapping[str, Any] | None = None,
    write: Callable[[float], str] | None = None,
) -> str:
    """The same as a sentence with the reason why there, if there is one."""
    words, why = bound_words(bound, lang, estimate, write), bound.get("because")
    if is_every(bound):
        key = "hold" if _cases(estimate) in ("all", "both") else "holds"
        return say(_WORDS[key], lang).format(bound=words)
    return say(_WORDS["reason"], lang).format(bound=words, why=why[lang]) if why else words


def bound_in_both(claim: Mapping[str, Any]) -> dict[str, str] | None:
    """The bound of a record's claim with its reason, in both languages; ``None`` of a remark."""
    if claim["verdict"] is None:
        return None
    return {lang: bound_and_reason(claim["bound"], lang, claim["estimate"]) for lang in LANGUAGES}
