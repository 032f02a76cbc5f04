"""``[[seed-map]]``: every seed of one setting of XOR as a dot, to be trained again in the page.

Without scripts it is a picture of how the book's runs ended, from what the figure gives to its
explorable. With them ``web/src/explore/home.ts`` trains all of them anew and colours each.
"""

import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.words import word, writer

FIGURE = "finding_xor_takes_luck_or_width"
NAME = "home"
COLUMNS = 64
_CELL = 10  # of the picture's own units
_LEARNED = "0"
# The setting that is shown, by what the record says of each.
_SETTING = {"activation": "relu", "width": 2, "method": "adam", "loss": "cross_entropy"}


def seed_map(book: Book, place: Place) -> Piece:
    """The picture and the place of what trains.

    Raises:
        PageError: the figure is not made, or gives no such setting.
    """
    ends, lang = _ends(book), book.lang
    learned = Counter(ends)[_LEARNED]
    told = word("map_told", lang, learned=learned, all=len(ends))
    attributes = {
        "explore": NAME,
        "records": FIGURE,
        "root": place.root,
        "loading": word("explore_loading", lang),
        "failed": word("explore_failed", lang),
        "starts": "seen",
    }
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in attributes.items())
    html = (
        f'<section class="dl-explore" id="explore-{NAME}" aria-label="{word("map_label", lang)}"'
        f"{data} data-search-exclude>\n{_picture(ends, told)}\n{_legend(lang)}\n"
        f'<p class="dl-map__told">{told}</p>\n'
        f'<button type="button" class="dl-explore__open">{word("map_open", lang)}</button>'
        ' <span class="dl-explore__told" role="status"></span>\n</section>'
    )
    return Piece("", html, anchors=(f"explore-{NAME}",))


def _ends(book: Book) -> str:
    """How each seed ended, a digit for each."""
    given: Mapping[str, Any] = json.loads(book.shelf.figure(FIGURE).explorable or b"{}")
    for setting in given.get("settings", ()):
        if _SETTING.items() <= setting.items():
            return str(setting["ends"])
    raise PageError(f"figure '{FIGURE}' gives its explorable no setting {_SETTING}")


def _picture(ends: str, label: str) -> str:
    """Two paths: squares of the seeds that learned, and of those that did not."""
    rows = -(-len(ends) // COLUMNS)
    paths = {True: "", False: ""}
    for seed, end in enumerate(ends):
        x, y = seed % COLUMNS * _CELL, seed // COLUMNS * _CELL
        paths[end == _LEARNED] += f"M{x + 1} {y + 1}h8v8h-8z"
    return (
        f'<svg class="dl-map" role="img" aria-label="{escape(label)}"'
        f' viewBox="0 0 {COLUMNS * _CELL} {rows * _CELL}">'
        f'<path class="dl-map__failed" d="{paths[False]}"/>'
        f'<path class="dl-map__learned" d="{paths[True]}"/></svg>'
    )


def _legend(lang: str) -> str:
    say = writer(lang)
    return (
        f'<p class="dl-map__legend"><span class="dl-map__learned">{say("map_learned")}</span>'
        f'<span class="dl-map__failed">{say("map_failed")}</span></p>'
    )
