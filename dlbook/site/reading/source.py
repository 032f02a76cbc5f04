r"""The source of a page, read once: its headings, formulas and double brackets, with their lines.

Everything that looks at a page (the weaver, the parity check, the check for typed numbers) asks
this reader, so they agree on what is code, what is a formula and what is prose. Code, comments and
front matter are left alone. Formulas are written ``$...$`` or ``\(...\)``, on lines of their own
``$$...$$`` or ``\[...\]``.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.yaml_source import compose_text, constructed

TokenKind = Literal["code", "plain", "display", "inline", "bracket", "open"]

# Alternatives are tried in this order at each place, the leftmost place first.
_TOKEN = re.compile(
    r"""
      (?P<front>\A---[ ]*\n(?s:.*?)^---[ ]*$)
    | (?P<fence>^[ \t>]*(?P<mark>`{3,}|~{3,})[^\n`]*\n(?s:.*?)(?:^[ \t>]*(?P=mark)[`~]*[ \t]*$|\Z))
    | (?P<comment><!--(?s:.*?)-->)
    | (?P<code>(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)(?s:.))+?(?<!`)(?P=ticks)(?!`))
    | (?P<escape>\\[\\`$])
    | \$\$(?P<dollars>(?s:.+?))\$\$
    | \\\[(?P<square>(?s:.+?))\\\]
    | \\\((?P<round>(?:(?!\n[ \t]*\n)(?s:.))+?)\\\)
    | \$(?![\s$])(?P<dollar>(?:\\.|[^$\\\n]|\n(?![ \t]*\n))+?)(?<!\s)\$(?![\d$])
    | (?P<image>!\[(?:[^\[\]\n]|\[\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\])*\]\([^()\n]*\))
    | (?P<tag></?[A-Za-z][^<>\n]*>)
    | \[\[(?P<bracket>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\]
    | (?P<open>\[\[|\\\[|\\\(|\$)
    """,
    re.VERBOSE | re.MULTILINE,
)
_FRONT = re.compile(r"---[ ]*\n((?s:.*?))^---[ ]*$", re.MULTILINE)
_FRONT_TEXTS = ("title", "description", "summary", "question", "needs", "picture", "template")
_FRONT_LISTS = ("hide", "tags")
_FRONT_NAMES = (*_FRONT_TEXTS, *_FRONT_LISTS, "search", "icon", "status")  # the theme's
_KINDS: dict[str, TokenKind] = {
    "front": "code",
    "fence": "code",
    "comment": "code",
    "code": "code",
    "dollars": "display",
    "square": "display",
    "round": "inline",
    "dollar": "inline",
    "image": "plain",
    "tag": "plain",
    "bracket": "bracket",
    "open": "open",
}
_HEADING = re.compile(
    r"^(?P<hashes>\#{1,6})[ \t]+(?P<text>.*?)"
    r"(?:[ \t]*\{:?(?P<attributes>[^{}]*)\})?[ \t]*$",
    re.MULTILINE,
)
_QUOTE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+\.)[ \t]+)*(?:>[ \t]*)+")
_ANCHOR = re.compile(r"\#([^\s#}]+)")


@dataclass(frozen=True)
class Token:
    """A stretch of the source that is not plain prose.

    ``body`` is what stands inside the brackets or the formula's marks; for code and plain tokens
    it is the whole stretch. ``start`` and ``end`` are offsets into the source.
    """

    kind: TokenKind
    body: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 to 6, text as written, explicit ``{#anchor}`` or ``""``."""

    level: int
    text: str
    anchor: str
    line: int
    start: int


class Source:
    """One page's text. ``path`` is how messages call it; ``first_line`` is its first line there.

    ``fault`` says why the file could not be read, if it could not; the text is empty then.
    """

    def __init__(
        self, text: str, path: str, first_line: int = 1, fault: Problem | None = None
    ) -> None:
        self.text, self.path, self.first_line, self.fault = text, path, first_line, fault

    @cached_property
    def _newlines(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    def line_of(self, offset: int) -> int:
        """The line, in the file, of an offset into the text."""
        return self.first_line + bisect_left(self._newlines, offset)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Every token, in order; escapes are read over."""
        found = []
        for match in _TOKEN.finditer(self.text):
            name = match.lastgroup or ""  # the kind: it closes after what is named inside
            if name not in _KINDS:  # an escaped character
                continue
            start, end = match.span()
            if name == "fence":  # the line's own indentation belongs to the page
                start += len(match[name]) - len(match[name].lstrip(" \t>"))
            body = match[name]
            if _KINDS[name] in ("display", "inline"):
                body = self._unquoted(body, start)
            found.append(Token(_KINDS[name], body, start, end, self.line_of(start)))
        return tuple(found)

    def _unquoted(self, body: str, start: int) -> str:
        """A formula without the marks of the quote that it stands in, on each further line."""
        line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        marks = _QUOTE.match(line)
        depth = marks[0].count(">") if marks else 0
        if not depth or "\n" not in body:
            return body
        return re.sub(rf"\n(?:[ \t]*>){{1,{depth}}}", "\n", body)

    @cached_property
    def front(self) -> Mapping[str, Any]:
        """The front matter, ``description: …``; empty if there is none, or none that is YAML."""
        return self._front[0]

    @property
    def front_problem(self) -> Problem | None:
        """What is wrong with the front matter."""
        return self._front[1]

    @cached_property
    def _front(self) -> tuple[Mapping[str, Any], Problem | None]:
        match = _FRONT.match(self.text)
        if match is None:
            return {}, self._open_front()
        try:
            node = compose_text(match[1], self.path, self.first_line + 1)
            found = constructed(node, self.path, self.first_line + 1) if node else {}
        except InputError as error:
            return {}, error.problem
        if not isinstance(found, dict):
            message = "front matter is 'name: text' between lines of ---; this is none"
            return {}, Problem(self.path, self.first_line, message)
        return found, self._misnamed(found, match.start(1))

    def _open_front(self) -> Problem | None:
        if not re.match(r"---[ \t]*\n[ \t]*\w[\w-]*:", self.text):
            return None
        message = "front matter begins here and is never closed; close it with a line of ---"
        return Problem(self.path, self.first_line, message)

    @cached_property
    def body_start(self) -> int:
        """The offset at which the text begins, below the front matter."""
        match = _FRONT.match(self.text)
        rest = self.text[match.end() :] if match else self.text
        return len(self.text) - len(rest.lstrip())

    def _misnamed(self, front: Mapping[str, Any], start: int) -> Problem | None:
        for name, value in front.items():
            line = self.line_of(self.text.find(name, start))
            close = get_close_matches(name, _FRONT_NAMES, n=1, cutoff=0.75)
            if name not in _FRONT_NAMES and close:
                return Problem(self.path, line, f"no '{name}' here; did you mean '{close[0]}'?")
            if name in _FRONT_TEXTS and not (isinstance(value, str) and value.strip()):
                return Problem(self.path, line, f"'{name}' is not text; put it in quotes")
            if name in _FRONT_LISTS and not isinstance(value, list):
                message = f"'{name}' is a list; write {name}: [{value}]"
                return Problem(self.path, line, message)
            if name == "search" and not isinstance(value, dict):
                message = "'search' tells several things; write search: {exclude: true}"
                return Problem(self.path, line, message)
        return None

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Every ``#`` heading outside code."""
        code = [(token.start, token.end) for token in self.tokens if token.kind == "code"]
        found = []
        for match in _HEADING.finditer(self.text):
            if any(start <= match.start() < end for start, end in code):
                continue
            anchor = _ANCHOR.search(match["attributes"] or "")
            name = anchor[1] if anchor else ""
            line = self.line_of(match.start())
            level = len(match["hashes"])
            found.append(Heading(level, match["text"], name, line, match.start()))
        return tuple(found)

    @cached_property
    def brackets(self) -> frozenset[str]:
        """What stands between double brackets, each once."""
        return frozenset(token.body for token in self.tokens if token.kind == "bracket")

    def alone(self, token: Token) -> bool:
        """Whether nothing but indentation and quote marks shares the token's lines."""
        before = self.text[self.text.rfind("\n", 0, token.start) + 1 : token.start]
        end = self.text.find("\n", token.end)
        after = self.text[token.end : end if end >= 0 else len(self.text)]
        return not before.strip(" \t>") and not after.strip()

    def prose(self) -> str:
        """The text with every token blanked out, so that offsets and lines stay where they are."""
        parts, last = [], 0
        for token in self.tokens:
            hidden = self.text[token.start : token.end]
            parts += [self.text[last : token.start], re.sub(r"[^\n]", " ", hidden)]
            last = token.end
        return "".join([*parts, self.text[last:]])
