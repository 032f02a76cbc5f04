"""How a number of a record is written in a sentence, in Chinese and in English.

Standard library only. The one syntax for citing a number, in pages, captions and alt texts::

    [[figure.field]]                   a field of a figure's record, or of its configuration
    [[.field]]                         the same inside the figure's own texts
    [[figure.field[16]]]               of values along an axis: the one at 16
    [[figure.field[width=16, k=4]]]    of values along several axes: the one at these
    [[figure.field|spec]]              with a format

==========  =========================================  ====================  =================
spec        meaning                                    zh                    en
==========  =========================================  ====================  =================
(none)      four significant digits, but every digit   0.58                  0.58
            before the point, grouped from five on;
            estimates to what their interval supports
``.3``      fixed number of decimals                   0.583                 0.583
``%``       percent (``.1%`` with one decimal)         58%                   58%
``e``       scientific (``.2e``: two decimals)         1.5×10⁻³              1.5×10⁻³
``big``     large numbers in the language's own units  3671 万               36.71 million
``ci``      value with its 95 % interval               0.58（95% 区间        0.58 (95% CI
            (``ci%`` in percent)                       0.56–0.60）           0.56–0.60)
``of``      a share of cases, and how many there are   1870 个里一个也没有   none of 1870
            (of all: 64 个全都, all 64)                64 个里的 58%         58% of 64
``low``     the interval's ends, the number of cases   0.56                  0.56
``high``    (``low%``, ``high%`` in percent)
``n``
==========  =========================================  ====================  =================

Without a spec, what four decimals cannot hold below 0.001 is written as a power of ten, and so is
what is too long above (whole numbers from 10¹⁰ on, unless they are integers; others from 10⁷).
A share that is exactly none or all is written without decimals, 0% or 100%. Between percentages
English writes one sign, 15–20%, Chinese both.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from dlbook.base.along import Along, Axes, find

CITATION = re.compile(
    r"\[\[(?P<figure>[a-z][a-z0-9_]*)?\.(?P<field>[A-Za-z_]\w*)"
    r"(?:\[(?P<at>[^\[\]\n]+)\])?(?:\|(?P<spec>[^\[\]|\n]*))?\]\]"
)
# What somebody meant as a citation: brackets around a name with a point, or around the name of a
# figure and another. [[0.5, 1]] and [[x, y]] are none.
_ATTEMPT = re.compile(
    r"\[\[\s*(?:[A-Za-z_][\w-]*\s*)?\.(?!\d)(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\]"
    r"|\[\[\s*[A-Za-z]\w*_\w*\s+\.?[A-Za-z_]\w*\s*(?:\|[^\[\]\n]*)?\]\]"
)
_PLACE = re.compile(r"\[\[[^\[\]|]*\.\d+(?:\.\d+)*(?:\|[^\[\]]*)?\]\]")  # [[f.x.3]], by position
_SPEC = re.compile(r"(?:\.(?P<decimals>\d))?(?P<kind>%|e|big|ci%|ci|low%|low|high%|high|n|of)?")
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MINUS = "\N{MINUS SIGN}"
_UNITS = {
    "zh": ((12, " 万亿"), (8, " 亿"), (4, " 万")),
    "en": ((12, " trillion"), (9, " billion"), (6, " million")),
}
_BOOLEAN = {"zh": ("否", "是"), "en": ("no", "yes")}
_SHARES = {
    "zh": ("{n} 个里一个也没有", "{n} 个全都", "{n} 个里的 {share}"),
    "en": ("none of {n}", "all {n}", "{share} of {n}"),
}


class CitationError(ValueError):
    """A citation that cannot be written; the message says what is wrong and what to do.

    ``written`` is the citation as it stands in the text, where that is known.
    """

    written = ""


def decimals_of(low: float, high: float) -> int:
    """Decimals that an interval supports: two significant digits of its half width.

    Negative where the interval does not support every digit before the point.
    """
    exponent = f"{high / 2 - low / 2:.1e}".partition("e")[2]
    return 1 - int(exponent)


def round_estimate(mean: float, low: float, high: float) -> tuple[float, float, float]:
    """Round a value and its interval to what the interval supports, keeping the value inside."""
    if low == high:
        return (round_exact(mean),) * 3
    places = decimals_of(low, high)
    return round(mean, places), round(low, places), round(high, places)


def round_exact(value: float) -> float:
    """Round a number without an interval to ten significant digits."""
    return float(f"{value:.9e}")


def format_value(value: Any, spec: str | None, lang: str) -> str:
    """Write ``value`` (number, string, or an estimate as a mapping) as ``spec`` asks.

    Raises:
        CitationError: the spec is unknown, or does not fit the value.
    """
    match = _SPEC.fullmatch(spec or "")
    if match is None:
        raise CitationError(
            f"unknown format '{spec}'; use one of .3  %  .1%  e  .2e  big  ci  ci%  low  high  n"
            "  of"
        )
    places = int(match["decimals"]) if match["decimals"] else None
    kind = match["kind"] or ""
    if isinstance(value, Mapping):
        return _estimate(value, kind, places, lang)
    if kind.removesuffix("%") in ("ci", "low", "high", "n", "of"):
        raise CitationError(f"format '{spec}' needs an estimate with an interval")
    if isinstance(value, str | bool):
        if spec:
            raise CitationError(f"format '{spec}' needs a number, and the field holds {value!r}")
        return value if isinstance(value, str) else _BOOLEAN[lang][value]
    if not isinstance(value, int | float):
        raise CitationError("the field holds a list; give its axis in Result, and cite a value")
    return _number(value, kind, places, lang)


def _estimate(value: Mapping[str, Any], kind: str, places: int | None, lang: str) -> str:
    if kind == "n":
        return _number(int(value["n"]), "", None, lang)
    mean, low, high = (float(value[key]) for key in ("mean", "low", "high"))
    if kind == "of":
        return _share(value, places, lang)
    form = "%" if kind.endswith("%") else kind if kind in ("e", "big") else ""
    write: Callable[[float], str] = partial(_number, kind=form, places=places, lang=lang)
    if places is None and low < high:
        write = _supported(mean, low, high, form, lang)
    part = kind.removesuffix("%")
    if part != "ci" or low == high:
        return write({"low": low, "high": high}.get(part, mean))
    dash = "–" if low >= 0 else {"zh": " 至 ", "en": " to "}[lang]
    least = write(low).removesuffix("%") if lang == "en" else write(low)
    interval = least + dash + write(high)
    return write(mean) + {"zh": f"（95% 区间 {interval}）", "en": f" (95% CI {interval})"}[lang]


def _share(value: Mapping[str, Any], places: int | None, lang: str) -> str:
    """A share of ``n`` cases in words: none, all, or a percentage of them."""
    if not 0 <= float(value["mean"]) <= 1:
        raise CitationError("format 'of' needs a share between 0 and 1")
    none, every, some = _SHARES[lang]
    form = {0.0: none, 1.0: every}.get(float(value["mean"]), some)
    share = _estimate(value, "%", places, lang)
    return form.format(n=_estimate(value, "n", None, lang), share=share)


def _supported(
    mean: float, low: float, high: float, form: str, lang: str
) -> Callable[[float], str]:
    """A function that writes the parts of an estimate as far as its interval supports them."""
    parts = round_estimate(mean, low, high)
    written = max(-int(_decimal(part).normalize().as_tuple().exponent) for part in parts)
    places = min(decimals_of(low, high), written)  # what a record holds is rounded already
    if not form and _is_extreme(max(abs(low), abs(high))):
        form = "e"

    def write(part: float) -> str:
        rounded = round(part, places)
        shift = {"%": -2, "e": _decimal(rounded).adjusted()}.get(form, 0)
        return _number(rounded, form, None if form == "big" else max(0, places + shift), lang)

    return write


def _decimal(value: float) -> Decimal:
    """The decimal number that Python prints for ``value``, which is what its author meant."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))


