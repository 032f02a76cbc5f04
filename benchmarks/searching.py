"""What a reader's browser fetches from the search field to the first result, at thirteen chapters.

    python -m benchmarks.searching [SITE]

Each golden query is typed by a reader who has never been here. Bytes are compressed, and the most
expensive queries are shown beside the most that one may cost. SITE is a book that is built already;
without it the one of ``benchmarks/thirteen.py`` is built, which takes minutes.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

from benchmarks.thirteen import clone, lengthen
from dlbook.base.language import LANGUAGES
from press.reader import Site, browser, visited
from tests.browser import find

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "site" / "golden.yml"
HOME = {"zh": "", "en": "en/"}
MOST, SHOWN = 60_000, 3  # bytes before the first result; lines for each language
FIELD, LINE = ".md-search__input", ".md-search-result__meta"
_ANSWERED = f"document.querySelector('{LINE}').textContent.match(/[0-9]|没有|No /)"


def fetched(site: Site, page: Page, query: str) -> int:
    """Bytes from the way to the field to the answer of a query."""
    done: list[Any] = []
    site.settle(page)
    page.on("requestfinished", lambda request: done.append(request))
    page.focus(FIELD)
    page.fill(FIELD, query)
    page.wait_for_function(_ANSWERED)
    # On a busy machine the page itself may still fetch what it shows.
    own = (request for request in done if "search" in request.url)
    return sum(request.sizes()["responseBodySize"] for request in own)


def measure(site: Site, lang: str) -> list[tuple[int, str]]:
    """What each golden query of a language costs, the dearest first."""
    queries = [case["query"] for case in yaml.safe_load(GOLDEN.read_text("utf-8"))[lang]]
    costs = []
    for query in queries:
        with site.open(HOME[lang]) as page:
            costs.append((fetched(site, page, query), query))
    return sorted(costs, reverse=True)


def main() -> None:
    """Build the long book if none is given, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(sys.argv[1]) if sys.argv[1:] else Path(folder) / "book" / "site"
        if not sys.argv[1:]:
            project = clone(ROOT, built.parent)
            lengthen(project)
            command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
            subprocess.run(command, cwd=project.root, check=True)
        with browser(find()) as chromium, visited(built, chromium) as site:
            for lang in LANGUAGES:
                costs = measure(site, lang)
                median = costs[len(costs) // 2][0]
                print(f"{lang}: median {median:,} bytes of at most {MOST:,}; most:", flush=True)
                for cost, query in costs[:SHOWN]:
                    told = "kept" if cost <= MOST else f"missed by {cost / MOST:.2f} x"
                    print(f"  {cost:7,}  {query}  {told}", flush=True)


if __name__ == "__main__":
    main()
