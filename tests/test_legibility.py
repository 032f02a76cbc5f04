"""Every figure can be read: contrast in both themes, and without colour or with other eyes.

All that one panel shows in one colour belongs together. What has different colours must differ in
more than hue: in line style, marker, filling or width somewhere, or in lightness; or stand in
columns or rows of its own; or else each carries a label that stands nearer to it than to the other.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import Collection, PathCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from dlbook.figures import style
from dlbook.figures.picture import drawing
from dlbook.record import palette
from tests.record.test_palette import THEMES, VISION, contrast, linear, of, seen
from tests.scripts import NAMES, script, small

LIGHT = {pair.light: role for role, pair in palette.ROLES.items()}
BEHIND = ("grid", "paper", "deepwash", "shallowwash")  # what may be faint: it carries nothing alone
WASH = 0.35  # a fill this transparent is a wash, behind the line that it belongs to
GREY_STEP = 12  # lightness L*, of 100; a step that a grey print keeps
GAP = 3  # pixels
DISTANCE = 12  # CIE76, as for the palette


@dataclass(frozen=True)
class Mark:
    """What a panel shows in one role: its looks without colour, its places."""

    role: str
    look: frozenset[tuple[object, ...]]
    places: np.ndarray  # (n, 2) pixels


def role_and_alpha(colour, alpha=None):
    red, green, blue, opacity = to_rgba(colour)
    return LIGHT.get(to_hex((red, green, blue))), opacity if alpha is None else alpha


def marks_of(ax: Axes) -> list[Mark]:
    """What a panel shows, by role; what lies behind the data is left out."""
    drawn = {}
    for role, look, places in (*lines_of(ax), *spots_of(ax)):
        if role not in BEHIND and len(places):
            drawn.setdefault(role, []).append((look, places))
    return [
        Mark(role, frozenset(look for look, _ in parts), np.concatenate([p for _, p in parts]))
        for role, parts in drawn.items()
    ]


def lines_of(ax: Axes):
    for line in ax.get_lines():
        if line.get_visible():
            marker, face = line.get_marker(), to_rgba(line.get_markerfacecolor())
            hollow = marker not in ("", "None", None) and face != to_rgba(line.get_color())
            dashes = str(line._unscaled_dash_pattern)  # get_linestyle() calls every pattern "--"
            look = ("line", dashes, marker, hollow, round(line.get_linewidth(), 1))
            places = line.get_transform().transform(np.column_stack(line.get_data()))
            yield role_and_alpha(line.get_color())[0], look, dense(places)


def spots_of(ax: Axes):
    for spots in ax.collections:
        if isinstance(spots, PathCollection) and spots.get_visible():
            filled = len(spots.get_facecolor()) > 0
            colours = spots.get_facecolor() if filled else spots.get_edgecolor()
            shape = tuple(len(path.vertices) for path in spots.get_paths()[:1])
            places = ax.transData.transform(np.ma.filled(spots.get_offsets(), np.nan))
            for colour in np.unique(colours, axis=0):
                yield role_and_alpha(colour)[0], ("spots", filled, shape), places


def dense(places):
    """Points every few pixels along a path."""
    parts = [np.linspace(a, b, 12) for a, b in pairwise(places) if np.isfinite([a, b]).all()]
    return np.concatenate(parts) if parts else places


@cache
def drawn(name, lang="en"):
    """The figure as it is seen; what asks about it changes nothing."""
    canvas = drawing(script(name), small(name), lang)
    FigureCanvasSVG(canvas)
    canvas.draw_without_rendering()
    return canvas


def mixed(role, alpha, theme):
    """The colour that is seen: the role's, over paper."""
    paper = np.array([int(of("paper", theme)[i : i + 2], 16) for i in (1, 3, 5)])
    ink = np.array([int(of(role, theme)[i : i + 2], 16) for i in (1, 3, 5)])
    return "#" + "".join(f"{round(c):02x}" for c in alpha * ink + (1 - alpha) * paper)


def label_distance(ax, role, mark):
    """Pixels from a mark to the nearest label in its colour; infinite if it has none."""
    boxes = [
        text.get_window_extent()
        for text in ax.texts
        if text.get_visible() and role_and_alpha(text.get_color())[0] == role
    ]
    return min((gap(box, mark.places) for box in boxes), default=np.inf)


def gap(box, places):
    low, high = np.array([box.x0, box.y0]), np.array([box.x1, box.y1])
    away = np.maximum(np.maximum(low - places, places - high), 0)
    return np.nanmin(np.hypot(*away.T))


def stand_apart(a, b):
    """Whether a straight gap, upright or level, parts two sets of places."""
    low = np.nanmax([np.nanmin(a, 0), np.nanmin(b, 0)], 0)
    high = np.nanmin([np.nanmax(a, 0), np.nanmax(b, 0)], 0)
    return bool((low - high > GAP).any())


def lightness(role, theme):
    return seen(of(role, theme), "normal")[0]


