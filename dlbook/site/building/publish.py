"""The files that a site publishes beside its pages: data, pictures, scripts, styles, fonts."""

import base64
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from dlbook.base.hidden import is_hidden
from dlbook.base.language import LANGUAGES
from dlbook.record.bound_words import bound_in_both
from dlbook.record.palette import ROLES, variable
from dlbook.record.records import DATA, RecordError
from dlbook.site.reading.address import ARCHIVE, BOOK_LICENCE, CITATION, NOWHERE, Address
from dlbook.site.reading.anchors import CLAIMS_DATA
from dlbook.site.reading.pictures import card_path, dark, picture_path
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure, Shelf

SECONDS = "cpu_seconds"  # in a file of its own: all others are equal if one commit is built twice
Published = dict[str, bytes]
_offered: dict[str, tuple[Figure, bytes, Published]] = {}  # by a server's build before this one
_OLD_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)')
# What nearly every formula is set in. A font that comes after the first paint moves the lines.
_IN_THE_SHEET = ("KaTeX_Main-Regular.woff2", "KaTeX_Math-Italic.woff2")
_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
# Colour schemes that are not the book's, ``custom``, and parts of the theme that no page of it has.
# And a rule about all that is in the body: the theme marks the body while its scheme is set, also
# when a page begins, and for the mark and its end every element is styled anew.
_NOT_OURS = re.compile(
    r"\[data-md-color-(?:primary|accent)=(?!custom\])"
    r"|\.(?:tabbed-|task-list-|critic\b|md-(?:author|banner|consent|feedback|pin|post|social|tag|version)\b)"
    r"|\.key-\w+:"
    r"|^\[data-md-color-switching\] "
)
_FOR_AUTHORS = re.compile(r"/\*.*?\*/", re.DOTALL)


def published_figures(shelf: Shelf, address: Address = NOWHERE) -> Published:
    """``data/``, ``figures/`` and ``source/``: what every made figure offers for download.

    A figure that was never made or is damaged offers nothing; pages that place it say so.
    """
    published: Published = {}
    claims: list[dict[str, Any]] = []
    for name in shelf.names:
        try:
            figure = shelf.figure(name)
            published |= _kept(figure, headed(shelf.script(name).read_bytes(), address))
        except (PageError, RecordError):
            continue
        claims += [
            {**claim, "figure": name, "bound_words": bound_in_both(claim)}
            for claim in figure.claims
        ]
    published[CLAIMS_DATA] = _json(claims)
    return published


def headed(script: bytes, address: Address) -> bytes:
    """A script as it is offered by itself: above it, what book it is of and where that is."""
    version = f", commit {address.commit}" if address.commit else ""
    lines = [
        f"One figure of the book “Why deep?” · 《为什么要深》{version}.",
        f"It runs in the folder of the book: {address.site}{ARCHIVE}",
        *([address.repository] if address.repository else []),
    ]
    return "".join(f"# {line}\n" for line in lines).encode() + b"\n" + script


def own_files(root: Path, address: Address) -> Published:
    """The book's own licence, and how it is cited, with the addresses that it has.

    Raises:
        OSError: a file cannot be read.
    """
    known = {
        "url": address.site,
        "repository-code": address.repository,
        "commit": address.commit.rstrip("+"),
    }
    more = "".join(f'{key}: "{value}"\n' for key, value in known.items() if value)
    files = {BOOK_LICENCE: root / "LICENSE", CITATION: root / CITATION}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    return found | ({CITATION: found[CITATION] + more.encode()} if CITATION in found else {})


def _kept(figure: Figure, script: bytes) -> Published:
    """What a figure offers, put together once as long as it and its script stay what they are."""
    before, source, offered = _offered.get(figure.name, (None, b"", {}))
    if (before, source) != (figure, script):
        offered = _figure(figure, script)
        _offered[figure.name] = (figure, script, offered)
    return offered


def _figure(figure: Figure, script: bytes) -> Published:
    name, made = figure.name, figure.made
    pictures = {
        picture_path(name, lang, "light"): made.read(f"{lang}.standalone.svg") for lang in LANGUAGES
    } | {
        picture_path(name, lang, "dark"): dark(figure.picture(lang)).encode() for lang in LANGUAGES
    }
    cards = {card_path(name, lang): made.read(f"{lang}.card.png") for lang in LANGUAGES}
    passport = {key: value for key, value in made.passport.items() if key != SECONDS}
    return {
        f"data/{name}.json": _json({**figure.record, "passport": passport}),
        f"data/{name}.timing.json": _json({"figure": name, SECONDS: made.passport[SECONDS]}),
        f"data/{name}.npz": made.read(DATA),
        f"source/{name}.py": script,
        **pictures,
        **cards,
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


def stylesheet(katex_package: Path, own: Path) -> bytes:
    """Every style of a page in one file, since a phone waits for each request before it shows text.

    In order: the theme's, KaTeX's with its fonts in the one format that every current browser
    reads, the colours of the figures, and our own, which has the last word. The fonts of nearly
    every formula are part of the sheet, which a browser waits for, so that no line of text moves
    when they come.
    """
    theme = files("material") / "templates" / "assets" / "stylesheets"
    sheets = sorted(sheet.name for sheet in theme.iterdir() if sheet.name.endswith(".min.css"))
    katex = (katex_package / "dist" / "katex.min.css").read_text(encoding="utf-8")
    for name in _IN_THE_SHEET:
        font = base64.b64encode(_fonts(katex_package)[name]).decode()
        katex = katex.replace(f"url(fonts/{name})", f"url(data:font/woff2;base64,{font})")
    parts = [
        *(_trimmed((theme / name).read_text(encoding="utf-8")) for name in sheets),
        _OLD_FONTS.sub("", katex),
        figure_colours(),
        re.sub(r"\s*\n\s*", "\n", _FOR_AUTHORS.sub("", own.read_text(encoding="utf-8"))),
    ]
    return "\n".join(parts).encode()


def _trimmed(sheet: str) -> str:
    """The theme's sheet without rules for what the book does not have, and one that costs much."""

    def kept(rule: re.Match[str]) -> str:
        selectors = re.split(r",(?![^()]*\))", rule[1])
        left = [each for each in selectors if not _NOT_OURS.search(each)]
        return rule[0].replace(rule[1], ",".join(left), 1) if left else ""

    return _RULE.sub(kept, sheet)


def fonts(katex_package: Path) -> Published:
    """The fonts that KaTeX's style names and does not hold."""
    return {
        f"assets/fonts/{name}": content
        for name, content in _fonts(katex_package).items()
        if name not in _IN_THE_SHEET
    }


def _fonts(katex_package: Path) -> Published:
    folder = katex_package / "dist" / "fonts"
    return {font.name: font.read_bytes() for font in sorted(folder.glob("*.woff2"))}


def robots(site_url: str) -> bytes:
    """Everyone may read everything; the map is at the site's address, if it has one."""
    map_line = f"Sitemap: {site_url}sitemap.xml\n" if site_url else ""
    return f"User-agent: *\nAllow: /\n{map_line}".encode()


def assets(folder: Path) -> Published:
    """The site's own styles, scripts and icons, as they are."""
    return {
        f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_hidden(path.relative_to(folder))
    }
