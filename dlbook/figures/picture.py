"""The picture of a result in one language: drawn once, with the labels that it holds."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib.figure

from dlbook.figures import layout, style
from dlbook.figures.contract import FigureError, Script, blame, name_of, where


@dataclass(frozen=True)
class Picture:
    """A drawn figure in one language: a themed ``<svg>`` element, and what is written in it."""

    name: str
    svg: str
    labels: tuple[str, ...] = ()

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Picture(name={self.name!r})"


def drawing(script: Script, result: Any, lang: str) -> matplotlib.figure.Figure:
    """The figure in one language, in the house style (call inside :func:`style.context`).

    Raises:
        FigureError: ``draw`` raised, or returned something else than a figure.
    """
    with blame(script, f"draw ({lang})"):
        figure = script.draw(result, style.Words(lang, script.WORDS))
    if not isinstance(figure, matplotlib.figure.Figure):
        kind = type(figure).__name__
        raise FigureError(f"{where(script)}: draw ({lang}) returned {kind}, not a Figure")
    return figure


def picture(script: Script, result: Any, lang: str) -> Picture:
    """The picture in one language, with its labels, see :func:`dlbook.figures.layout.drawn_labels`.

    Raises:
        FigureError: ``draw`` raised, or the font lacks a character.
    """
    with _house_style(script, lang):
        figure = drawing(script, result, lang)
        with blame(script, f"saving the picture ({lang})"):
            svg = style.to_svg(figure, name_of(script))
            return Picture(name_of(script), svg, tuple(layout.drawn_labels(figure)))


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
        raise FigureError(f"{where(script)}: draw ({lang}): {complaints[0]}")


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
