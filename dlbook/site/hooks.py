"""The events of MkDocs, in the order in which they come, and all that is kept between them.

MkDocs builds the Chinese book, and in its last event the English one: the events from ``on_config``
to ``on_post_build`` come twice, the second time between the two last of the first.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from dlbook.base.counting import counted
from dlbook.base.language import LANGUAGES
from dlbook.record.records import Project
from dlbook.site.building import (
    config_warnings,
    draft,
    edition,
    interrupting,
    offline,
    theme_files,
    unwritten,
)
from dlbook.site.building.config_check import config_problems
from dlbook.site.building.config_file import file_problems
from dlbook.site.building.draft import Draft
from dlbook.site.building.edition import Edition
from dlbook.site.building.english import CONFIG
from dlbook.site.building.link_warnings import LinkWarnings, count_warnings
from dlbook.site.building.making import Figures, FileStates
from dlbook.site.building.places import Places, site_root
from dlbook.site.building.publication import Publication
from dlbook.site.building.renderings import Renderings
from dlbook.site.building.reuse import compiled_templates
from dlbook.site.building.running import Loaded, page_inputs
from dlbook.site.building.template_problem import template_problem
from dlbook.site.labs import lab_pages
from dlbook.site.pages.colophon import colophon
from dlbook.site.reading.citation_file import citation_problems
from dlbook.site.reading.problems import Problem

_log = logging.getLogger("mkdocs.hooks.dlbook")


@dataclass
class _Run:
    """This process: its figures and its site for as long as it lasts, the rest for one build."""

    serving: bool = False
    root: Path = Path()
    figures: Figures = field(default_factory=Figures)
    site: Publication = field(default_factory=lambda: Publication(serving=False))
    read: Draft | None = None
    loaded: Loaded | None = None
    of: dict[str, FileStates] = field(default_factory=dict)  # what the languages were read from
    shown: FileStates | None = None  # what the Chinese half was built from, if it was
    editions: dict[str, Edition] = field(default_factory=dict)
    renderings: dict[str, Renderings] = field(default_factory=dict)
    links: LinkWarnings = field(default_factory=LinkWarnings)

    @property
    def draft(self) -> Draft:
        if self.read is None:
            raise Abort("the pages were not read; MkDocs did not announce the build")
        return self.read


_run = _Run()


def on_startup(*, command: str, **_: Any) -> None:
    """Note whether this process serves or builds."""
    _run.serving = command == "serve"
    _run.site = Publication(_run.serving)
    if not _run.serving:
        interrupting.tell_of_interrupts(_run.site)


@event_priority(100)  # before plugins read the configuration
def on_config(config: MkDocsConfig) -> None:
    """Build beside the site's place; give the labs their look."""
    _run.root = edition.root(config)
    is_first = Path(config.config_file_path).name != CONFIG
    if is_first and config.strict:
        count_warnings()
    root = edition.root(config)
    _refuse([*file_problems(root), *citation_problems(root)] if is_first else ())
    _refuse(config_problems(config, edition.lang(config)))
    theme_files.hasten(config, compiled_templates(Project(root)))
    offline.drop_address(config)
    lab_pages.use_own_templates(config, edition.labs_folder(config))
    if is_first:
        _run.site.begin(config)
    elif not _run.site.has_begun:
        raise Abort(f"{CONFIG} is built together with mkdocs.yml: run mkdocs build")


def _refuse(problems: Iterable[Problem]) -> None:
    """Say what is wrong with the configuration.

    Raises:
        Abort: something is.
    """
    found = sorted(set(problems))
    for problem in found:
        _log.error(str(problem))
    if found:
        raise Abort(
            f"{counted(len(found), 'problem')} in the configuration. Nothing was published."
        )


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Make the figures, then read and check every page of both languages.

    Raises:
        Abort: a figure or a page is not in order, and this is not a server.
    """
    offline.drop_shim(config)
    if edition.lang(config) == "zh":
        project = Project(edition.root(config))
        unwritten.tell_todos(project.root, refuse=config.strict and not _run.serving)
        _run.shown = None
        try:
            _run.figures.make(project, config.strict, _run.serving)
        except Abort:
            draft.tell_texts(project)  # a slip in one is what an author would not accept
            raise
        _read(config, project)
        _run.site.set_aside(config)


def _read(config: MkDocsConfig, project: Project) -> None:
    """Read and check the pages; of a language of which nothing was edited no page is woven."""
    of = {lang: page_inputs(config, lang) for lang in LANGUAGES} if _run.serving else {}
    kept = {
        lang: _run.draft.manuscript.cloths[lang] for lang in of if _run.of.get(lang) == of[lang]
    }
    _run.of = {}
    places = Places(config.use_directory_urls, edition.configured_address(config, _run.serving))
    _run.read = draft.read_draft(project, _run.serving, places, kept)
    _run.of = of


@event_priority(100)  # before mkdocs-jupyter looks for notebooks
def _add_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Open this language's edition, and add what is not written in its folder."""
    lang = edition.lang(config)
    kept = _run.renderings.setdefault(lang, Renderings()) if _run.serving else None
    opened = _run.editions[lang] = Edition(config, _run.draft, kept)
    _run.links.read(lang, _run.draft.manuscript.pages[lang])
    opened.add(files)
    return files


