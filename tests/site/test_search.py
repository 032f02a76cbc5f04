"""What readers look for and what they find: the book's search in a real browser.

The queries are in ``golden.yml``. One page for each language stays open and is typed into.
"""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, Request, Route, expect

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.terms import read_terms
from press.reader import DESK, PHONE, Site
from tests.site.conftest import ROOT
from tests.site.published_index import content
from tests.turns import turn

HOME = {"zh": "", "en": "en/"}
FIRST = 3
RECALL = 0.95
LEAST = {"zh": 150, "en": 60}
CODE = 10_000  # bytes of the search's own scripts, compressed
FIRST_RESULT = 60_000  # bytes before the first result, compressed
FIELD, LINE = ".md-search__input", ".md-search-result__meta"  # the line says how many are found
LINK = ".md-search-result__link"
# Whether the index is there and a query may be typed.
READY = """selector => {
  const {translations} = JSON.parse(document.getElementById("__config").textContent);
  const line = document.querySelector(selector).textContent.trim();
  return line === translations["search.result.placeholder"];
}"""
# A query comes in one event of input, as of a paste, and no key; the line says when it is answered.
LOOK = """async ([field, selector, query]) => {
  const [input, line] = [field, selector].map(each => document.querySelector(each));
  const {translations} = JSON.parse(document.getElementById("__config").textContent);
  const write = text => {
    input.value = text;
    input.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const until = holds => new Promise(done => {
    const look = () => { if (holds()) { watch.disconnect(); done(); } };
    const watch = new MutationObserver(look);
    watch.observe(line, {childList: true, characterData: true, subtree: true});
    look();
  });
  write("");
  await until(() => line.textContent.trim() === translations["search.result.placeholder"]);
  line.textContent = "";
  write(query);
  await until(() => line.textContent !== "");
  return [...document.querySelectorAll(".md-search-result__item")].map(
    item => [...item.querySelectorAll("a")].map(a => a.href));
}"""


@cache
def golden() -> dict[str, list[dict[str, Any]]]:
    """The queries of each language; a process that collects tests does not parse them."""
    text = Path(__file__).with_name("golden.yml").read_text(encoding="utf-8")
    queries: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return queries


class Desk:
    """A page that stays open, its search field focused."""

    def __init__(self, site: Site, lang: str, page: Page) -> None:
        self._root, self.page = f"{site.url}{HOME[lang]}", page
        self.page.keyboard.press("f")
        self.page.wait_for_function(READY, arg=LINE)

    def look_for(self, query: str) -> list[list[str]]:
        """The addresses that are found, by page, best first, each page with its sections."""
        found = self.page.evaluate(LOOK, [FIELD, LINE, query])
        return [[self._address(link) for link in item] for item in found]

    def pages(self, query: str) -> list[str]:
        """The pages that are found, best first."""
        return [item[0].partition("#")[0] for item in self.look_for(query)]

    def _address(self, link: str) -> str:
        path, _, anchor = link.removeprefix(self._root).partition("#")
        return path.partition("?")[0] + (f"#{anchor}" if anchor else "")


@pytest.fixture(scope="module")
def desks(site: Site) -> Iterator[dict[str, Desk]]:
    # The home page moves, and any page is laid out anew beneath what is found.
    with site.open(f"{HOME['zh']}how-to-read/") as zh, site.open(f"{HOME['en']}how-to-read/") as en:
        for page in (zh, en):
            page.add_style_tag(content=".md-main { display: none }")
        yield {lang: Desk(site, lang, page) for lang, page in (("zh", zh), ("en", en))}


def test_there_are_enough_queries_each_once_and_their_pages_exist(site: Site):
    for lang in LANGUAGES:
        queries = [case["query"] for case in golden()[lang]]
        assert len(queries) >= LEAST[lang]
        assert sorted(queries) == sorted(set(queries))
        for case in golden()[lang]:
            assert case.keys() in ({"query", "page"}, {"query", "nothing"})
            assert "nothing" in case or HOME[lang] + case["page"] in site.paths, case


@pytest.mark.parametrize("lang", turn("golden queries", LANGUAGES))
def test_golden_queries_find_their_page_among_the_first_three(desks, lang):
    missed = []
    for case in golden()[lang]:
        pages = desks[lang].pages(case["query"])
        if pages if "nothing" in case else case["page"] not in pages[:FIRST]:
            missed.append(f"{case['query']}: {case.get('page', 'nothing')}, and found {pages[:5]}")
    recall = 1 - len(missed) / len(golden()[lang])
    assert recall >= RECALL, "\n".join((f"recall {recall:.1%}", *missed))


@pytest.mark.parametrize("lang", turn("every term", LANGUAGES))
def test_every_term_finds_its_entry_in_the_glossary(desks, lang):
    missed = []
    terms, _ = read_terms(ROOT / "docs" / "terms.yml", "docs/terms.yml")
    for term in terms:
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
        ("zh", "李宏毅", "references/#work-lee2022"),
        ("en", "Courville", "references/#work-goodfellow2013"),
    ],
)
def test_claims_and_works_are_found_at_their_own_places(desks, lang, query, address):
    assert address in [link for item in desks[lang].look_for(query) for link in item]


def test_operators_are_left_to_those_who_know_them(desks):
    assert desks["en"].pages("foldings") != []
    assert desks["en"].pages("+perceptron +maxout") == []
    both = desks["en"].pages("softmax entropy")
    without = desks["en"].pages("entropy -softmax")
    assert without
    assert both != without
    assert "neuron/" not in desks["zh"].pages("+异或 +maxout")


