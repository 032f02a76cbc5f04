"""Facts about source files, kept by the files' contents: an unchanged file is not parsed again."""

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from dlbook.base.whole import write

Facts = dict[str, Any]

# Those whose code finds the facts about syntax.
SYNTAX = (
    "engine/definitions.py", "engine/key.py", "engine/bindings.py", "engine/memo.py",
    "engine/modules.py", "engine/saying.py", "engine/closure.py", "engine/syntax.py",
    "engine/wording.py", "record/exactness.py", "record/scripts.py", "record/statements.py",
    "base/readable.py",
)  # fmt: skip


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


class Memo:
    """The facts in one file, which may be lost, damaged or written by another version at any time.

    ``finders`` are the modules of the package whose code answers. An entry is found by the contents
    of the source, by what was asked about it, by that code and by the Python that runs it; so the
    memo can be slow to fill but never wrong.
    """

    def __init__(self, path: Path, finders: Sequence[str] = SYNTAX) -> None:
        self.path = path
        package = Path(__file__).parent.parent
        code = [(package / name).read_bytes() for name in finders]
        self._salt = _digest(sys.version.encode(), *code)
        self._known = self._load()
        self._used: dict[str, Callable[[], Facts]] = {}

    def _load(self) -> dict[str, bytes]:
        """Every entry as it was written; most of them nobody asks for."""
        try:
            checksum, _, body = self.path.read_bytes().partition(b"\n")
        except OSError:
            return {}
        if checksum.decode(errors="replace") != _digest(self._salt.encode(), body):
            return {}
        lines = (line.partition(b" ") for line in body.splitlines())
        return {entry.decode(): written for entry, _, written in lines}

    def facts(self, source: bytes, question: str, find: Callable[[], Facts]) -> Facts:
        """What ``find`` says of ``source``; it depends on ``question`` and on nothing else."""
        return self.later(source, question, find)()

    def later(self, source: bytes, question: str, find: Callable[[], Facts]) -> Callable[[], Facts]:
        """As :meth:`facts`; what is remembered is read only when it is called for."""
        entry = _digest(question.encode(), source)
        if entry not in self._used:
            written = self._known.get(entry)
            if written is None:
                found = find()
                self._used[entry] = lambda: found
            else:
                self._used[entry] = cache(partial(json.loads, written))
        return self._used[entry]

    def hold(self, source: bytes, question: str) -> None:
        """Keep what is remembered of ``source``, though nobody has asked for it this time."""
        entry = _digest(question.encode(), source)
        if entry in self._known and entry not in self._used:
            self._used[entry] = cache(partial(json.loads, self._known[entry]))

    @property
    def has_news(self) -> bool:
        """Whether something was found out that the file does not hold."""
        return not self._used.keys() <= self._known.keys()

    def save(self, *, others: bool = False) -> None:
        """Keep the facts that were asked for since the memo was opened, or held.

        The ``others`` are kept if that is said, and else forgotten. Without news the file stays as
        it is, with what nobody asked for.
        """
        if self.has_news:
            written = {
                **(self._known if others else {}),
                **{
                    entry: self._known.get(entry) or json.dumps(told()).encode()
                    for entry, told in self._used.items()
                },
            }
            body = b"".join(b"%s %s\n" % (entry.encode(), told) for entry, told in written.items())
            checksum = _digest(self._salt.encode(), body).encode()
            write(self.path, checksum + b"\n" + body)
            self._known = written
