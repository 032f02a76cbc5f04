"""``dlbook new figure``: a script that runs, its texts, its test, and its place in a chapter."""

import importlib.util
import keyword
import re
import sys
from collections import Counter
from pathlib import Path

from dlbook.authoring.changeset import Changeset, ChangesetError, filled_in
from dlbook.base.language import LANGUAGES, Pair, say
from dlbook.base.lookup import unknown
from dlbook.record.records import Project
from dlbook.site.reading.chapter_order import read_chapters
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.source import Source

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DRAFTED = re.compile(r"""["']Z(\d\d)["']""")
_END = ("limits", "summary", "exercises", "sources")  # sections after which no figure is expected
_EXERCISES, _LAB = "exercises", "[[lab]]"
_SAID: Pair = (
    "TODO：[[ref {name}]] 里看得到什么？八个单元时：[[{name}.learned[8]|ci%]]。",
    "TODO: what does [[ref {name}]] show? Eight units: [[{name}.learned[8]|ci%]].",
)


def new_figure(project: Project, name: str, chapter: str) -> Changeset:
    """The files of a figure that comes last before a chapter's closing sections.

    Raises:
        ChangesetError: pages could not cite it, there is such a figure, or no such chapter.
    """
    _check(project, name)
    parts = {"name": name, "claim": _free_claim(project)}
    return Changeset(
        new={
            f"figures_src/{name}.py": filled_in("figure.py.txt", **parts),
            f"figures_src/{name}.md": filled_in("figure.md.txt", **parts),
            f"tests/figures/test_{name}.py": filled_in("test_figure.py.txt", **parts),
        },
        changed=_placed(project.root, name, chapter),
    )


def _check(project: Project, name: str) -> None:
    if not _NAME.fullmatch(name):
        rule = "use lower-case letters, digits and single _, a letter first"
        raise ChangesetError(f"pages cannot cite '{name}'; {rule}")
    if name in project.scripts() or project.accepted(name).exists():
        raise ChangesetError(f"there is a figure '{name}' already; nothing was written")
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or _is_installed(name):
        raise ChangesetError(f"'{name}' is a module of Python's; name the figure by what it claims")


def _is_installed(name: str) -> bool:
    """Whether a script of that name, run by hand, would take the place of a package."""
    return importlib.util.find_spec(name) is not None


def _free_claim(project: Project) -> str:
    """An id that no script uses, for the claim until it gets the one of its source's catalogue."""
    texts = (
        path.read_text(encoding="utf-8", errors="replace")
        for paths in project.scripts().values()
        for path in paths
        if path.exists()
    )
    used = {int(number) for text in texts for number in _DRAFTED.findall(text)}
    return next(f"Z{number:02}" for number in range(1, 100) if number not in used)


def _placed(root: Path, name: str, chapter: str) -> dict[str, str]:
    """Both pages of the chapter with the figure and its claims at one place, and the lab."""
    listed = [each.name for each in read_chapters(root)[0]]
    if chapter not in listed:
        raise ChangesetError(
            f"{unknown('chapter', chapter, listed)}; begin one with: dlbook new chapter"
        )
    pages = {}
    for lang in LANGUAGES:
        path = f"docs/{lang}/{chapter}.md"
        try:
            pages[lang] = Source(read_text(root / path, path), path)
        except InputError as error:
            raise ChangesetError(f"{error}; nothing was written") from error
    end = _end(list(pages.values()))
    return {
        page.path: _with_lab(_with_figure(page, end, _block(name, lang)))
        for lang, page in pages.items()
    }


def _end(pages: list[Source]) -> str:
    """The section of both pages before which a new figure goes; ``""`` for the end of the page."""
    counts = Counter(heading.anchor for page in pages for heading in page.headings)
    for anchor in _END:
        if 0 < counts[anchor] < len(pages):
            paths = " and ".join(page.path for page in pages)
            raise ChangesetError(
                f"{paths}: one lacks the section {{#{anchor}}}; nothing was written"
            )
    return next((anchor for anchor in _END if counts[anchor]), "")


def _block(name: str, lang: str) -> str:
    said = say(_SAID, lang).format(name=name)
    return f"[[figure {name}]]\n\n{said}\n\n[[claims {name}]]\n\n"


def _with_figure(page: Source, end: str, block: str) -> str:
    starts = [heading.start for heading in page.headings if end and heading.anchor == end]
    if not starts:
        return f"{page.text.rstrip()}\n\n{block}".rstrip() + "\n"
    return page.text[: starts[0]] + block + page.text[starts[0] :]


def _with_lab(text: str) -> str:
    """The page with the way to its notebook before the exercises, if it has none yet."""
    page = Source(text, "")
    places = (heading.start for heading in page.headings if heading.anchor == _EXERCISES)
    start = next(places, None)
    if start is None or any(token.body == "lab" for token in page.tokens):
        return text
    end = text.index("\n", start) + 1
    return f"{text[:end]}\n{_LAB}\n{text[end:]}"
