"""Claims on a page: the table of what a figure judges, and the badge of one verdict."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from dlbook.record.bound_words import bound_and_reason
from dlbook.record.registrations import REGISTERED
from dlbook.site.pages.evidence_html import evidence_html
from dlbook.site.pages.foreknown import when_bound
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import Section
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import word, writer

_COLUMNS = ("claim", "verdict", "evidence", "truth")
# A tick, a cross and a question mark on a 16 × 16 field: colour is never the only sign.
_ICONS = {
    "supported": '<path d="M3 8.5l3.4 3.5L13 4.5"/>',
    "conditional": '<path d="M3 8h10M8 3.5v.01M8 12.5v.01"/>',
    "refuted": '<path d="M4 4l8 8M12 4l-8 8"/>',
    "inconclusive": '<path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.5-1.1.9-1.1 1.8M8 13v.01"/>',
}


def badge(verdict: str, lang: str) -> str:
    """A verdict as icon and word."""
    return (
        f'<span class="dl-verdict dl-verdict--{verdict}"><svg viewBox="0 0 16 16" '
        f'aria-hidden="true">{_ICONS[verdict]}</svg>{word(verdict, lang)}</span>'
    )


def standing(claim: Mapping[str, Any], lang: str) -> str:
    """How a claim stands: the badge of its verdict; a remark, which has none, is told by kind."""
    if claim["verdict"] is None:
        return f'<span class="dl-verdict dl-verdict--remark">{word(claim["kind"], lang)}</span>'
    return badge(claim["verdict"], lang)


def permalink(claim: Mapping[str, Any], anchor: str, lang: str) -> str:
    """A claim's number as the link to the place ``anchor``, where it stands itself."""
    title = word("claim_link", lang)
    return f'<a href="#{anchor}" title="{title}">{escape(claim["id"])}</a>'


def claims_html(
    figure: Figure, lang: str, typesetter: Typesetter, said_in: Callable[[str], str]
) -> str:
    """The table of every claim that a figure judges; narrow screens show it as cards.

    ``said_in`` writes a claim's source as HTML.

    Raises:
        PageError: a formula in a claim is refused.
    """

    def row(claim: Mapping[str, Any]) -> str:
        anchor = claim_anchor(claim["id"])
        note = f"{permalink(claim, anchor, lang)} · {word(claim['kind'], lang)} · "
        note += said_in(claim["source"])
        if REGISTERED in figure.record and claim["verdict"]:
            note += f" · {when_bound(figure, claim, lang)}"
        return claim_row(claim, lang, typesetter, note, f'id="{anchor}"')

    label = word("claims", lang, figure=inline.to_plain(figure.text("title", lang)))
    rows = "\n".join(map(row, figure.claims))
    body = f'<tbody role="rowgroup">\n{rows}\n</tbody>'
    return claims_table_html(label, body, lang)


def claims_table_html(label: str, bodies: str, lang: str) -> str:
    """A table of claims around its bodies.

    The roles are written out because a table that is laid out as blocks loses them.
    """
    head = "".join(
        f'<th role="columnheader" data-column="{key}">{word(key, lang)}</th>' for key in _COLUMNS
    )
    return (
        f'<table class="dl-claims" role="table" aria-label="{inline.attribute(label)}">\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n{bodies}\n</table>'
    )


def claims_sections(figure: Figure, lang: str) -> tuple[Section, ...]:
    """What the search finds of the table: each claim, by its number and by its statement.

    The number alone is the title, for words of a title count a thousandfold: ``B27``, not
    ``B27/units``.
    """

    def section(claim: Mapping[str, Any]) -> Section:
        statement = inline.to_plain(claim["statement"][lang])
        return Section(claim_anchor(claim["id"]), claim["row"], f"{claim['id']} {statement}")

    return tuple(map(section, figure.claims))


def proof_html(
    claim: Mapping[str, Any], lang: str, typesetter: Typesetter, picture: str = ""
) -> str:
    """What decided a claim, its texts typeset; ``""`` for a remark, which nothing decides.

    Raises:
        PageError: a formula in them is refused.
    """
    if claim["verdict"] is None:
        return ""
    told = bound_and_reason(claim["bound"], lang, claim["estimate"])
    quantity, bound = (inline.to_html(text, typesetter) for text in (claim["quantity"][lang], told))
    return evidence_html(claim, lang, quantity, bound, picture)


def truth_html(claim: Mapping[str, Any], lang: str, typesetter: Typesetter) -> str:
    """What is true, and the control that shows it; ``""`` where neither is told.

    Raises:
        PageError: a formula in them is refused.
    """
    truth = inline.to_html(claim["truth"][lang], typesetter) if claim["truth"] else ""
    if claim["control"]:
        control = inline.to_html(claim["control"][lang], typesetter)
        truth += f'<span class="dl-claims__note">{word("control", lang)}{control}</span>'
    return truth


def claim_row(
    claim: Mapping[str, Any],
    lang: str,
    typesetter: Typesetter,
    note: str,
    attributes: str,
    picture: str = "",
) -> str:
    """A claim as a row with these attributes.

    ``note`` stands under the statement, ``picture`` under the estimate.

    Raises:
        PageError: a formula in the claim is refused.
    """
    say, statement = writer(lang), inline.to_html(claim["statement"][lang], typesetter)

    cells = (
        f'{statement}<span class="dl-claims__note">{note}</span>',
        standing(claim, lang),
        proof_html(claim, lang, typesetter, picture),
        truth_html(claim, lang, typesetter),
    )
    body = "".join(
        f'<td role="cell" data-label="{say(key)}"><div>{cell}</div></td>'
        for key, cell in zip(_COLUMNS, cells, strict=True)
    )
    return f'<tr role="row" {attributes}>{body}</tr>'
