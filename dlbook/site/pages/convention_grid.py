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
from dlbook.site.reading.words import word

_STEP, _SIZE, _MARGIN = 14, 10, 3
_SHAPES = {
    "agrees": "M0 0h10v10h-10z",
    "contradicts": "M1 1l8 8M9 1l-8 8",
    "undecided": "M3.5 5h3",
    "divided": "M0 0h10l-10 10zM10 0v10h-10",
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
        _shape(cell, across[tuple(cell["choice"][half:])], down[tuple(cell["choice"][:half])])
        for cell in grid["cells"]
    )
    return (
        f'<svg class="dl-grid" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{_told(grid, lang)}">{shapes}</svg>'
    )


def _places(sizes: Sequence[int]) -> dict[tuple[int, ...], int]:
    return {choice: place for place, choice in enumerate(product(*map(range, sizes)))}


def _shape(cell: Mapping[str, Any], column: int, row: int) -> str:
    x, y = _MARGIN + _STEP * column, _MARGIN + _STEP * row
    frame = ""
    if not any(cell["choice"]):
        frame = f'<path class="dl-grid__book" d="M{x - 2} {y - 2}h14v14h-14z"/>'
    return (
        f'{frame}<path class="dl-grid__{cell["state"]}" transform="translate({x} {y})"'
        f' d="{_SHAPES[cell["state"]]}"/>'
    )


def _sentences(grid: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What was varied, how the cells came out, and on what a conditional verdict hangs."""
    conventions = grid["conventions"]
    names = [f"{each['name'][lang]} ({len(each['ways'])})" for each in conventions]
    seeds = ", ".join(f"{name} = {number}" for name, number in grid["seeds"].items())
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
            ways = word("semicolon", lang).join(_ways(grid, state, lang))
            yield word(f"where_{state}", lang, ways=ways)
        yield word("confirmed" if grid["confirmed"] else "after_looking", lang)


def _ways(grid: Mapping[str, Any], state: str, lang: str) -> list[str]:
    """The choices of the conventions that separate, at which cells come to that state."""
    places = grid["separated_by"]
    found = {
        tuple(cell["choice"][place] for place in places): None
        for cell in grid["cells"]
        if cell["state"] == state
    }
    return [
        word("ampersand", lang).join(
            _way(grid["conventions"][place]["ways"][way], lang)
            for place, way in zip(places, choice, strict=True)
        )
        for choice in found
    ]


def _way(fields: Mapping[str, Any], lang: str) -> str:
    if not fields:
        return word("as_the_book", lang)
    return ", ".join(f"{name} = {value}" for name, value in fields.items())
