"""What the book consists of: its chapters, in the order in which they are read, and its pages.

``docs/chapters.yml`` is a list of ids; ``docs/zh/ID.md`` and ``docs/en/ID.md`` are the chapter and
say everything else of it. Navigation, labs, neighbours, lists of chapters and the order of what
the search finds follow from the list.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source
from dlbook.site.reading.yaml_source import compose

LISTED = "docs/chapters.yml"
LIKE_PAGES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".ipynb")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
Pages = Mapping[str, Mapping[str, Source]]


@dataclass(frozen=True)
class Chapter:
    """An id of the list and its line there."""

    name: str
    line: int

    @property
    def page(self) -> str:
        """Its Markdown path in either language."""
        return f"{self.name}.md"


def read_chapters(root: Path) -> tuple[list[Chapter], list[Problem]]:
    """The chapters of a project, each once, and what is wrong with the list; no file is none."""
    path = root / LISTED
    if not (path.exists() or path.is_symlink()):
        return [], []
    try:
        tree = compose(path, LISTED)
    except InputError as error:
        return [], [error.problem]
    if not isinstance(tree, yaml.SequenceNode):
        return [], [_problem(0, "not a list; write '- ID', one chapter to a line, or [] for none")]
    found: dict[str, Chapter] = {}
    problems = []
    for node in tree.value:
        wrong = _wrong(node) or (f"'{node.value}' stands twice" if node.value in found else "")
        if wrong:
            problems.append(_problem(node.start_mark.line, wrong))
        else:
            found[node.value] = Chapter(node.value, node.start_mark.line + 1)
    return list(found.values()), problems


def read_pages(root: Path, lang: str, chapters: Iterable[Chapter]) -> dict[str, Source]:
    """The pages of one language by their Markdown path, the chapters first.

    A page that cannot be read is empty and has a ``fault``.
    """
    folder = root / "docs" / lang
    found = {
        path.relative_to(folder).as_posix(): _page(path, path.relative_to(root).as_posix())
        for path in sorted(folder.rglob("*.md"))
    }
    first = [chapter.page for chapter in chapters if chapter.page in found]
    return {page: found[page] for page in dict.fromkeys([*first, *found])}


def misnamed_pages(root: Path) -> list[Problem]:
    """Files of which MkDocs would make a page that the book does not know, or none at all."""
    found = []
    for lang in LANGUAGES:
        folder = root / "docs" / lang
        made: dict[str, str] = {}
        for path in sorted(folder.rglob("*"), key=lambda path: (len(path.parts), path)):
            shown, name = path.relative_to(root).as_posix(), path.relative_to(folder)
            if path.suffix.lower() in LIKE_PAGES and path.suffix != ".md":
                found.append(Problem(shown, 1, "the name of a page ends in .md; rename it"))
            elif path.suffix == ".md":
                home = path.stem in ("index", "README")
                address = name.parent.as_posix() if home else name.with_suffix("").as_posix()
                if address in made:
                    message = f"becomes the same page as {made[address]}; rename one"
                    found.append(Problem(shown, 1, message))
                made[address] = shown
    return found


def _page(path: Path, shown: str) -> Source:
    try:
        return _source(read_text(path, shown), shown)
    except InputError as error:
        return Source("", shown, fault=error.problem)


@lru_cache(maxsize=512)  # what was found in a page serves until it is edited
def _source(text: str, shown: str) -> Source:
    return Source(text, shown)


def chapters_without_page(chapters: Iterable[Chapter], pages: Pages) -> list[Problem]:
    """A problem for each chapter that no language has."""
    return [
        Problem(LISTED, chapter.line, f"chapter '{chapter.name}' has no page; {_cure(chapter)}")
        for chapter in chapters
        if not any(chapter.page in pages[lang] for lang in LANGUAGES)
    ]


def _cure(chapter: Chapter) -> str:
    both = " and ".join(f"docs/{lang}/{chapter.page}" for lang in LANGUAGES)
    return f"write {both}, or take the line away and: dlbook new chapter {chapter.name}"


def _wrong(node: yaml.Node) -> str:
    """What is wrong with one entry of the list, ``""`` if nothing is."""
    if not isinstance(node, yaml.ScalarNode):
        return "a chapter is its id and nothing else; its page says the rest"
    own = node.value.rpartition("/")[2].removesuffix(".md")
    if own != node.value and NAME.fullmatch(own):
        return f"'{node.value}' is a path; a chapter is its id, write '{own}'"
    if not NAME.fullmatch(node.value):
        return f"'{node.value}' is no id; use lower-case letters, digits and single hyphens"
    return ""


def _problem(line: int, message: str) -> Problem:
    return Problem(LISTED, line + 1, message)
