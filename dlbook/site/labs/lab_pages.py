"""The labs of one language in one build of MkDocs: one notebook for each chapter with figures.

mkdocs-jupyter turns a notebook into HTML. It does so with our templates, because Jupyter's own
would put more than half a megabyte of styles and scripts into every page.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs_jupyter.config import settings

from dlbook.base.whole import write
from dlbook.record.records import RecordError
from dlbook.site.labs import lab_html
from dlbook.site.labs.chapter_lab import Link, chapter_lab
from dlbook.site.labs.notebook import Cell, notebook_json, without_links, without_prose
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.search_words import BELOW
from dlbook.site.reading.words import word

_PLUGIN = "mkdocs-jupyter"
_TEMPLATES = Path(__file__).with_name("templates")
# By a server's build before: the cells of a lab, its file, and what mkdocs-jupyter shows of it.
_written: dict[tuple[str, str], tuple[tuple[Cell, ...], str, str]] = {}


def use_own_templates(config: MkDocsConfig, folder: Path) -> None:
    """Let mkdocs-jupyter use our templates, and a cache in ``folder`` that knows their version."""
    settings.templates_dir = str(_TEMPLATES)
    templates = b"".join(path.read_bytes() for path in sorted(_TEMPLATES.rglob("*.j2")))
    version = hashlib.sha256(templates).hexdigest()[:8]
    config.plugins[_PLUGIN].config["cache_dir"] = str(folder / f"shown-{version}")


class LabPages:
    """The labs of a book in one language; ``folder`` keeps the notebooks that are shown."""

    def __init__(self, book: Book, config: MkDocsConfig, folder: Path) -> None:
        self._book, self._config, self._folder = book, config, folder
        self._chapters = lab_html.chapters(book)

    def __contains__(self, page: Page) -> bool:
        return page.file.src_uri in self._chapters

    def add(self, files: Files) -> None:
        """Add every notebook twice: as a page for mkdocs-jupyter, and as a file to download.

        In the file, links to the book are addresses on its site. In the edition for a folder the
        file lies one level below the pages; from elsewhere a site without an address is not found,
        and the file names its pages without links. What is shown has neither prose nor links, which
        are woven in: whatever they say, and in either edition, it is made once.

        Raises:
            Abort: a script or a picture cannot be read.
        """
        urls, site = addresses(files), self._book.address.site
        half = "" if self._book.lang == "zh" else "en/"
        root = "../" * (1 + bool(half)) if self._config.extra.get("offline") else site

        def way(page: str) -> str:
            return root + half + urls[page] if root else ""

        for uri, chapter in self._chapters.items():
            text, shown_text = self._texts(chapter, way, root)
            write(self._folder / uri, shown_text.encode())
            folders = (str(self._folder), self._config.site_dir)
            shown = File(uri, *folders, use_directory_urls=self._config.use_directory_urls)
            file = lab_html.notebook_path(chapter, self._book.lang)
            files.append(shown)
            files.append(File.generated(self._config, file, content=text))

    def _texts(self, chapter: str, link: Link, root: str) -> tuple[str, str]:
        place = str(self._folder), chapter
        try:
            cells = chapter_lab(self._book, chapter, link, root).cells
            cells = cells if root else without_links(cells)
            if _written.get(place, ((), ""))[0] != cells:
                lang = self._book.lang
                shown = notebook_json(without_prose(cells), lang, is_read=False)
                _written[place] = (cells, notebook_json(cells, lang), shown)
        except (PageError, RecordError) as error:
            raise Abort(str(error)) from error
        return _written[place][1:]

    def announce(self, page: Page) -> None:
        """Say what the page is; the search puts it below the pages that somebody wrote."""
        chapter = self._book.title(self._chapters[page.file.src_uri])
        title = inline.to_plain(chapter)
        page.meta["title"] = word("lab", self._book.lang, title=title)
        page.meta["description"] = word("lab_description", self._book.lang, title=title)
        page.meta["search"] = BELOW

    def searched(self, page: Page) -> str | None:
        """What the search reads of a lab, ``None`` if the page is none: its prose, not its code."""
        if page not in self:
            return None
        chapter = self._chapters[page.file.src_uri]
        return lab_html.searched(chapter_lab(self._book, chapter, lambda page: page))

    def fill(self, shown: str, page: Page, place: Place) -> str:
        """The content of the page, from what mkdocs-jupyter shows of the notebook."""
        own = chapter_lab(self._book, self._chapters[page.file.src_uri], place.link, place.root)
        page.toc = get_toc(lab_html.contents(own))
        permalink = self._config.mdx_configs["toc"]["permalink_title"]
        return lab_html.html(shown, own, self._book, place, permalink)


def addresses(files: Files) -> Mapping[str, str]:
    """The address of every page from the root of its language, by the path of its source."""
    return {file.src_uri: file.url for file in files.documentation_pages()}
