"""The colours of every figure, by role, for both themes. Standard library only: pages read it too.

A role is drawn in its light colour, and the site maps it to a CSS variable. Text roles reach a
contrast of 4.5 against the paper in both themes, graphical roles 3 (WCAG 2.2, 1.4.3 and 1.4.11).
The four named colours stay apart for red-green blind eyes too; in a grey print ``deep``,
``shallow`` and ``exact`` do not, so a drawing also labels its lines or varies their style.
"""

from typing import NamedTuple


class Colour(NamedTuple):
    """One role in the light and in the dark theme, as ``#rrggbb``."""

    light: str
    dark: str


ROLES: dict[str, Colour] = {
    "ink": Colour("#1c2127", "#e7e9ec"),
    "muted": Colour("#59636e", "#a9b2bc"),
    "line": Colour("#868f99", "#7d8792"),
    "grid": Colour("#e1e4e8", "#343a42"),
    "paper": Colour("#fffffe", "#1a1d21"),
    "deep": Colour("#0a5ba8", "#6cb2f5"),
    "shallow": Colour("#b2440a", "#f29a5c"),
    "exact": Colour("#17744a", "#5bcb94"),
    "extra": Colour("#5e0b67", "#b372a8"),
    "deepwash": Colour("#dbe9f6", "#1f3549"),
    "shallowwash": Colour("#f8e4d8", "#46301f"),
}


def variable(role: str) -> str:
    """The CSS variable of a role: ``deep -> --fig-deep``."""
    return f"--fig-{role}"
