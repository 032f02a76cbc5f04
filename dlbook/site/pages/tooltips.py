"""Tooltips: the first mention of a term on a page leads to the glossary and shows its definition.

This happens to the finished HTML, after the search has read it and while figures, tables of claims
and formulas are still stubs, so that none of them is touched. Without scripts there are the links,
and the definitions for those who listen; ``docs/assets/book.js`` shows them to the others.
"""

from html import escape
from html.parser import HTMLParser

from dlbook.site.pages.glossary import BLOCK, other_name
from dlbook.site.reading.anchors import term_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.mentions import Mentions
from dlbook.site.reading.terms import Term
from dlbook.site.reading.words import word

_CLOSED = ("a", "button", "code", "pre", "summary", "caption", "figure", "svg", "script", "style")
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_VOID = ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")


def with_tooltips(html: str, book: Book, place: Place) -> str:
    """A page's HTML with its terms marked; as it was if there is no glossary, or this is it."""
    home = book.home(BLOCK)
    if home is None or home == place.page:
        return html
    marker = _Marker(book, place.link(home))
    marker.feed(html)
    marker.close()
    tips = "".join(_tip(term, book.lang) for term in marker.terms)
    return f'{"".join(marker.parts)}\n<div class="dl-tips">{tips}</div>\n' if tips else html


def _tip(term: Term, lang: str) -> str:
    other, definition = other_name(term, lang), escape(term.definition[lang])
    text = f"{other}{word('colon', lang)}{definition}" if other else definition
    return f'<div class="dl-tip" id="tip-{term.id}" role="tooltip" popover="manual">{text}</div>'


class _Marker(HTMLParser):
    """Copies HTML and makes links of the first mentions in its prose."""

    def __init__(self, book: Book, glossary: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.terms: list[Term] = []
        self._mentions, self._glossary = Mentions(book.terms, book.lang), glossary
        self._closed: list[str] = []  # elements around this place, from the first closed one on

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(self.get_starttag_text() or "")
        is_closed = tag in (*_CLOSED, *_HEADINGS) or "data-late" in dict(attrs)
        if (self._closed or is_closed) and tag not in _VOID:
            self._closed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag, attrs
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")
        if self._closed:
            self._closed.pop()

    def handle_data(self, data: str) -> None:
        last = 0
        for start, end, term in () if self._closed else self._mentions.find(data):
            self.parts += [data[last:start], self._link(data[start:end], term)]
            self.terms.append(term)
            last = end
        self.parts.append(data[last:])

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"<!--{data}-->")

    def _link(self, text: str, term: Term) -> str:
        return (
            f'<a class="dl-term" href="{self._glossary}#{term_anchor(term.id)}"'
            f' aria-describedby="tip-{term.id}">{text}</a>'
        )