def _number(value: float, kind: str, places: int | None, lang: str) -> str:
    number = _decimal(value)
    if not number.is_finite():
        raise CitationError(f"{value} is not a finite number")
    if kind == "big":
        text = _big(number, places, lang)
    elif kind == "%":
        text = _fixed(number.scaleb(2), 0 if number in (0, 1) else places) + "%"
    elif kind == "e" or (places is None and _is_extreme(value)):
        text = _scientific(number, places)
    else:
        text = _fixed(number, places)
    return text.replace("-", _MINUS)


def _is_extreme(value: float) -> bool:
    size = abs(value)
    if isinstance(value, int):
        return False
    if size >= 1e-3:
        return size >= (1e10 if float(size).is_integer() else 1e7)
    return len(_fixed(_decimal(size), None)) > len("0.0005")


def _fixed(number: Decimal, places: int | None) -> str:
    decimals = max(0, 3 - number.adjusted()) if places is None else places
    text = f"{number:z.{decimals}f}"
    if len(text.partition(".")[0].lstrip("-")) > 4:
        text = f"{number:z,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if places is None and decimals else text


def _scientific(number: Decimal, places: int | None) -> str:
    if number == 0:
        return "0"
    text = f"{number:.{1 if places is None else places}e}"
    mantissa, _, exponent = text.partition("e")
    if places is None and Decimal(text) == number:
        mantissa = mantissa.removesuffix(".0")
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return mantissa.removesuffix("1") + power if mantissa in ("1", "-1") else f"{mantissa}×{power}"


