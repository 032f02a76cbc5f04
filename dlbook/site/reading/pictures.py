"""The picture of a figure as a page shows it: one file for each theme, loaded when it is needed.

Inlined, the pictures of a chapter are four fifths of its HTML, and a phone lays them all out before
it shows a word. As files they are loaded near the screen, once, and only in the theme that is seen.
"""

import re
from functools import lru_cache
from typing import Literal

from dlbook.record.palette import ROLES, variable
from dlbook.site.reading.shelf import Figure

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")

_COLOUR = re.compile(r"var\((--fig-[a-z]+), #[0-9a-f]{6}\)")
_LETTERS = re.compile(r"scale\((\d*\.\d+) -\1\)")  # of a hundred points; exponents are within
_READABLE = 11  # CSS pixels of the smallest label
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def picture_path(name: str, lang: str, theme: Theme) -> str:
    """Where a picture is published, from the site's root; the light one is for download too."""
    return f"figures/{name}.{lang}.svg" if theme == "light" else f"figures/{name}.{lang}.dark.svg"


def card_path(name: str, lang: str) -> str:
    """Where a figure's card is published, from the site's root."""
    return f"figures/{name}.{lang}.card.png"


def dark(svg: str) -> str:
    """A themed picture in the dark colours, on dark paper, with a size of its own."""
    colours = {variable(role): pair.dark for role, pair in ROLES.items()}
    width, height = size(svg)
    sized = _COLOUR.sub(lambda match: colours[match[1]], svg).replace(
        "<svg", f'<svg width="{width:g}pt" height="{height:g}pt"', 1
    )
    paper = f'<rect width="{width:g}" height="{height:g}" fill="{colours[variable("paper")]}"/>'
    return sized.replace(">", f">\n {paper}", 1)


def size(svg: str) -> tuple[float, float]:
    """Width and height of a picture, in points.

    Raises:
        ValueError: it has no viewBox, so no figure of this book.
    """
    box = _BOX.search(svg)
    if box is None:
        raise ValueError("the picture has no viewBox that starts at 0 0")
    return float(box[1]), float(box[2])


@lru_cache(maxsize=256)  # a picture stands in its chapter, on its own page and in a lab
def readable_width(svg: str) -> float:
    """How wide a picture has to be, in CSS pixels, for its smallest label to be readable."""
    width, _ = size(svg)
    points = [float(scale) * 100 for scale in _LETTERS.findall(svg)]
    return width * _READABLE / min(points, default=_READABLE)


def images(figure: Figure, lang: str, root: str, alt: str) -> str:
    """The picture in both themes; the style sheet shows one, and the browser loads only that.

    ``alt`` is the value of the attribute, escaped; ``root`` the way to the site's root. Width and
    height keep the place, so that nothing moves when the picture comes.

    Raises:
        PageError: the picture is damaged.
    """
    width, height = size(figure.picture(lang))
    place = f'alt="{alt}" width="{width:.0f}" height="{height:.0f}" loading="lazy" decoding="async"'
    return "".join(
        f'<img class="dl-picture dl-picture--{theme}"'
        f' src="{root}{picture_path(figure.name, lang, theme)}" {place}>'
        for theme in THEMES
    )
