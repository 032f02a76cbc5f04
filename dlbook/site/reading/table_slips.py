"""Tables that Markdown does not take for one, or of which it drops cells."""

import re
from collections.abc import Iterator

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.prose_lines import Line

_RULE = re.compile(r"\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?|(?: *:?-+:? *)?(?:\| *:?-+:? *)+\|?")
_MEANT = re.compile(r"[\s|｜:：_—–―─－‐‑−-]*[—–―─－‐‑−_-][\s|｜:：_—–―─－‐‑−-]*")
_BAR = re.compile(r"(?<!\\)\|")


def table_slips(block: list[Line], path: str) -> Iterator[Problem]:
    """What is wrong with the table of a block, if it was meant to hold one."""
    start = _start(block)
    if start is None:
        return
    rows = block[start:]
    if start:
        yield Problem(path, rows[0].number, "a table needs an empty line before it")
        return
    head, rule = rows[0], rows[1] if rows[1:] else None
    if rule is None or not _RULE.fullmatch(rule.seen.strip()):
        yield _no_rule(head, rule, path)
    elif _cells(rule) != _cells(head):
        what = f"this line makes {_cells(rule)} cells, the one above {_cells(head)}"
        yield Problem(path, rule.number, f"{what}; without as many it is no table")
    else:
        yield from _rows(rows[2:], head, path)


def _start(block: list[Line]) -> int | None:
    """Where the head of a table stands in a block, ``None`` if there is none."""
    for number, line in enumerate(block):
        text = line.seen.strip()
        if "|" not in text:
            continue
        if number and _RULE.fullmatch(text) and "|" in block[number - 1].seen:
            return number - 1
        if text.startswith("|") and text.endswith("|") and len(_BAR.findall(text)) > 1:
            return number
    return None


def _no_rule(head: Line, rule: Line | None, path: str) -> Problem:
    line = "|".join(["", *["---"] * _cells(head), ""])
    if rule and _MEANT.fullmatch(rule.seen):
        message = f"'{rule.seen.strip()[:30]}' makes no table; write plain signs, {line}"
        return Problem(path, rule.number, message)
    return Problem(path, head.number, f"the head of a table needs a line below it, {line}")


def _rows(rows: list[Line], head: Line, path: str) -> Iterator[Problem]:
    for row in rows:
        if row.seen.lstrip().startswith("{:"):
            continue
        if "|" not in row.seen:
            yield Problem(path, row.number, "a table needs an empty line after it")
            return
        if _cells(row) > _cells(head):
            message = f"has {_cells(row)} cells, the table's head {_cells(head)}; the rest is lost"
            yield Problem(path, row.number, f"{message}: take a | away, or write \\| for the sign")


def _cells(line: Line) -> int:
    text = line.seen.strip().removeprefix("|")
    bars = len(_BAR.findall(text))
    return bars if re.search(r"(?<!\\)\|$", text) else bars + 1
