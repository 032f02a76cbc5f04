"""What a lab needs beside the cells of the scripts: a report of a result, and its picture.

A lab is a notebook made from the figure scripts of a chapter. It has no engine: it runs wherever
``dlbook`` is installed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import matplotlib as mpl
import torch
from matplotlib.figure import Figure

from dlbook.base.evidence import Verdict
from dlbook.figures import fields, style
from dlbook.figures.contract import Script
from dlbook.record.transcript import transcript

# Where the book's font is not installed, as after `pip install`; the last has no Chinese.
_FAMILIES = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]


@dataclass(frozen=True)
class Picture:
    """A drawn figure, which notebooks show as SVG."""

    name: str
    svg: str = field(repr=False)

    def _repr_svg_(self) -> str:
        return self.svg


class Lab:
    """The lab of one chapter, in one language (``"zh"`` or ``"en"``).

    PyTorch computes on one thread, as for the book, so that the numbers are the same.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        torch.set_num_threads(1)

    def show(
        self,
        name: str,
        result: Any,
        judges: Mapping[str, Callable[[Any], Verdict]],
        draw: Callable[[Any, style.Words], Figure],
        labels: Mapping[str, str],
    ) -> Picture:
        """Print what the figure ``name`` found and how its claims are judged; return its picture.

        ``judges`` maps the ids of claims to what judges them, ``labels`` are the words that
        ``draw`` writes. Numbers are rounded to what their interval supports, as in the book.

        Raises:
            FigureError: a field of ``result`` is neither a number, a text nor a tensor.
        """
        script = cast(Script, SimpleNamespace(__file__=f"figures_src/{name}.py"))
        scalars = fields.scalars(script, result)
        values = {key: fields.rounded(fields.to_json(value)) for key, value in scalars.items()}
        print(transcript(values, [_judged(key, judge(result)) for key, judge in judges.items()]))
        words = style.Words(self.lang, {key: (label, label) for key, label in labels.items()})
        with _house_style():
            svg = style.to_svg(draw(result, words), name)
        return Picture(name, style.standalone(svg))


def _judged(claim: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": claim,
        "verdict": verdict.outcome,
        "estimate": fields.rounded(asdict(verdict.estimate)),
        "effect": verdict.effect,
    }


@contextmanager
def _house_style() -> Iterator[None]:
    """The book's look, with a font of the machine where the book's own is not installed."""
    with ExitStack() as stack:
        try:
            stack.enter_context(style.context())
        except FileNotFoundError:
            stack.enter_context(mpl.rc_context({**style.RC, "font.family": _FAMILIES}))
        yield
