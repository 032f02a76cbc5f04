"""The shape of a record as it is committed, where people merge and mend it by hand."""

import json
import re
from typing import Any

from dlbook.base.readable import line_at


class ShapeError(ValueError):
    """A record is not of a record's shape; ``sign`` is what stands where it is not."""

    def __init__(self, message: str, sign: str) -> None:
        self.sign = sign
        super().__init__(message)

    def line_in(self, text: str) -> int:
        """The line where the sign stands for the last time."""
        found = [match.start() for match in re.finditer(self.sign, text)]
        return line_at(text, found[-1]) if found else 1


def record_in(text: str) -> dict[str, Any]:
    """The record of a file's text.

    Raises:
        ShapeError: it is none.
        ValueError: the text is no JSON.
    """
    record = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    _refuse_other_shape(record)
    return dict(record)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ShapeError(f"'{twice}' stands in it twice", rf'"{re.escape(twice)}"\s*:')
    return found


def _no_number(word: str) -> None:
    raise ShapeError(f"{word} is no number of JSON", rf"(?<![\w\"]){word}")


def _refuse_other_shape(record: Any) -> None:
    """What is compared and cited is there, each of its kind.

    Raises:
        ShapeError: it is not.
    """
    if not isinstance(record, dict):
        raise ShapeError("not an object in braces", r"\S")
    for part, kind, called in (
        ("values", dict, "an object"),
        ("config", dict, "an object"),
        ("texts", dict, "an object"),
        ("claims", list, "a list"),
    ):
        if not isinstance(record.get(part, kind()), kind):
            raise ShapeError(f"its {part} are not {called}", rf'"{part}"\s*:')
    for claim in record.get("claims", ()):
        if not isinstance(claim, dict) or not isinstance(claim.get("id"), str):
            raise ShapeError("a claim of it has no id", r'"claims"\s*:')
