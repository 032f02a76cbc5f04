"""Weaving: a page's double brackets and formulas become numbers, figures, tables and HTML.

One pass serves the checker and the builder, so what passes the check is what is built. Markdown
never sees what was woven in: it goes through placeholders.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import Any

from dlbook.record import numbers
from dlbook.site.pages import citations, equations
from dlbook.site.pages.blocks import BLOCKS
from dlbook.site.pages.claim_html import claims_sections, standing
from dlbook.site.pages.claim_lines import claim_lines_html
from dlbook.site.pages.counts import count_html
from dlbook.site.pages.explorables import explorable, explore_html
from dlbook.site.pages.figure_html import figure_html, figure_plain
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import COMMAND, Book, Place, placed, relative
from dlbook.site.reading.equation_numbers import numbered
from dlbook.site.reading.formula_text import tex_to_plain
from dlbook.site.reading.formulas import Formula, number_to_tex
from dlbook.site.reading.late import Piece, stub
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.slips import CLOSE
from dlbook.site.reading.source import Source, Token
from dlbook.site.reading.words import word

_SYNTAX = (
    "use [[name.field]], [[name.field[value]]], [[name.field|format]], [[figure name]],"
    " [[ref name]], [[claims name]], [[explore name]], [[eq label]], [[cite key]],"
    " [[citep key key]], [[count name]],"
    f" [[verdict id]] or one of {', '.join(f'[[{block}]]' for block in BLOCKS)}"
)


def _misspelt(written: str) -> str:
    if numbers.is_by_position(written):
        return f"'{written}' {numbers.misspelt(written)}"
    return f"'{written}' is not understood; {_SYNTAX}"


@dataclass
class Woven:
    """A woven page: Markdown with placeholders, the late pieces, and what was wrong."""

    text: str
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Weaver:
    """Weaves the page at one place.

    ``hold`` keeps a piece of HTML from Markdown and returns the placeholder that stands for it.
    """

    def __init__(
        self, book: Book, source: Source, place: Place, hold: Callable[[str], str]
    ) -> None:
        self._book, self._source, self._place = book, source, place
        self._hold = hold
        self._numbers = {name: k for k, (name, _) in enumerate(placed(source, "figure"), 1)}
        self._equations = numbered(source)
        self._cited: list[str] = []
        self._seen: set[str] = set()
        self._woven = Woven("")

    def weave(self) -> Woven:
        """The page with everything woven in; a problem leaves a red box where it stands."""
        self._book.typesetter.prepare(page_formulas(self._source, self._book))
        parts, last = [], 0
        for token in self._source.tokens:
            parts += [self._source.text[last : token.start], self._replace(token)]
            last = token.end
        self._woven.text = "".join([*parts, self._source.text[last:]])
        return self._woven

    def _replace(self, token: Token) -> str:
        try:
            return self._write(token)
        except PageError as error:
            problem = error.problem or Problem(self._source.path, token.line, str(error))
            self._woven.problems.append(problem)
            tag = "div" if self._source.alone(token) else "span"
            box = f'<{tag} class="dl-error" role="alert">{escape(str(problem))}</{tag}>'
            return self._set_apart(token, box) if tag == "div" else self._hold(box)

    def _write(self, token: Token) -> str:
        written = self._source.text[token.start : token.end]
        if token.kind == "code":
            return written
        if token.kind == "plain":
            return _resolve(written, self._book, str)
        if token.kind in ("display", "inline"):
            return self._formula(token)
        if token.kind == "open":
            raise PageError(f"'{written}' is never closed; {CLOSE[written]}")
        return self._bracket(token, written)

    def _formula(self, token: Token) -> str:
        formula = _formula(token, self._book)
        html = self._book.typesetter.html(formula)
        if not formula.display:
            return self._hold(self._stub(Piece(tex_to_plain(formula.tex), html, block=False)))
        if not self._source.alone(token):
            raise PageError("a display formula needs lines of its own")
        box = f'<div class="dl-equation">{html}</div>'
        piece = self._numbered(equations.label(token.body), box)
        return self._set_apart(token, self._stub(piece))

    def _numbered(self, name: str, box: str) -> Piece:
        if not name:
            return Piece("", box)
        if f"eq {name}" in self._seen:
            raise PageError(rf"'\label{{{name}}}' stands on this page already; rename one")
        self._seen.add(f"eq {name}")
        html = equations.equation_html(box, name, self._equations[name], self._book.lang)
        return Piece("", html, anchors=(f"eq-{name}",))

    def _bracket(self, token: Token, written: str) -> str:
        match = COMMAND.fullmatch(token.body)
        if token.body in BLOCKS:
            if not self._source.alone(token):
                raise PageError(f"'{written}' needs a line of its own")
            made = BLOCKS[token.body](self._book, self._place)
            return made if isinstance(made, str) else self._set_apart(token, self._stub(made))
        if cite := citations.CITE.fullmatch(token.body):
            return self._cite(cite)
        if match is None:
            if numbers.CITATION.fullmatch(written) is None:
                raise PageError(_misspelt(written))
            return _resolve(written, self._book, self._number(token))
        verb, name = match["verb"], match["name"]
        if verb in ("figure", "claims", "explore"):
            if not self._source.alone(token):
                raise PageError(f"'{written}' needs a line of its own")
            if f"{verb} {name}" in self._seen:
                raise PageError(f"'{written}' stands on this page already")
            self._seen.add(f"{verb} {name}")
            makers = {"figure": self._figure, "claims": self._claims, "explore": self._explore}
            return self._set_apart(token, self._stub(makers[verb](name)))
        if verb == "count":
            return self._hold(count_html(self._book, name))
        if verb == "eq":
            return equations.equation_link(name, self._equations, self._book.lang)
        return self._reference(name) if verb == "ref" else self._verdict(name)

    def _cite(self, match: re.Match[str]) -> str:
        text = citations.citation(self._book, self._place.page, match, self._cited)
        self._cited += match["keys"].split()
        return text

    def _number(self, token: Token) -> Callable[[str], str]:
        name = token.body.partition("|")[0]

        def write(text: str) -> str:
            shown = text if "(" in text or "（" in text else text.replace(" ", "\N{NO-BREAK SPACE}")
            return self._hold(f'<data class="dl-number" value="{name}">{escape(shown)}</data>')

        return write

    def _figure(self, name: str) -> Piece:
        book, number = self._book, self._numbers[name]
        figure = book.shelf.figure(name)
        html = figure_html(figure, book.lang, number, self._place, book.typesetter)
        return Piece(figure_plain(figure, book.lang, number), html, anchors=(f"fig-{name}",))

    def _claims(self, name: str) -> Piece:
        book, figure = self._book, self._book.shelf.figure(name)
        html = claim_lines_html(figure, book, self._place)
        sections = claims_sections(figure, book.lang)
        anchors = tuple(section.anchor for section in sections)
        return Piece("", html, anchors=anchors, sections=sections)

    def _explore(self, name: str) -> Piece:
        figure = explorable(name).figures[0]
        if figure not in self._numbers:
            raise PageError(f"explorable '{name}' belongs to figure '{figure}'; place it here too")
        return explore_html(name, self._book, self._place)

    def _reference(self, name: str) -> str:
        self._book.shelf.figure(name)
        if name in self._numbers:
            return f"[{self._figure_label(self._numbers[name])}](#fig-{name})"
        places = self._book.figures.get(name, ())
        if not places:
            raise PageError(f"no page places figure '{name}'; place it with [[figure {name}]]")
        page, number = places[0]
        title = inline.to_plain(self._book.title(page))
        figure = self._figure_label(number)
        label = self._hold(escape(word("elsewhere", self._book.lang, figure=figure, page=title)))
        return f"[{label}]({relative(self._place.page, page)}#fig-{name})"

    def _figure_label(self, number: int) -> str:
        label = word("figure", self._book.lang, number=number)
        return label.replace(" ", "\N{NO-BREAK SPACE}")

    def _verdict(self, claim_id: str) -> str:
        figure, claim = self._book.shelf.claim(claim_id)
        pages = self._book.tables.get(claim_id, ())
        if not pages:
            raise PageError(f"no page shows claim {claim_id}; place [[claims {figure.name}]]")
        label = self._hold(standing(claim, self._book.lang))
        page = "" if self._place.page in pages else relative(self._place.page, pages[0])
        return f"[{label}]({page}#{claim_anchor(claim_id)})"

    def _stub(self, piece: Piece) -> str:
        self._woven.pieces.append(piece)
        return stub(piece, len(self._woven.pieces) - 1)

    def _set_apart(self, token: Token, html: str) -> str:
        """A block between blank lines, as deep in lists and quotes as its token stands."""
        text = self._source.text
        prefix = text[text.rfind("\n", 0, token.start) + 1 : token.start]
        blank = f"\n{prefix.rstrip()}\n"
        return f"{blank}{prefix}{self._hold(html)}{blank}"


def page_formulas(source: Source, book: Book) -> list[Formula]:
    """Every formula that the page needs, to be typeset in one go; what cannot be had is left out.

    The weaver says what is wrong, when it comes to the place.
    """
    found = []
    for token in source.tokens:
        if token.kind in ("display", "inline"):
            with suppress(PageError):
                found.append(_formula(token, book))
    for name, _ in (*placed(source, "figure"), *placed(source, "claims")):
        with suppress(PageError):
            for sentence in book.shelf.figure(name).sentences(book.lang):
                found += inline.formulas(sentence)
    return found


def _formula(token: Token, book: Book) -> Formula:
    tex = equations.without_label(token.body) if token.kind == "display" else token.body
    return Formula(_resolve(tex, book, number_to_tex), token.kind == "display")


def _resolve(text: str, book: Book, write: Callable[[str], str]) -> str:
    """Replace the citations in a text, each written by ``write`` from its formatted number."""

    def record(figure: str | None) -> Mapping[str, Any]:
        if figure is None:
            raise numbers.CitationError("it names no figure; a page cites [[name.field]]")
        return book.shelf.figure(figure).record

    try:
        return numbers.resolve(text, record, book.lang, write)
    except numbers.CitationError as error:
        raise PageError(str(error)) from error
