r"""What the page says about a figure: the Markdown file beside its script, in both languages.

``figures_src/NAME.md`` holds sections. Each has a heading and two paragraphs, first in Chinese,
then in English; a paragraph may be broken into lines anywhere, and numbers are cited as in a page::

    # title

    每折一次，段数翻倍

    Each fold doubles the pieces

    # A22 truth

    在 \([0, 1]\) 上恰好等于 \(|2x - 1|\)。

    On \([0, 1]\) it equals \(|2x - 1|\).

``title``, ``caption`` and ``alt`` belong to the figure; ``ID quantity``, ``ID truth`` and, where
there is one, ``ID control`` to a claim: what the estimate measures, what is true instead or under
which condition, and the negative control.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from dlbook.base.counting import counted
from dlbook.base.language import LANGUAGES, Pair
from dlbook.base.readable import NotTextError, decoded
from dlbook.base.trouble import refusal

FIGURE = ("title", "caption", "alt")
CLAIM = ("quantity", "truth", "control")
_HEADING = re.compile(r"#+\s+(?P<name>\S.*?)\s*")
# A heading whose sign is full-width, indented, or not parted from its name; and who means none.
_MEANT = re.compile(r"\s*[#＃]+[\s\u3000]*(?P<name>[^\W\d].*?)\s*")
_MERGE = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s.*)?")
# Chinese has no space between two characters, nor beside its punctuation; beside Latin it has one.
_CHARACTER = re.compile(r"[\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff]")
_PUNCTUATION = re.compile(r"[\uff00-\uffef\u3000-\u303f“”‘’…—]")


class TextError(ValueError):
    """A file of texts that is not as it should be; the message is one line with file and line."""


@dataclass(frozen=True)
class Text:
    """One section: what it says in each language, the line of its heading, and those below it."""

    name: str
    pair: Pair
    line: int
    body: tuple[str, ...] = ()

    @property
    def starts(self) -> tuple[int, ...]:
        """The line on which the paragraph of each language begins."""
        before = ("", *self.body)
        return tuple(
            self.line + number
            for number, line in enumerate(self.body, 1)
            if line and not before[number - 1]
        )

    def paragraph(self, lang: str) -> tuple[int, tuple[str, ...]]:
        """Where the paragraph of a language begins, and its lines as they are written."""
        start = self.starts[LANGUAGES.index(lang)]
        below = self.body[start - self.line - 1 :]
        return start, tuple(takewhile(bool, below))

    def line_of(self, written: str, lang: str) -> int:
        """The line on which the paragraph of a language holds that, else on which it begins."""
        start, lines = self.paragraph(lang)
        return next((n for n, line in enumerate(lines, start) if written in line), start)


@dataclass(frozen=True)
class Texts:
    """The sections of one file by name; ``shown`` is how messages call the file."""

    shown: str
    sections: Mapping[str, Text]

    def __getitem__(self, name: str) -> Pair:
        """The pair of a section.

        Raises:
            TextError: there is no such section.
        """
        if name not in self.sections:
            raise TextError(f"{self.shown}: no section '# {name}'; add it, Chinese, then English")
        return self.sections[name].pair

    def get(self, name: str) -> Pair | None:
        """The pair of a section, ``None`` if there is none."""
        return self.sections[name].pair if name in self.sections else None

    def where(self, name: str) -> str:
        """The place of a section for messages: ``figures_src/x.md:12``."""
        line = self.sections[name].line if name in self.sections else None
        return f"{self.shown}:{line}" if line else self.shown


def read_texts(path: Path, shown: str) -> Texts:
    """The texts of a file.

    Raises:
        TextError: the file is missing or no text, or a section is not two paragraphs in the two
            languages, stands twice, or has a name that no text has.
    """
    found: dict[str, Text] = {}
    for name, line, body in _sections(_read(path, shown), shown):
        if name in found:
            raise TextError(f"{shown}:{line}: '# {name}' stands here again; once is enough")
        found[name] = Text(name, _pair(name, body, shown, line), line, tuple(body))
    return Texts(shown, found)


def _read(path: Path, shown: str) -> str:
    """The text of a file."""
    try:
        return decoded(path.read_bytes())
    except FileNotFoundError:
        raise TextError(f"{shown}: missing; it holds title, caption and alt text") from None
    except OSError as error:
        raise TextError(refusal(error, path.parents[shown.count("/")])) from error
    except NotTextError as error:
        raise TextError(f"{shown}:{error.line}: {error}") from error


def _sections(text: str, shown: str) -> Iterator[tuple[str, int, list[str]]]:
    """Name, line and body of every section."""
    name, start, body = "", 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            if told := _slip(line):
                raise TextError(f"{shown}:{number}: {told}")
            if not name and line.strip():
                raise TextError(f"{shown}:{number}: text before the first heading, '# title'")
            body.append(line.strip())
            continue
        if name:
            yield name, start, body
        name, start, body = " ".join(heading["name"].split()), number, []
        if not _is_known(name):
            raise TextError(
                f"{shown}:{number}: '# {name}' is no section; use {', '.join(FIGURE)} or, for a"
                f" claim, 'A22 {CLAIM[0]}', 'A22 {CLAIM[1]}', 'A22 {CLAIM[2]}'"
            )
    if name:
        yield name, start, body


def _slip(line: str) -> str | None:
    """What a line is that is neither a heading nor text."""
    if _MERGE.fullmatch(line):
        return "a merge left this line; keep one of the two versions, and delete the markers"
    if "<!--" in line:
        return "readers would see this remark; delete it"
    meant = _MEANT.fullmatch(line)
    return f"no heading as it stands; write '# {meant['name']}'" if meant else None


def _is_known(name: str) -> bool:
    claim, _, part = name.partition(" ")
    return name in FIGURE or (bool(claim) and part in CLAIM)


def _pair(name: str, body: list[str], shown: str, line: int) -> Pair:
    paragraphs = [_joined(part) for part in _paragraphs(body)]
    if len(paragraphs) != len(LANGUAGES):
        starts = Text(name, ("", ""), line, tuple(body)).starts
        place = f"{shown}:{starts[len(LANGUAGES)] if len(starts) > len(LANGUAGES) else line}"
        raise TextError(
            f"{place}: '# {name}' has {counted(len(paragraphs), 'paragraph')}; give two, Chinese,"
            " then English"
        )
    return paragraphs[0], paragraphs[1]


def _paragraphs(body: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for line in [*body, ""]:
        if line:
            part.append(line)
        elif part:
            yield part
            part = []


def _joined(lines: list[str]) -> str:
    """A paragraph as one line; a space where a line of its language would have one."""
    text = lines[0]
    chinese = any(_CHARACTER.search(line) for line in lines)
    for line in lines[1:]:
        text += line if chinese and _is_close(text[-1], line[0]) else f" {line}"
    return text


def _is_close(one: str, other: str) -> bool:
    """Whether nothing stands between two signs of a Chinese text."""
    signs = (one, other)
    if any(_PUNCTUATION.match(sign) for sign in signs):
        return True
    return all(_CHARACTER.match(sign) for sign in signs)
