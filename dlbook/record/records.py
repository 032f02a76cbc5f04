"""Where made figures and accepted records lie, and how to read them without trusting them.

Standard library only: pages and the engine read through this module. A made figure is a folder that
is never changed; a pointer names the current one and the checksum of every file in it::

    figures_src/NAME.py                        the script (sub-folders are allowed)
    registered/NAME.json                       what was written down before it was run, committed
    results/NAME.json                          the accepted record, committed
    grids/NAME.json                            its claims in every cell of their grids, committed
    .cache/dlbook/results/NAME-KEY.bin         a trained result
    .cache/dlbook/grids/NAME/KEY.bin           a trained cell of its grid
    .cache/dlbook/made/NAME/KEY/               record.json, data.npz, explorable.json,
                                               {zh,en}[.standalone].svg, {zh,en}.card.png
    .cache/dlbook/made/NAME.json               the pointer, replaced in one step
    .cache/dlbook/made/NAME.error.json         why the last attempt failed
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dlbook.base.hidden import is_hidden
from dlbook.base.readable import NotTextError, decoded
from dlbook.base.trouble import refusal
from dlbook.record.shape import ShapeError, record_in

RECORD = "record.json"
DATA = "data.npz"
PICTURES = ("zh.svg", "en.svg", "zh.standalone.svg", "en.standalone.svg")
CARDS = ("zh.card.png", "en.card.png")
EXPLORABLE = "explorable.json"
FILES = (RECORD, DATA, EXPLORABLE, *PICTURES, *CARDS)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class RecordError(Exception):
    """Something that was read is missing, ambiguous or damaged; the message is one line."""


@dataclass(frozen=True)
class Project:
    """The places of one book, from its root."""

    root: Path

    @cached_property
    def cache(self) -> Path:
        """What can be made again and is not committed."""
        return self.root / ".cache" / "dlbook"

    @property
    def scripts_folder(self) -> Path:
        """Where the figures' scripts are."""
        return self.root / "figures_src"

    def accepted(self, name: str) -> Path:
        """The committed record of a figure."""
        return self.root / "results" / f"{name}.json"

    def registered(self, name: str) -> Path:
        """What was written down of a figure before it was run."""
        return self.root / "registered" / f"{name}.json"

    def grid(self, name: str) -> Path:
        """The committed grid of a figure, see :mod:`dlbook.record.grids`."""
        return self.root / "grids" / f"{name}.json"

    def cell(self, name: str, run_key: str) -> Path:
        """A trained cell of a figure's grid, for one key."""
        return self.cache / "grids" / name / f"{run_key}.bin"

    def result(self, name: str, run_key: str) -> Path:
        """The trained result of a figure for one key."""
        return self.cache / "results" / f"{name}-{run_key}.bin"

    def stored_result(self, name: str, run_key: str) -> Path:
        """Where that result lies: in its place, or in that of a script that was renamed."""
        own = self.result(name, run_key)
        if own.exists():
            return own
        scripts, end = self.scripts(), f"-{run_key}.bin"
        others = sorted(own.parent.glob(f"[!.]*{end}"))
        return next((path for path in others if path.name.removesuffix(end) not in scripts), own)

    def made(self, name: str) -> Path:
        """The folder of a figure's made versions, one sub-folder for each drawing key."""
        return self.cache / "made" / name

    def pointer(self, name: str) -> Path:
        """Which made version is current."""
        return self.cache / "made" / f"{name}.json"

    def error(self, name: str) -> Path:
        """Why a figure could not be made."""
        return self.cache / "made" / f"{name}.error.json"

    def shown(self, path: Path) -> str:
        """A path as messages write it: from the root, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def scripts(self) -> dict[str, tuple[Path, ...]]:
        """The scripts of every name, sorted by name; more than one for a name is a mistake."""
        found: dict[str, tuple[Path, ...]] = {}
        for folder, _, files in os.walk(self.scripts_folder, onerror=_raise):
            for file in files if not is_hidden(Path(folder).relative_to(self.root)) else ():
                if file.endswith(".py") and not file.startswith(("_", ".")):
                    name = file.removesuffix(".py")
                    found[name] = (*found.get(name, ()), Path(folder, file))
        return {name: tuple(sorted(paths)) for name, paths in sorted(found.items())}

    def script(self, name: str, scripts: Mapping[str, tuple[Path, ...]] | None = None) -> Path:
        """The one script of a figure; ``scripts`` are all of them, if they are known already.

        Raises:
            RecordError: there is none, there are several, or pages could not cite its name.
        """
        known = (self.scripts() if scripts is None else scripts).get(name, ())
        paths = [path for path in known if path.exists()]
        if not paths:
            raise RecordError(f"figures_src/{name}.py: there is no such figure")
        if len(paths) > 1:
            both = " and ".join(self.shown(path) for path in paths)
            raise RecordError(f"{both}: two scripts of one name; rename one")
        if not _NAME.fullmatch(name):
            raise RecordError(
                f"{self.shown(paths[0])}: pages cannot cite '{name}';"
                " use lower-case letters, digits and _, with a letter first"
            )
        return paths[0]


def _raise(error: OSError) -> None:
    """A folder that cannot be read is not empty: what was made of it would be thrown away."""
    if not isinstance(error, FileNotFoundError):
        raise error


def find_project(start: Path) -> Project:
    """The project that holds ``start``: the nearest folder upwards with ``figures_src``.

    Raises:
        RecordError: there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "figures_src").is_dir():
            return Project(folder)
    raise RecordError(f"{start}: no folder 'figures_src' here or above; use --project DIR")


