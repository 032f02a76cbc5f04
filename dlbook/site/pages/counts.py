"""``[[count refuted]]``: how many claims there are by verdict, figures and chapters."""

from collections import Counter
from html import escape

from dlbook.base.evidence import OUTCOMES
from dlbook.base.lookup import lookup
from dlbook.site.reading.book import Book
from dlbook.site.reading.problems import PageError

CONTESTED = ("refuted", "conditional")
"""The verdicts on what is not so, or not always so."""


def count(book: Book, name: str) -> int:
    """How many of that name the book has.

    Raises:
        PageError: nothing of that name is counted.
    """
    try:
        return lookup("count", name, _counts(book))
    except ValueError as error:
        raise PageError(str(error)) from None


def count_html(book: Book, name: str) -> str:
    """The number as it stands in a sentence.

    Raises:
        PageError: nothing of that name is counted.
    """
    return f'<data class="dl-number" value="count {escape(name)}">{count(book, name)}</data>'


def _counts(book: Book) -> dict[str, int]:
    judged = [(figure, claim) for figure, claim in book.shelf.claims.values() if claim["verdict"]]
    verdicts = Counter(claim["verdict"] for _, claim in judged)
    return {
        "claims": len(judged),
        "figures": len({figure.name for figure, _ in judged}),
        "chapters": len(book.chapters),
        "planned": len(book.thread),
        "contested": sum(verdicts[verdict] for verdict in CONTESTED),
        **{outcome: verdicts[outcome] for outcome in OUTCOMES},
    }
