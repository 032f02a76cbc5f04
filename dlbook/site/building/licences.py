"""The licences of what a site holds of other people's works, as their packages word them.

The theme's scripts hold packages of their own, which its source maps name. Their texts are those of
the same packages in ``web/package.json``, installed for that alone.
"""

import json
import re
import struct
from collections.abc import Iterable
from importlib.metadata import Distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort

_THEME = "mkdocs-material"
_FONT = "zhplot"
_RUNTIME = "assemblyscript"  # part of what it compiles
_AS_FILES = ("katex",)  # nothing that such a package depends on comes along
_NAMES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "CopyrightNotice*")
_MAPS = "javascripts/bundle.*.js.map"  # the search's worker is not part of a site
_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
_RULE = "=" * 80
_NOTICE = 13  # a font's own record of its licence


def licences(root: Path, web: Path) -> bytes:
    """The book's own licence, then those of the theme and its scripts, web packages and fonts.

    ``web`` is the folder of the installed web packages.

    Raises:
        Abort: a package has no such text.
    """
    fonts = sorted((web / "katex" / "dist" / "fonts").glob("*.ttf"))
    parts = {
        "This book": [_read(path) for path in (root / "LICENSE",) if path.exists()],
        **_theme(),
        **{_titled(web, name): _texts(web / name) for name in (*_used(web), _RUNTIME)},
        **_in_theme_scripts(web),
        "The fonts of KaTeX": sorted({_notice(font) for font in fonts}),
        "The font in which figures are drawn": [_read(_font())],
    }
    sections = ("\n".join((_RULE, title, _RULE, "", *texts)) for title, texts in parts.items())
    return "\n\n".join(sections).encode()


def _theme() -> dict[str, list[str]]:
    """The theme, and the sets of icons that it draws into pages."""
    theme = Distribution.from_name(_THEME)
    names = theme.metadata.get_all("License-File") or []
    own = [text.strip() + "\n" for name in names if (text := theme.read_text(f"licenses/{name}"))]
    if not own:
        raise Abort(f"{_THEME}: the package has no text of its licence; run make env")
    sets = Path(str(files("material"))) / "templates" / ".icons"
    folders = sorted(folder for folder in sets.iterdir() if folder.is_dir())
    icons = {f"Icons: {folder.name}": _texts(folder) for folder in folders}
    return {f"{_THEME} {theme.version}": own, **icons}


def _in_theme_scripts(web: Path) -> dict[str, list[str]]:
    """What the theme's scripts are made of, and what is part of that.

    Raises:
        Abort: one of the packages is not installed.
    """
    assets = Path(str(files("material"))) / "templates" / "assets"
    maps = list(assets.glob(_MAPS))
    sources = (source for path in maps for source in json.loads(path.read_bytes())["sources"])
    named = {match[1] for source in sources if (match := _PACKAGE.search(source))}
    if not named:
        raise Abort(f"{_THEME}: its source maps name no package; see {__name__}")
    if lacking := sorted(name for name in named if not (web / name).is_dir()):
        raise Abort(
            f"{_THEME}: its scripts hold {', '.join(lacking)}, whose licences are not installed;"
            " run make env, or add them to devDependencies of web/package.json"
        )
    return {
        f"In the scripts of {_THEME}: {_titled(web, name)}": _texts(web / name, by_name=True)
        for name in _with_parts(web, named)
    }


def _titled(web: Path, name: str) -> str:
    return f"{name} {_manifest(web, name)['version']}"


def _font() -> Path:
    path = Path(str(Distribution.from_name(_FONT).locate_file(f"{_FONT}/fonts/OFL.txt")))
    if not path.is_file():
        raise Abort(f"{_FONT}: the package has no text of its font's licence; run make env")
    return path


def _used(web: Path) -> list[str]:
    """The packages that the book's scripts and pages are made of, and what these depend on."""
    return _with_parts(web, json.loads((web.parent / "package.json").read_bytes())["dependencies"])


def _with_parts(web: Path, names: Iterable[str]) -> list[str]:
    """Packages, and what these depend on."""
    wanted = list(names)
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            if name not in _AS_FILES:
                wanted += _manifest(web, name).get("dependencies", {})
    return sorted(found)


def _manifest(web: Path, name: str) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((web / name / "package.json").read_bytes())
    return manifest


def _texts(package: Path, by_name: bool = False) -> list[str]:
    """The texts of a package's licence, or, if that will do, its name where it has no text."""
    found = sorted(path for name in _NAMES for path in package.glob(name))
    if not found and by_name:
        return [json.loads((package / "package.json").read_bytes())["license"] + "\n"]
    if not found:
        raise Abort(f"{package}: the package has no text of its licence; run make env")
    return [_read(path) for path in found]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() + "\n"


def _notice(font: Path) -> str:
    """What a TrueType font says of its licence: a record of its table ``name``, in UTF-16.

    Raises:
        Abort: it says nothing.
    """
    content = font.read_bytes()
    (tables,) = struct.unpack_from(">H", content, 4)
    entries = (struct.unpack_from(">4s3I", content, 12 + 16 * k) for k in range(tables))
    start = next((place for tag, _, place, _ in entries if tag == b"name"), 0)
    _, count, strings = struct.unpack_from(">3H", content, start)
    for k in range(count):
        entry = struct.unpack_from(">6H", content, start + 6 + 12 * k)
        platform, _, _, kind, length, offset = entry
        if kind == _NOTICE and platform in (0, 3):
            text = content[start + strings + offset :][:length]
            return text.decode("utf-16-be").replace("\r", "\n").strip() + "\n"
    raise Abort(f"{font.name}: the font does not name its licence")
