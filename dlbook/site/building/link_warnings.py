"""MkDocs' own warnings of links: made to say language, file, line and remedy, and always counted.

MkDocs builds one language at a time and knows pages by their path in it, so a warning of its own
says neither which language it means nor where on the page.
"""

import logging
import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches

from dlbook.site.reading.links import lines_of_links
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

_ABOUT = re.compile(
    r"Doc file '(?P<page>[^']+)' contains an? (?P<kind>|absolute |unrecognized relative )link"
    r"(?P<to> to)? '(?P<target>.*?)'(?:,| which) (?P<rest>(?:but|it was|is excluded).*)",
    re.DOTALL,
)
_ANCHOR = re.compile(r"(?:the doc '(?P<page>.*)' does not contain an|there is no such) anchor")
_MEANT = re.compile(r"Did you mean '(.*)'\?")
_all = logging.getLogger("mkdocs")
_links = logging.getLogger("mkdocs.structure.pages")  # whence MkDocs warns of links


def count_warnings() -> None:
    """Let a strict build hear, show and count the warnings that ``--quiet`` would hide from it."""
    if not _all.isEnabledFor(logging.WARNING):
        _all.setLevel(logging.WARNING)


class LinkWarnings(logging.Filter):
    """Puts ``docs/zh/folding.md:12`` before each warning of a link on that page, once a line."""

    def __init__(self) -> None:
        super().__init__()
        self._lang = ""
        self._pages: Mapping[str, Source] = {}
        self._told: Counter[tuple[str, str]] = Counter()

    def read(self, lang: str, pages: Mapping[str, Source]) -> None:
        """Take the places from these pages of one language from now on."""
        self._lang, self._pages, self._told = lang, pages, Counter()
        _links.addFilter(self)  # once, however often
        _links.setLevel(logging.INFO)  # the level of links to what is not published

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record; whether it is to be told."""
        match = _ABOUT.fullmatch(record.getMessage())
        if match is None:
            return _all.isEnabledFor(record.levelno)
        if not _all.isEnabledFor(logging.WARNING):
            return False
        problem = self._problem(match)
        record.msg, record.args = str(problem), ()
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return problem is not None

    def _problem(self, match: re.Match[str]) -> Problem | None:
        """What is wrong, ``None`` if every line with that link is told already."""
        page, target = match["page"], match["target"]
        shown, lines, before = f"docs/{self._lang}/{page}", [1], self._told[page, target]
        self._told[page, target] += 1
        if source := self._pages.get(page):
            lines = lines_of_links(source, target) or [1]
        lines = sorted(set(lines))
        if before >= len(lines):
            return None
        return Problem(shown, lines[before], self._message(match))

    def _message(self, match: re.Match[str]) -> str:
        link, meant = f"the link '{match['target']}'", _MEANT.search(match["rest"])
        if match["to"]:
            return f"{link} leads to what is not published; take it away"
        if match["kind"].startswith("absolute"):
            way = f"'{meant[1]}'" if meant else "'page.md'"
            return f"{link} begins at the root of a server; write the way from this page, {way}"
        if anchor := _ANCHOR.search(match["rest"]):
            return f"{link} {self._lacks(anchor['page'] or match['page'], match['target'])}"
        page = match["target"].partition("#")[0].removesuffix(".md")
        close = get_close_matches(page, [each.removesuffix(".md") for each in self._pages], n=1)
        guess = meant[1] if meant else f"{close[0]}.md" if close else ""
        remedy = f"did you mean '{guess}'?" if guess else "mend it, or put the file there"
        return f"{link} leads to no page and no file of docs/{self._lang}; {remedy}"

    def _lacks(self, page: str, target: str) -> str:
        anchor, source = target.partition("#")[2], self._pages.get(page)
        there = [each.anchor for each in source.headings if each.anchor] if source else []
        close = get_close_matches(anchor, there, n=1)
        remedy = f"did you mean '#{close[0]}'?" if close else "link to the anchor of a heading"
        return f"leads nowhere: {page} has no anchor {{#{anchor}}}; {remedy}"
