"""What Markdown made of the pages, kept from one build of a server to the next.

MkDocs converts every page in every build. Of an edit most pages are handed the same text, woven the
same way, with the same files to link to; what became of it then is given again. A page of which
MkDocs had something to say is converted each time, so that it is said each time.
"""

import logging
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

_log = logging.getLogger("mkdocs")


@dataclass(frozen=True)
class _Rendering:
    """What :meth:`mkdocs.structure.pages.Page.render` leaves on a page; files by their paths."""

    given: Hashable
    content: str | None
    toc: TableOfContents
    title: str | None
    anchors: frozenset[str] | None
    links: Mapping[str, dict[str, str]] | None

    @classmethod
    def of(cls, given: Hashable, page: Page) -> "_Rendering":
        anchors, links = page.present_anchor_ids, page.links_to_anchors
        return cls(
            given,
            page.content,
            deepcopy(page.toc),
            page._title_from_render,
            None if anchors is None else frozenset(anchors),
            None if links is None else {file.src_uri: dict(to) for file, to in links.items()},
        )

    def restore(self, page: Page, files: Files) -> None:
        """Leave the same on a page of another build, whose files are other objects."""
        page.content, page.toc = self.content, deepcopy(self.toc)
        page._title_from_render = self.title
        page.present_anchor_ids = None if self.anchors is None else set(self.anchors)
        if self.links is not None:
            found = [(files.get_file_from_path(uri), to) for uri, to in self.links.items()]
            page.links_to_anchors = {file: dict(to) for file, to in found if file}


class Renderings:
    """What became of the pages of one language."""

    def __init__(self) -> None:
        self._kept: dict[str, _Rendering] = {}

    def take(self, page: Page, given: Hashable, spared: Callable[[], None]) -> None:
        """Let a page be what it was before, if it is ``given`` the same beside its own text.

        ``given`` holds all that its conversion depends on but its Markdown: what is woven into it,
        the options, the files that there are. ``spared`` is called instead of the conversion.
        """

        def render(config: MkDocsConfig, files: Files) -> None:
            everything = (page.markdown, given)
            kept = self._kept.get(page.file.src_uri)
            if kept and kept.given == everything:
                kept.restore(page, files)
                spared()
                return
            with _Listener() as heard:
                Page.render(page, config, files)
            self._kept.pop(page.file.src_uri, None)
            if not heard.anything:
                self._kept[page.file.src_uri] = _Rendering.of(everything, page)

        page.render = render  # type: ignore[method-assign]  # MkDocs has no event in its place


class _Listener(logging.Handler):
    """Whether MkDocs said anything."""

    anything = False

    def emit(self, record: logging.LogRecord) -> None:
        self.anything |= record.levelno > logging.DEBUG

    def __enter__(self) -> "_Listener":
        _log.addHandler(self)
        return self

    def __exit__(self, *_: Any) -> None:
        _log.removeHandler(self)
