"""``make offline``: the edition for reading from a folder, as one zip file."""

import sys
import zipfile
from pathlib import Path

from dlbook.base.whole import replacing

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: equal books make equal files


def bundle(folder: Path, target: Path) -> Path:
    """Pack ``folder`` into ``target``, under the target's own name; complete or not at all.

    Raises:
        FileNotFoundError: there is no site in the folder.
    """
    if not (folder / "index.html").is_file():
        raise FileNotFoundError(f"{folder}: there is no site to pack; run make offline")
    with (
        replacing(target) as mine,
        zipfile.ZipFile(mine, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    return target


if __name__ == "__main__":
    packed = bundle(Path(sys.argv[1]), Path(sys.argv[2]))
    size = packed.stat().st_size / 1e6
    print(f"{packed}: {size:.1f} MB. Unpack it and open {packed.stem}/index.html.")
