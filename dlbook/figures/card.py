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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from dlbook.base.language import Pair, say
from dlbook.figures import style
from dlbook.figures.contract import Script
from dlbook.figures.picture import house_style

SIZE = (1200, 630)  # pixels
BOOK: Pair = ("为什么要深", "Why deep")
_DOTS = 100  # of an inch; only ratios matter
_EDGE = 56  # pixels of white around everything
_PICTURE = (640, 630 - 2 * _EDGE)  # pixels that the picture may take, at the right
_TITLE, _NAME = 30, 17  # points
_LINES = 1.35  # of their own height from line to line
_STEP = 10  # pixels by which a line is made shorter
_SHADE = 5  # to whose multiples, black and white among them, colours are rounded
_PALETTE = 256  # colours that a byte tells apart
_WHITE = 2**32 - 1  # and opaque, as a pixel's four bytes in one number
_EFFORT = 6  # of zlib: the last twelfth of the size would take seven times as long
# Where a line may end: between words, and after each Chinese character that no stop follows.
_PIECE = re.compile(r"\$[^$]*\$|[^\s\u2e80-\uffef$]+|\s+|[\u2e80-\uffef]")
_CLOSING = "，。、；：？！）》」』】”’,.;:?!)"
_OPENING = "（《「『【“‘("

Pixels = NDArray[np.uint8]
Measure = Callable[[str], float]


def card(script: Script, figure: Figure, lang: str, title: str) -> bytes:
    """The PNG of a figure whose layout is solved, under the title that its texts give.

    The figure is left at another resolution.

    Raises:
        FigureError: the title cannot be set.
    """
    with house_style(script, lang):
        drawn = _pixels(figure, _PICTURE)
        sheet = Figure(figsize=(SIZE[0] / _DOTS, SIZE[1] / _DOTS), dpi=_DOTS)
        sheet.set_layout_engine("none")
        height, width = drawn.shape[:2]
        left, above = SIZE[0] - _EDGE - width, (SIZE[1] - height) // 2
        lines = _balanced(_mathtext(title), _ruler(sheet), left - 2 * _EDGE)
        _write(sheet, "\n".join(lines), SIZE[1] - _EDGE, "top", size=_TITLE)
        _write(sheet, say(BOOK, lang), _EDGE, "bottom", size=_NAME, color=style.colour("muted"))
        whole = _drawn(sheet)
        whole[above : above + height, left : left + width] = drawn
        return _png(whole)


def _pixels(figure: Figure, room: tuple[int, int]) -> Pixels:
    """A figure on white, as large as the room allows: ``(height, width, 4)``."""
    width, height = figure.get_size_inches()
    figure.set_dpi(min(room[0] / width, room[1] / height))
    figure.set_layout_engine("none")  # of every resolution it is the same
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
    """A PNG of a byte per pixel: of the most frequent colours, the nearest."""
    height, width = pixels.shape[:2]
    palette, places = _few(pixels)
    picture = Image.frombytes("P", (width, height), places.tobytes())
    picture.putpalette(palette.tobytes())
    buffer = BytesIO()
    picture.save(buffer, "png", compress_level=_EFFORT)
    return buffer.getvalue()


def _few(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """A palette ``(colours, 3)``, white its first, and for each pixel the place of its colour."""
    shades = 255 // _SHADE + 1
    inked = pixels.view(np.uint32)[..., 0] != _WHITE  # few of them
    red, green, blue = np.rint(pixels[inked].T[:3] / _SHADE).astype(np.intp)
    codes = (red * shades + green) * shades + blue
    counts = np.bincount(codes, minlength=shades**3)
    there = np.flatnonzero(counts)
    frequent = np.sort(there[np.argsort(-counts[there], kind="stable")[: _PALETTE - 1]])
    kept = _shades(np.append(shades**3 - 1, frequent), shades)
    apart = ((_shades(there, shades)[:, None] - kept) ** 2).sum(2)
    place = np.zeros(shades**3, np.uint8)
    place[there] = apart.argmin(1)
    places = np.zeros(inked.shape, np.uint8)
    places[inked] = place[codes]
    return (kept * _SHADE).astype(np.uint8), places


def _shades(codes: NDArray[np.intp], shades: int) -> NDArray[np.intp]:
    """Red, green and blue ``(n, 3)`` of such codes ``(n,)``."""
    return np.stack(np.unravel_index(codes, (shades,) * 3), 1)
