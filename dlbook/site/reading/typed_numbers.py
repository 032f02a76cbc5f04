"""Numbers that were typed where a result should have been cited.

A decimal, however its point is written, a percentage, a power of ten, a count in 万 or million, a
share such as 63/64, or a whole number of three digits or more, in prose, looks like a result. Not
looked at: years, ids with a leading zero (Source E), addresses, arXiv and DOI numbers, versions of
Python and of licences, the 95% of an interval, what is joined to letters (A25, v1.2) or to §,
sections anchored ``{#sources}``. A constant of a definition is a formula: ``$0.5$``.
"""

import re
from collections.abc import Callable

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

_IDENTIFIERS = re.compile(
    r"""
      https?://\S+
    | \]\([^)\n]*\)                     # where a link leads
    | \{:?[^{}\n]*\}                    # attributes, {#anchor}
    | \b(?:arXiv|doi|ISBN)[:\s]*[\w./-]+
    | \b10\.\d{4,}/\S+
    | \b(?:Python|CC\sBY)\s[\d.]+    # versions
    | 95\s?%(?=[\s*]*(?:置信|区间|CI\b|confidence|interval))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"""
    (?<![A-Za-z0-9_./§-])
    (?P<digits>
        (?<!\d,)\d+(?P<comma>,\d\d|(?<=(?<!\d)0),\d{2,})(?![\d,])  # 0,93
      | \d{1,3}(?:[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]\d{3})+(?!\d)  # 12 000
      | \d+(?:,\d{3})*(?P<decimals>\.\d+)?
      | (?<![])'"*…])(?P<naked>\.\d+)(?!\.?\w)  # .93
    )
    (?P<power>(?:e[+-]?\d+)|\s?[×x]\s?10|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|\^[{(]?[−-]?\d+[)}]?)?
    (?P<unit>\s?(?:[%％‰]|万|亿|[mb]illion|per\s?cent|percentage\spoints?|个?百分点))?
    (?P<share>/\d{2,}(?![\d/.-]))?
    (?![A-Za-z_])
  | 百分之[\d.〇零一二两三四五六七八九十点]+
    """,
    re.VERBOSE,
)
_MARKS = ("comma", "naked", "decimals", "power", "unit", "share")
_SOURCES = "sources"


def typed_numbers(source: Source) -> list[Problem]:
    """A problem for each number in the prose of a page that looks like an uncited result."""
    prose = _blank(_IDENTIFIERS, source.prose())
    skipped = _source_sections(source)
    found = []
    for match in _NUMBER.finditer(prose):
        if _looks_like_a_result(match) and not skipped(match.start()):
            message = (
                f"'{match[0].strip()}' looks like a result; cite it as [[name.field]]{_or(match)}"
            )
            found.append(Problem(source.path, source.line_of(match.start()), message))
    return found


def _or(match: re.Match[str]) -> str:
    """The other way to write the number: as what no run has found."""
    if match["digits"] is None:
        return ""
    constant = f"{match['digits']}{match['share'] or ''}".replace(" ", "")
    constant = constant.replace(",", ".") if match["comma"] else constant
    return f", or write a constant of a definition as a formula, ${constant}$"


def _looks_like_a_result(match: re.Match[str]) -> bool:
    if match["digits"] is None or any(match[name] for name in _MARKS):
        return True
    digits = re.sub(r"\D", "", match["digits"])
    is_year = len(match["digits"]) == 4 and match["digits"][:2] in ("18", "19", "20")
    return len(digits) >= 3 and not digits.startswith("0") and not is_year


def _source_sections(source: Source) -> Callable[[int], bool]:
    spans = []
    headings = source.headings
    for k, heading in enumerate(headings):
        if heading.anchor == _SOURCES:
            later = (h.start for h in headings[k + 1 :] if h.level <= heading.level)
            spans.append((heading.start, next(later, len(source.text))))
    return lambda offset: any(start <= offset < end for start, end in spans)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)
