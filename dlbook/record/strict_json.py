"""JSON without what Python's reader lets pass: keys that stand twice, NaN, other encodings."""

import json
import re
from typing import Any

_STRING_OR_BRACE = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|[{}]')


class JsonError(ValueError):
    """A text is not JSON as it should be; the message says why, ``line`` is the first of it."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def strict_json(data: bytes) -> Any:
    """What the bytes of a file hold.

    Raises:
        JsonError: they are not UTF-8 or not JSON, a key stands twice, or a number is none.
    """
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise JsonError(line, f"not UTF-8 (byte 0x{data[error.start]:02x})") from error
    except json.JSONDecodeError as error:
        raise JsonError(error.lineno, "not JSON") from error
    except RecursionError:
        raise JsonError(1, "brackets stand too deep in each other") from None
    except _NoNumberError as error:
        line = text.count("\n", 0, max(text.find(f": {error}"), 0)) + 1
        raise JsonError(line, f"{error} is no number of JSON") from None
    _refuse_twice(text)
    return found


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
            line = text.count("\n", 0, match.start()) + 1
            raise JsonError(line, f"{match['key']} stands twice")
        elif match["colon"]:
            around[-1].add(match["key"])
