"""The reference of one package: its modules, and what each offers.

Headings are Markdown, so that the search finds every name; what is said of it is filled in late.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from dlbook.site.pages import docstrings, reference
from dlbook.site.pages.reference import Member, Module
from dlbook.site.pages.script_source import PACKAGE
from dlbook.site.pages.stubs import front_matter, placeholder
from dlbook.site.reading.book import Book
from dlbook.site.reading.words import writer

_ABOUT = "about"


def reference_page(book: Book, package: str, modules: Iterable[Module]) -> str:
    """The Markdown of the page of these modules."""
    word, name = writer(book.lang), f"{PACKAGE}.{package}"
    blocks = [
        front_matter(name, word("reference_description", package=name)),
        f"# `{name}` {{#reference}}",
        word("reference_about"),
        placeholder(_ABOUT),
    ]
    for module in modules:
        anchor = reference.anchor(module.name)
        blocks += [f"## `{anchor}` {{#{anchor}}}", placeholder(module.name)]
        for member in module.members:
            anchor = reference.anchor(module.name, member.name)
            blocks += [
                f"### `{member.name}` {{#{anchor}}}",
                placeholder(f"{module.name}:{member.name}"),
            ]
    return "\n\n".join(blocks)


def reference_part(package: str, modules: Iterable[Module], key: str) -> str:
    """What stands in the place of one stub: of the package, of a module, or of a member."""
    if key == _ABOUT:
        return _english(docstrings.docstring_html(reference.about(package)))
    name, _, wanted = key.partition(":")
    module = next(each for each in modules if each.name == name)
    if not wanted:
        line = f"from {PACKAGE}.{package} import {name.partition('.')[2]}"
        return _english(_head(line) + docstrings.docstring_html(module.doc))
    return _member(next(each for each in module.members if each.name == wanted))


@lru_cache(maxsize=4096)  # the same in both languages, and in a server's next build
def _member(member: Member) -> str:
    methods = "".join(
        f"<div><dt>{_head(method.head)}</dt><dd>{docstrings.first_sentence(method.doc)}</dd></div>"
        for method in member.methods
    )
    listed = f'<dl class="dl-doc__methods">{methods}</dl>' if methods else ""
    return _english(_head(member.head) + docstrings.docstring_html(member.doc) + listed)


def _head(code: str) -> str:
    return f'<pre class="dl-doc__head no-copy"><code>{escape(code)}</code></pre>'


def _english(html: str) -> str:
    return f'<div class="dl-doc" lang="en">{html}</div>'
