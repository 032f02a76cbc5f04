"""The pages of one language that nobody writes: one for each figure, one for each package.

They are texts like those of written pages, so a plugin can add them as files; what has to be filled
in late, and where they stand in the navigation, is known here too.
"""

from functools import cached_property
from html import escape
from typing import Any

from dlbook.site.pages import reference
from dlbook.site.pages.exhibits import FOLDER, by_page, exhibits, own_page
from dlbook.site.pages.figure_page import figure_page, figure_part
from dlbook.site.pages.reference_page import reference_page, reference_part
from dlbook.site.pages.script_source import PACKAGE
from dlbook.site.pages.stubs import fill_placeholders
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.words import writer


class GeneratedPages:
    """The generated pages of a book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._shown = exhibits(book)

    def __contains__(self, uri: str) -> bool:
        return uri in self.texts

    @cached_property
    def _modules(self) -> dict[str, list[reference.Module]]:
        """What the reference tells of each package, read once."""
        return {package: reference.modules_of(package) for package in reference.PACKAGES}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The Markdown of each page, by its path."""
        figures = {own_page(each.name): figure_page(self._book, each) for each in self._shown}
        packages = {
            reference.page_of(package): reference_page(self._book, package, modules)
            for package, modules in self._modules.items()
        }
        return figures | packages

    @property
    def navigation(self) -> list[Any]:
        """The pages as MkDocs takes them: a last section, whose parts are folded away."""
        word = writer(self._book.lang)
        chapters = [
            {self._title(page): [own_page(each.name) for each in group]}
            for page, group in by_page(self._shown)
        ]
        packages = [reference.page_of(package) for package in reference.PACKAGES]
        figures = [{word("figure_pages"): chapters}] if chapters else []
        return [{word("appendix"): [*figures, {PACKAGE: packages}]}]

    def fill(self, uri: str, html: str, place: Place) -> tuple[str, list[str]]:
        """The content with its stubs filled in, and what could not be had, which is shown there."""
        problems: list[str] = []

        def write(key: str) -> str:
            try:
                return self._part(uri, place, key)
            except PageError as error:
                if str(error) in problems:
                    return ""
                problems.append(str(error))
                return f'<div class="dl-error" role="alert">{escape(str(error))}</div>'

        return fill_placeholders(html, write), problems

    def _part(self, uri: str, place: Place, key: str) -> str:
        folder, _, file = uri.partition("/")
        name = file.removesuffix(".md")
        if folder == FOLDER:
            return figure_part(self._book, place, name, key)
        return reference_part(name, self._modules[name], key)

    def _title(self, page: str) -> str:
        if not page:
            return writer(self._book.lang)("unplaced")
        return escape(inline.to_plain(self._book.title(page)))
