"""What a lab needs beside the cells of the scripts: a report of a result, and its picture.

A lab is a notebook made from the figure scripts of a chapter. It has no engine: it runs wherever
``dlbook`` is installed.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from matplotlib.figure import Figure

from dlbook.base.lookup import lookup
from dlbook.figures import fields, style
from dlbook.figures.judgements import judgement
from dlbook.figures.picture import Picture
from dlbook.record.claims import verdict_on
from dlbook.record.transcript import transcript

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound="DataclassInstance")
_CHANGED = {
    "zh": "改了 {name} = {value!r}（书里是 {book!r}）",
    "en": "changed: {name} = {value!r} (the book has {book!r})",
}


class Lab:
    """The lab of one chapter, in one language (``"zh"`` or ``"en"``).

    PyTorch computes on one thread, as for the book, so that the numbers are the same.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        torch.set_num_threads(1)

    def changed(self, start: C, book: C, change: Mapping[str, Any]) -> C:
        """The configuration ``start`` with whatever ``change`` has otherwise than the book.

        What is changed is printed. Lists may stand for tuples.

        Raises:
            ValueError: the configuration has no such setting; the message lists what it has.
        """
        known = {field.name: getattr(book, field.name) for field in dataclasses.fields(book)}
        wanted = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in change.items()
        }
        other = {
            name: value for name, value in wanted.items() if value != lookup("setting", name, known)
        }
        for name, value in other.items():
            print(_CHANGED[self.lang].format(name=name, value=value, book=known[name]))
        return dataclasses.replace(start, **other)

    def show(
        self,
        name: str,
        result: Any,
        judges: Mapping[str, tuple[Any, ...]],
        draw: Callable[[Any, style.Words], Figure],
        labels: Mapping[str, str],
    ) -> Picture:
        """Print what the figure ``name`` found and how its claims are judged; return its picture.

        ``judges`` maps the ids of claims to what :func:`dlbook.record.claims.verdict_on` takes
        beside the result: measure, bound, the factors of a cause, the budget. ``labels`` are the
        words that ``draw`` writes. Numbers are rounded to what their interval supports, as in the
        book.

        Raises:
            FigureError: a field of ``result`` is neither a number, a text nor a tensor.
            FileNotFoundError: the font of the figures is not installed.
        """
        scalars = fields.scalars(lambda _: f"figures_src/{name}.py", result)
        values = {key: fields.rounded(fields.plain_scalar(value)) for key, value in scalars.items()}
        claims = (
            {"id": claim, **judgement(verdict_on(result, *given))}
            for claim, given in judges.items()
        )
        print(transcript(values, claims, self.lang))
        words = style.Words(self.lang, {key: (label, label) for key, label in labels.items()})
        with style.context():
            svg = style.to_svg(draw(result, words), name)
        return Picture(name, style.standalone(svg))
