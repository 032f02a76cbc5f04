r"""Stars and underscores that are shown as they stand, or eaten where nobody meant emphasis."""

import re
from collections.abc import Iterator

_PARAGRAPH = re.compile(r"(?:^[^\n]*\S[^\n]*\n?)+", re.MULTILINE)
_DOUBLE = re.compile(r"(?<![\\*])\*\*(?!\*)")
_SINGLE = re.compile(r"(?<![\\*])\*(?![*\s])|(?<![\\*\s])\*(?!\*)")
_HAN = "[\u3400-\u9fff]"
_OPENS = re.compile(r"(?<![\w\\_])_(?=[^\W_])")
_CLOSES = re.compile(r"[^\s_\\]_(?![\w_])")
_BETWEEN = re.compile(rf"(?<={_HAN})_(?=[^\W\d_])[^\n_]+_|_[^\n_]+(?<=[^\W_])_(?={_HAN})")


def emphasis_slips(prose: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the emphasis of a text in which all that is no prose is blank."""
    for paragraph in _PARAGRAPH.finditer(prose):
        for offset, message in (*_bold(paragraph[0]), *_stars(paragraph[0]), *_lines(paragraph[0])):
            yield paragraph.start() + offset, message


def _bold(text: str) -> Iterator[tuple[int, str]]:
    double = list(_DOUBLE.finditer(text))
    if len(double) % 2:
        yield double[-1].start(), r"'**' is never closed; close it, or write \*\*"
        return
    for star, end in zip(double[::2], double[1::2], strict=True):
        inner = text[star.end() : end.start()]
        if re.fullmatch(r" (?:\d+|[A-Za-z]) ", inner):
            continue  # powers, as programs write them
        # Blanked code or a formula may stand at either end: two blanks and more.
        if re.match(r"\s(?!\s)|\n", inner) or re.search(r"(?<!\s)\s$|\n$", inner):
            shown = " ".join(f"**{inner}**".split())
            yield star.start(), f"'{shown[:40]}' has a blank inside its stars; take it away"


def _stars(text: str) -> Iterator[tuple[int, str]]:
    single = list(_SINGLE.finditer(text))
    for star, end in zip(single[::2], single[1::2], strict=False):
        if re.match(r"[A-Za-z0-9)]", text[star.start() - 1 : star.start()] or " "):
            shown = " ".join(text[star.start() - 1 : end.end() + 1].split())
            message = f"'{shown[:40]}' loses its stars; write a formula, $2 \\times 3$"
            yield star.start(), message


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Underscores: between Han characters they do nothing, and one alone is shown."""
    if "_" not in text:
        return
    if between := _BETWEEN.search(text):
        message = f"'{between[0][:40]}' marks nothing within Chinese; write *…*, or `code`"
        yield between.start(), message
        return
    last = max((each.end() for each in _CLOSES.finditer(text)), default=0)
    for opened in _OPENS.finditer(text):
        if opened.end() >= last:
            yield opened.start(), r"'_' is never closed; close it, write \_, or `code`"
            return
