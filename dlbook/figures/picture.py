"""The picture of a result in one language: drawn once, with the labels that it holds."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import Formatter
from typing import Any

import matplotlib.figure

from dlbook.base.language import LANGUAGES
from dlbook.figures import layout, style
from dlbook.figures.bilingual import places_to_fill
from dlbook.figures.blaming import blame, line_at_top, line_of_word, place_of
from dlbook.figures.conduct import (
    refuse_other_colours,
    refuse_other_fonts,
    settled,
    undisturbed,
)
from dlbook.figures.contract import FigureError, Script, name_of, where


@dataclass(frozen=True)
class Picture:
    """A drawn figure in one language: a themed ``<svg>`` element, and what is written in it.

    ``collisions`` says which labels are hard to read, see :func:`dlbook.figures.layout.collisions`.
    """

    name: str
    svg: str
    labels: tuple[str, ...] = ()
    collisions: tuple[str, ...] = ()
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
        FigureError: ``draw`` raised, drew chance, changed the style, or returned something else
            than a figure.
    """
    words, stage = words or style.Words(lang, script.WORDS), f"draw ({lang})"
    with (
        undisturbed(script, stage, "draw"),
        settled(script, stage),
        blame(script, stage, line_at_top(script, "draw")),
        _filling(script, words),
    ):
        figure = script.draw(result, words)
    if not isinstance(figure, matplotlib.figure.Figure):
        kind = type(figure).__name__
        place = place_of(script, "draw")
        raise FigureError(f"{place}: draw ({lang}) returned {kind}, not a Figure")
    return figure


@contextmanager
def _filling(script: Script, words: style.Words) -> Iterator[None]:
    """Say of a label that cannot be filled which it is."""
    try:
        yield
    except (KeyError, IndexError, ValueError) as error:
        for key in words.used:
            told = _why_not_filled(words[key], error)
            if told:
                place = where(script, line_of_word(script, key))
                raise FigureError(f"{place}: WORDS['{key}'] ({words.lang}) {told}") from error
        raise


def _why_not_filled(label: str, error: Exception) -> str | None:
    if isinstance(error, KeyError):
        name = error.args[0] if error.args else None
        asked = isinstance(name, str) and name in places_to_fill(label)
        return f"has {{{name}}}, which draw does not give; mend the name" if asked else None
    return (
        None
        if _has_places_to_read(label)
        else f"cannot be filled: {error}; write places as {{name}}"
    )


def _has_places_to_read(label: str) -> bool:
    """Whether Python reads its places."""
    try:
        list(Formatter().parse(label))
    except ValueError:
        return False
    return True


def picture(script: Script, result: Any, lang: str) -> Picture:
    """The picture in one language, with its labels, see :func:`dlbook.figures.layout.drawn_labels`.

    Raises:
        FigureError: ``draw`` raised, another font or colour than the book's is used, or the font
            lacks a character.
    """
    return drawn(script, result, lang)[0]


def drawn(script: Script, result: Any, lang: str) -> tuple[Picture, matplotlib.figure.Figure]:
    """The same picture, and the figure behind it, whose layout is solved."""
    with house_style(script, lang):
        words = style.Words(lang, script.WORDS)
        figure = drawing(script, result, lang, words)
        refuse_other_fonts(script, figure, f"draw ({lang})")
        try:
            svg = style.to_svg(figure, name_of(script))
            labels = tuple(layout.drawn_labels(figure))
            collisions = tuple(layout.collisions(figure, drawn=True))
        except Exception as error:
            told = " ".join(str(error).split())
            raise FigureError(
                f"{_culprit(script, lang, told)}: saving the picture ({lang}) raised"
                f" {type(error).__name__}: {told}"
            ) from error
        refuse_other_colours(script, svg, f"draw ({lang})")
        return Picture(name_of(script), svg, labels, collisions, frozenset(words.used)), figure


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
def house_style(script: Script, lang: str) -> Iterator[None]:
    """Draw in the house style; whatever matplotlib warns of or logs is an error."""
    with (
        blame(script, "the house style"),
        style.context(),
        _complaints() as complaints,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        # Raised where nobody is to catch it, it would only be printed.
        warnings.simplefilter("ignore", ResourceWarning)
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
