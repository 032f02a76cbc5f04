"""The five idioms of the book's drawings, so that a mark means the same in every figure.

A :func:`level_line` is a value of theory or chance that data are compared with; a
:func:`direct_label` stands beside what it names, in its colour; an :func:`interval` is an estimate
with its 95 % interval;
:func:`powers` is a logarithmic axis; :func:`bare` an axis on which places are names, not numbers.
"""

from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from dlbook.base.evidence import Estimate
from dlbook.figures.style import colour

Dash = Literal["dotted", "dashed", "solid"]
Way = Literal["x", "y"]
_DASHES: dict[Dash, Any] = {"dotted": ":", "dashed": (0, (4, 3)), "solid": "-"}


def level_line(
    ax: Axes,
    value: float,
    text: str = "",
    *,
    along: Way = "x",
    role: str = "line",
    dash: Dash = "dotted",
    width: float = 1.2,
    at: float = 1.0,
) -> None:
    """A line across the axes at one value, behind the data, with its label.

    ``along`` is the axis that it runs along, so a level of the quantity drawn upwards runs along x.
    The label stands above it, at the share ``at`` of its length, and ends there.
    """
    line = {"color": colour(role), "linestyle": _DASHES[dash], "linewidth": width, "zorder": 0}
    if along == "x":
        ax.axhline(value, **line)
        place, transform = (at, value), ax.get_yaxis_transform()
    else:
        ax.axvline(value, **line)
        place, transform = (value, at), ax.get_xaxis_transform()
    if text:
        upright = {"ha": "right", "va": "bottom"} if along == "x" else {"ha": "left", "va": "top"}
        shade = "muted" if role == "line" else role
        ax.text(*place, text, transform=transform, color=colour(shade), **upright)  # type: ignore[arg-type]


def direct_label(
    ax: Axes, x: float, y: float, text: str, role: str = "ink", **options: Any
) -> None:
    """The name of a mark, at ``(x, y)`` in data units, in the colour of what it names."""
    ax.text(x, y, text, color=colour(role), **options)


def interval(
    ax: Axes,
    estimate: Estimate,
    at: float,
    *,
    along: Way = "y",
    role: str = "ink",
    marker: str = "o",
    scale: float = 1.0,
    width: float = 1.8,
) -> None:
    """An estimate at one place: a marker at its value, a bar over its interval.

    ``along`` is the axis that the quantity is drawn along; ``scale`` is 100 for percent.
    """
    ends = [scale * estimate.low, scale * estimate.high]
    value, places = [scale * estimate.mean], [at, at]
    shade = colour(role)
    if along == "y":
        ax.plot(places, ends, color=shade, linewidth=width)
        ax.plot(places[:1], value, marker, color=shade)
    else:
        ax.plot(ends, places, color=shade, linewidth=width)
        ax.plot(value, places[:1], marker, color=shade)


def powers(ax: Axes) -> None:
    """Logarithmic axes with ticks at powers, or where they were set, and none between."""
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())


def bare(ax: Axes, along: Way | Literal["both"] = "both", *, line: bool = False) -> None:
    """An axis whose places are names: no tick marks, and no line unless ``line``."""
    ax.tick_params(axis=along, length=0)
    for way, spine in (("x", "bottom"), ("y", "left")):
        if along in (way, "both") and not line:
            ax.spines[spine].set_visible(False)
