"""What the book consists of: its chapters, in the order in which they are read, and its pages.

``docs/chapters.yml`` is a list of ids; ``docs/zh/ID.md`` and ``docs/en/ID.md`` are the chapter and
say in words what there is to say of it. Navigation, labs, neighbours, lists of chapters and the
order of what the search finds follow from the list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from dlbook.base.hidden import is_hidden
from dlbook.base.language import LANGUAGES
from dlbook.base.lookup import unknown
from dlbook.site.reading.chapter_entry import LISTED, Chapter, chapter_of
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source
from dlbook.site.reading.yaml_source import compose

_LEFT_OUT = "templates"  # a folder that MkDocs publishes nothing of
LIKE_PAGES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".ipynb")
Pages = Mapping[str, Mapping[str, Source]]


def read_chapters(root: Path) -> tuple[list[Chapter], list[Problem]]:
    """The chapters that are written, each once, and what is wrong with the list."""
    thread, problems = read_thread(root)
    return [chapter for chapter in thread if not chapter.is_to_come], problems


def read_thread(root: Path) -> tuple[list[Chapter], list[Problem]]:
    """The whole plan of a project, and what is wrong with the list; no file is no chapter."""
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
        try:
            chapter = chapter_of(node)
        except InputError as error:
            problems.append(error.problem)
            continue
        if chapter.name in found:
            problems.append(_problem(node.start_mark.line, f"'{chapter.name}' stands twice"))
        else:
            found[chapter.name] = chapter
    return list(found.values()), problems or list(_unknown_before(list(found.values())))


def _unknown_before(thread: Sequence[Chapter]) -> Iterator[Problem]:
    """What a chapter asks to be read before it has to stand before it."""
    for place, chapter in enumerate(thread):
        before = [each.name for each in thread[:place]]
        for name in chapter.after:
            if name not in before:
                message = f"'{chapter.name}' comes after {unknown('chapter', name, before)}"
                yield Problem(LISTED, chapter.line, message)


def read_pages(root: Path, lang: str, chapters: Iterable[Chapter]) -> dict[str, Source]:
    """The pages of one language by their Markdown path, the chapters first.

    A page that cannot be read is empty and has a ``fault``.
    """
    folder = root / "docs" / lang
    found = {
        path.relative_to(folder).as_posix(): _page(path, path.relative_to(root).as_posix())
        for path in sorted(folder.rglob("*.md"))
        if not is_hidden(path.relative_to(folder))
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
            if is_hidden(name):
                continue
            if name.parts[0] == _LEFT_OUT:
                if len(name.parts) == 1:
                    message = "MkDocs publishes nothing of a folder of this name; rename it"
                    found.append(Problem(shown, 1, message))
                continue
            if path.suffix.lower() in LIKE_PAGES and path.suffix != ".md":
                found.append(Problem(shown, 1, "the name of a page ends in .md; rename it"))
            elif path.suffix in (".md", ".html"):
                home = path.stem == "index" or name.match("README.md")
                address = name.parent.as_posix() if home else name.with_suffix("").as_posix()
                if ".md" in (path.suffix, Path(made.get(address, "")).suffix) and address in made:
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
    """A problem for each chapter that no language has, and for each to come that one has."""
    found = []
    for chapter in chapters:
        written = [
            f"docs/{lang}/{chapter.page}" for lang in LANGUAGES if chapter.page in pages[lang]
        ]
        if chapter.is_to_come and written:
            message = f"'{chapter.name}' is written, {written[0]}; take its title and question away"
            found.append(Problem(LISTED, chapter.line, message))
        elif not (chapter.is_to_come or written):
            message = f"chapter '{chapter.name}' has no page; {_cure(chapter)}"
            found.append(Problem(LISTED, chapter.line, message))
    return found


def _cure(chapter: Chapter) -> str:
    both = " and ".join(f"docs/{lang}/{chapter.page}" for lang in LANGUAGES)
    return f"write {both}, or take the line away and: dlbook new chapter {chapter.name}"


def _problem(line: int, message: str) -> Problem:
    return Problem(LISTED, line + 1, message)
