"""The book in one language during one build: what every page is given, and by whom."""

from collections.abc import Hashable, Mapping
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from dlbook.base.counting import counted
from dlbook.base.trouble import refusal
from dlbook.record.git import GitError
from dlbook.record.records import Project
from dlbook.site.building import (
    archive,
    finder,
    generate,
    licences,
    navigation,
    publish,
    theme_files,
)
from dlbook.site.building.draft import Draft
from dlbook.site.building.places import as_converted, site_root
from dlbook.site.building.renderings import Renderings
from dlbook.site.labs.lab_pages import LabPages, addresses
from dlbook.site.pages import explorables
from dlbook.site.pages.cloth import woven_once
from dlbook.site.pages.generated import GeneratedPages
from dlbook.site.pages.markdown import Desk
from dlbook.site.pages.sharing import shared_card
from dlbook.site.pages.tooltips import with_tooltips
from dlbook.site.pages.weave import Woven
from dlbook.site.reading.address import ARCHIVE, LICENCES, Address
from dlbook.site.reading.book import Place
from dlbook.site.reading.chapter_order import LIKE_PAGES
from dlbook.site.reading.late import fill
from dlbook.site.reading.problems import problems_html
from dlbook.site.reading.source import Source

_EXTENSION = "dlbook.site.pages.markdown"
_SIGN = '<a class="headerlink"'


class Edition:
    """One language's pages: those that are written, those that are generated, and the labs.

    ``renderings`` are those of the builds before, if this is a server.
    """

    def __init__(
        self, config: MkDocsConfig, draft: Draft, renderings: Renderings | None = None
    ) -> None:
        self._config, self._draft, self._renderings = config, draft, renderings
        self._lang = lang(config)
        self._book = draft.manuscript.books[self._lang]
        self._labs = LabPages(self._book, config, labs_folder(config))
        self._generated = GeneratedPages(self._book)
        self._urls: Mapping[str, str] = {}
        self._around: Hashable = None
        self._desks: dict[str, Desk] = {}

    def add(self, files: Files) -> None:
        """Add the labs, the search, and, with the Chinese half, what both halves share.

        The generated pages are left where ``generate.py`` finds them.

        Raises:
            Abort: a file that is published cannot be read.
        """
        self._leave_out(files)
        theme_files.drop_idle(files, self._config, self._lang)
        self._labs.add(files)
        self._config.extra[generate.EXTRA] = self._generated.texts
        if self._lang == "zh":  # English pages take the script of the root
            finder.open_door(files, self._config, self._draft.bundles)
        self._collected = finder.collect(self._config, self._labs.searched)
        if self._lang == "zh":
            try:
                shared = _shared(self._config, self._draft)
            except OSError as error:
                raise Abort(refusal(error, root(self._config))) from error
            for uri, content in shared.items():
                files.append(File.generated(self._config, uri, content=content))

    def _leave_out(self, files: Files) -> None:
        """Take out pages that the book does not know; a server goes on without them."""
        for file in list(files):
            is_page = file.src_uri.lower().endswith(LIKE_PAGES)
            if is_page and file.src_uri not in self._book.pages:
                files.remove(file)

    def text(self, page: Page) -> str | None:
        """What is written on a page, as it was read; ``None`` if it is not written by anybody."""
        source = self._book.pages.get(page.file.src_uri)
        return source.text if source else None

    def settle(self, files: Files) -> Files:
        """Take down where every page will be, now that all are there.

        Raises:
            Abort: generated pages are not there.
        """
        self._urls = addresses(files)
        if self._renderings:
            ways = frozenset((file.src_uri, file.url, file.inclusion) for file in files)
            options = (self._config.markdown_extensions, self._config.mdx_configs)
            self._around = (ways, repr(options))
        missing = self._generated.texts.keys() - self._urls.keys()
        if missing:
            raise Abort(
                f"mkdocs.yml: the plugin gen-files does not run {generate.__file__};"
                f" {counted(len(missing), 'page is', 'pages are')} missing"
            )
        nav = navigation.filled(self._config.nav, self._book)
        if nav is not None:
            self._config.nav = [*nav, *self._generated.navigation]
        return finder.in_reading_order(files, self._book)

    def lay_out(self, page: Page, markdown: str) -> None:
        """Lay the page on the extension's desk."""
        if page in self._labs:
            self._labs.announce(page)
            return
        uri = page.file.src_uri
        source, place = self._source(uri), self._place(page)
        cloth = self._draft.manuscript.cloths[self._lang].get(uri)
        if cloth is None and self._renderings:
            cloth = woven_once(self._book, as_converted(source), place)
        desk = Desk(
            book=self._book,
            path=source.path,
            place=place,
            cloth=cloth,
            first_line=source.text.count("\n") - markdown.count("\n") + 1,
        )
        self._desks[uri] = desk
        options = self._config.mdx_configs
        options[_EXTENSION] = {**options.get(_EXTENSION, {}), "desk": desk}
        if cloth and self._renderings and cloth.fits(as_converted(source), place):
            self._renderings.take(page, (cloth.woven.text, cloth.held, self._around), desk.lay)

    def converted(self, page: Page, html: str) -> str:
        """Let MkDocs know the anchors of figures and claims, which it cannot see yet; fill labs."""
        if page in self._labs:
            return self._labs.fill(html, page, self._place(page))
        if page.present_anchor_ids is not None:
            pieces = self._woven(page).pieces
            page.present_anchor_ids |= {anchor for piece in pieces for anchor in piece.anchors}
        return html

    def completed(self, page: Page) -> str:
        """The page's content with terms marked, late pieces filled in, and problems at the top.

        The signs beside headings are for the pointer: the table of contents leads to the same
        places by keyboard, and a heading's name does not end in one.
        """
        return self._whole(page).replace(_SIGN, f'{_SIGN} aria-hidden="true" tabindex="-1"')

    def _whole(self, page: Page) -> str:
        content = page.content or ""
        if page in self._labs:
            return content
        desk, uri = self._desks[page.file.src_uri], page.file.src_uri
        if uri in self._generated:
            filled, lacking = self._generated.fill(uri, content, desk.place)
            self._draft.complain(
                [f"{uri}: {why}" for why in lacking], f"{uri} cannot be generated."
            )
            return fill(filled, self._woven(page).pieces)
        problems = [each for each in self._draft.problems if each.path == desk.path]
        content = fill(with_tooltips(content, desk.book, desk.place), self._woven(page).pieces)
        return problems_html(problems, self._lang) + content

    def publish_search(self) -> None:
        """Write the index of the search, when every page is there."""
        finder.publish_index(self._config, self._collected, self._book)

    def card(self, page: Page) -> tuple[str, str]:
        """See :func:`shared_card`."""
        return shared_card(self._book, page.file.src_uri)

    def _source(self, uri: str) -> Source:
        """What the page is made of; its path is how messages call it."""
        if uri in self._generated:
            return Source(self._generated.texts[uri], uri)
        return self._draft.manuscript.pages[self._lang][uri]

    def _place(self, page: Page) -> Place:
        return Place(
            page=page.file.src_uri,
            root=site_root(get_relative_url(".", page.url), self._lang),
            link=lambda target: get_relative_url(self._urls[target], page.url),
        )

    def _woven(self, page: Page) -> Woven:
        woven = self._desks[page.file.src_uri].woven
        if woven is None and not (page.markdown or "").strip():
            return Woven("")  # Python-Markdown asks no extension about it
        if woven is None:
            raise Abort(f"mkdocs.yml: the Markdown extension {_EXTENSION} is not listed")
        return woven


