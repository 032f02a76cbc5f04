"""The index of the search as a site publishes it, put together again from its parts."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from dlbook.site.building.search_index import FOLDER


class Entry(NamedTuple):
    location: str
    title: str
    text: str
    boost: float


def content(script: Path) -> Any:
    """What a part of the index hands over."""
    text = script.read_text(encoding="utf-8")
    assert text.startswith(f'dlSearch("{script.stem}",')
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def entries(half: Path) -> list[Entry]:
    """Every section of one language's site, in order."""
    whole = content(half / FOLDER / "index.js")
    parts = (half / FOLDER / whole["version"] / f"t{number}.js" for number in range(10**6))
    sections = [
        section for path, _ in zip(parts, whole["texts"], strict=False) for section in content(path)
    ]
    firsts = [first for _, _, first, _ in whole["pages"]] + [len(sections)]
    found = []
    for (url, _, first, boost), end in zip(whole["pages"], firsts[1:], strict=True):
        for anchor, title, text in sections[first:end]:
            found.append(Entry(f"{url}#{anchor}" if anchor else url, title, text, boost))
    return found
