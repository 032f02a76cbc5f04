"""The shape of a record as it is committed, where people merge and mend it by hand."""

import json
import re
from difflib import get_close_matches
from typing import Any

from dlbook.base.readable import line_at

_PARTS = ("figure", "values", "arrays", "config", "texts", "claims", "made_on")
_STRING_OR_BRACE = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*)"(?P<colon>\s*:)?|[{}]')


class ShapeError(ValueError):
    """A text is no record; the message says why, ``line`` where."""

    def __init__(self, message: str, line: int) -> None:
        self.line = line
        super().__init__(message)


def record_in(text: str) -> dict[str, Any]:
    """The record of a file's text.

    Raises:
        ShapeError: it is none.
    """
    try:
        record = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise ShapeError("not JSON", error.lineno) from error
    except RecursionError:
        raise ShapeError("brackets stand too deep in each other", 1) from None
    except ValueError as error:  # Python reads no number so long
        line = _last(text, r"\d{4000}")
        raise ShapeError("a number in it has too many digits", line) from error
    except _NoNumberError as error:
        line = _last(text, rf'(?<![\w"]){error}')
        raise ShapeError(f"{error} is no number of JSON", line) from None
    _refuse_twice(text)
    _refuse_other_shape(record, text)
    return dict(record)


class _NoNumberError(Exception):
    """NaN or infinity."""


def _refuse(constant: str) -> None:
    raise _NoNumberError(constant)


def _refuse_twice(text: str) -> None:
    """Python keeps the last of two equal keys in silence."""
    around: list[set[str]] = []
    for match in _STRING_OR_BRACE.finditer(text):
        if match[0] == "{":
            around.append(set())
        elif match[0] == "}":
            around.pop()
        elif match["colon"] and match["key"] in around[-1]:
            raise ShapeError(f"'{match['key']}' stands in it twice", line_at(text, match.start()))
        elif match["colon"]:
            around[-1].add(match["key"])


def _refuse_other_shape(record: Any, text: str) -> None:
    """What is compared and cited is there, each of its kind."""
    if not isinstance(record, dict):
        raise ShapeError("not an object in braces", _last(text, r"^\s*\S"))
    for part, kind, called in (
        ("values", dict, "an object"),
        ("arrays", dict, "an object"),
        ("config", dict, "an object"),
        ("texts", dict, "an object"),
        ("claims", list, "a list"),
    ):
        if not isinstance(record.get(part, kind()), kind):
            raise ShapeError(f"its {part} are not {called}", _last(text, rf'"{part}"\s*:'))
    for name in record.keys() - set(_PARTS):
        close = get_close_matches(name, _PARTS, n=1)
        if close:  # any other may be of an older shape, which git remembers
            said = f"it has no part '{name}'; did you mean '{close[0]}'?"
            raise ShapeError(said, _last(text, rf'"{re.escape(name)}"\s*:'))
    seen: set[str] = set()
    for claim in record.get("claims", ()):
        claim_id = claim.get("id") if isinstance(claim, dict) else None
        if not isinstance(claim_id, str):
            raise ShapeError("a claim of it has no id", _last(text, r'"claims"\s*:'))
        if claim_id in seen:
            written = re.escape(json.dumps(claim_id, ensure_ascii=False))
            raise ShapeError(f"claim '{claim_id}' stands in it twice", _last(text, written))
        seen.add(claim_id)


def _last(text: str, sign: str) -> int:
    """The line where a pattern is found for the last time."""
    found = [match.end() - 1 for match in re.finditer(sign, text)]
    return line_at(text, found[-1]) if found else 1
