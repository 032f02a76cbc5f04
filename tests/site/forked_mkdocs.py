"""``mkdocs …`` in a process of its own that need not import what every build imports.

Run as a script, this is the process that has imported MkDocs, its theme and its plugins, none of
the book's own code, and forks: each line of its input is a command, each line of its output what it
came to. A second of each build of a toy was spent on those imports.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SHARED = (
    *("material.plugins.offline.plugin", "material.plugins.search.plugin"),
    *("mkdocs.__main__", "mkdocs.commands.build", "mkdocs_gen_files.plugin"),
    *("mkdocs_jupyter.convert", "mkdocs_jupyter.plugin"),
)


class Forks:
    """The commands of one process of tests, which ends it by closing its input."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._source = subprocess.Popen(
            [sys.executable, "-P", __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, root: Path, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """The command in ``root``; both its streams come back in ``stdout``."""
        asked, told = self._source.stdin, self._source.stdout
        assert asked is not None
        assert told is not None
        with tempfile.NamedTemporaryFile() as said:
            order = (str(root), list(arguments), dict(environment), said.name)
            asked.write(json.dumps(order) + "\n")
            asked.flush()
            line = told.readline()
            assert line, "what forks is gone"
            text = Path(said.name).read_text(encoding="utf-8")
            return subprocess.CompletedProcess(["mkdocs", *arguments], int(line), text)

    def close(self) -> None:
        assert self._source.stdin is not None
        self._source.stdin.close()
        assert self._source.wait(60) == 0
        assert self._source.stdout is not None
        self._source.stdout.close()


def _become(root: str, arguments: list[str], environment: dict[str, str], said: str) -> None:
    """Be ``python -m mkdocs`` in that folder."""
    from mkdocs.__main__ import cli

    stream = os.open(said, os.O_WRONLY)
    for each in (1, 2):
        os.dup2(stream, each)
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, root)
    sys.argv = ["mkdocs", *arguments]
    cli(prog_name="python -m mkdocs")


def main() -> None:
    """Import, and fork for each line."""
    for name in SHARED:
        __import__(name)
    assert "dlbook" not in sys.modules, "a toy may have its own"
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 (for good)
            _become(*json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
