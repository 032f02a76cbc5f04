"""A figure on a page: picture, caption, and where its numbers come from."""

import json
from html import escape
from typing import Any

from dlbook.site.reading import inline
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.pictures import address, images
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import writer

_STOPS = ".?!。？！"
_KEY_SHOWN = 12  # digits of a key that tell versions apart


def figure_html(figure: Figure, lang: str, number: int, root: str, typesetter: Typesetter) -> str:
    """The ``<figure>`` of a made figure; ``root`` is the way from the page to the site's root.

    Raises:
        PageError: its last attempt failed, its picture is damaged, or a formula in its caption is
            refused.
    """
    if figure.failure:
        raise PageError(figure.failure)
    word = writer(lang)
    alt = inline.attribute(figure.text("alt", lang))
    picture = images(figure, lang, root, alt)
    title = inline.to_html(figure.text("title", lang), typesetter)
    caption = inline.to_html(figure.text("caption", lang), typesetter)
    label = word("figure", number=number)
    stop = word("stop") if figure.text("title", lang)[-1] not in _STOPS else word("gap")
    return (
        f'<figure class="dl-figure" id="fig-{figure.name}">\n'
        f'<div class="dl-figure__picture">{picture}</div>\n'
        f'<figcaption class="dl-figure__caption">\n'
        f'<p><span class="dl-figure__number">{label}{word("numbered")}</span>'
        f'<strong class="dl-figure__title">{title}{stop}</strong>{caption}</p>\n'
        f"{_about(figure, lang, root)}\n</figcaption>\n</figure>"
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
        ("picture", address(name, lang, "light")),
        ("dark_picture", address(name, lang, "dark")),
    )


def version(figure: Figure) -> str:
    """The beginning of the figure's key, enough to tell versions apart."""
    key: str = figure.made.passport["key"]
    return key[:_KEY_SHOWN]


def _about(figure: Figure, lang: str, root: str) -> str:
    word = writer(lang)
    files = "".join(
        f'<li><a href="{root}{path}" download>{word(key)} <code>{path}</code></a></li>'
        for key, path in downloads(figure.name, lang)
    )
    rows = "".join(
        f"<div><dt>{key}</dt><dd>{value}</dd></div>" for key, value in _rows(figure, lang)
    )
    return (
        f'<details class="dl-about" data-search-exclude><summary>{word("about")}</summary>'
        f'<ul class="dl-about__files">{files}</ul><dl class="dl-about__passport">{rows}</dl>'
        "</details>"
    )


def _rows(figure: Figure, lang: str) -> list[tuple[str, str]]:
    word, passport = writer(lang), figure.made.passport
    rows = [(word("again"), f"<code>dlbook run {figure.name}</code>")]
    rows.append((word("config"), _pairs(passport["config"])))
    if passport["seeds"] is not None:
        rows.append((word("seeds"), escape(str(passport["seeds"]))))
    rows.append((word("versions"), escape(_versions(passport["versions"]))))
    rows.append((word("cpu"), word("seconds", value=f"{passport['cpu_seconds']:g}")))
    rows.append((word("key"), f"<code>{escape(version(figure))}</code>"))
    return rows


def _pairs(config: dict[str, Any]) -> str:
    pairs = (f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in config.items())
    return " ".join(f"<code>{escape(pair)}</code>" for pair in pairs)


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
