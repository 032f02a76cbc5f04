"""What is woven in late: light stubs stand for it while Markdown, titles and the search read on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# Punctuation that must not begin a line, and such as must not end one. A typeset formula is a box,
# and browsers break lines beside a box even before a comma.
_OPENING = "（《「『【“‘(["
_CLOSING = "，。、；：？！）》」』】”’,.;:?)%…"
_BASE = '<span class="katex-base">'
_STUB = re.compile(
    rf'([{re.escape(_OPENING)}]?)<(div|span) data-late="(\d+)">.*?</\2>([{_CLOSING}]?)', re.S
)

# The icon of a verdict is such a box too.
_BADGE = re.compile(
    rf'([{re.escape(_OPENING)}])(<a [^>]*><span class="dl-verdict [^>]*><svg.*?</a>)', re.S
)


@dataclass(frozen=True)
class Section:
    """A part of a piece that the search finds by itself, and to whose anchor it leads."""

    anchor: str
    title: str
    text: str


@dataclass(frozen=True)
class Piece:
    """Something woven in late: ``html``, and ``plain``, which titles and the search see.

    The search sees the ``sections`` as well; only a block has any.
    """

    plain: str
    html: str
    block: bool = True
    anchors: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


def stub(piece: Piece, number: int) -> str:
    """The stub of the piece with that place in the list that :func:`fill` gets."""
    tag = "div" if piece.block else "span"
    # The search begins a section at a heading with an anchor, and ends it where the stub ends.
    sections = "".join(
        f'<h6 id="{section.anchor}">{escape(section.title)}</h6>{escape(section.text)}'
        for section in piece.sections
    )
    return f'<{tag} data-late="{number}">{escape(piece.plain)}{sections}</{tag}>'


def fill(html: str, pieces: Sequence[Piece]) -> str:
    """Put the pieces in the places of their stubs; what is a box holds on to its punctuation."""

    def write(match: re.Match[str]) -> str:
        opening, piece, closing = match[1], pieces[int(match[3])], match[4]
        if piece.block or not opening + closing:
            return opening + piece.html + closing
        # The style forbids every break inside; KaTeX's own, between its bases, are given back.
        html = piece.html.replace(_BASE, f"<wbr>{_BASE}").replace("<wbr>", "", 1)
        bound = "dl-bound" if closing else "dl-begun"
        return f'<span class="{bound}">{opening}{html}{closing}</span>'

    return _BADGE.sub(r'<span class="dl-begun">\1\2</span>', _STUB.sub(write, html))