@event_priority(-100)  # when every plugin has added its files
def _settle_files(files: Files, *, config: MkDocsConfig) -> Files:
    return _edition(config).settle(files)


on_files = CombinedEvent(_add_files, _settle_files)


def on_page_read_source(*, page: Page, config: MkDocsConfig, **_: Any) -> str | None:
    """Give MkDocs the page as it was read and checked, whatever was written since."""
    return _edition(config).text(page)


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> None:
    """Hand the page to the Markdown extension."""
    _edition(config).lay_out(page, markdown)


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Take back what became of it."""
    return _edition(config).converted(page, html)


@event_priority(-100)  # after the search has read the light stubs
def on_page_context(
    context: dict[str, Any], *, page: Page, config: MkDocsConfig, **_: Any
) -> dict[str, Any]:
    """Weave in what the search was spared; say what stands for the page where it is shared."""
    page.content = _edition(config).completed(page)
    context["card"], context["card_shows"] = _edition(config).card(page)
    return on_template_context(context, config=config)


def on_template_context(
    context: dict[str, Any], *, config: MkDocsConfig, **_: Any
) -> dict[str, Any]:
    """Tell templates the way to the root of both languages, and where the book can be had."""
    context["site_root"] = site_root(context["base_url"], edition.lang(config))
    address = _run.draft.manuscript.places.address
    context["colophon"] = colophon(edition.lang(config), address, context["site_root"])
    return context


def on_post_build(*, config: MkDocsConfig) -> None:
    """Publish what the search needs, and build the other language."""
    _edition(config).publish_search()
    if edition.lang(config) == "zh":
        _add_english(config)
        _run.shown = _run.of.get("zh")


def _add_english(config: MkDocsConfig) -> None:
    with config_warnings.about_file(CONFIG):
        _run.site.add_english(config, _run.draft.problems)


def on_serve(
    server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[[], None], **_: Any
) -> LiveReloadServer:
    """Let an edit of English prose build the English half alone."""

    def build() -> None:
        project = Project(edition.root(config))
        if _run.loaded:
            _run.loaded.tell_changed()
        if wrong := file_problems(project.root):  # MkDocs would end the build with a traceback
            for problem in wrong:
                _log.error(str(problem))
            return
        if _run.shown is None or _run.shown != page_inputs(config, "zh"):
            builder()
            return
        shown, before = _run.shown, _of_chinese(_run.draft)
        unwritten.tell_todos(project.root, refuse=False)
        _read(config, project)
        if _of_chinese(_run.draft) != before:
            builder()
            return
        _run.site.set_aside(config)
        _add_english(config)
        _run.shown = shown

    _run.loaded = Loaded(edition.root(config))
    server.builder = build
    return server


def _of_chinese(read: Draft) -> list[Problem]:
    return [each for each in read.problems if not each.path.startswith("docs/en/")]


def on_build_error(error: Exception, **_: Any) -> None:
    """Publish nothing of this build.

    Raises:
        Abort: it was a template, and this says where.
    """
    _run.site.fail()
    read = _run.read.manuscript.pages.values() if _run.read else ()
    pages = [source for written in read for source in written.values()]
    if problem := template_problem(error, _run.root, pages):
        raise Abort(str(problem)) from error


def on_shutdown() -> None:
    """Publish what was built, if all of it was."""
    if not _run.serving:
        interrupting.finish()
    _run.site.end()


def _edition(config: MkDocsConfig) -> Edition:
    return _run.editions[edition.lang(config)]
