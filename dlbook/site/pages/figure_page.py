"""The page of one figure: what it shows, what it judged, how to run it, and its whole script.

The text is Markdown, so that headings, code and the table of contents are those of every page. What
the search knows from the chapter already is left for :func:`figure_part`, which fills it in late.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from html import escape

from dlbook.site.labs import kept
from dlbook.site.pages import reference, script_source
from dlbook.site.pages.claim_html import claims_html
from dlbook.site.pages.code_html import code_html
from dlbook.site.pages.exhibits import Exhibit
from dlbook.site.pages.figure_html import files_html, framed, licence_html, passport_html
from dlbook.site.pages.provenance import writer_of_sources
from dlbook.site.pages.stubs import UNSEARCHED, front_matter, placeholder
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import writer

_CODE, _WHOLE = "code", "whole"


def figure_page(book: Book, shown: Exhibit) -> str:
    """The Markdown of the page; a figure that cannot be shown has its script all the same."""
    figure = _sound(book, shown.name)
    title = figure.text("title", book.lang) if figure else shown.name
    plain = inline.to_plain(title)
    word = writer(book.lang)
    description = word("figure_description", title=plain)
    blocks = [
        front_matter(plain, description),
        f"# {title} {{#figure}}",
        _whereabouts(book, shown, has_anchor=figure is not None),
        placeholder("picture"),
    ]
    if figure and figure.claims:
        blocks += [f"## {word('section_claims')} {{#claims {UNSEARCHED}}}", placeholder("claims")]
    return "\n\n".join([*blocks, *_run(book, shown.name, figure), *_script(book, shown, figure)])


def figure_part(book: Book, place: Place, name: str, key: str) -> str:
    """What stands in the place of one stub.

    Raises:
        PageError: the figure failed, was never made, or is damaged.
    """
    kind, _, cell = key.partition(":")
    if kind == _CODE:
        return kept.kept(book.shelf.project, _CODE, _cells(book, name)[cell], code_html)
    figure = book.shelf.figure(name)
    if figure.failure:
        raise PageError(figure.failure)
    return _PARTS[kind](book, place, figure)


def _sound(book: Book, name: str) -> Figure | None:
    try:
        figure = book.shelf.figure(name)
    except PageError:
        return None  # said in the place of the picture
    return None if figure.failure else figure


def _whereabouts(book: Book, shown: Exhibit, has_anchor: bool) -> str:
    word = writer(book.lang)
    if not shown.page:
        return word("figure_nowhere", name=shown.name)
    way = f"../{shown.page}"
    return word(
        "figure_place",
        page=escape(inline.to_plain(book.title(shown.page))),
        figure=word("figure", number=shown.number),
        way=f"{way}#fig-{shown.name}" if has_anchor else way,
        name=shown.name,
    )


def _run(book: Book, name: str, figure: Figure | None) -> list[str]:
    word = writer(book.lang)
    blocks = [
        f"## {word('section_run')} {{#run {UNSEARCHED}}}",
        word("run_figure"),
        _command(f"dlbook run {name}"),
    ]
    if figure is None:
        return blocks
    offered = script_source.choices(book.shelf.source(name))
    if offered:
        command = script_source.command(name, offered)
        blocks += [word("run_replay"), _command(command), placeholder("choices")]
    heading = f"## {word('section_config')} {{#config {UNSEARCHED}}}"
    return [*blocks, placeholder("passport"), heading, placeholder("config")]


def _command(line: str) -> str:
    return f"```sh\n{line}\n```"


def _script(book: Book, shown: Exhibit, figure: Figure | None) -> list[str]:
    word = writer(book.lang)
    heading = f"## {word('section_script')} {{#script {UNSEARCHED}}}"
    try:
        source, cells = book.shelf.source(shown.name), _cells(book, shown.name)
    except PageError:
        return []  # said in the place of the picture
    if figure is None:
        return [heading, *(placeholder(f"{_CODE}:{key}") for key in cells)]
    used = word("list").join(_linked(module) for module in script_source.used(source))
    blocks = [heading, *([word("script_uses", modules=used)] if used else [])]
    for key in cells:
        blocks += [
            f"### {word(f'part_{key}')} {{#{key} {UNSEARCHED}}}",
            placeholder(f"{_CODE}:{key}"),
        ]
    return blocks


def _cells(book: Book, name: str) -> dict[str, str]:
    """The script as its lab cuts it; whole if the figure is not sound, for it may be no Python."""
    source = book.shelf.source(name)
    if not _sound(book, name):
        return {_WHOLE: source}
    return dataclasses.asdict(kept.cells(book.shelf.project, source, book.lang))


def _linked(module: str) -> str:
    name = f"`{script_source.PACKAGE}.{module}`"
    if not reference.has(module):
        return name
    return f"[{name}](../{reference.page_of(module)}#{reference.anchor(module)})"


def _picture(book: Book, place: Place, figure: Figure) -> str:
    about = f'<p class="dl-card__licence">{licence_html(figure, book.lang, book.address)}</p>'
    return framed(figure, book.lang, place.root, book.typesetter, "", about)


def _claims(book: Book, place: Place, figure: Figure) -> str:
    return claims_html(figure, book.lang, book.typesetter, writer_of_sources(book, place))


def _passport(book: Book, place: Place, figure: Figure) -> str:
    files = files_html(figure, book.lang, place.root)
    return (
        f'<div class="dl-facts"><ul class="dl-about__files">{files}</ul>'
        f'<dl class="dl-about__passport">{passport_html(figure, book.lang)}</dl></div>'
    )


def _config(book: Book, _: Place, figure: Figure) -> str:
    settings: Mapping[str, object] = figure.made.passport["config"]
    rows = {key: json.dumps(value, ensure_ascii=False) for key, value in settings.items()}
    return _table(rows, ("config_name", "config_value"), book.lang)


def _choices(book: Book, _: Place, figure: Figure) -> str:
    rows = {
        each.name: each.default for each in script_source.choices(book.shelf.source(figure.name))
    }
    return _table(rows, ("replay_choice", "replay_default"), book.lang)


def _table(rows: Mapping[str, str], heads: tuple[str, str], lang: str) -> str:
    word = writer(lang)
    head = "".join(f'<th scope="col">{word(key)}</th>' for key in heads)
    body = "".join(
        f'<tr><th scope="row"><code>{escape(key)}</code></th>'
        f"<td><code>{escape(value)}</code></td></tr>"
        for key, value in rows.items()
    )
    return f'<table class="dl-settings"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


_PARTS: Mapping[str, Callable[[Book, Place, Figure], str]] = {
    "picture": _picture,
    "claims": _claims,
    "passport": _passport,
    "config": _config,
    "choices": _choices,
}