def lang(config: MkDocsConfig) -> str:
    """Which half a configuration is for."""
    return str(config.extra["lang"])


def root(config: MkDocsConfig) -> Path:
    """The project's folder."""
    return Path(config.config_file_path).parent


def configured_address(config: MkDocsConfig, serving: bool) -> Address:
    """Where the book can be had, as configured; a server's own address is no such place.

    Raises:
        Abort: git fails in the repository that there is.
    """
    try:
        commit = archive.commit(root(config))
    except GitError as error:
        raise Abort(str(error)) from error
    return Address("" if serving else config.site_url or "", config.repo_url or "", commit)


def labs_folder(config: MkDocsConfig) -> Path:
    """Where the notebooks of one half are kept between builds."""
    return Project(root(config)).cache / "labs" / lang(config)


def _shared(config: MkDocsConfig, draft: Draft) -> publish.Published:
    """What both halves share, once, at the root."""
    manuscript, own = draft.manuscript, root(config) / "docs" / "assets"
    where = manuscript.places.address
    katex = manuscript.typesetter.package
    return {
        **publish.published_figures(manuscript.shelf, where),
        **publish.assets(own),
        **publish.fonts(katex),
        "assets/book.css": publish.stylesheet(katex, own / "book.css"),
        **{uri: script for uri, script in draft.bundles.items() if uri != finder.DOOR},
        **explorables.explorable_records(manuscript.shelf),
        LICENCES: licences.licences(root(config), katex.parent),
        **publish.own_files(root(config), where),
        ARCHIVE: archive.source_archive(root(config), where),
        "robots.txt": publish.robots(where.site),
    }
