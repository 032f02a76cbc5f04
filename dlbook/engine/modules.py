"""The modules of the package: which file each is, what it defines, what it says in all."""

import hashlib
from functools import cached_property
from pathlib import Path

import dlbook
from dlbook.base.hidden import is_hidden
from dlbook.engine.definitions import definitions
from dlbook.engine.memo import Facts, Memo
from dlbook.engine.syntax import fingerprint
from dlbook.record.statements import parse, statements

PACKAGE = Path(dlbook.__file__).parent
APART = ("authoring", "cli", "engine", "site")  # which no script can know


def _defining(shown: str) -> str:
    """What the memo is asked for the definitions of a file."""
    return f"module {shown}"


class Modules:
    """A package on disk, for example the one at :data:`PACKAGE`."""

    def __init__(self, folder: Path, memo: Memo) -> None:
        self._folder = folder
        self._memo = memo
        self._fingerprints: dict[str, str] = {}
        self._definitions: dict[str, list[Facts]] = {}
        self._paths: dict[str, Path | None] = {}
        self._texts: dict[Path, bytes] = {}

    @property
    def name(self) -> str:
        """The package's own name."""
        return self._folder.name

    def inside(self, name: str) -> bool:
        """Whether a dotted name begins with the package."""
        return name.partition(".")[0] == self.name

    def path(self, name: str) -> Path | None:
        """The file of a dotted name, or ``None`` where it is no module of the package."""
        if name not in self._paths:
            self._paths[name] = self._find(name)
        return self._paths[name]

    def _find(self, name: str) -> Path | None:
        first, *rest = name.split(".")
        if first != self.name:
            return None
        path = self._folder.joinpath(*rest)
        candidates = (path / "__init__.py", path.with_suffix(".py") if rest else path)
        return next((file for file in candidates if file.is_file()), None)

    def shown(self, name: str) -> str:
        """A module as messages name it: ``dlbook/training/train.py``."""
        path = self.path(name)
        return path.relative_to(self._folder.parent).as_posix() if path else name

    @cached_property
    def contents(self) -> str:
        """A hash of all files that a script can know, and of where they lie."""
        total = hashlib.sha256()
        for path in self._files():
            total.update(f"\0{path.relative_to(self._folder)}\0".encode() + self._read(path))
        return total.hexdigest()

    def _files(self) -> list[Path]:
        found = sorted(self._folder.glob("*.py"))
        for folder in sorted(self._folder.iterdir()):
            if folder.is_dir() and folder.name not in APART:
                found += sorted(folder.rglob("*.py"))
        return [path for path in found if not is_hidden(path.relative_to(self._folder))]

    def everything(self) -> str:
        """The fingerprint of all modules that a script can know.

        Raises:
            SourceError: a file is not valid Python.
        """
        told = [f"{n} {self.fingerprint(n.removesuffix('.__init__'))}" for n in self._names()]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def hold(self) -> None:
        """Keep what is remembered of every file, as it is now.

        A build that finds nothing new asks for no definition, and the next edit of a script would
        have all those that it reaches parsed again.
        """
        for name in self._names():
            source, shown, _ = self._source(name.removesuffix(".__init__"))
            self._memo.hold(source, _defining(shown))

    def _names(self) -> list[str]:
        """The modules that a script can know, a package with ``.__init__`` at its end."""
        return [
            ".".join([self.name, *path.relative_to(self._folder).with_suffix("").parts])
            for path in self._files()
        ]

    def fingerprint(self, name: str) -> str:
        """The fingerprint of a module.

        Raises:
            SourceError: the file is not valid Python.
        """
        if name not in self._fingerprints:
            source, shown, _ = self._source(name)

            def find() -> Facts:
                return {"fingerprint": fingerprint([parse(source, shown)])}

            # apart from the definitions, which are long, and which few ask for
            told = self._memo.facts(source, f"fingerprint {shown}", find)
            self._fingerprints[name] = told["fingerprint"]
        return self._fingerprints[name]

    def definitions(self, name: str) -> list[Facts]:
        """What the top of a module says, statement by statement.

        Raises:
            SourceError: the file is not valid Python.
        """
        if name not in self._definitions:
            source, shown, package = self._source(name)

            def find() -> Facts:
                return {"definitions": definitions(statements(parse(source, shown)), package)}

            told = self._memo.facts(source, _defining(shown), find)
            self._definitions[name] = told["definitions"]
        return self._definitions[name]

    def _source(self, name: str) -> tuple[bytes, str, str]:
        """A module's text, how messages name its file, and the package that it is of."""
        path = self.path(name)
        if path is None:
            raise KeyError(name)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        return self._read(path), self.shown(name), package

    def _read(self, path: Path) -> bytes:
        if path not in self._texts:
            self._texts[path] = path.read_bytes()
        return self._texts[path]
