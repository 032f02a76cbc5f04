"""What no author wrote: the marks that a merge leaves, and characters that nobody sees."""

import re
from collections.abc import Collection, Iterator

from dlbook.site.reading.problems import Problem

_MARK = re.compile(r"(?P<sign><{7}|>{7}|\|{7})(?: .*)?")
_BETWEEN = "=" * 7
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ODD = re.compile(f"[{_TURNING}\u200b\u2060\ufeff\ufffd]")
_WHY = {
    "\u200b": "cannot be seen, and parts words for the search",
    "\u2060": "cannot be seen, and joins words for the search",
    "\ufeff": "cannot be seen, and parts words for the search",
    "\ufffd": "stands for one that was lost in copying",
}


def merge_marks(text: str, shown: str, first: int = 1, code: Collection[int] = ()) -> list[Problem]:
    """A problem at the first mark of each conflict; ``code`` are lines that may show such marks."""
    found, is_open, before = [], False, ""
    for number, line in enumerate(text.split("\n"), first):
        mark = _MARK.fullmatch(line)
        if number in code or not (mark or line == _BETWEEN):
            before = line
            continue
        if not is_open and (mark or not before.strip()):
            message = (
                f"'{line[:30]}' was left by a merge; keep one version, and take the marks away"
            )
            found.append(Problem(shown, number, message))
            is_open = True
        if mark and mark["sign"][0] == ">":
            is_open = False
        before = line
    return found


def odd_characters(text: str, shown: str, first: int = 1) -> Iterator[Problem]:
    """A problem for each character that cannot be seen and does harm."""
    for match in _ODD.finditer(text):
        why = _WHY.get(match[0], "turns the direction of the text")
        message = f"the character U+{ord(match[0]):04X} {why}; delete it"
        yield Problem(shown, first + text.count("\n", 0, match.start()), message)
