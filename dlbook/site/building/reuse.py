"""What one build leaves for the next in the book's cache, found again by what it was made from.

The compiled templates of the theme, and the scripts that were bundled for the browser.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from dlbook.base import whole
from dlbook.record.records import Project
from dlbook.site.pages import explorables

TEMPLATES, BUNDLES = "templates", "bundles.json"


class _Compiled(BytecodeCache):
    """Files of compiled templates, each with its checksum.

    Jinja's own files have none, and Python runs whatever it reads of a damaged one: a site with a
    word or a place changed is then published without a complaint.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        path = self._path(bucket)
        kept = path.read_bytes() if path.is_file() else b""
        told, _, code = kept.partition(b"\n")
        if told == _checksum(code):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        code = bucket.bytecode_to_string()
        whole.write(self._path(bucket), _checksum(code) + b"\n" + code)

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.cache"


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def compiled_templates(project: Project) -> BytecodeCache:
    """Where templates are kept that were compiled; one counts as long as its text is the same."""
    folder = project.cache / TEMPLATES
    folder.mkdir(parents=True, exist_ok=True)
    return _Compiled(folder)


def bundled_scripts(project: Project) -> Mapping[str, bytes]:
    """The scripts for the browser, bundled anew unless every file they come from is the same.

    Raises:
        BundleError: a script is wrong, or a compiler is not installed.
    """
    web, path = project.root / "web", project.cache / BUNDLES
    explorables.write_page_types(web)
    told, _, made = path.read_bytes().partition(b"\n") if path.is_file() else (b"", b"", b"")
    if told != _mark(web, made):  # a damaged entry is simply made again
        scripts = explorables.bundled(web)
        made = json.dumps({name: content.decode() for name, content in scripts.items()}).encode()
        whole.write(path, _mark(web, made) + b"\n" + made)
    return {name: text.encode() for name, text in json.loads(made).items()}


def _mark(web: Path, made: bytes) -> bytes:
    """What the scripts were made from, and a checksum of what was made."""
    return _digest(web).encode() + b" " + _checksum(made)


def _digest(web: Path) -> str:
    """Of every file of ``web``, with its name, and of the list of packages that are installed."""
    told = hashlib.sha256()
    for path in (*_written(web), web / "node_modules" / ".package-lock.json"):
        content = path.read_bytes() if path.is_file() else b""
        told.update(f"{path.relative_to(web)} {len(content)}\n".encode())
        told.update(content)
    return told.hexdigest()


def _written(web: Path) -> list[Path]:
    """The files but those of packages and those that another process is just writing."""
    halves = (whole.MARK, f"{explorables.BINARIES.name}.")
    parts = (part for part in web.iterdir() if part.name != "node_modules")
    files = (path for part in parts for path in (part, *part.rglob("*")) if path.is_file())
    return sorted(path for path in files if not path.name.startswith(halves))
