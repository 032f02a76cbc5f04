"""What readers look for and what they find: the book's search in a real browser.

The queries are in ``golden.yml``. One page for each language stays open and is typed into.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.terms import read_terms
from press.reader import INDEX, Site
from tests.site.conftest import ROOT

GOLDEN: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("golden.yml").read_text(encoding="utf-8")
)
CASES = [(lang, case) for lang in LANGUAGES for case in GOLDEN[lang]]
TERMS, _ = read_terms(ROOT / "docs" / "terms.yml", "docs/terms.yml")
HOME = {"zh": "", "en": "en/"}
FIRST = 3
FIELD, LINE = ".md-search__input", ".md-search-result__meta"  # the line says how many are found
# Whether the index is there and a query may be typed.
READY = """selector => {
  const {translations} = JSON.parse(document.getElementById("__config").textContent);
  const line = document.querySelector(selector).textContent.trim();
  return line === translations["search.result.placeholder"];
}"""
CLEAR = "selector => { document.querySelector(selector).textContent = ''; }"
ANSWERED = "selector => document.querySelector(selector).textContent !== ''"
FOUND = "items => items.map(item => [...item.querySelectorAll('a')].map(a => a.href))"


class Desk:
    """A page that stays open, its search field focused."""

    def __init__(self, site: Site, lang: str, page: Page) -> None:
        self._root, self._page = f"{site.url}{HOME[lang]}", page
        self._page.keyboard.press("f")
        self._page.wait_for_function(READY, arg=LINE)

    def look_for(self, query: str) -> list[list[str]]:
        """The addresses that are found, by page, best first, each page with its sections."""
        self._page.evaluate(CLEAR, LINE)
        self._page.fill(FIELD, query)  # as an input method does, without keys
        self._page.keyboard.press("End")
        self._page.wait_for_function(ANSWERED, arg=LINE)
        found = self._page.eval_on_selector_all(".md-search-result__item", FOUND)
        return [[self._address(link) for link in item] for item in found]

    def pages(self, query: str) -> list[str]:
        """The pages that are found, best first."""
        return [item[0] for item in self.look_for(query)]

    def _address(self, link: str) -> str:
        path, _, anchor = link.removeprefix(self._root).partition("#")
        return path.partition("?")[0] + (f"#{anchor}" if anchor else "")


@pytest.fixture(scope="module")
def desks(site: Site) -> Iterator[dict[str, Desk]]:
    with site.open(HOME["zh"]) as zh, site.open(HOME["en"]) as en:
        yield {lang: Desk(site, lang, page) for lang, page in (("zh", zh), ("en", en))}


def test_there_are_enough_queries_each_once_and_their_pages_exist(site: Site):
    assert len(GOLDEN["zh"]) >= 30
    assert len(GOLDEN["en"]) >= 20
    for lang in LANGUAGES:
        queries = [case["query"] for case in GOLDEN[lang]]
        assert sorted(queries) == sorted(set(queries))
        for case in GOLDEN[lang]:
            assert case.keys() in ({"query", "page"}, {"query", "nothing"})
            assert "nothing" in case or HOME[lang] + case["page"] in site.paths, case


@pytest.mark.parametrize(
    ("lang", "case"), CASES, ids=[f"{lang}-{case['query']}" for lang, case in CASES]
)
def test_a_golden_query_finds_its_page_among_the_first_three(desks, lang, case):
    pages = desks[lang].pages(case["query"])
    if "nothing" in case:
        assert pages == []
    else:
        assert case["page"] in pages[:FIRST]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_finds_its_entry_in_the_glossary(desks, lang):
    missed = []
    for term in TERMS:
        for form in dict.fromkeys((*term.forms(lang), *term.names.values())):
            found = [link for item in desks[lang].look_for(form) for link in item]
            if f"glossary/#term-{term.id}" not in found:
                missed.append(form)
    assert missed == []


@pytest.mark.parametrize(
    ("lang", "query", "address"),
    [
        ("zh", "A26", "folding/#claim-A26"),
        ("en", "a25/pieces", "folding/#claim-A25-pieces"),
        ("en", "Leshno", "references/#work-leshno1993"),
    ],
)
def test_claims_and_works_are_found_at_their_own_places(desks, lang, query, address):
    assert address in [link for item in desks[lang].look_for(query) for link in item]


def test_operators_are_left_to_those_who_know_them(desks):
    assert desks["en"].pages("foldings") != []
    assert desks["en"].pages("+foldings") == []
    assert desks["en"].pages("+perceptron +maxout") == []
    assert "neuron/" not in desks["zh"].pages("+异或 +maxout")


def test_a_word_that_scripts_know_is_a_word_like_any_other(desks):
    assert desks["en"].pages("constructor") == desks["en"].pages("valueof") == []
    assert "folding/" in desks["en"].pages("constructor parity")[:FIRST]


def test_labs_are_not_found_besides_their_chapters(desks):
    for lang in LANGUAGES:
        assert not [page for page in desks[lang].pages("ReLU") if page.startswith("labs/")]


def test_a_page_is_complete_before_the_index_has_come(site: Site):
    held: list[Any] = []
    with site.context() as context:
        page = context.new_page()
        page.route(f"**/{INDEX}", lambda route: held.append(route))
        page.goto(f"{site.url}neuron/", wait_until="load")
        assert page.inner_text("article h1").startswith("一个神经元")
        painted = "performance.getEntriesByName('first-contentful-paint').length"
        page.wait_for_function(painted, timeout=5000)
        page.wait_for_function("document.fonts.status == 'loaded'", timeout=5000)
        assert len(held) == 1
        assert not page.evaluate(READY, LINE)
        held[0].continue_()
        page.keyboard.press("f")
        page.wait_for_function(READY, arg=LINE)