def _big(number: Decimal, places: int | None, lang: str) -> str:
    if number.adjusted() >= 16:  # more than 9999 of the largest unit
        return _scientific(number, places)
    for power, unit in _UNITS[lang]:
        scaled = number.scaleb(-power)
        if abs(Decimal(f"{scaled:.3e}")) >= 1:  # 99,999,999 is one 亿, not ten thousand 万
            return _fixed(scaled, places) + unit
    return _fixed(number, None)


def pick(record: Mapping[str, Any], field: str, at: str | None = None) -> Any:
    """A value of a record: of its ``values``, else of its ``config``.

    Of values along axes, ``at`` names the one at ``"16"`` or ``"width=16, k=4"``.

    Raises:
        CitationError: the record has no such field or value; the message lists what it has.
    """
    config = record.get("config", {})
    known = {**config, **record["values"]}
    if field not in known:
        own, settings = (", ".join(sorted(part)) or "none" for part in (record["values"], config))
        raise CitationError(f"no field '{field}'; the record has {own}; its config {settings}")
    value = known[field]
    axes = along_of(value)
    if axes is None and isinstance(value, list) and at is not None:
        if len({repr(entry) for entry in value}) < len(value) or not _are_plain(value):
            raise CitationError(
                f"field '{field}' is a list whose entries have no names; give its axis in Result"
            )
        value, axes = {"cells": value}, ((field, tuple(value)),)  # a list lies along itself
    if axes is None:
        if at is not None:
            raise CitationError(f"field '{field}' lies along no axis; cite it without [{at}]")
        return value
    if at is None:
        names = ", ".join(name for name, _ in axes)
        raise CitationError(f"field '{field}' holds values along {names}; cite one: {field}[…]")
    try:
        return Along(axes, tuple(value["cells"]))[find(axes, at)]
    except LookupError as error:
        raise CitationError(f"field '{field}': {error.args[0]}") from error


def _are_plain(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(each, str | int | float) for each in values)


def along_of(value: Any) -> Axes | None:
    """The axes of a record's value; ``None`` for one that lies along none."""
    if not isinstance(value, Mapping) or "along" not in value:
        return None
    return tuple((name, tuple(values)) for name, values in value["along"])


def resolve(
    text: str,
    lookup: Callable[[str | None], Mapping[str, Any]],
    lang: str,
    write: Callable[[str], str] = str,
) -> str:
    """Replace every citation in ``text``; ``lookup`` maps a figure's name to its record.

    ``write`` gets each number as it is formatted and gives what stands in the text.

    Raises:
        CitationError: a citation is unknown, or misspelt so that it would stay in the text.
    """

    def cited(match: re.Match[str]) -> str:
        try:
            value = pick(lookup(match["figure"]), match["field"], match["at"])
            return write(format_value(value, match["spec"], lang))
        except CitationError as error:
            raise _of(match[0], f"{match[0]}: {error}") from None

    for attempt in _ATTEMPT.finditer(text):
        if CITATION.fullmatch(attempt[0]) is None:
            raise _of(attempt[0], f"{attempt[0]} {misspelt(attempt[0])}")
    return CITATION.sub(cited, text)


def _of(written: str, message: str) -> CitationError:
    error = CitationError(message)
    error.written = written
    return error


def is_by_position(attempt: str) -> bool:
    """Whether brackets count entries, ``[[f.field.3]]``: those outlive what they mean."""
    return _PLACE.fullmatch(attempt) is not None


def misspelt(attempt: str) -> str:
    """What is wrong with brackets that somebody meant as a citation, and what to write."""
    if is_by_position(attempt):
        return "cites by position; name the value, as in [[figure.field[16]]]"
    return "is no citation; write [[name.field]], [[name.field[value]]] or [[.field|spec]]"
