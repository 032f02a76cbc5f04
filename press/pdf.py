"""``make pdf``: the chapters, the glossary and the literature as one book in each language."""

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, PdfMargins

from dlbook.base.language import LANGUAGES
from dlbook.base.whole import replacing
from dlbook.site.reading.chapter_order import read_chapters
from press.reader import Site, browser, visited
from tests.browser import find

ROOT = Path(__file__).parent.parent
_BINDING = Path(__file__).with_name("binding.js").read_text(encoding="utf-8")
_AFTER = ("glossary", "references")
_MARGIN: PdfMargins = {"top": "20mm", "bottom": "22mm", "left": "20mm", "right": "20mm"}
_NUMBER = (
    '<div style="width: 100%; font: 8pt sans-serif; color: #59636e; text-align: center">'
    '<span class="pageNumber"></span></div>'
)


class BindingError(Exception):
    """The pages do not make a whole book."""


def contents(root: Path) -> list[str]:
    """The pages of the book, in the order in which they are read, from a language's root."""
    chapters, _ = read_chapters(root)
    return [f"{name}/" for name in ("how-to-read", *(each.name for each in chapters), *_AFTER)]


def bind(page: Page, pages: Sequence[str]) -> None:
    """Put the pages of a book into the one that is open, which is the language's home page.

    Raises:
        BindingError: a link leads to a place that the book does not have.
    """
    lost = page.evaluate(_BINDING, list(pages))
    if lost:
        raise BindingError(f"{page.url}: links lead nowhere in the book: {', '.join(lost)}")


def print_book(site: Site, lang: str, pages: Sequence[str], target: Path) -> Path:
    """Print one language's book, complete or not at all."""
    home = "" if lang == "zh" else f"{lang}/"
    with site.open(home) as page, replacing(target) as mine:
        bind(page, pages)
        page.emulate_media(media="print", color_scheme="light")
        page.pdf(
            path=mine, format="A4", margin=_MARGIN, outline=True, tagged=True,
            display_header_footer=True, header_template="<span></span>", footer_template=_NUMBER,
        )  # fmt: skip
    return target


def main() -> int:
    """Print both books into ``out/``."""
    pages = contents(ROOT)
    with browser(find()) as chromium, visited(ROOT / "site", chromium) as site:
        for lang in LANGUAGES:
            made = print_book(site, lang, pages, ROOT / "out" / f"why-deep.{lang}.pdf")
            print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
