"""``[[chapters]]``: every chapter by its title, and what its page says it is about."""

from dlbook.site.reading.book import Book, Place, relative
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers
from dlbook.site.reading.words import word

BLOCK = "chapters"
_SUMMARY = "summary"


def chapter_list(book: Book, place: Place) -> str:
    """A list in Markdown: the title of each chapter and the ``summary`` of its front matter.

    Raises:
        PageError: a chapter has no summary, or one that is more than words.
    """
    colon = word("colon", book.lang)
    lines = (
        f"- [{book.title(page)}]({relative(place.page, page)}){colon}{_summary(book.pages[page])}\n"
        for page in book.chapters
    )
    return "".join(lines)


def _summary(source: Source) -> str:
    text = source.front.get(_SUMMARY)
    if not isinstance(text, str):
        wants = f"{source.path} needs '{_SUMMARY}: …' in its front matter"
        raise PageError(f"[[{BLOCK}]]: {wants}, a sentence or two on what it is about")
    words = Source(text, source.path)
    if words.tokens or typed_numbers(words):
        raise PageError(f"[[{BLOCK}]]: the {_SUMMARY} of {source.path} is words only, no results")
    return text
