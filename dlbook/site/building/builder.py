"""One run of MkDocs, from figures to a site in two languages. The hooks only pass events on."""

import logging
import posixpath
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from dlbook.record.records import Project
from dlbook.site.building import finder, navigation, offline, publish, unwritten
from dlbook.site.building.check import Manuscript, read_manuscript
from dlbook.site.building.english import CONFIG, English
from dlbook.site.building.making import Fingerprint, inputs, make_figures
from dlbook.site.building.staging import Staging
from dlbook.site.labs import lab_pages
from dlbook.site.labs.lab_pages import LabPages, addresses
from dlbook.site.pages import explorables
from dlbook.site.pages.markdown import Desk
from dlbook.site.pages.tooltips import with_tooltips
from dlbook.site.pages.weave import Woven
from dlbook.site.reading.book import Place
from dlbook.site.reading.late import fill
from dlbook.site.reading.problems import Problem, problems_html
from dlbook.site.reading.terms import read_terms, user_dictionary

_EXTENSION = "dlbook.site.pages.markdown"
_log = logging.getLogger("mkdocs.hooks.dlbook")


class Builder:
    """What the events of one MkDocs process share."""

    def __init__(self) -> None:
        self._serving = False
        self._staging: Staging | None = None
        self._is_sound = False
        self._made: Fingerprint | None = None
        self._manuscript: Manuscript | None = None
        self._problems: list[Problem] = []
        self._desks: dict[str, Desk] = {}
        self._labs: LabPages | None = None
        self._english = English()
        self._bundles: dict[str, bytes] = {}
        self._config: MkDocsConfig | None = None

    def on_startup(self, *, command: str, **_: Any) -> None:
        """Note whether this process serves or builds."""
        self._serving = command == "serve"

    @event_priority(100)  # before the search reads its dictionary
    def on_config(self, config: MkDocsConfig) -> None:
        """Build beside the site's place; give the search the field's terms, labs their look."""
        offline.configure(config)
        lab_pages.configure(config, _labs(config))
        if _lang(config) == "en":
            if self._config is None:
                raise Abort(f"{CONFIG} is built together with mkdocs.yml: run mkdocs build")
            return
        self._config = config
        if not self._serving:
            self._staging = Staging(Path(config.site_dir))
            config.site_dir = str(self._staging.folder)
        terms, self._problems = read_terms(_root(config) / "docs" / "terms.yml", "docs/terms.yml")
        dictionary = Project(_root(config)).cache / "terms.txt"
        dictionary.parent.mkdir(parents=True, exist_ok=True)
        dictionary.write_text(user_dictionary(terms), encoding="utf-8")
        config.plugins["material/search"].config.jieba_dict_user = str(dictionary)
        logging.getLogger("jieba").setLevel(logging.WARNING)

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Make the figures, then read and check every page of both languages.

        Raises:
            Abort: a figure or a page is not in order, and this is not a server.
        """
        if _lang(config) == "en":
            return
        project = Project(_root(config))
        unwritten.tell_todos(project.root, refuse=config.strict and not self._serving)
        if not self._serving or self._made != inputs(project):
            sound = make_figures(project, config.strict)
            self._made = inputs(project)
            if not sound and not self._serving:
                raise Abort("The figures are not in order (see above). Nothing was published.")
        self._manuscript = read_manuscript(project.root)
        self._problems += self._manuscript.problems
        for problem in self._problems:
            (_log.warning if self._serving else _log.error)(str(problem))
        if self._problems and not self._serving:
            raise Abort(f"{len(self._problems)} problems in the pages. Nothing was published.")
        try:
            self._bundles = explorables.bundles(project.root / "web")
        except explorables.BundleError as error:
            (_log.warning if self._serving else _log.error)(str(error))
            if not self._serving:
                raise Abort("The explorables are not in order. Nothing was published.") from error
        self._english.set_aside(Path(config.site_dir))

    @event_priority(100)  # before mkdocs-jupyter looks for notebooks
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the labs, and what both languages share, once, at the root."""
        self._labs = LabPages(self._read.books[_lang(config)], config, _labs(config))
        self._labs.add(files)
        config.nav = navigation.filled(config.nav, self._read.books[_lang(config)])
        for file in offline.shim(config):
            files.append(file)
        finder.replace_worker(files, config, self._read.books[_lang(config)])
        if _lang(config) == "zh":
            manuscript = self._read
            published = publish.figures(manuscript.shelf)
            own, katex = _root(config) / "docs" / "assets", manuscript.typesetter.package
            published |= publish.assets(own) | publish.fonts(katex)
            published["assets/book.css"] = publish.stylesheet(katex, own / "book.css")
            published |= self._bundles | explorables.records(manuscript.shelf)
            published["robots.txt"] = publish.robots(config.site_url or "/")
            for uri, content in published.items():
                files.append(File.generated(config, uri, content=content))
        return finder.in_reading_order(files, self._read.books[_lang(config)])

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files, **_: Any
    ) -> None:
        """Lay the page on the extension's desk."""
        if self._labs and page in self._labs:
            self._labs.announce(page)
            return
        lang, uri = _lang(config), page.file.src_uri
        source = self._read.pages[lang][uri]
        desk = Desk(
            book=self._read.books[lang],
            path=source.path,
            place=_place(page, lang, files),
            first_line=source.text.count("\n") - markdown.count("\n") + 1,
        )
        self._desks[source.path] = desk
        config.mdx_configs[_EXTENSION] = {**config.mdx_configs.get(_EXTENSION, {}), "desk": desk}

    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Let MkDocs know the anchors of figures and claims, which it cannot see yet; fill labs."""
        if self._labs and page in self._labs:
            return self._labs.fill(html, page, _place(page, _lang(config), files))
        pieces = self._woven(page, config).pieces
        if page.present_anchor_ids is not None:
            page.present_anchor_ids |= {anchor for piece in pieces for anchor in piece.anchors}
        return None

    @event_priority(-100)  # after the search has read the light stubs
    def on_page_context(
        self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, **_: Any
    ) -> dict[str, Any]:
        """Mark the terms, fill in figures, tables and formulas, and show problems at the top."""
        path = f"docs/{_lang(config)}/{page.file.src_uri}"
        problems = [problem for problem in self._problems if problem.path == path]
        desk = self._desks.get(path)
        if desk:  # a lab is filled already
            content = with_tooltips(page.content or "", desk.book, desk.place)
            content = fill(content, self._woven(page, config).pieces)
            page.content = problems_html(problems, _lang(config)) + content
        return self.on_template_context(context, config=config)

    def on_template_context(
        self, context: dict[str, Any], *, config: MkDocsConfig, **_: Any
    ) -> dict[str, Any]:
        """Tell templates the way to the root of both languages."""
        context["site_root"] = _site_root(context["base_url"], _lang(config))
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Build the other language."""
        if _lang(config) == "zh":
            if self._serving:
                self._english.serve(config, tuple(self._problems))
            else:
                self._english.build(config)
            self._is_sound = True

    def on_build_error(self, **_: Any) -> None:
        """Publish nothing; a strict build may fail after its last page."""
        self._is_sound = False

    def on_shutdown(self) -> None:
        """Publish what was built, if all of it was."""
        if self._staging is None or self._config is None:
            return
        self._config.site_dir = str(self._staging.site)
        if self._is_sound:
            self._staging.publish()
        else:
            self._staging.discard()

    @property
    def _read(self) -> Manuscript:
        if self._manuscript is None:
            raise Abort("the pages were not read; MkDocs did not announce the build")
        return self._manuscript

    def _woven(self, page: Page, config: MkDocsConfig) -> Woven:
        woven = self._desks[f"docs/{_lang(config)}/{page.file.src_uri}"].woven
        if woven is None:
            raise Abort(f"mkdocs.yml: the Markdown extension {_EXTENSION} is not listed")
        return woven


def _lang(config: MkDocsConfig) -> str:
    return str(config.extra["lang"])


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def _labs(config: MkDocsConfig) -> Path:
    return Project(_root(config)).cache / "labs" / _lang(config)


def _place(page: Page, lang: str, files: Files) -> Place:
    urls = addresses(files)
    return Place(
        page=page.file.src_uri,
        root=_site_root(get_relative_url(".", page.url), lang),
        link=lambda target: get_relative_url(urls[target], page.url),
    )


def _site_root(base: str, lang: str) -> str:
    """The way from a page to the root of both languages, with a slash at its end if not empty."""
    way = posixpath.normpath(base if lang == "zh" else posixpath.join(base, ".."))
    return f"{way.rstrip('/')}/"
