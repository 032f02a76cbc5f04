"""Trained results on disk: exact to the bit, and never believed without a checksum.

A file is one line of JSON (the header) and a zip of ``.npy`` arrays (the payload), with the scalars
as JSON among them. The header holds the SHA-256 of everything else.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlbook.base.whole import write
from dlbook.engine import files
from dlbook.record.records import Project, RecordError, read_made

KEPT = 4  # results of older keys that a figure keeps, so that a change can be taken back
_SCALARS = "scalars.json"

Arrays = Mapping[str, NDArray[Any]]


class DamagedError(Exception):
    """A stored result is not what was written."""


@dataclass(frozen=True)
class Circumstances:
    """Under what a result was trained: its key, the kind of machine, and the CPU seconds.

    ``trained`` are the runs, in order, as :func:`dlbook.training.replay.noting` tells them.
    """

    key: str
    made_on: str
    cpu_seconds: float
    trained: list[dict[str, Any]]


def pack(scalars: Mapping[str, Any], arrays: Arrays) -> bytes:
    """A result as bytes: the same result gives the same bytes.

    Args:
        scalars: values that JSON can hold.
        arrays: any shapes and numeric types.

    Raises:
        ValueError: an array holds Python objects.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if scalars:
            archive.writestr(zipfile.ZipInfo(_SCALARS), json.dumps(scalars, sort_keys=True))
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, arrays[name], allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return buffer.getvalue()


def unpack(payload: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The scalars and arrays of :func:`pack`."""
    scalars: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        for name in archive.namelist():
            if name == _SCALARS:
                scalars = json.loads(archive.read(name))
            else:
                member = io.BytesIO(archive.read(name))
                array = np.lib.format.read_array(member, allow_pickle=False)
                arrays[name.removesuffix(".npy")] = array
    return scalars, arrays


def _checksum(header: Mapping[str, Any], payload: bytes) -> str:
    plain = json.dumps(header, sort_keys=True).encode()
    return hashlib.sha256(plain + b"\n" + payload).hexdigest()


def sealed_result(payload: bytes, circumstances: Circumstances) -> bytes:
    """A payload with its header, as files hold it."""
    header = asdict(circumstances)
    sealed = {**header, "sha256": _checksum(header, payload)}
    return json.dumps(sealed, sort_keys=True).encode() + b"\n" + payload


def opened_result(whole: bytes, key: str) -> tuple[bytes, Circumstances]:
    """The payload and circumstances of :func:`sealed_result`.

    Raises:
        DamagedError: it is truncated, changed, or belongs to another key.
    """
    line, _, payload = whole.partition(b"\n")
    try:
        header = json.loads(line)
        checksum = header.pop("sha256")
        circumstances = Circumstances(**header)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedError("has no header") from error
    if _checksum(header, payload) != checksum:
        raise DamagedError("is damaged: its checksum is wrong")
    if circumstances.key != key:
        raise DamagedError("belongs to another key")
    return payload, circumstances


def save_result(project: Project, name: str, payload: bytes, circumstances: Circumstances) -> None:
    """Store the payload of a figure; forget the oldest, but not the one its pictures show."""
    path = project.result(name, circumstances.key)
    write(path, sealed_result(payload, circumstances))
    always = {path}
    with suppress(RecordError):
        made = read_made(project, name)
        always |= {project.result(name, made.run_key)} if made else set()
    files.keep_newest(path.parent.glob(f"{name}-*.bin"), KEPT, always)


def load_result(project: Project, name: str, key: str) -> tuple[bytes, Circumstances] | None:
    """The stored payload of a figure, or ``None`` if there is none for this key.

    Raises:
        DamagedError: it is truncated, changed, or belongs to another key.
    """
    path = project.stored_result(name, key)
    try:
        whole = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedError(f"cannot be read ({error.strerror})") from error
    found = opened_result(whole, key)
    if path != (own := project.result(name, key)):
        write(own, whole)  # the script was renamed
    files.touch(own)
    return found