def told_apart(ax: Axes, a: Mark, b: Mark) -> bool:
    """Whether two marks of different colour can be told apart without it."""
    if a.look != b.look or stand_apart(a.places, b.places):
        return True
    steps = [abs(lightness(a.role, theme) - lightness(b.role, theme)) for theme in THEMES]
    if min(steps) >= GREY_STEP:
        return True
    own = [label_distance(ax, mark.role, mark) for mark in (a, b)]
    other = [label_distance(ax, x.role, y) for x, y in ((a, b), (b, a))]
    return all(mine < theirs for mine, theirs in zip(own, other, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_marks_of_different_colour_differ_in_more_than_hue(name):
    with style.context():
        faults = [
            f"{a.role} and {b.role}, both {sorted(map(str, a.look))}"
            for ax in drawn(name).axes
            for a, b in combinations(marks_of(ax), 2)
            if not told_apart(ax, a, b)
        ]
    assert faults == []


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", NAMES)
def test_marks_of_one_look_differ_for_every_eye(name, vision):
    with style.context():
        for ax in drawn(name).axes:
            for a, b in combinations(marks_of(ax), 2):
                if a.look == b.look:
                    for theme in THEMES:
                        one, other = (seen(of(mark.role, theme), vision) for mark in (a, b))
                        assert np.linalg.norm(one - other) >= DISTANCE, (a.role, b.role, theme)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_element_stands_out_from_the_paper(name, theme):
    with style.context():
        canvas = drawn(name)
        faint = [fault for artist in canvas.findobj() for fault in faults_of(artist, theme)]
    assert faint == []


def faults_of(artist, theme):
    """What of one drawn element is too faint: text below 4.5, marks below 3 (WCAG 2.2)."""
    if not artist.get_visible():
        return
    if isinstance(artist, Text) and artist.get_text().strip():
        words = f"'{artist.get_text()}'"
        yield from too_faint(words, artist.get_color(), artist.get_alpha(), 4.5, theme)
    elif isinstance(artist, Line2D) and len(artist.get_xdata()):
        yield from too_faint("a line", artist.get_color(), artist.get_alpha(), 3, theme)
    elif isinstance(artist, PathCollection | Patch):
        yield from faint_fill(artist, theme)


def faint_fill(artist: Collection | Patch, theme):
    """A filled shape needs a visible face or a visible edge, unless it lies behind."""
    sides = [to_rows(artist.get_facecolor()), to_rows(artist.get_edgecolor())]
    seen_sides = [row for side in sides for row in side if row[3] > 0]
    faults = [list(too_faint("a shape", row, artist.get_alpha(), 3, theme)) for row in seen_sides]
    if faults and all(faults):
        yield faults[0][0]


def to_rows(colour):
    return np.atleast_2d(colour) if len(colour) else np.zeros((0, 4))


def too_faint(what, colour, alpha, least, theme):
    role, opacity = role_and_alpha(colour, alpha)
    is_behind = least < 4.5 and (role in BEHIND or opacity <= WASH)
    if role is None or is_behind:
        return
    reached = contrast(mixed(role, opacity, theme), of("paper", theme))
    if reached < least:
        yield f"{what} in {role}, opacity {opacity:.2f}: contrast {reached:.1f}, not {least}"


# The measures themselves


def panel(*lines, labels=()):
    drawn, ax = style.panels()
    for (role, options), height in zip(lines, range(len(lines)), strict=True):
        ax.plot([0, 1], [height, 1 - height], color=style.colour(role), **options)
    for role, place in labels:
        ax.text(0.02, place, role, color=style.colour(role), va="center")
    ax.set_ylim(-0.5, 1.5)
    FigureCanvasSVG(drawn)
    drawn.draw_without_rendering()
    return ax


def apart(*lines, labels=()):
    with style.context():
        ax = panel(*lines, labels=labels)
        return told_apart(ax, *marks_of(ax))


def test_two_lines_that_differ_in_hue_only_are_found():
    assert not apart(("deep", {}), ("shallow", {}))
    assert apart(("deep", {}), ("shallow", {"linestyle": "--"}))
    assert apart(("deep", {"marker": "o"}), ("shallow", {"marker": "s"}))
    assert apart(("deep", {"marker": "o"}), ("shallow", {"marker": "o", "markerfacecolor": "none"}))


def test_labels_tell_lines_apart_only_if_each_is_nearest_to_its_own():
    lines = ("deep", {}), ("shallow", {})
    assert apart(*lines, labels=[("deep", 0.1), ("shallow", 0.9)])
    assert not apart(*lines, labels=[("deep", 0.9), ("shallow", 0.1)])
    assert not apart(*lines, labels=[("deep", 0.1)])


def test_columns_and_rows_of_their_own_tell_marks_apart():
    assert stand_apart(np.array([[0, 0], [9, 9]]), np.array([[20, 0], [30, 9]]))
    assert stand_apart(np.array([[0, 0], [9, 9]]), np.array([[0, 20], [9, 30]]))
    assert not stand_apart(np.array([[0, 0], [9, 9]]), np.array([[5, 0], [30, 30]]))


def test_lightness_that_survives_a_grey_print_is_enough():
    assert apart(("ink", {}), ("line", {}))


@pytest.mark.parametrize("theme", THEMES)
def test_faint_text_and_faint_marks_are_found(theme):
    with style.context():
        drawn, ax = style.panels()
        ax.text(0, 0, "pale", color=style.colour("muted"), alpha=0.5)
        dot = ax.scatter([0], [0], color=style.colour("deep"), alpha=0.4)
        faint = [fault for each in (*ax.texts, dot) for fault in faults_of(each, theme)]
        assert len(faint) == 2
        dot.set_alpha(1)
        assert list(faults_of(dot, theme)) == []
    assert drawn is ax.figure


def test_mixing_with_paper_is_what_opacity_does():
    assert mixed("deep", 1, "light") == of("deep", "light")
    assert mixed("deep", 0, "dark") == of("paper", "dark")
    assert linear(mixed("ink", 0.5, "light")).mean() > linear(of("ink", "light")).mean()
