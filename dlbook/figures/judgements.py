"""A verdict and a bound as records hold them."""

from typing import Any

from dlbook.base.causes import CauseVerdict, Varied
from dlbook.base.evidence import Bound, Budgeted, Estimate, Verdict
from dlbook.base.language import LANGUAGES
from dlbook.figures import fields


def judgement(verdict: Verdict | None) -> dict[str, Any]:
    """A verdict as a record holds it; of a remark, which has none, the same keys with ``None``.

    A claim about several settings has ``settings``, an estimate each, and their ``outcomes``
    beside; what a number of steps comes to has its ``budget``; a cause has its ``factors``, each
    varied alone, and the ``carrier`` that follows.
    """
    if verdict is None:
        return {"verdict": None, "estimate": None, "bound": None}
    told: dict[str, Any] = {
        "verdict": verdict.outcome,
        "estimate": _rounded(verdict.estimate),
        "bound": bound_json(verdict.bound),
    }
    if verdict.settings is not None:
        told["settings"] = fields.plain_scalar(verdict.settings.map(lambda each: each.estimate))
        told["settings"] = fields.rounded(told["settings"])
        told["outcomes"] = [each.outcome for each in verdict.settings]
    if verdict.budget is not None:
        told["budget"] = _budget(verdict.budget)
    if isinstance(verdict, CauseVerdict):
        told["carrier"] = verdict.carrier
        told["factors"] = [_factor(each) for each in verdict.factors]
    return told


def _budget(budget: Budgeted) -> dict[str, Any]:
    """The change over the last doubling, one or one for each setting, and whether that is none."""
    change = fields.rounded(fields.plain_scalar(budget.change))
    return {"change": change, "within": budget.within, "flat": budget.flat}


def _rounded(estimate: Estimate) -> Any:
    return fields.rounded(fields.plain_scalar(estimate))


def _factor(varied: Varied) -> dict[str, Any]:
    return {
        "name": dict(zip(LANGUAGES, varied.name, strict=True)),
        "rival": varied.rival,
        "verdict": varied.verdict.outcome,
        "estimate": _rounded(varied.verdict.estimate),
    }


def bound_json(bound: Bound) -> dict[str, Any]:
    """A bound as records hold it: direction, value, the ends of an interval, the reason.

    The value is the middle where there are two ends.
    """
    written: dict[str, Any] = {
        "direction": bound.direction,
        "value": fields.rounded(bound.value),
        "because": bound.because and dict(zip(LANGUAGES, bound.because, strict=True)),
    }
    if bound.direction == "between":
        written |= {"low": fields.rounded(bound.low), "high": fields.rounded(bound.high)}
    return written
