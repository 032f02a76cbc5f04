"""Headings without words, of a level that nobody expects, and anchors that stand twice."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

_UNDERLINE = re.compile(r"^(?=[ \t]*[^\s])[^\n]*\n(?P<line>=+|-+)[ \t]*$", re.MULTILINE)
_BRACES = re.compile(r"[{｛].*[{｛]|｛|\}\s*\S|\{[^}]*$")
_GIVEN = re.compile(r"\{:?[^{}\n]*?#(?P<name>[^\s#{}]+)[^{}\n]*\}")
_ID = re.compile(r"""\sid\s*=\s*["']?(?P<name>[^\s"'>]+)""", re.IGNORECASE)
_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]*")
_OURS = ("fn:", "fnref:", "__")  # of footnotes, and of the theme


def heading_slips(source: Source, prose: str) -> Iterator[Problem]:
    """What is wrong with the headings of a page, their anchors apart."""
    for match in _UNDERLINE.finditer(prose):
        message = "a line makes a heading of the text above it; write '## text {#name}'"
        line = source.line_of(match.start("line"))
        yield Problem(source.path, line, f"'{match['line'][:10]}': {message}")
    above, title = 0, 0
    for heading in source.headings:
        end = source.text.find("\n", heading.start)
        line_of_it = prose[heading.start : end if end >= 0 else len(prose)]
        if _BRACES.search(line_of_it):
            message = (
                "a heading ends in one {#name} and has no other braces; write sets as $\\{x\\}$"
            )
            yield Problem(source.path, heading.line, message)
        elif not heading.text.strip(" #"):
            message = "the heading has no words; write '## text {#name}'"
            yield Problem(source.path, heading.line, message)
        elif above and heading.level > above + 1:
            signs = "#" * (above + 1)
            message = f"a heading of level {heading.level} stands below one of level {above}"
            yield Problem(source.path, heading.line, f"{message}; write '{signs} …'")
        elif heading.level == 1 and title:
            message = f"the page has its title in line {title} already; write '## …'"
            yield Problem(source.path, heading.line, message)
        above = heading.level
        title = title or (heading.line if above == 1 else 0)


def untitled(source: Source) -> Iterator[Problem]:
    """A chapter without a title, which navigation, search and lists would call by its file."""
    if not any(heading.level == 1 for heading in source.headings):
        line = source.line_of(source.body_start)
        yield Problem(source.path, line, "the page has no title; begin it with '# … {#name}'")


def anchor_problems(source: Source, generated: Mapping[str, str]) -> list[Problem]:
    """Headings without an anchor, and anchors that stand twice on a page.

    ``generated`` are the anchors of what is woven into the page, and what each belongs to.
    """
    found = [
        Problem(source.path, heading.line, f"the heading '{heading.text}' needs an anchor; {_ADD}")
        for heading in source.headings
        if heading.level > 1 and not heading.anchor and heading.text.strip(" #")
    ]
    places = anchor_lines(source)
    for name, lines in places.items():
        taken = generated.get(name) or (
            "of footnotes or the theme" if name.startswith(_OURS) else ""
        )
        if taken:
            message = f"the anchor {{#{name}}} is one {taken}; rename it"
            found.append(Problem(source.path, lines[0], message))
        elif not _PLAIN.fullmatch(name):
            message = f"the anchor {{#{name}}} is part of an address; write small letters a to z"
            found.append(Problem(source.path, lines[0], f"{message}, digits and '-'"))
        elif lines[1:]:
            message = f"the anchor {{#{name}}} stands twice on this page; rename one"
            found += [Problem(source.path, line, message) for line in lines]
    return found


_ADD = "add {#name}"


@lru_cache(maxsize=512)  # of a server's edit one page is read again
def anchor_lines(source: Source) -> dict[str, list[int]]:
    """The anchors that a page gives, to headings and to anything else, each with its lines."""
    places: dict[str, list[int]] = {}
    prose = source.prose()
    given = [(match["name"], match.start()) for match in _GIVEN.finditer(prose)]
    for token in source.tokens:
        if token.kind == "plain" and token.body.startswith("<"):
            given += [(match["name"], token.start) for match in _ID.finditer(token.body)]
    for name, offset in sorted(given, key=lambda pair: pair[1]):
        places.setdefault(name, []).append(source.line_of(offset))
    return places
