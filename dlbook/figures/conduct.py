"""How a script behaves while it runs: it draws no chance of its own, and in the house's style."""

import ast
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.colors import is_color_like, to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from dlbook.figures import generators, style
from dlbook.figures.blaming import line_at_top, line_of, tree_of
from dlbook.figures.contract import FigureError, Script, where
from dlbook.record.chance import unseeded
from dlbook.record.palette import ROLES
from dlbook.record.statements import lines_of, reached, statements

_THEMED = re.compile(r"var\(--fig-[a-z]+, #[0-9a-f]{6}\)")
_PAINTED = re.compile(r'(?<!["(])#[0-9a-f]{6}\b')  # and no way to another part of the picture
_SETTINGS = ("rcParams", "style.use", "plt.rc", "rc(")


@contextmanager
def undisturbed(script: Script, stage: str, name: str) -> Iterator[None]:
    """Refuse a stage that draws from the generators which every library shares.

    What they give depends on whatever drew before, so it is another time by time. Beside a thread
    of a cluster's worker others draw too, such as for the wait before a connection is tried again,
    so there nothing is told; every figure is also drawn where it is alone.

    Raises:
        FigureError: one of them has moved, in the function ``name`` or in what that reaches.
    """
    before = generators.global_states()
    yield
    alone = threading.current_thread() is threading.main_thread()
    if alone and generators.global_states() != before:
        place = where(script, _line_of_chance(script, name))
        raise FigureError(
            f"{place}: {stage} draws chance that no seed decides; in run, take it from"
            " rng.stream(seed, 'name', k), and keep what it gave in Result"
        )


def _line_of_chance(script: Script, name: str) -> int | None:
    tree = tree_of(script)
    lines = lines_of(reached(statements(tree), [name]))
    drawn = (line for line, _ in unseeded(tree) if line in lines)
    return next(drawn, None) or line_at_top(script, name)


@contextmanager
def settled(script: Script, stage: str) -> Iterator[None]:
    """Refuse a ``draw`` that changes what everything is drawn with.

    Raises:
        FigureError: it does.
    """
    before = mpl.rcParams.copy()
    yield
    # As they are stored: to ask for the backend would load one.
    after = dict.items(mpl.rcParams)
    moved = [name for name, value in after if value != dict.__getitem__(before, name)]
    if moved:
        lines = (line_of(script, text) for text in _SETTINGS)
        line = next(filter(None, lines), None) or line_at_top(script, "draw")
        raise FigureError(
            f"{where(script, line)}: {stage} sets matplotlib's {moved[0]} for everything; give"
            " it to what it draws, as in fontsize=9; the style is the book's"
        )


def refuse_other_fonts(script: Script, figure: Figure, stage: str) -> None:
    """Readers see the book's font, which has every character of both languages.

    Raises:
        FigureError: a text of the figure has another.
    """
    for text in figure.findobj(Text):
        family = text.get_fontfamily()
        if text.get_text().strip() and family != [style.FAMILY]:
            line = line_of(script, f'"{family[0]}"') or line_at_top(script, "draw")
            raise FigureError(
                f"{where(script, line)}: {stage} writes in the font {', '.join(family)}; leave the"
                f" font out, the book's is {style.FAMILY}"
            )


def refuse_other_colours(script: Script, svg: str, stage: str) -> None:
    """Every colour follows the theme of the page, and is told from its neighbours in both.

    Raises:
        FigureError: a picture holds another.
    """
    found = _PAINTED.search(_THEMED.sub("", svg))
    if found:
        place = where(script, _line_of_colour(script, found[0]))
        raise FigureError(
            f"{place}: {stage} paints in {found[0]}, which is not of the book and would stay as it"
            f" is in the dark; use colour(role): {', '.join(ROLES)}"
        )


def _line_of_colour(script: Script, painted: str) -> int | None:
    for node in ast.walk(tree_of(script)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            named = is_color_like(node.value) and len(node.value) > 1
            if named and to_hex(node.value) == painted:
                return node.lineno
    return line_at_top(script, "draw")
