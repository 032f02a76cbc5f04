"""The Markdown of a page that nobody writes: its front matter and its stubs."""

import re
from collections.abc import Callable

import yaml

from dlbook.site.reading.search_words import BELOW

UNSEARCHED = 'data-search-exclude="true"'
_STUB = re.compile(r'<div data-generated="([^"]+)"></div>')


def front_matter(title: str, description: str) -> str:
    """What MkDocs, the theme and the search are told about the page."""
    told = {"title": title, "description": description, "search": BELOW}
    return f"---\n{yaml.safe_dump(told, allow_unicode=True, sort_keys=False)}---"


def placeholder(key: str) -> str:
    """Where something is filled in after the search has read the page."""
    return f'<div data-generated="{key}"></div>'


def fill_placeholders(html: str, write: Callable[[str], str]) -> str:
    """Put what ``write`` gives for its key in the place of every stub."""
    return _STUB.sub(lambda match: write(match[1]), html)
