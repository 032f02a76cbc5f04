"""The search: what every page says is collected and published in parts that the page can load.

The theme shows the field and the list of results and keeps their keys; what it would do itself, one
index of everything for a worker that every page starts, is done by ``web/src/search`` instead. That
stands in front of the theme's script, at the theme's address.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from html import unescape
from pathlib import Path
from typing import Any

from material.plugins.search import plugin as theirs
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from dlbook.base.whole import write
from dlbook.site.building import search_index
from dlbook.site.building.search_index import Indexed
from dlbook.site.reading.book import Book
from dlbook.site.reading.late import Section

GENERATOR = "mkdocs-gen-files"
PLUGIN = "material/search"
SCRIPT = "assets/javascripts/bundle.*.min.js"
DOOR, FINDER = "assets/door.js", "assets/search.js"
_UNUSED = "search_index.json"
_BLOCK = re.compile(r"</?(?:p|li|ol|ul|pre|div)>")
_TAG = re.compile(r"<[^>]*>")
Searched = Callable[[Page], str | None]


class Collected(theirs.SearchIndex):  # type: ignore[misc]
    """What the pages of one language say, taken while figures and formulas are light stubs.

    ``searched`` gives the HTML of a page that has another for the search.
    """

    def __init__(self, searched: Searched) -> None:
        super().__init__()
        self.pages: list[Indexed] = []
        self._searched = searched

    def add_entry_from_context(self, page: Page) -> None:
        """Take down a page; called by the theme's plugin."""
        told = page.meta.get("search") or {}
        if told.get("exclude"):
            return
        html = self._searched(page) or page.content or ""
        title = str(page.meta.get("title", page.title))
        sections = tuple(_sections(html, _text(title)))
        if sections:
            self.pages.append(Indexed(page.url, sections, float(told.get("boost", 1))))

    def generate_search_index(self, prev: object) -> str:
        """Nothing, since it is published in parts; called by the theme's plugin."""
        del prev
        return "{}"


def collect(config: MkDocsConfig, searched: Searched) -> Collected:
    """Let the theme's plugin, which knows when, give its pages to a collection."""
    collected = Collected(searched)
    plugin: Any = config.plugins[PLUGIN]
    plugin.search_index = collected
    return collected


def publish_index(config: MkDocsConfig, collected: Collected, book: Book) -> None:
    """Write the index of one language into its site, in place of the theme's."""
    site = Path(config.site_dir)
    (site / search_index.FOLDER / _UNUSED).unlink(missing_ok=True)
    for path, content in search_index.index(collected.pages, book.terms, book.lang).items():
        write(site / path, content)


def open_door(files: Files, config: MkDocsConfig, bundles: Mapping[str, bytes]) -> None:
    """Put the way to our search before the theme's script; its search is no file of the site.

    Raises:
        Abort: the theme has no such script, or several.
    """
    found = [file for file in files if fnmatchcase(file.src_uri, SCRIPT)]
    if len(found) != 1:
        raise Abort(f"the theme has {len(found)} files {SCRIPT} and not one; see {__name__}")
    (script,) = found
    content = bundles.get(DOOR, b"") + script.content_bytes
    files.remove(script)
    files.append(File.generated(config, script.src_uri, content=content))


def in_reading_order(files: Files, book: Book) -> Files:
    """The chapters in their order, other pages, and last those that nobody wrote.

    Of equal finds the search shows the first.
    """
    place = {page: number for number, page in enumerate(book.chapters)}

    def rank(file: File) -> int:
        others = len(place) + (file.generated_by == GENERATOR)
        return place.get(file.src_uri, others)

    return Files(sorted(files, key=rank))


def _sections(html: str, title: str) -> Iterator[Section]:
    """What is found by itself in a page's HTML; the theme's parser cuts it."""
    parser = theirs.Parser()
    parser.feed(html)
    parser.close()
    for section in parser.data:
        if not section.is_excluded():
            yield Section(section.id or "", _joined(section.title) or title, _joined(section.text))


def _joined(parts: list[Any]) -> str:
    return _text("".join(parts))


def _text(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", _BLOCK.sub(" ", html))).split())