@dataclass(frozen=True)
class Made:
    """The current version of a made figure.

    ``parts`` says what its keys were made of, ``files`` maps each file to its SHA-256, ``passport``
    holds source, config, seeds, versions, CPU seconds and key.
    """

    name: str
    folder: Path
    run_key: str
    draw_key: str
    parts: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]
    passport: Mapping[str, Any]

    def read(self, file: str) -> bytes:
        """The bytes of one file of :data:`FILES`.

        Raises:
            RecordError: it is missing, or not what was written.
        """
        path = self.folder / file
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RecordError(f"{self._shown(file)}: cannot be read ({error.strerror})") from error
        if hashlib.sha256(data).hexdigest() != self.files[file]:
            raise RecordError(f"{self._shown(file)}: damaged, its checksum is wrong")
        return data

    def _shown(self, file: str) -> str:
        """From the root, ``.cache/dlbook/made/NAME/KEY/FILE``, as other messages write paths."""
        return Path(*self.folder.parts[-5:], file).as_posix()

    def record(self) -> dict[str, Any]:
        """The figure's record: values, claims, texts and configuration."""
        record: dict[str, Any] = json.loads(self.read(RECORD))
        return record


def sealed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A pointer with a checksum of its own, so that no changed digit in it is believed."""
    return {**fields, "sha256": _checksum(fields)}


def _checksum(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def read_made(project: Project, name: str) -> Made | None:
    """The current version of a figure, or ``None`` if this version of the book never made it.

    Raises:
        RecordError: the pointer is damaged.
    """
    path = project.pointer(name)
    if not path.exists():
        return None
    try:
        fields = json.loads(path.read_bytes())
        checksum = fields.pop("sha256")
        sound = checksum == _checksum(fields)
        folder = project.made(name) / fields["draw_key"]
        made = Made(name=name, folder=folder, **fields)
        is_ours = set(made.files) == set(FILES)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RecordError(f"{project.shown(path)}: damaged, not a pointer") from error
    if not sound:
        raise RecordError(f"{project.shown(path)}: damaged, its checksum is wrong")
    # Another version of the book keeps other files.
    return made if is_ours else None


def read_failure(project: Project, name: str) -> dict[str, str] | None:
    """Why the last attempt to make a figure failed: ``message`` and ``where``, or ``None``."""
    path = project.error(name)
    try:
        failure = json.loads(path.read_bytes())
        told = {part: failure[part] for part in ("message", "where")}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        told = {}
    if not told or not all(isinstance(text, str) for text in told.values()):
        return {"message": f"{project.shown(path)}: damaged", "where": project.shown(path)}
    return told


def _of_folder(folder: Path) -> OSError | None:
    """What keeps the whole folder from being read; no file in it is to blame then."""
    try:
        next(folder.iterdir(), None)
        (folder / ".").stat()
    except OSError as error:
        error.filename = folder
        return error
    return None


def read_accepted(project: Project, name: str) -> dict[str, Any] | None:
    """The committed record of a figure, or ``None`` if there is none.

    Raises:
        RecordError: it is not a record, for example after a merge conflict.
    """
    path, remedy = project.accepted(name), f"restore it, or dlbook accept {name}"
    shown = project.shown(path)
    try:
        text = decoded(path.read_bytes())
    except FileNotFoundError as error:
        if not path.is_symlink():
            return None
        raise RecordError(f"{shown}: a link that leads to no file; {remedy}") from error
    except OSError as error:
        raise RecordError(refusal(_of_folder(path.parent) or error, project.root)) from error
    except NotTextError as error:
        raise RecordError(f"{shown}:{error.line}: {error}; {remedy}") from error
    try:
        return record_in(text)
    except ShapeError as error:
        raise RecordError(f"{shown}:{error.line}: not a record: {error}; {remedy}") from error
