"""Whether figures come out the same, to the byte, on the least of processors.

    python -m benchmarks.processors [NAME ...]

The figures of these names, or all, are trained from nothing twice: with all that this processor
has, and with machine code for the least that every processor of its kind has, in the book's
arithmetic and in the libraries. A figure whose files differ is told; it is a fault unless its
script says in ``MACHINE`` what it cannot do without.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.machines import SETTINGS
from benchmarks.thirteen import clone
from dlbook.record import exactness
from dlbook.record.records import Project, read_made
from dlbook.record.statements import parse, statements

_LEAST = {
    "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "",
    **{name: value for library in ("torch", "mkl", "numpy", "openblas")
       for name, value in SETTINGS[library].items()},
}  # fmt: skip


def built(folder: Path, names: list[str], settings: dict[str, str]) -> Project:
    """A clone of the book in which the figures were made from nothing."""
    project = clone(Path.cwd(), folder, made=False)
    command = [sys.executable, "-m", "dlbook.cli", "build", "--project", str(folder), *names]
    environment = {**os.environ, "PYTHONPATH": str(folder), **settings}
    subprocess.run(command, check=True, env=environment)
    return project


def main(names: list[str]) -> int:
    """Print a line for each figure whose files differ; how many differ without a reason."""
    faults = 0
    with tempfile.TemporaryDirectory() as room:
        native, least = (
            built(Path(room, place), names, settings)
            for place, settings in (("native", {}), ("least", _LEAST))
        )
        every = names or sorted(native.scripts())
        for name in every:
            one, other = read_made(native, name), read_made(least, name)
            if one is None or other is None:
                raise SystemExit(f"benchmarks: figure '{name}' was not made; see above")
            differing = [file for file in one.files if one.files[file] != other.files.get(file)]
            if differing:
                path = native.script(name)
                reasons = exactness.allowed(statements(parse(path.read_bytes(), path.name)))
                faults += not reasons
                told = "; ".join(reasons.values()) or "without a reason"
                print(f"{name}: {', '.join(differing)} differ: {told}")
    print(f"{len(every)} figures, {faults} differ without a reason")
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
