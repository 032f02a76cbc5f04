"""The page of a lab, and the way to it from its chapter.

mkdocs-jupyter shows the code and what it printed; prose and pictures are woven in here, as on
every other page.
"""

import re
from html import escape
from pathlib import Path
from typing import Any

from dlbook.site.labs.chapter_lab import ABOUT, ChapterLab, lab_figures
from dlbook.site.labs.notebook import Code, Prose
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import EXERCISES
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.pictures import images
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import word

BLOCK = "lab"
_END = "<!-- the last cell -->"
_STUB = re.compile(r'<div data-lab="([^"]+)"></div>')
# Two thirds of a page's elements, for names and punctuation in the colour of the text around them.
_COLOURLESS = re.compile(r'<span class="[npw]">([^<]*)</span>')
_HEADING = re.compile(r"(#{1,3}) (.*)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def lab_path(page: str) -> str:
    """The lab of a chapter, by their paths: ``folding.md -> labs/folding.ipynb``."""
    return f"labs/{page.removesuffix('.md')}.ipynb"


def notebook_path(page: str, lang: str) -> str:
    """Where the notebook is published: ``folding.md -> labs/folding.en.ipynb``."""
    return f"labs/{page.removesuffix('.md')}.{lang}.ipynb"


def chapters(book: Book) -> dict[str, str]:
    """For the path of each lab, the path of its chapter."""
    return {lab_path(page): page for page in book.chapters if lab_figures(book, page)}


def link(book: Book, place: Place) -> Piece:
    """The block ``[[lab]]`` of a chapter: the way to its lab.

    Raises:
        PageError: the page has none.
    """
    way = lab_path(place.page)
    if way not in chapters(book):
        raise PageError(f"'[[{BLOCK}]]': only a chapter with figures has a lab")
    text = word("lab_link", book.lang, lab=place.link(way))
    return Piece("", f'<p class="dl-lab-link">{inline.to_html(text, book.typesetter)}</p>')


def contents(lab: ChapterLab) -> list[Any]:
    """The table of contents as MkDocs takes it."""
    sections = [
        {
            "level": 2,
            "id": f"fig-{figure.name}",
            "name": escape(_title(figure, number, lab.lang)),
            "children": [],
        }
        for number, figure in lab.figures
    ]
    if any(cell.id == EXERCISES for cell in lab.cells):
        name = word("exercises", lab.lang)
        sections.append({"level": 2, "id": EXERCISES, "name": name, "children": []})
    return [{"level": 1, "id": ABOUT, "name": escape(lab.title), "children": sections}]


def html(shown: str, lab: ChapterLab, book: Book, place: Place, permalink: str) -> str:
    """The page of a lab, from what mkdocs-jupyter shows of its notebook.

    ``place`` is that of the lab, ``permalink`` what the links beside headings are called.
    """
    cells = {cell.id: cell for cell in lab.cells}

    def weave(match: re.Match[str]) -> str:
        name, _, part = match[1].partition(":")
        cell = cells[name]
        if part:
            return word("lab_found", book.lang)
        try:
            if isinstance(cell, Code):
                return _beside_code(cell, book.lang, place.root)
            prose = "\n".join(_block(cell, text, permalink, book) for text in cell.blocks)
            if cell.folded:
                title = escape(cell.folded)
                return f"<details><summary>{title}</summary>\n{prose}\n</details>"
            return prose + (_file(place, book.lang) if cell.id == ABOUT else "")
        except PageError as error:
            return f'<div class="dl-error" role="alert">{escape(str(error))}</div>'

    code = light(shown.partition(_END)[0])
    return f'<div class="dl-lab">\n{_STUB.sub(weave, code)}</div>\n'


def searched(lab: ChapterLab) -> str:
    """A lab as the search reads it: headings with their anchors, prose, and what it offers."""
    parts = []
    for cell in lab.cells:
        for text in cell.blocks if isinstance(cell, Prose) else ():
            heading = _HEADING.fullmatch(text)
            plain = escape(inline.to_plain(_LINK.sub(r"\1", text)))
            if heading:
                tag, title = f"h{len(heading[1])}", escape(inline.to_plain(heading[2]))
                parts.append(f'<{tag} id="{cell.id}">{title}</{tag}>')
            else:
                parts.append(f"<p>{plain}</p>")
        if cell.id == ABOUT:
            parts.append(f"<p>{word('lab_download', lab.lang)}</p>")
    return "\n".join(parts)


def light(code: str) -> str:
    """Highlighted code with nothing around what has the colour of its surroundings."""
    return _COLOURLESS.sub(r"\1", code)


def _file(place: Place, lang: str) -> str:
    file = place.page.replace(".ipynb", f".{lang}.ipynb")
    way = place.root + ("" if lang == "zh" else f"{lang}/") + file
    label = word("lab_download", lang)
    return f'<p><a href="{way}" download>{label} <code>{Path(file).name}</code></a></p>'


def _beside_code(cell: Code, lang: str, root: str) -> str:
    """What a code cell shows, or, if it is folded, what is folded there."""
    if cell.figure is None:
        return word("lab_drawing", lang)
    alt = inline.attribute(cell.figure.text("alt", lang))
    return f'<div class="dl-lab__picture">{images(cell.figure, lang, root, alt)}</div>'


def _block(cell: Prose, text: str, permalink: str, book: Book) -> str:
    """One block of Markdown as HTML: a heading, a list, or a paragraph."""

    def written(markdown: str) -> str:
        return inline.to_html(markdown, book.typesetter)

    heading = _HEADING.fullmatch(text)
    if heading:
        tag, name = f"h{len(heading[1])}", cell.id
        here = f'<a class="headerlink" href="#{name}" title="{permalink}">#</a>'
        return f'<{tag} id="{name}">{written(heading[2])}{here}</{tag}>'
    if text.startswith("- "):
        items = "".join(f"<li>{written(line[2:])}</li>" for line in text.splitlines())
        return f"<ul>{items}</ul>"
    return f"<p>{written(text)}</p>"


def _title(figure: Figure, number: int, lang: str) -> str:
    label = word("figure", lang, number=number) + word("numbered", lang)
    return label + inline.to_plain(figure.text("title", lang))
