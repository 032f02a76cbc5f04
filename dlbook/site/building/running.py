"""What a running server can take up after an edit, and what only a new one can.

Whether something was written is asked of names, times and sizes of files: of all that the pages
depend on, and, apart from that, of the modules that this process has loaded.
"""

import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from dlbook.base.language import LANGUAGES
from dlbook.site.building.making import FileStates, file_states

_MADE = Path(".cache") / "dlbook" / "made"
_log = logging.getLogger("mkdocs.hooks.dlbook")


def page_inputs(config: MkDocsConfig, lang: str) -> FileStates:
    """All that the pages of one language depend on: not the prose of the other."""
    root = Path(config.config_file_path).parent
    others = [root / "docs" / each for each in LANGUAGES if each != lang]
    watched = {Path(path) for path in (config.config_file_path, config.docs_dir, *config.watch)}
    watched |= {root / "docs" / lang, root / "web" / "package-lock.json"}
    watched |= {root / ".git" / "logs" / "HEAD"}  # of what moved
    kept = [path for path in sorted(watched) if path not in others]
    names = (path for other in others for path in other.rglob("*.md"))
    return file_states([*kept, *sorted((root / _MADE).glob("*.json"))]) | frozenset(
        (str(path), 0, 0) for path in names
    )


class Loaded:
    """The modules of the package and the hooks as this process runs them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._states = dict(self._now(_files(root)))

    def tell_changed(self) -> None:
        """Say, once for each edit, which of them were edited since, in one line."""
        for path in _files(self._root):
            if path not in self._states:  # loaded since, by the first that needed it
                self._states |= dict(self._now([path]))
        changed = [path for path, state in self._now(self._states) if state != self._states[path]]
        self._states |= dict(self._now(changed))
        if changed:
            package = (self._root / "dlbook").resolve().parent
            names = ", ".join(path.relative_to(package).as_posix() for path in sorted(changed))
            _log.warning(
                f"{names}: edited, and this server runs what was there before; figures are made"
                " with the new code, for pages restart mkdocs serve"
            )

    @staticmethod
    def _now(paths: Iterable[Path]) -> Iterable[tuple[Path, FileStates]]:
        return [(path, file_states([path])) for path in paths]


def _files(root: Path) -> list[Path]:
    """The files of loaded modules that lie in the book's own package."""
    package = (root / "dlbook").resolve()
    found = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    paths = {Path(file).resolve() for file in found if file}
    return sorted(path for path in paths if path.is_relative_to(package))
