"""A figure on a page: picture, caption, and where its numbers come from."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from dlbook.site.pages.colophon import address_html
from dlbook.site.pages.exhibits import own_page
from dlbook.site.reading import inline
from dlbook.site.reading.address import Address
from dlbook.site.reading.book import Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.pictures import images, picture_path
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import writer

_STOPS = ".?!。？！"
_KEY_SHOWN = 12  # digits of a key that tell versions apart
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def figure_html(
    figure: Figure, lang: str, number: int, place: Place, typesetter: Typesetter
) -> str:
    """The ``<figure>`` of a made figure, for a page that stands at ``place``.

    Raises:
        PageError: its last attempt failed, its picture is damaged, or a formula in its caption is
            refused.
    """
    if figure.failure:
        raise PageError(figure.failure)
    word = writer(lang)
    title = inline.to_html(figure.text("title", lang), typesetter)
    label = word("figure", number=number)
    stop = word("stop") if figure.text("title", lang)[-1] not in _STOPS else word("gap")
    heading = (
        f'<span class="dl-figure__number">{label}{word("numbered")}</span>'
        f'<strong class="dl-figure__title">{title}{stop}</strong>'
    )
    return framed(figure, lang, place.root, typesetter, heading, _about(figure, lang, place))


def framed(
    figure: Figure, lang: str, root: str, typesetter: Typesetter, heading: str, about: str
) -> str:
    """The picture in its ``<figure>``, with ``heading`` before the caption and ``about`` below.

    Raises:
        PageError: its picture is damaged, or a formula in its caption is refused.
    """
    picture = images(figure, lang, root, inline.attribute(figure.text("alt", lang)))
    caption = inline.to_html(figure.text("caption", lang), typesetter)
    return (
        f'<figure class="dl-figure" id="fig-{figure.name}">\n'
        f'<div class="dl-figure__picture">{picture}</div>\n'
        f'<figcaption class="dl-figure__caption">\n<p>{heading}{caption}</p>\n'
        f"{about}\n</figcaption>\n</figure>"
    )


def figure_plain(figure: Figure, lang: str, number: int) -> str:
    """What the search finds of a figure."""
    parts = (figure.text("title", lang), figure.text("caption", lang))
    label = writer(lang)("figure", number=number)
    return " ".join((label, *map(inline.to_plain, parts)))


def downloads(name: str, lang: str) -> tuple[tuple[str, str], ...]:
    """What a figure offers: the word for each file, and its path from the site's root."""
    return (
        ("source", f"source/{name}.py"),
        ("data", f"data/{name}.json"),
        ("arrays", f"data/{name}.npz"),
        ("cpu", f"data/{name}.timing.json"),
        ("picture", picture_path(name, lang, "light")),
        ("dark_picture", picture_path(name, lang, "dark")),
    )


def figure_version(figure: Figure) -> str:
    """The beginning of the figure's key, enough to tell versions apart."""
    key: str = figure.made.passport["key"]
    return key[:_KEY_SHOWN]


def licence_html(figure: Figure, lang: str, address: Address) -> str:
    """How to cite it, with the book's address if it has one, and how it may be used."""
    title = inline.to_plain(figure.text("title", lang))
    cite = escape(writer(lang)("cite", title=title, version=figure_version(figure)))
    where = address_html(address)
    cite += f"{where}{writer(lang)('comma')}" if where else ""
    return f'{cite}<a rel="license" href="{_LICENCE}">CC BY 4.0</a>'


def files_html(figure: Figure, lang: str, root: str) -> str:
    """What may be taken along, as items of a list."""
    word = writer(lang)
    return "".join(
        f'<li><a href="{root}{path}" download>{word(key)} <code>{path}</code></a></li>'
        for key, path in downloads(figure.name, lang)
    )


def passport_html(figure: Figure, lang: str) -> str:
    """How often and with what it was computed, as rows of a description list."""
    word, passport = writer(lang), figure.made.passport
    rows = []
    if passport["seeds"] is not None:
        rows.append((word("seeds"), escape(str(passport["seeds"]))))
    rows.append((word("versions"), escape(_versions(passport["versions"]))))
    rows.append((word("key"), f"<code>{escape(figure_version(figure))}</code>"))
    return _rows(rows)


def _about(figure: Figure, lang: str, place: Place) -> str:
    word = writer(lang)
    own = f'<li><a href="{place.link(own_page(figure.name))}">{word("own_page")}</a></li>'
    command = (word("again"), f"<code>dlbook run {figure.name}</code>")
    rows = _rows([command, (word("config"), _pairs(figure.made.passport["config"]))])
    return (
        f'<details class="dl-about" data-search-exclude><summary>{word("about")}</summary>'
        f'<ul class="dl-about__files">{own}{files_html(figure, lang, place.root)}</ul>'
        f'<dl class="dl-about__passport">{rows}{passport_html(figure, lang)}</dl>'
        "</details>"
    )


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{key}</dt><dd>{value}</dd></div>" for key, value in rows)


def _pairs(config: dict[str, Any]) -> str:
    pairs = (f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in config.items())
    return " ".join(f"<code>{escape(pair)}</code>" for pair in pairs)


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
