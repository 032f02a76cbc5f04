"""The navigation of both languages, from one ``nav``: that of ``mkdocs.yml``.

There stands what nothing else says: the order of the pages that are no chapters, and the names of
the groups, ``中文 | English``. ``[[chapters]]`` and ``[[labs]]`` stand for what follows from
``docs/chapters.yml`` and the figures on the pages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dlbook.base.language import LANGUAGES, say
from dlbook.base.lookup import unknown
from dlbook.site.building.english import CONFIG as ENGLISH
from dlbook.site.labs import lab_html
from dlbook.site.reading.book import Book, placed
from dlbook.site.reading.chapter_entry import LISTED, Chapter
from dlbook.site.reading.chapter_order import Pages
from dlbook.site.reading.problems import Problem

CONFIG = "mkdocs.yml"
LISTS = ("chapters", "labs")  # what lists() gives
_MADE = ("labs/",)  # where the build makes pages of its own
_LIST = re.compile(r"\[\[(.+)\]\]")
_BETWEEN = " | "


def lists(book: Book) -> dict[str, Sequence[str]]:
    """For each name of :data:`LISTS`, the pages of which it is made, by their paths."""
    return dict(zip(LISTS, (book.chapters, tuple(lab_html.chapters(book))), strict=True))


def filled(nav: Any, book: Book) -> Any:
    """The ``nav`` of the book's language: each list in its place, each name in that language.

    A group that would be empty is left out. No ``nav`` is none: MkDocs then shows every page.
    """
    return None if nav is None else _filled(nav, book.lang, lists(book))


def _filled(nav: Sequence[Any], lang: str, found: Mapping[str, Sequence[str]]) -> list[Any]:
    entries: list[Any] = []
    for item in nav:
        if isinstance(item, dict):
            ((title, target),) = item.items()
            group = isinstance(target, list)
            inside = _filled(target, lang, found) if group else _list(target, found)
            entries += [{_title(title, lang): inside}] if inside else []
        else:
            listed = _list(item, found)
            entries += [listed] if isinstance(listed, str) else listed
    return entries


def _list(target: str, found: Mapping[str, Sequence[str]]) -> str | list[str]:
    match = _LIST.fullmatch(target)
    return list(found.get(match[1], ())) if match else target


def _title(both: str, lang: str) -> str:
    names = both.split(_BETWEEN)
    return say((names[0], names[1]), lang) if len(names) == len(LANGUAGES) else both


@dataclass(frozen=True)
class _Entry:
    """Something that ``nav`` lists, or the name of a group (``target`` is ``None``)."""

    line: int
    target: str | None = None
    title: str | None = None


def navigation_problems(root: Path, pages: Pages, chapters: Sequence[Chapter]) -> list[Problem]:
    """Where ``nav``, ``docs/chapters.yml`` and the pages disagree."""
    second = _key(root / ENGLISH, "nav")
    if second:
        message = f"nav stands in {CONFIG}, once for both languages; take it away here"
        return [Problem(ENGLISH, second[0], message)]
    nav = _key(root / CONFIG, "nav")
    if nav is None:
        return []  # MkDocs shows every page, by name
    line, node = nav
    if isinstance(node, yaml.ScalarNode):
        return [Problem(CONFIG, line, "nav is empty; list the pages, or take nav away")]
    entries = list(_entries(node))
    known = {page for lang in LANGUAGES for page in pages[lang]}
    wrong = list(_wrong_entries(entries, known, {chapter.page: chapter for chapter in chapters}))
    wrong = wrong or list(_missing_lists(line, entries, pages, chapters))  # or misspelt, and told
    return [*wrong, *_left_out(entries, pages, chapters)]


def _wrong_entries(
    entries: list[_Entry], known: set[str], chapters: Mapping[str, Chapter]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for entry in entries:
        wrong = _wrong_title(entry.title) or _wrong_target(entry.target, known, chapters)
        if not wrong and entry.target in seen:
            wrong = f"'{entry.target}' stands in nav already; keep one"
        seen |= {entry.target} if entry.target else set()
        if wrong:
            yield Problem(CONFIG, entry.line, wrong)


def _wrong_title(title: str | None) -> str:
    if title is None or len([name for name in title.split(_BETWEEN) if name.strip()]) == 2:
        return ""
    return f"'{title}' is not a name in both languages; write '中文{_BETWEEN}English'"


def _wrong_target(target: str | None, known: set[str], chapters: Mapping[str, Chapter]) -> str:
    if target is None or target.startswith(("http://", "https://")):
        return ""
    match = _LIST.fullmatch(target)
    if match:
        return "" if match[1] in LISTS else unknown("list", match[1], LISTS)
    if target in chapters:
        return f"'{target}' is a chapter: {LISTED}:{chapters[target].line} lists it; remove it here"
    if target.startswith(_MADE):
        return f"the build makes '{target}'; write [[{target.partition('/')[0]}]] instead"
    return "" if target in known else f"nav lists '{target}', but there is no docs/zh/{target}"


def _missing_lists(
    line: int, entries: list[_Entry], pages: Pages, chapters: Sequence[Chapter]
) -> Iterator[Problem]:
    """A list that is needed and that ``nav`` has no place for."""
    written = [pages["zh"][each.page] for each in chapters if each.page in pages["zh"]]
    needed = {"chapters": written, "labs": [page for page in written if placed(page, "figure")]}
    for name, members in needed.items():
        if members and not any(entry.target == f"[[{name}]]" for entry in entries):
            yield Problem(CONFIG, line, f'nav has no place for {name}; add "[[{name}]]"')


def _left_out(
    entries: list[_Entry], pages: Pages, chapters: Sequence[Chapter]
) -> Iterator[Problem]:
    """Pages to which nothing would lead; a page without its translation is said to be that."""
    listed = {entry.target for entry in entries} | {chapter.page for chapter in chapters}
    for page, source in pages["zh"].items():
        if page not in listed and page in pages["en"]:
            message = f"is neither a chapter ({LISTED}) nor in nav ({CONFIG}); list it in one"
            yield Problem(source.path, 1, message)


def _key(path: Path, key: str) -> tuple[int, yaml.Node] | None:
    """The line and the value of a top-level key of a YAML file, if it has that key."""
    tree = (
        yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader) if path.exists() else None
    )
    for name, value in tree.value if isinstance(tree, yaml.MappingNode) else ():
        if name.value == key:
            return name.start_mark.line + 1, value
    return None


def _entries(node: yaml.Node) -> Iterator[_Entry]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _entries(item)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield _Entry(name.start_mark.line + 1, title=name.value)
            yield from _entries(value)
    elif isinstance(node, yaml.ScalarNode):
        yield _Entry(node.start_mark.line + 1, target=node.value)
