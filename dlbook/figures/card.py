"""The card of a result: what stands for a page where its link is shared, title and picture.

A PNG, since no network shows SVG, of the size that they ask for, light in every theme.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from dlbook.base.language import Pair, say
from dlbook.figures import style
from dlbook.figures.contract import Script
from dlbook.figures.picture import drawing, house_style

SIZE = (1200, 630)  # pixels
BOOK: Pair = ("为什么要深", "Why deep")
_DOTS = 100  # of an inch; only ratios matter
_EDGE = 56  # pixels of white around everything
_PICTURE = (640, 630 - 2 * _EDGE)  # pixels that the picture may take, at the right
_TITLE, _NAME = 30, 17  # points
_LINES = 1.35  # of their own height from line to line
_STEP = 10  # pixels by which a line is made shorter
# Colours are rounded to multiples of the first of these, black and white among them, that makes the
# card light enough.
_SHADES = (5, 15, 51)
_LIGHT = 80_000  # bytes
# Where a line may end: between words, and after each Chinese character that no stop follows.
_PIECE = re.compile(r"\$[^$]*\$|[^\s\u2e80-\uffef$]+|\s+|[\u2e80-\uffef]")
_CLOSING = "，。、；：？！）》」』】”’,.;:?!)"
_OPENING = "（《「『【“‘("

Pixels = NDArray[np.uint8]
Measure = Callable[[str], float]


def card(script: Script, result: Any, lang: str, title: str) -> bytes:
    """The PNG of a result in one language under the title that its texts give.

    Raises:
        FigureError: ``draw`` raised, or the title cannot be set.
    """
    with house_style(script, lang):
        drawn = _pixels(drawing(script, result, lang), _PICTURE)
        sheet = Figure(figsize=(SIZE[0] / _DOTS, SIZE[1] / _DOTS), dpi=_DOTS)
        sheet.set_layout_engine("none")
        height, width = drawn.shape[:2]
        left = SIZE[0] - _EDGE - width
        sheet.figimage(drawn, left, (SIZE[1] - height) // 2, origin="upper")
        lines = _balanced(_mathtext(title), _ruler(sheet), left - 2 * _EDGE)
        _write(sheet, "\n".join(lines), SIZE[1] - _EDGE, "top", size=_TITLE)
        _write(sheet, say(BOOK, lang), _EDGE, "bottom", size=_NAME, color=style.colour("muted"))
        return _png(_drawn(sheet))


def _pixels(figure: Figure, room: tuple[int, int]) -> Pixels:
    """A drawing on white, as large as the room allows: ``(height, width, 4)``."""
    width, height = figure.get_size_inches()
    figure.set_dpi(min(room[0] / width, room[1] / height))
    return _drawn(figure)


def _drawn(figure: Figure) -> Pixels:
    """What ``savefig`` would write, without its second round of drawing and the file."""
    figure.set_facecolor("white")
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def _write(sheet: Figure, text: str, height: int, to: str, **look: Any) -> None:
    """Text at the left edge, its ``to`` at so many pixels from below."""
    place = (_EDGE / SIZE[0], height / SIZE[1])
    sheet.text(*place, text, va=to, linespacing=_LINES, **look)


def _ruler(sheet: Figure) -> Measure:
    """How many pixels a line of the title takes; one is asked for again and again."""
    canvas: Any = FigureCanvasAgg(sheet)
    renderer = canvas.get_renderer()  # which matplotlib would make for each line

    @cache
    def measure(text: str) -> float:
        line = Text(0, 0, text, size=_TITLE, figure=sheet)
        return float(line.get_window_extent(renderer).width)

    return measure


def _mathtext(title: str) -> str:
    r"""The formulas of a title, ``\(2^k\)``, as matplotlib writes them."""
    return re.sub(r"\\\((.*?)\\\)", r"$\1$", title)


def _balanced(title: str, measure: Measure, width: float) -> list[str]:
    """The title in as few lines as fit, none of them much shorter than the others."""
    lines = list(_wrapped(title, measure, width))
    narrower = width - _STEP
    while len(closer := list(_wrapped(title, measure, narrower))) == len(lines):
        if max(map(measure, closer)) > narrower:  # of one word, which has no narrower line
            break
        lines, narrower = closer, narrower - _STEP
    return lines


def _wrapped(title: str, measure: Measure, width: float) -> Iterator[str]:
    """The title in lines that are no wider; a word that is wider has a line of its own."""
    line = ""
    for piece in _inseparable(title):
        if line and measure((line + piece).strip()) > width:
            yield line.strip()
            line = ""
        line += piece
    yield line.strip()


def _inseparable(title: str) -> Iterator[str]:
    """The parts between which a line may end."""
    pieces = _PIECE.findall(title)
    held = ""
    for piece, after in pairwise([*pieces, ""]):
        held += piece
        if piece in _OPENING or (after and after in _CLOSING):
            continue
        yield held
        held = ""


def _png(pixels: Pixels) -> bytes:
    """With few colours, so that it is light."""
    made = b""
    for shade in _SHADES:
        few = np.rint(pixels / shade).astype(np.uint8) * np.uint8(shade)
        buffer = BytesIO()
        image.imsave(buffer, few, format="png", pil_kwargs={"optimize": True})
        made = buffer.getvalue()
        if len(made) <= _LIGHT:
            break
    return made
