"""A caption or a claim: one paragraph of Markdown and formulas, as HTML without the paragraph."""

from collections.abc import Callable
from functools import cache
from html import escape

import markdown

from dlbook.site.reading.formula_text import tex_to_plain
from dlbook.site.reading.formulas import Formula, Typesetter
from dlbook.site.reading.late import Piece, fill, stub
from dlbook.site.reading.source import Source, Token


@cache  # these three across languages, pages and, in a server, builds: each text is read once
def formulas(text: str) -> tuple[Formula, ...]:
    """The formulas of a short text."""
    return tuple(_formula(token) for token in Source(text, "").tokens if _is_formula(token))


def to_html(text: str, typesetter: Typesetter) -> str:
    """The text with emphasis, code, links and formulas.

    Raises:
        PageError: TeX that KaTeX refuses.
    """
    typeset = tuple(typesetter.html(formula) for formula in formulas(text))
    return _html(text, typeset)


@cache
def _html(text: str, typeset: tuple[str, ...]) -> str:
    """The text as HTML, from its formulas as they are typeset, in order."""
    parser, pieces, waiting = _parser(), list[Piece](), iter(typeset)
    parser.reset()

    def hold(token: Token) -> str:
        pieces.append(Piece(tex_to_plain(token.body), next(waiting), block=False))
        return parser.htmlStash.store(stub(pieces[-1], len(pieces) - 1))

    html = parser.convert(_replace(text, hold))
    return fill(html.removeprefix("<p>").removesuffix("</p>"), pieces)


@cache
def to_plain(text: str) -> str:
    """The text for search and attributes, formulas spelled out."""
    return _replace(text, lambda token: tex_to_plain(token.body))


def attribute(text: str) -> str:
    """The text as the value of an HTML attribute, on one line."""
    return escape(" ".join(to_plain(text).split()))


@cache
def _parser() -> markdown.Markdown:
    # Placeholders survive because whitespace is normalised by the caller, not by the parser.
    parser = markdown.Markdown()
    parser.preprocessors.deregister("normalize_whitespace")
    return parser


def _is_formula(token: Token) -> bool:
    return token.kind in ("display", "inline")


def _formula(token: Token) -> Formula:
    return Formula(token.body, display=False)


def _replace(text: str, write: Callable[[Token], str]) -> str:
    parts, last = [], 0
    for token in Source(text, "").tokens:
        if _is_formula(token):
            parts += [text[last : token.start], write(token)]
            last = token.end
    return " ".join("".join([*parts, text[last:]]).split())
