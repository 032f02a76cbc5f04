"""The picture of a result in one language: drawn once, with the labels that it holds."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.figure

from dlbook.base.language import LANGUAGES
from dlbook.figures import layout, style
from dlbook.figures.contract import (
    FigureError,
    Script,
    blame,
    line_of_word,
    name_of,
    place_of,
    where,
)


@dataclass(frozen=True)
class Picture:
    """A drawn figure in one language: a themed ``<svg>`` element, and what is written in it."""

    name: str
    svg: str
    labels: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()  # the keys of ``WORDS`` that were asked for

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Picture(name={self.name!r})"


def drawing(
    script: Script, result: Any, lang: str, words: style.Words | None = None
) -> matplotlib.figure.Figure:
    """The figure in one language, in the house style (call inside :func:`style.context`).

    Raises:
        FigureError: ``draw`` raised, or returned something else than a figure.
    """
    with blame(script, f"draw ({lang})"):
        figure = script.draw(result, words or style.Words(lang, script.WORDS))
    if not isinstance(figure, matplotlib.figure.Figure):
        kind = type(figure).__name__
        place = place_of(script, "draw")
        raise FigureError(f"{place}: draw ({lang}) returned {kind}, not a Figure")
    return figure


def picture(script: Script, result: Any, lang: str) -> Picture:
    """The picture in one language, with its labels, see :func:`dlbook.figures.layout.drawn_labels`.

    Raises:
        FigureError: ``draw`` raised, or the font lacks a character.
    """
    with _house_style(script, lang):
        words = style.Words(lang, script.WORDS)
        figure = drawing(script, result, lang, words)
        try:
            svg = style.to_svg(figure, name_of(script))
            labels = tuple(layout.drawn_labels(figure))
        except Exception as error:
            told = " ".join(str(error).split())
            raise FigureError(
                f"{_culprit(script, lang, told)}: saving the picture ({lang}) raised"
                f" {type(error).__name__}: {told}"
            ) from error
        return Picture(name_of(script), svg, labels, frozenset(words.used))


def _culprit(script: Script, lang: str, told: str) -> str:
    """The line of the label of which matplotlib complains, or else of ``draw``."""
    glyph = re.search(r"Glyph (\d+)", told)
    for key, pair in script.WORDS.items():
        text = pair[LANGUAGES.index(lang)]
        lacking = glyph and chr(int(glyph[1])) in text
        named = any(ascii(each)[1:-1] in told for each in text if each > "\x7f")
        formulas = " ".join(text.split()).split("$")[1::2]
        if lacking or (not glyph and (named or any(each in told for each in formulas if each))):
            return where(script, line_of_word(script, key))
    return place_of(script, "draw")


@contextmanager
def _house_style(script: Script, lang: str) -> Iterator[None]:
    """Draw in the house style; whatever matplotlib warns of or logs is an error."""
    with (
        blame(script, "the house style"),
        style.context(),
        _complaints() as complaints,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        yield
    if complaints:
        place = _culprit(script, lang, complaints[0])
        raise FigureError(f"{place}: draw ({lang}): {complaints[0]}")


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What matplotlib logs, such as a missing glyph, which it never raises."""
    heard: list[str] = []
    handler = _Ear(heard)
    logger = logging.getLogger("matplotlib")
    logger.addHandler(handler)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)
