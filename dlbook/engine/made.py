"""Put a finished figure in its place: a new folder first, then the pointer to it."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dlbook.base.whole import unfinished, write
from dlbook.engine import files
from dlbook.engine.key import Key
from dlbook.record.records import FILES, Made, Project, RecordError, read_made, sealed

_WHERE = re.compile(r"(\S+\.py(?::\d+)?): ")
_KEPT_BY_PAGES = {"katex": ".html", "scripts": ".txt"}  # the site fills these folders
KEPT = 4  # made versions of a figure; a reader may still be at an older one

COLLISIONS = "collisions"  # in a passport: what of the pictures is hard to read, by line


def make_current(
    project: Project,
    name: str,
    key: Key,
    contents: Mapping[str, bytes],
    passport: Mapping[str, Any],
) -> None:
    """Make ``contents`` (a value for each of :data:`records.FILES`) the current version.

    Whoever reads meanwhile, or builds the same figure, sees the old version or the new one.
    """
    folder = project.made(name) / key.draw
    sums = {file: hashlib.sha256(contents[file]).hexdigest() for file in FILES}
    if not _holds(folder, contents):
        _place(folder, contents)
    files.touch(folder)
    pointer = {
        "run_key": key.run,
        "draw_key": key.draw,
        "parts": key.parts,
        "files": sums,
        "passport": passport,
    }
    write(project.pointer(name), files.to_json(sealed(pointer)))
    files.discard(project.error(name))
    versions = (path for path in project.made(name).iterdir() if path.is_dir())
    files.keep_newest(versions, KEPT, {folder})


def _holds(folder: Path, contents: Mapping[str, bytes]) -> bool:
    """Whether another build, or an earlier one, has put the same bytes there."""
    try:
        return all((folder / file).read_bytes() == contents[file] for file in FILES)
    except OSError:
        return False


def _place(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Rename a complete folder to its place; what stands there gives way only if it is damaged."""
    mine = unfinished(folder)
    mine.mkdir()
    for file in FILES:
        write(mine / file, contents[file])
    while True:
        try:
            mine.rename(folder)
        except OSError:
            if not os.path.lexists(folder):
                raise
            if _holds(folder, contents):  # another build was faster
                files.discard(mine)
                return
            files.discard(folder)
        else:
            return


def fail(project: Project, name: str, message: str) -> None:
    """Leave word of why a figure could not be made, for the page that shows it."""
    found = _WHERE.match(message)
    where = found[1] if found else f"figures_src/{name}.py"
    write(project.error(name), files.to_json({"message": message, "where": where}))


def retire(project: Project, names: set[str]) -> None:
    """Forget the made figures whose script is gone."""
    for pointer in (project.cache / "made").glob("*.json"):
        name = pointer.name.removesuffix(".json").removesuffix(".error")
        if name not in names:
            files.discard(pointer)
            files.discard(project.made(name))


def clear(project: Project, names: set[str]) -> Iterator[str]:
    """Discard what has the wrong kind: a folder or a dangling link for a file, or the reverse.

    All of it can be made again; a line for each tells so.
    """
    places = [
        project.cache.parent,
        project.cache,
        project.cache / "results",
        project.cache / "made",
        *(project.cache / name for name in _KEPT_BY_PAGES),
    ]
    for folder in [*places, *map(project.made, sorted(names))]:
        if os.path.lexists(folder) and not folder.is_dir():
            yield _cleared(project, folder, "not a folder")
    wanted = {"": ".json", "made": ".json", "results": ".bin", **_KEPT_BY_PAGES}
    for name, end in wanted.items():
        for file in _no_files(project.cache / name, end):
            yield _cleared(project, file, "not a file")


def _no_files(folder: Path, end: str) -> list[Path]:
    """What is called as files of a folder are, and is none; thousands may lie there."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(
            Path(each) for each in entries if each.name.endswith(end) and not each.is_file()
        )


def _cleared(project: Project, path: Path, what: str) -> str:
    files.discard(path)
    return f"{project.shown(path)}: {what}; discarded and made again"


def inspect(project: Project, name: str) -> tuple[Made | None, str | None]:
    """The current version of a figure if all its checksums hold, else what is wrong with it."""
    try:
        made = read_made(project, name)
        if made:
            for file in FILES:
                made.read(file)
    except RecordError as error:
        return None, str(error)
    return made, None
