"""``dlbook new chapter``: a page in each language, a test of what they say, a line in the list."""

from pathlib import Path

from dlbook.authoring.changeset import Changeset, ChangesetError, filled_in
from dlbook.base.language import LANGUAGES, Pair, say
from dlbook.site.reading.chapter_entry import LISTED, NAME, Chapter
from dlbook.site.reading.chapter_order import read_thread

UNTITLED: Pair = ("TODO：这一章的标题", "TODO: the title of the chapter")
# What the site has at its root, or at that of a language, beside the pages in docs/.
RESERVED = frozenset(
    (
        "404",
        "assets",
        "data",
        "figures",
        "labs",
        "licences",
        "reference",
        "robots",
        "search",
        "sitemap",
        "source",
    )
)


def new_chapter(root: Path, name: str, titles: Pair = UNTITLED) -> Changeset:
    """The files of a chapter that comes last in the book.

    Raises:
        ChangesetError: pages could not be called that, or the list of chapters is not in order.
    """
    _check(name)
    for title in titles:
        if not title.strip() or len(title.splitlines()) > 1:
            raise ChangesetError(f"a title of one line is wanted, not {title!r}")
    pages = {_page(name, lang): _text(name, lang, titles) for lang in LANGUAGES}
    test = f"tests/test_{name.replace('-', '_')}_page.py"
    new = {**pages, test: filled_in("test_page.py.txt", name=name)}
    listed = {LISTED: _listed(root, name)}
    if not (root / LISTED).exists():
        return Changeset({**new, **listed})
    return Changeset(new, listed)


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        rule = "use lower-case letters, digits and single hyphens, a letter first"
        raise ChangesetError(f"no page can be called '{name}'; {rule}")
    if name in (*RESERVED, *LANGUAGES):
        raise ChangesetError(f"the site keeps '{name}' for something else; choose another name")


def _page(name: str, lang: str) -> str:
    return f"docs/{lang}/{name}.md"


def _text(name: str, lang: str, titles: Pair) -> str:
    return filled_in(f"chapter.{lang}.md", name=name, title=say(titles, lang))


def _listed(root: Path, name: str) -> str:
    """The list with one more chapter, or one of the plan that is written now; comments stay."""
    path = root / LISTED
    empty = path.is_file() and not path.read_bytes().strip()
    chapters, problems = read_thread(root)
    if problems and not empty:
        raise ChangesetError(f"{problems[0]}; nothing was written")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for place, chapter in enumerate(chapters):
        if chapter.name == name and not chapter.is_to_come:
            message = f"{LISTED}: chapter '{name}' is listed already; nothing was written"
            raise ChangesetError(message)
        if chapter.name == name:
            end = chapters[place + 1].line - 1 if place + 1 < len(chapters) else len(lines)
            return _joined(_without_plan(lines, chapter, end))
    kept = lines if chapters else [line for line in lines if line.strip() != "[]"]
    return _joined([*kept, f"- {name}"])


def _without_plan(lines: list[str], chapter: Chapter, end: int) -> list[str]:
    """The lines without what the pages of a chapter, of which ``end`` is the last, say now."""
    start = chapter.line - 1
    kept = [
        line for line in lines[start:end] if not line.strip().startswith(("title:", "question:"))
    ]
    is_alone = not any(line.strip() and not line.strip().startswith("#") for line in kept[1:])
    first = f"- {chapter.name}" if is_alone else kept[0]
    return [*lines[:start], first, *kept[1:], *lines[end:]]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
