"""A notebook: Markdown and code cells, and its file in Jupyter's format."""

import json
import re
from dataclasses import dataclass
from typing import Any

from dlbook.record.transcript import transcript
from dlbook.site.reading.shelf import Figure

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


_OF_THE_BOOK = re.compile(r"\[([^\[\]]+)\]\((?!https?:)[^()\s]*\)")


@dataclass(frozen=True)
class Prose:
    """A Markdown cell: headings, paragraphs and lists, one string each.

    ``id`` is the anchor of its heading too. With ``folded``, the title of what opens when a reader
    asks for it, all of the cell is folded.
    """

    id: str
    blocks: tuple[str, ...]
    folded: str = ""


@dataclass(frozen=True)
class Code:
    """A code cell; ``figure`` is what it ends with, if it is the one that runs a figure.

    A ``folded`` one opens when a reader asks for it, and so does what the figure's cell has shown.
    """

    id: str
    source: str
    figure: Figure | None = None
    folded: bool = False


Cell = Prose | Code


def without_links(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Cells whose prose names pages of the book without the ways to them, which are not known."""

    def plain(cell: Cell) -> Cell:
        if isinstance(cell, Code):
            return cell
        return Prose(cell.id, tuple(_OF_THE_BOOK.sub(r"\1", text) for text in cell.blocks))

    return tuple(map(plain, cells))


def without_prose(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Cells whose prose is empty: what is shown of a notebook whose prose is woven elsewhere."""
    return tuple(cell if isinstance(cell, Code) else Prose(cell.id, ()) for cell in cells)


def notebook_json(cells: tuple[Cell, ...], lang: str, *, is_read: bool = True) -> str:
    """The file of a notebook, in version 4.5 of the format, as if its cells had just been run.

    What nobody reads but a program has no lines: with them JSON is written in Python, not in C.

    Raises:
        RecordError: a picture is damaged.
    """
    runs, written = 0, []
    for cell in cells:
        runs += isinstance(cell, Code)
        written.append(_code(cell, runs, lang) if isinstance(cell, Code) else _prose(cell))
    content = {"cells": written, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (
        json.dumps(content, ensure_ascii=False, indent=1 if is_read else None, sort_keys=True)
        + "\n"
    )


def _prose(cell: Prose) -> dict[str, Any]:
    blocks = list(cell.blocks)
    if cell.folded:  # the blank lines around let Markdown be read inside
        blocks = [f"<details><summary>{cell.folded}</summary>", *blocks, "</details>"]
    source = _lines("\n\n".join(blocks))
    return {"cell_type": "markdown", "id": cell.id, "metadata": {}, "source": source}


def _code(cell: Code, run: int, lang: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": run,
        "id": cell.id,
        "metadata": _folding(cell),
        "outputs": _outputs(cell.figure, run, lang) if cell.figure else [],
        "source": _lines(cell.source),
    }


def _folding(cell: Code) -> dict[str, Any]:
    """What Jupyter folds: code, or what the book found, until the reader runs the cell."""
    if cell.folded:
        return {"jupyter": {"source_hidden": True}}
    return {"collapsed": True, "jupyter": {"outputs_hidden": True}} if cell.figure else {}


def _outputs(figure: Figure, run: int, lang: str) -> list[dict[str, Any]]:
    """What the cell that runs a figure shows: the lines of its record, and its picture."""
    found = transcript(figure.record["values"], figure.claims, lang)
    picture = figure.made.read(f"{lang}.standalone.svg").decode()
    shown = {
        "image/svg+xml": _lines(picture),
        "text/plain": [f"Picture(name={figure.name!r})"],
    }
    return [
        {"name": "stdout", "output_type": "stream", "text": _lines(f"{found}\n")},
        {
            "data": shown,
            "execution_count": run,
            "metadata": {},
            "output_type": "execute_result",
        },
    ]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
