"""The grid of a claim's conventions as one small picture, and what it says in words.

A cell is one setting. What it says is a shape, not only a colour, and the book's own is framed. How
many agree is a count of settings that somebody thought of; it is never called a probability.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import product
from math import prod
from typing import Any

from dlbook.record.grids import STATES
from dlbook.site.reading.settings import setting
from dlbook.site.reading.words import word

_STEP, _SIZE, _MARGIN = 14, 10, 3
_FEW = 6  # settings that are listed; more are counted, and named where they are pointed at
_SHAPES = {
    "agrees": "M0 0h10v10h-10z",
    "contradicts": "M1 1l8 8M9 1l-8 8",
    "undecided": "M3.5 5h3",
    "divided": "M0 0h9l-9 9zM10 2.5v7.5h-7.5z",
}


def grid_html(grid: Mapping[str, Any] | None, lang: str) -> str:
    """Picture and words of a record's ``grid``; without one, that nothing was varied yet."""
    if grid is None:
        return f'<span class="dl-claims__note">{word("ungridded", lang)}</span>'
    return f'{grid_svg(grid, lang)}<span class="dl-claims__note">{_told(grid, lang)}</span>'


def _told(grid: Mapping[str, Any], lang: str) -> str:
    return escape(word("gap", lang).join(_sentences(grid, lang)))


def grid_svg(grid: Mapping[str, Any], lang: str) -> str:
    """The picture: the first half of the conventions downwards, the others across."""
    sizes = [len(each["ways"]) for each in grid["conventions"]]
    half = len(sizes) // 2
    down, across = _places(sizes[:half]), _places(sizes[half:])
    width, height = (_MARGIN * 2 + _STEP * len(each) - 4 for each in (across, down))
    shapes = "".join(
        _shape(
            cell,
            across[tuple(cell["choice"][half:])],
            down[tuple(cell["choice"][:half])],
            _named(grid, range(len(sizes)), cell["choice"], lang),
            lang,
        )
        for cell in grid["cells"]
    )
    return (
        f'<svg class="dl-grid" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{_told(grid, lang)}">{shapes}</svg>'
    )


def _places(sizes: Sequence[int]) -> dict[tuple[int, ...], int]:
    return {choice: place for place, choice in enumerate(product(*map(range, sizes)))}


def _shape(cell: Mapping[str, Any], column: int, row: int, named: str, lang: str) -> str:
    said = word(f"cell_{cell['state']}", lang)
    title = f"<title>{escape(named)}{word('colon', lang)}{said}</title>"
    x, y = _MARGIN + _STEP * column, _MARGIN + _STEP * row
    frame = ""
    if not any(cell["choice"]):
        frame = f'<path class="dl-grid__book" d="M{x - 2} {y - 2}h14v14h-14z"/>'
    return (
        f'{frame}<path class="dl-grid__{cell["state"]}" transform="translate({x} {y})"'
        f' d="{_SHAPES[cell["state"]]}">{title}</path>'
    )


def _sentences(grid: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What was varied, how the cells came out, and on what a conditional verdict hangs."""
    conventions = grid["conventions"]
    names = [f"{each['name'][lang]} ({len(each['ways'])})" for each in conventions]
    listed = (setting(name, number, lang) for name, number in grid["seeds"].items())
    seeds = word("list", lang).join(listed)
    yield word("varied", lang, names=word("list", lang).join(names), seeds=seeds)
    states = [cell["state"] for cell in grid["cells"]]
    counts = [
        word(f"cells_{state}", lang, count=states.count(state))
        for state in STATES
        if state in states
    ]
    total = prod(len(each["ways"]) for each in conventions)
    yield word("cells", lang, total=total, counts=word("list", lang).join(counts))
    if grid["separated_by"]:
        hinges = [conventions[place]["name"][lang] for place in grid["separated_by"]]
        yield word("hangs_on", lang, names=word("and", lang).join(hinges))
        for state in ("agrees", "contradicts"):
            ways = word("semicolon", lang).join(_ways(grid, state, grid["separated_by"], lang))
            yield word(f"where_{state}", lang, ways=ways)
    else:
        yield from _exceptions(grid, lang)
    if grid["separated_by"]:
        yield word("confirmed" if grid["confirmed"] else "after_looking", lang)


def _exceptions(grid: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Where nothing separates the cells: which settings do not agree, as long as they are few."""
    for state in ("contradicts", "undecided", "divided"):
        ways = _ways(grid, state, range(len(grid["conventions"])), lang)
        if 0 < len(ways) <= _FEW:
            yield word(f"where_{state}", lang, ways=word("semicolon", lang).join(ways))


def _ways(grid: Mapping[str, Any], state: str, places: Sequence[int], lang: str) -> list[str]:
    """The choices of these conventions at which cells come to that state, each once."""
    found = {
        tuple(cell["choice"][place] for place in places): None
        for cell in grid["cells"]
        if cell["state"] == state
    }
    return [_named(grid, places, choice, lang) for choice in found]


def _named(grid: Mapping[str, Any], places: Sequence[int], choice: Sequence[int], lang: str) -> str:
    """A choice in words; what is as in the book is left out, unless all is."""
    ways = [
        word("list", lang).join(setting(name, value, lang) for name, value in fields.items())
        for place, way in zip(places, choice, strict=True)
        if (fields := grid["conventions"][place]["ways"][way])
    ]
    return word("ampersand", lang).join(ways) or word("as_the_book", lang)
