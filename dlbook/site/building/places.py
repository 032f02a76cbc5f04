"""Where the pages of one language will be, known before MkDocs has read a file."""

import posixpath
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown import Markdown
from markdown.preprocessors import NormalizeWhitespace
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url, meta

from dlbook.site.reading.address import NOWHERE, Address
from dlbook.site.reading.book import Place
from dlbook.site.reading.source import Source


@dataclass(frozen=True)
class Places:
    """The places of the pages, whose addresses are folders or files ``.html``, and of the book."""

    use_directory_urls: bool = True
    address: Address = NOWHERE

    def of(self, lang: str, page: str) -> Place:
        """The place of a page by its Markdown path."""
        url = self._url(page)
        return Place(
            page=page,
            root=site_root(get_relative_url(".", url), lang),
            link=lambda target: get_relative_url(self._url(target), url),
        )

    def _url(self, page: str) -> str:
        return _url(page.removesuffix(".ipynb").removesuffix(".md"), self.use_directory_urls)


@cache
def _url(name: str, use_directory_urls: bool) -> str:
    return File(f"{name}.md", "", "", use_directory_urls).url


def site_root(base: str, lang: str) -> str:
    """The way from a page to the root of both halves, with a slash at its end if not empty.

    ``base`` is the way to the root of the page's own half.
    """
    way = posixpath.normpath(base if lang == "zh" else posixpath.join(base, ".."))
    return f"{way.rstrip('/')}/"


@lru_cache(maxsize=512)  # across the builds of a server
def as_converted(source: Source) -> Source:
    """A page as Markdown is given it: without front matter, and with spaces alone."""
    text, _ = meta.get_data(source.text)
    first_line = source.text.count("\n") - text.count("\n") + source.first_line
    lines = NormalizeWhitespace(_markdown()).run(text.split("\n"))
    return Source("\n".join(lines), source.path, first_line)


_markdown = cache(Markdown)
