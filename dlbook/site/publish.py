"""The files that a site publishes beside its pages: data, pictures, scripts, styles, fonts."""

import json
import re
from pathlib import Path
from typing import Any

from dlbook.palette import ROLES, variable
from dlbook.records import DATA, RecordError
from dlbook.site.problems import PageError
from dlbook.site.shelf import Figure, Shelf
from dlbook.site.words import LANGUAGES

Published = dict[str, bytes]
_OLD_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)')


def figures(shelf: Shelf) -> Published:
    """``data/``, ``figures/`` and ``source/``: what every made figure offers for download.

    A figure that was never made or is damaged offers nothing; pages that place it say so.
    """
    published: Published = {}
    claims: list[dict[str, Any]] = []
    for name in shelf.names:
        try:
            figure = shelf.figure(name)
            published |= _figure(figure, shelf.project.script(name))
        except (PageError, RecordError):
            continue
        claims += [{**claim, "figure": name} for claim in figure.claims]
    published["data/claims.json"] = _json(claims)
    return published


def _figure(figure: Figure, script: Path) -> Published:
    name, made = figure.name, figure.made
    pictures = {
        f"figures/{name}.{lang}.svg": made.read(f"{lang}.standalone.svg") for lang in LANGUAGES
    }
    return {
        f"data/{name}.json": _json({**figure.record, "passport": made.passport}),
        f"data/{name}.npz": made.read(DATA),
        f"source/{name}.py": script.read_bytes(),
        **pictures,
    }


def _json(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def figure_colours() -> str:
    """The palette of the figures as style rules, for both schemes; paper is always light."""

    def rules(selector: str, theme: str) -> str:
        colours = "".join(
            f"  {variable(role)}: {getattr(pair, theme)};\n" for role, pair in ROLES.items()
        )
        return f"{selector} {{\n{colours}}}\n"

    dark = rules('[data-md-color-scheme="slate"]', "dark")
    printed = rules('[data-md-color-scheme="slate"]', "light")
    return f"{rules(':root', 'light')}@media screen {{\n{dark}}}\n@media print {{\n{printed}}}\n"


def katex(package: Path) -> Published:
    """KaTeX's style and its fonts, in the one format that every current browser reads."""
    style = (package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    published = {"assets/katex/katex.min.css": _OLD_FONTS.sub("", style).encode()}
    for font in sorted((package / "dist" / "fonts").glob("*.woff2")):
        published[f"assets/katex/fonts/{font.name}"] = font.read_bytes()
    return published


def robots(site_url: str) -> bytes:
    """Everyone may read everything, and the map is here."""
    return f"User-agent: *\nAllow: /\nSitemap: {site_url}sitemap.xml\n".encode()


def assets(folder: Path) -> Published:
    """The site's own styles, scripts and icons, as they are."""
    return {
        f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
