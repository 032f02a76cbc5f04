"""``[[contested]]``: what the lectures say and the runs do not, a story for each claim.

Of every claim that is refuted or holds on conditions only: what was said, and the first sentence of
what is true, beside the picture of what decided it. All of it comes from the records. The search is
given nothing: it finds each claim in its chapter.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from itertools import groupby

from dlbook.site.pages.claim_html import badge
from dlbook.site.pages.counts import CONTESTED
from dlbook.site.pages.entries import Entry, entries
from dlbook.site.pages.provenance import writer_of_sources
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.pictures import images
from dlbook.site.reading.words import word, writer

BLOCK = "contested"
_FORMULA = re.compile(r"\\\(.*?\\\)", re.S)
# In English where a new one begins, so that “0.5” and “et al. 1993” end none.
_END = {"zh": re.compile(r"[。！？]"), "en": re.compile(r"[.!?](?=\s+[A-Z“])")}


def contested(book: Book, place: Place) -> Piece:
    """The stories, by chapter and by the figure that decided them.

    Raises:
        PageError: a formula in a claim is refused, or a picture is damaged.
    """
    found = [entry for entry in entries(book) if entry.verdict in CONTESTED]
    texts = [
        entry.claim[key][book.lang] for entry in found for key in ("statement", "truth")
        if entry.claim[key]
    ]  # fmt: skip
    book.typesetter.prepare(formula for text in texts for formula in inline.formulas(text))
    pages = Counter(entry.page for entry in found)
    html = _jumps(pages, book) + "\n".join(
        _section(page, list(group), book, place)
        for page, group in groupby(found, lambda entry: entry.page)
    )
    anchors = [_section_anchor(page) for page in pages]
    anchors += [story_anchor(entry.claim["id"]) for entry in found]
    return Piece("", html, anchors=tuple(anchors))


def opening_sentence(text: str, lang: str) -> str:
    """The first sentence of a claim's text."""
    end = _END[lang].search(_FORMULA.sub(lambda match: "F" * len(match[0]), text))
    return text[: end.end()] if end else text


def story_anchor(claim_id: str) -> str:
    """The anchor of a claim's story."""
    return f"story-{claim_id.replace('/', '-')}"


def _section_anchor(page: str) -> str:
    return f"stories-{page.removesuffix('.md').replace('/', '-') or 'unplaced'}"


def _jumps(pages: Mapping[str, int], book: Book) -> str:
    """The way to the stories of each chapter, with how many there are."""
    say = writer(book.lang)
    links = "".join(
        f'<a href="#{_section_anchor(page)}">'
        f"{say('choice', label=_title(page, book), count=count)}</a>"
        for page, count in pages.items()
    )
    return f'<nav class="dl-jumps" aria-label="{say("jumps")}">{links}</nav>\n'


def _title(page: str, book: Book) -> str:
    return (
        inline.to_html(book.title(page), book.typesetter) if page else word("unplaced", book.lang)
    )


def _section(page: str, found: list[Entry], book: Book, place: Place) -> str:
    title = _title(page, book)
    if page:
        title = f'<a href="{place.link(page)}">{title}</a>'
    groups = "\n".join(
        _stories(list(group), book, place)
        for _, group in groupby(found, lambda entry: entry.figure.name)
    )
    return (
        f'<h2 id="{_section_anchor(page)}">{title}</h2>\n<ul class="dl-stories">\n{groups}\n</ul>'
    )


def _stories(found: list[Entry], book: Book, place: Place) -> str:
    """What one figure decided, beside its picture, which leads to the figure in the text."""
    figure, lang = found[0].figure, book.lang
    alt = inline.attribute(figure.text("title", lang))
    picture = images(figure, lang, place.root, alt)
    if found[0].number:
        way = f"{place.link(found[0].page)}#fig-{figure.name}"
        picture = f'<a href="{way}">{picture}</a>'
    items = "\n".join(_story(entry, book, place) for entry in found)
    return f'<li><div class="dl-stories__picture">{picture}</div>\n<ul>\n{items}\n</ul></li>'


def _story(entry: Entry, book: Book, place: Place) -> str:
    claim, lang = entry.claim, book.lang
    statement = inline.to_html(claim["statement"][lang], book.typesetter)
    truth = claim["truth"][lang] if claim["truth"] else ""
    told = inline.to_html(opening_sentence(truth, lang), book.typesetter) if truth else ""
    told = f'<p class="dl-stories__found">{told}</p>' if told else ""
    name = escape(claim["id"])
    if entry.page:
        name = f'<a href="{place.link(entry.page)}#{claim_anchor(claim["id"])}">{name}</a>'
    note = f"{name} · {writer_of_sources(book, place)(claim['source'])}"
    return (
        f'<li id="{story_anchor(claim["id"])}"><p class="dl-stories__said">'
        f"{badge(claim['verdict'], lang)} <q>{statement}</q></p>"
        f'{told}<p class="dl-claims__note">{note}</p></li>'
    )