def test_a_word_that_scripts_know_is_a_word_like_any_other(desks):
    assert desks["en"].pages("constructor") == desks["en"].pages("__proto__") == []
    assert "folding/" in desks["en"].pages("constructor parity")[:FIRST]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labs_and_pages_of_figures_are_found_below_what_somebody_wrote(desks, lang):
    found = desks[lang].pages("maxout")
    below = [page.startswith(("labs/", "figures/", "reference/")) for page in found]
    assert any(below)
    assert not any(below[:FIRST])
    asked_for = {"zh": ("折叠 笔记本", "折叠 notebook"), "en": ("notebook folding",)}
    for words in asked_for[lang]:
        assert "labs/folding/" in desks[lang].pages(words), words
    for words in {"zh": ("笔记本", "实验本", "下载", "notebook"), "en": ("notebook", "download")}[
        lang
    ]:
        assert any(page.startswith("labs/") for page in desks[lang].pages(words)), words
    assert "figures/folding_doubles_pieces/" in desks[lang].pages("folding_doubles_pieces")


def test_formulas_in_results_are_words(desks):
    desks["zh"].look_for("权重衰减")
    text = desks["zh"].page.inner_text(".md-search-result__list")
    assert not re.search(r"lVert|rVert|tfrac|lambda|bigl|\\", text), text


def asked(page: Page) -> list[Request]:
    """The requests of a page that end from now on."""
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))
    return done


def test_the_search_is_fetched_when_the_reader_goes_to_it(site: Site):
    with site.context() as context:
        page = context.new_page()
        done = asked(page)
        page.goto(f"{site.url}neuron/")
        site.settle(page)
        assert [each.url for each in done if "search" in each.url] == []
        page.keyboard.press("f")
        page.wait_for_function(READY, arg=LINE)
        fetched = [each.url.removeprefix(site.url) for each in done if "search" in each.url]
        assert fetched == ["assets/search.js", "search/index.js"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_little_is_fetched_before_the_first_result(site: Site, lang):
    for query in ("一个神经元能学会多少", "squared error or cross-entropy after softmax"):
        with site.open(f"{HOME[lang]}how-to-read/") as page:  # where nothing else is fetched later
            site.settle(page)
            done = asked(page)
            page.keyboard.press("f")
            page.wait_for_function(READY, arg=LINE)
            page.fill(FIELD, query)
            page.wait_for_selector(LINK)
            assert 0 < sum(each.sizes()["responseBodySize"] for each in done) < FIRST_RESULT


def test_the_searchs_own_scripts_are_small():
    script = ROOT / "site" / "assets" / "search.js"
    assert len(gzip.compress(script.read_bytes())) < CODE


def test_a_search_that_cannot_be_loaded_says_so_and_may_be_tried_again(site: Site):
    with site.context() as context:
        page = context.new_page()
        refused: list[str] = []

        def refuse(route: Route) -> None:
            refused.append(route.request.url)
            route.abort() if len(refused) == 1 else route.continue_()

        page.route("**/search/index.js", refuse)
        page.goto(f"{site.url}en/")
        page.keyboard.press("f")
        page.wait_for_function(
            "selector => document.querySelector(selector).textContent.includes('try again')",
            arg=LINE,
        )
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.wait_for_function(READY, arg=LINE)


def test_a_site_that_was_built_anew_meanwhile_is_searched_all_the_same(site: Site):
    stale = site.folder / "search" / "index.js"
    version = content(stale)["version"]
    text = stale.read_text(encoding="utf-8").replace(version, "00000000")
    with site.context() as context:
        page = context.new_page()

        def old(route: Route) -> None:
            if "?" in route.request.url:
                route.continue_()
            else:
                route.fulfill(body=text, content_type="text/javascript")

        page.route("**/search/index.js*", old)
        page.goto(site.url)
        page.keyboard.press("f")
        page.wait_for_function(READY, arg=LINE)
        page.fill(FIELD, "折叠")
        page.wait_for_selector(LINK)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_result_opens_its_section_with_the_words_marked(site: Site, width):
    with site.open("", width) as page:
        if width == PHONE:
            page.click(".md-header__button[for=__search]")
        else:
            page.keyboard.press("/")
        page.fill(FIELD, "谱偏置")
        section = page.locator(f"{LINK}[href*='wide-is-enough/'][href*='#']").first
        section.click()
        page.wait_for_url("**/wide-is-enough/*#*")
        marks = page.locator("article mark")
        assert set(marks.all_inner_texts()) <= {"谱偏置", "频谱偏置"}
        expect(marks.first).to_be_attached()
        expect(page.locator("article .katex mark, article svg mark")).to_have_count(0)


def test_the_list_is_reached_and_left_by_the_keyboard(site: Site):
    with site.open("en/") as page:
        page.keyboard.press("f")
        page.keyboard.type("parity")
        page.wait_for_selector(LINK)
        page.keyboard.press("ArrowDown")
        assert "md-search-result__link" in page.evaluate("document.activeElement.className")
        page.keyboard.press("Escape")
        assert not page.is_checked("#__search")
        page.keyboard.press("f")
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/*/?h=*")


def test_the_page_that_does_not_exist_can_be_searched_from(site: Site):
    with site.open("404.html") as page:
        page.keyboard.press("f")
        page.fill(FIELD, "折叠")
        page.wait_for_selector(LINK)
