"""The modules of the package, parsed once, and what each of them reaches by import."""

from collections.abc import Iterable
from pathlib import Path

import dlbook
from dlbook.engine.memo import Facts, Memo
from dlbook.engine.syntax import fingerprint
from dlbook.record.statements import imported, parse

PACKAGE = Path(dlbook.__file__).parent


class Modules:
    """A package on disk, for example the one at :data:`PACKAGE`."""

    def __init__(self, folder: Path, memo: Memo) -> None:
        self._folder = folder
        self._memo = memo
        self._read: dict[str, Facts] = {}

    def path(self, name: str) -> Path | None:
        """The file of a dotted name, or ``None`` where it is no module of the package."""
        first, *rest = name.split(".")
        if first != self._folder.name:
            return None
        path = self._folder.joinpath(*rest)
        candidates = (path / "__init__.py", path.with_suffix(".py") if rest else path)
        return next((file for file in candidates if file.is_file()), None)

    def shown(self, name: str) -> str:
        """A module as messages name it: ``dlbook/training/train.py``."""
        path = self.path(name)
        return path.relative_to(self._folder.parent).as_posix() if path else name

    def fingerprint(self, name: str) -> str:
        """The fingerprint of a module.

        Raises:
            SourceError: the file is not valid Python.
        """
        return str(self._facts(name)["fingerprint"])

    def imports(self, name: str) -> set[str]:
        """The dotted names that a module imports.

        Raises:
            SourceError: the file is not valid Python.
        """
        return set(self._facts(name)["imports"])

    def _facts(self, name: str) -> Facts:
        if name not in self._read:
            path = self.path(name)
            if path is None:
                raise KeyError(name)
            source, shown = path.read_bytes(), self.shown(name)
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]

            def find() -> Facts:
                tree = parse(source, shown)
                imports = sorted(imported([tree], package))
                return {"fingerprint": fingerprint([tree]), "imports": imports}

            self._read[name] = self._memo.facts(source, f"module {shown}", find)
        return self._read[name]

    def closure(self, names: Iterable[str]) -> tuple[set[str], set[str]]:
        """All modules that dotted names reach, and all other top-level packages they import.

        Raises:
            SourceError: one of them is not valid Python.
        """
        inside: set[str] = set()
        outside: set[str] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            parts = name.split(".")
            if parts[0] != self._folder.name:
                outside.add(parts[0])
                continue
            for length in range(1, len(parts) + 1):
                module = ".".join(parts[:length])
                if module not in inside and self.path(module) is not None:
                    inside.add(module)
                    waiting |= self.imports(module)
        return inside, outside
