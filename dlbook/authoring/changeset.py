"""What a command is about to write: all of it appears, or nothing does."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from dlbook.base.whole import create, write

_TEMPLATES = Path(__file__).with_name("templates")


class ChangesetError(Exception):
    """Nothing was written; the message is one line that says why."""


@dataclass(frozen=True)
class Changeset:
    """Texts by their path from the project's root: files to be, and new texts of files that are."""

    new: Mapping[str, str]
    changed: Mapping[str, str] = field(default_factory=dict)

    def write(self, root: Path) -> list[str]:
        """Write everything and return the paths, the new ones first.

        Raises:
            ChangesetError: a new file exists, or the disk refuses one; then nothing has changed.
        """
        taken = [path for path in self.new if (root / path).exists()]
        if taken:
            stand = "stands there already" if len(taken) == 1 else "stand there already"
            raise ChangesetError(f"{', '.join(taken)} {stand}; nothing was written")
        with _taken_back_on_failure(root, self.changed) as created:
            for path, text in self.new.items():
                create(root / path, text.encode())
                created.append(path)
            for path, text in self.changed.items():
                write(root / path, text.encode())
        return [*self.new, *self.changed]


@contextmanager
def _taken_back_on_failure(root: Path, changed: Iterable[str]) -> Iterator[list[str]]:
    """A list for the files that are created in the block: they go, and the changed are as before.

    Raises:
        ChangesetError: the disk refused something.
    """
    before = {path: (root / path).read_bytes() for path in changed}
    created: list[str] = []
    try:
        yield created
    except BaseException as error:
        for path in created:
            (root / path).unlink()
        for path, data in before.items():
            write(root / path, data)
        if isinstance(error, OSError):
            why = f"{error.filename}: {error.strerror}; nothing was written"
            raise ChangesetError(why) from error
        raise


def filled_in(template: str, **parts: str) -> str:
    """A file of ``templates`` with its ``$parts`` filled in; ``$$`` is a dollar."""
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(parts)
