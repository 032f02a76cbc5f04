"""An estimate as a small picture: the value, its interval, and the bound it is held against.

Every picture has a scale of its own, and the numbers at the ends of it are written there. A bound
is a bracket that opens towards what it allows.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from dlbook.record import numbers
from dlbook.record.bound_words import bound_words
from dlbook.site.reading.words import word

_WIDTH, _HEIGHT = 150, 30
_START, _END, _AXIS = 6, 144, 10
_LEAST = 0.25  # of the scale: what is to be seen must not be smaller, even to show zero
_HOOK = 4  # how far the ends of a bracket point
# Which way its bracket opens at each end of a bound: to larger values, to smaller ones, neither.
_OPENS = {
    "at least": (("value", _HOOK),),
    "at most": (("value", -_HOOK),),
    "between": (("low", _HOOK), ("high", -_HOOK)),
}
_EXACTLY = (("value", 0),)


def scale(estimate: Mapping[str, Any], *bound: float) -> tuple[float, float]:
    """The ends of the scale: the outermost of interval and bound, and zero if there is room.

    Zero is left out where it would squeeze interval and bound into less than a quarter of the
    width, so that distances can be compared. A single point is drawn on a scale from zero to it.
    """
    low, high = min(estimate["low"], *bound), max(estimate["high"], *bound)
    start, end = min(low, 0.0), max(high, 0.0)
    if low == high:
        return (start, end) if start < end else (0.0, 1.0)
    return (start, end) if high - low >= _LEAST * (end - start) else (low, high)


def interval_svg(estimate: Mapping[str, Any], bound: Mapping[str, Any], lang: str) -> str:
    """The picture; an exact result is a dot without a bar."""
    ends = [(bound[end], hook) for end, hook in _OPENS.get(bound["direction"], _EXACTLY)]
    start, end = scale(estimate, *(value for value, _ in ends))

    def x(value: float) -> str:
        return f"{_START + (value - start) / (end - start) * (_END - _START):.1f}"

    low, mean, high = (x(estimate[key]) for key in ("low", "mean", "high"))
    is_exact = estimate["low"] == estimate["high"]
    bar = "" if is_exact else f'<path class="dl-interval__bar" d="M{low} {_AXIS}H{high}"/>'
    brackets = "".join(f"M{x(value)} 1{_bracket(hook)}" for value, hook in ends)
    shown = [numbers.format_value(value, None, lang) for value in (start, end)]
    return (
        f'<svg class="dl-interval" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" aria-label="{_label(estimate, bound, shown, lang)}">'
        f'<path class="dl-interval__scale" d="M{_START} {_AXIS}H{_END}M{_START} 7v6M{_END} 7v6"/>'
        f'<path class="dl-interval__bound" d="{brackets}"/>{bar}'
        f'<circle class="dl-interval__value" cx="{mean}" cy="{_AXIS}" r="3.5"/>'
        f'<text x="{_START - 3}" y="28">{shown[0]}</text>'
        f'<text x="{_END + 3}" y="28" text-anchor="end">{shown[1]}</text></svg>'
    )


def _bracket(hook: int) -> str:
    return f"h{hook}h{-hook}v18h{hook}" if hook else "v18"


def _label(
    estimate: Mapping[str, Any], bound: Mapping[str, Any], ends: list[str], lang: str
) -> str:
    label = word(
        "interval",
        lang,
        start=ends[0],
        end=ends[1],
        value=numbers.format_value(estimate, "ci", lang),
        bound=bound_words(bound, lang, estimate),
    )
    return escape(label)
