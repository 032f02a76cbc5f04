"""The labels of a drawing: what they say, and whether they can be read where they stand."""

from collections.abc import Iterator
from itertools import combinations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter, ScalarFormatter
from matplotlib.transforms import BboxBase

_SLACK = 0.75  # pixels of the figure's own resolution; boxes of text include some air


def collisions(figure: Figure, *, drawn: bool = False) -> list[str]:
    """One line for each label that overlaps another, leaves the picture or crosses a frame.

    A label crosses a frame if it lies partly inside and partly outside the data area of its axes.
    What has been ``drawn`` as SVG is not drawn again.
    """
    if not drawn:
        FigureCanvasSVG(figure)
        figure.draw_without_rendering()
    labels = [(text, text.get_window_extent().padded(-_SLACK)) for text in _drawn(figure)]
    found = [
        f"'{_short(a)}' overlaps '{_short(b)}'"
        for (a, box), (b, other) in combinations(labels, 2)
        if _overlap(box, other)
    ]
    page = figure.bbox
    found += [f"'{_short(text)}' leaves the picture" for text, box in labels if _leaves(box, page)]
    found += [
        f"'{_short(text)}' crosses the edge of its data area"
        for text, box in labels
        if isinstance(text.axes, Axes) and _crosses(box, text.axes.get_window_extent())
    ]
    return found


def drawn_labels(figure: Figure) -> list[str]:
    """What the author wrote into the drawing, in its order; numbers set by an axis are left out."""
    automatic: set[Text] = set()
    for axis in figure.findobj(Axis):
        written = axis.get_majorticklabels()  # also brings the ticks up to date
        if isinstance(axis.get_major_formatter(), ScalarFormatter | LogFormatter):
            automatic.update(written)
    return [text.get_text() for text in _drawn(figure) if text not in automatic]


def _drawn(artist: Artist) -> Iterator[Text]:
    """The texts below ``artist`` that reach the picture.

    Matplotlib keeps more than it draws: children of what is hidden, ticks beyond the limits.
    """
    if not artist.get_visible():
        return
    if isinstance(artist, Text) and artist.get_text().strip():
        yield artist
    for child in artist.get_children():
        off = isinstance(artist, Axes) and not artist.axison and isinstance(child, Axis)
        beyond = isinstance(artist, Axis) and isinstance(child, Tick) and _beyond(child, artist)
        if not off and not beyond:
            yield from _drawn(child)


def _beyond(tick: Tick, axis: Axis) -> bool:
    low, place, high = axis.get_transform().transform(
        [min(axis.get_view_interval()), tick.get_loc(), max(axis.get_view_interval())]
    )
    air = 1e-9 * (high - low)
    return not low - air <= place <= high + air


def _short(text: Text) -> str:
    return " ".join(text.get_text().split())[:40]


def _overlap(a: BboxBase, b: BboxBase) -> bool:
    return bool(a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1)


def _leaves(box: BboxBase, page: BboxBase) -> bool:
    return not _within(box, page, slack=0)


def _crosses(box: BboxBase, frame: BboxBase) -> bool:
    return _overlap(box, frame) and not _within(box, frame, slack=1)


def _within(box: BboxBase, frame: BboxBase, slack: float) -> bool:
    wide = frame.padded(slack)
    return bool(wide.x0 <= box.x0 and wide.y0 <= box.y0 and box.x1 <= wide.x1 and box.y1 <= wide.y1)
