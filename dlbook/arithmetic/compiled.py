"""The compiled arithmetic: made once on a machine, then read from a file.

The file's name is a hash of everything that it follows from: the kernels and the coefficients, the
versions of numba, llvmlite and Python, and the processor with its features. So a file of another
version or another machine is not found, let alone used. Whoever finds none compiles; whoever finds
another at it waits and reads. Where the folder cannot be written, it serves what it holds, and what
it lacks lives as long as the process.

What nobody has used for a month is swept away when something new is kept.

``DLBOOK_CACHE`` names another folder than the user's own. ``NUMBA_CPU_NAME`` and
``NUMBA_CPU_FEATURES`` name another processor: ``generic`` is the least that all have.
"""

import ctypes
import hashlib
import os
import sys
import time
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import llvmlite.binding as llvm

from dlbook.arithmetic.target import target as target
from dlbook.base.whole import write

_HERE = Path(__file__).parent
SOURCES = (
    _HERE / "specification.py",
    _HERE / "target.py",
    *sorted((_HERE / "kernels").glob("*.py")),
)
_MONTH = 30 * 24 * 3600.0  # seconds
_LEAST, _HALF, _LARGE = sys.float_info.min, 0.5, 2.0**60


def folder() -> Path:
    """Where machine code is kept: ``DLBOOK_CACHE``, or where this system keeps users' caches."""
    home = Path.home()
    by_system = {
        "win32": os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"),
        "darwin": home / "Library" / "Caches",
    }
    user = by_system.get(sys.platform, os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Path(os.environ.get("DLBOOK_CACHE") or Path(user) / "dlbook")


def source_key(processor: str, features: str) -> str:
    """The hash of what machine code for that processor follows from."""
    versions = [f"{name} {version(name)}" for name in ("numba", "llvmlite")]
    parts = [*versions, sys.version, llvm.get_process_triple(), processor, features]
    parts += [f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in SOURCES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _alone(path: Path) -> IO[bytes]:
    """A file which one process at a time has open; when a process dies, its turn is over."""
    file = path.open("ab")
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def machine_code() -> bytes:
    """The object file for this processor, read where there is one, else compiled and kept."""
    processor, features = target()
    path = folder() / f"arithmetic-{source_key(processor, features)}.o"
    with suppress(OSError):  # nobody sweeps it away now; where nobody can write, nobody can sweep
        os.utime(path)
    with suppress(FileNotFoundError, NotADirectoryError):
        return path.read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        alone = _alone(path.with_suffix(".lock"))
    except OSError:  # nobody can write here, so there is nobody to wait for
        return _compile(processor, features)
    with alone:
        os.utime(path.with_suffix(".lock"))
        if not path.exists():
            write(path, _compile(processor, features))
            _sweep(path.parent)
        return path.read_bytes()


def _sweep(kept: Path) -> None:
    """Remove what nobody has used for a month: who reads or waits has touched the file first."""
    for path in kept.glob("arithmetic-*"):
        with suppress(OSError):  # another was quicker, or it is not ours
            if path.stat().st_mtime < time.time() - _MONTH:
                path.unlink()


def _compile(processor: str, features: str) -> bytes:
    from dlbook.arithmetic.kernels import emit  # brings numba, which a cache spares

    return emit.object_file(processor, features)


@cache
def _engine() -> Any:
    return in_memory(machine_code())


def prepare() -> None:
    """Have the machine code in memory; who is the first on a machine waits for the compiler."""
    _engine()


def in_memory(code: bytes) -> Any:
    """The code of an object file in memory; it stays there as long as what is returned."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


@cache
def function(name: str, *kinds: Any) -> Any:
    """A function of the machine code; ``kinds`` are the ctypes of its arguments.

    Raises:
        ValueError: there is none of that name.
    """
    address = _engine().get_function_address(name)
    if not address:
        raise ValueError(f"the compiled arithmetic has no '{name}'")
    return ctypes.CFUNCTYPE(None, *kinds)(address)


def refuse_flushing() -> None:
    """Refuse a thread that takes subnormal numbers for 0, as code built with -ffast-math sets it.

    Raises:
        ArithmeticError: it does.
    """
    if _LEAST * _HALF == 0.0 or _LEAST * _HALF * _LARGE == 0.0:
        raise ArithmeticError(
            "this process takes numbers below 2^-1022 for 0, so results would differ from other "
            "machines'; some library in it was built with -ffast-math: import it after dlbook"
        )
