"""The tests in two halves: while the book is being built, and afterwards.

The early half is tried beside the build, which leaves a processor idle now and then. What belongs
to it follows from where it lies; whatever is not early is late, so that every test runs once. An
early test that opens what a build makes fails, whether a build has been there or not.
"""

import os
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
HALVES = ("early", "late")
EARLY = (
    *("arithmetic", "base", "by_torch", "engine", "figures", "mathematics", "record", "training"),
    "web",
    *(f"test_every_{name}.py" for name in ("figure", "finding", "grid")),
    *(f"test_{name}.py" for name in ("chance", "cli", "legibility", "registered")),
    *(f"site/test_{name}.py" for name in ("archive", "cut")),
)
SITE, CACHE = TESTS.parent / "site", TESTS.parent / ".cache" / "dlbook"
# What has been parsed: taken if it is there, and never half written.
PARSED = "syntax.json"


def half_of(path: Path) -> str | None:
    """The half of a folder or a file of tests; a folder with files of both belongs to both."""
    way = path.relative_to(TESTS)
    if any(part.as_posix() in EARLY for part in (way, *way.parents)):
        return "early"
    both = {parent for early in EARLY for parent in Path(early).parents}
    return None if way in both else "late"


def refuse_the_book(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse, as a hook of ``sys.addaudithook``, to open what a build of the book makes.

    Raises:
        AssertionError: it is opened; the message says what to do.
    """
    if event not in ("open", "os.listdir", "os.scandir") or not isinstance(
        arguments[0], str | os.PathLike
    ):
        return
    named = os.fspath(arguments[0])
    if os.sep not in named:
        return  # a name in some folder that is open, as where a whole folder is removed
    path = Path(os.path.abspath(named))  # noqa: PTH100 (no link is followed)
    if (SITE in (path, *path.parents) or CACHE in path.parents) and path.name != PARSED:
        raise AssertionError(
            f"{path.relative_to(TESTS.parent)} is the build's, which goes on beside this half of"
            f" the tests; move the test out of {', '.join(EARLY)} (tests/halves.py)"
        )
