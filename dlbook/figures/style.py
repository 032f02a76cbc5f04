"""How figures look: one style, two languages, two themes from one drawing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import StringIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dlbook.figures import font
from dlbook.record import numbers
from dlbook.record.palette import ROLES, variable

WIDTH = 5.2  # inches: ten points are still about ten pixels on a phone
FAMILY = "Noto Sans SC"

_LINES = "stroke-linejoin: round; stroke-linecap: butt"  # matplotlib's own style sheet

# Mathtext uses only the first family, so the one with Chinese glyphs stands first.
RC: dict[Any, Any] = {
    "font.family": [FAMILY],
    "font.size": 10,
    "mathtext.fontset": "cm",
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": ROLES["line"].light,
    "axes.labelcolor": ROLES["ink"].light,
    "axes.linewidth": 0.8,
    "axes.titlesize": 10,
    "axes.titlecolor": ROLES["ink"].light,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 11,
    "axes.grid": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.constrained_layout.h_pad": 0.06,
    "grid.color": ROLES["grid"].light,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "lines.markersize": 5,
    "patch.linewidth": 0,
    "text.color": ROLES["ink"].light,
    "xtick.color": ROLES["line"].light,
    "ytick.color": ROLES["line"].light,
    "xtick.labelcolor": ROLES["muted"].light,
    "ytick.labelcolor": ROLES["muted"].light,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "svg.fonttype": "path",
}


class Words:
    """The words of one language: ``t["key"]`` for a label, ``t.number(value)`` for a number."""

    def __init__(self, lang: str, pairs: Mapping[str, tuple[str, str]]) -> None:
        self.lang = lang
        self.used: set[str] = set()
        self._pairs = pairs

    def __getitem__(self, key: str) -> str:
        if key not in self._pairs:
            raise KeyError(f"WORDS has no '{key}'; add a (zh, en) pair")
        self.used.add(key)
        return self._pairs[key][("zh", "en").index(self.lang)]

    def number(self, value: float, spec: str = "") -> str:
        """A number as the pages write it; see :mod:`dlbook.record.numbers` for ``spec``."""
        return numbers.format_value(value, spec, self.lang)


def colour(role: str) -> str:
    """The drawing colour of a role of :mod:`dlbook.record.palette`.

    Raises:
        KeyError: there is no such role.
    """
    return ROLES[role].light


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(font.face())


@contextmanager
def context() -> Iterator[None]:
    """Everything created and saved inside the block wears the house style.

    Raises:
        FileNotFoundError: the font is not installed.
    """
    _register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        for key, value in RC.items():
            mpl.rcParams[key] = value
        yield


def panels(
    rows: int = 1, columns: int = 1, height: float = 3.0, **options: Any
) -> tuple[Figure, Any]:
    """A figure of the book's width (inches) and its axes: one, or an array ``(rows, columns)``."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.subplots(rows, columns, squeeze=rows * columns == 1, **options)
    return figure, axes if rows * columns == 1 else np.asarray(axes)


def mosaic(
    rows: Sequence[Sequence[str]], height: float, heights: Sequence[float] | None = None
) -> tuple[Figure, dict[str, Axes]]:
    """A figure of the book's width and named axes; a name that is repeated spans its cells."""
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.subplot_mosaic([list(row) for row in rows], height_ratios=heights)


def to_svg(figure: Figure, name: str) -> str:
    """The figure as one ``<svg>`` element whose colours follow the page's theme.

    Text is drawn as paths, ids are prefixed by ``name``, nothing depends on the day, and the style
    sheet, which would reach the whole page, becomes a property of the picture. ``xlink:href`` stays
    (a plain ``href`` on ``<use>`` breaks some page scripts), and numbers are rounded in path data
    only, since rounding a glyph's scale is visible.
    """
    buffer = StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(buffer, metadata=nothing)  # savefig would draw twice
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r" <defs>\s*<style[^>]*>\*\{[^}]*\}</style>\s*</defs>\n", "", svg, count=1)
    svg = svg.replace("<svg ", f'<svg style="{_LINES}" ', 1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = _numbered_clips(svg)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # nobody asks for a group by its name
    svg = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r' d="([^"]*)"', lambda m: f' d="{_shorten(m[1])}"', svg)
    for role, pair in ROLES.items():
        svg = svg.replace(pair.light, f"var({variable(role)}, {pair.light})")
    return svg.strip() + "\n"


def _numbered_clips(svg: str) -> str:
    """Clips called by their order instead of a hash of their corners.

    The layout is solved anew for each drawing, and the last bits of a corner may differ.
    """
    clips = dict.fromkeys(re.findall(r"url\(#(p[0-9a-f]{10})\)", svg))
    for number, clip in enumerate(clips, 1):
        svg = svg.replace(clip, f"clip_{number}")
    return svg


def _shorten(path: str) -> str:
    """Path data with two decimals at most and single spaces."""
    short = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), path)
    return " ".join(short.split())


def standalone(svg: str) -> str:
    """The same picture for use outside the site: light colours, white paper, a size of its own."""
    plain = re.sub(r"var\(--fig-[a-z]+, (#[0-9a-f]{6})\)", r"\1", svg)
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', plain)
    if box is None:
        raise ValueError("the picture has no viewBox; it was not made by to_svg")
    sized = plain.replace("<svg", f'<svg width="{box[1]}pt" height="{box[2]}pt"', 1)
    return sized.replace(">", f'>\n <rect width="{box[1]}" height="{box[2]}" fill="#ffffff"/>', 1)
