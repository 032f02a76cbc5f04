"""Boxes, ``!!! note`` and ``??? note``, that stay empty, look like none, or are none."""

import re
from collections.abc import Iterator

from dlbook.base.lookup import unknown
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.prose_lines import Line

# Those that the theme has a look for.
KINDS = (
    *("abstract", "bug", "danger", "example", "failure", "info", "note", "question", "quote"),
    *("success", "tip", "warning"),
)
_HEAD = re.compile(r"(?P<indent> *)(?:!!!(?!!)|\?\?\?\+?(?!\?))(?P<rest>.*)")
_RIGHT = re.compile(r' ?(?P<kind>[\w-]+)(?: +[\w-]+)*(?P<title> +".*")? *')
_WIDE = re.compile(r"\s*(?:！{3}|？{3}＋?|[!！]{3}|[?？]{3})\s*(?P<kind>[A-Za-z]+)\b")
_MODEL = '!!! note "Title"'


def box_slips(lines: list[Line], path: str) -> Iterator[Problem]:
    """What is wrong with the boxes of a page."""
    for number, line in enumerate(lines):
        head = _HEAD.fullmatch(line.seen)
        wide = None if head else _WIDE.match(line.seen)
        if wide:
            yield Problem(path, line.number, f"'{wide[0].strip()}' makes no box; write {_MODEL}")
        elif head and (wrong := _wrong(head["rest"]) or _empty(head, lines[number + 1 :])):
            yield Problem(path, line.number, wrong)


def _wrong(rest: str) -> str:
    right = _RIGHT.fullmatch(rest)
    if right is None:
        return f"makes no box; write it as {_MODEL}, with plain quotes"
    if right["kind"] not in KINDS:
        return unknown("box", right["kind"], KINDS)
    return ""


def _empty(head: re.Match[str], after: list[Line]) -> str:
    """Why nothing is in the box, ``""`` if something is, or if it has a title and is let alone."""
    next_text = next((line.written for line in after if line.written.strip()), "")
    blanks = len(next_text) - len(next_text.lstrip(" "))
    if blanks >= len(head["indent"]) + 4 or next_text.startswith("\t"):
        return ""
    follows = bool(after) and bool(after[0].written.strip())
    if follows or '"' not in head["rest"]:
        needed = len(head["indent"]) + 4
        return f"the box is empty; what is in it stands below, {needed} blanks from the left"
    return ""
