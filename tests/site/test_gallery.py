import re
from xml.etree import ElementTree

from dlbook.record.records import Project
from dlbook.site.pages.gallery import gallery
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import Piece
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import put_figure

PLACE = Place("gallery.md", "../../", lambda page: f"../{page.removesuffix('.md')}/")
PAGES = {
    "two.md": "# Two {#two}\n\n[[figure axe]]\n\n[[figure saw]]\n\n[[claims saw]]",
    "none.md": "# None {#none}",
    "one.md": "# One {#one}\n\n[[figure saw]]\n\n[[figure bow]]\n\n[[claims bow]]",
}


def hung(project: Project, lang: str = "en") -> Piece:
    for name in ("axe", "bow"):
        put_figure(project.root, name)
    sources = {page: Source(text, page) for page, text in PAGES.items()}
    return gallery(Book(lang, Shelf(project), Typesetter(project), sources), PLACE)


def parsed(piece: Piece) -> ElementTree.Element:
    closed = re.sub("(<img[^>]*)>", r"\1/>", piece.html).replace(" download>", ' download="">')
    return ElementTree.fromstring(f"<div>{closed}</div>")


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_every_figure_stands_once_on_the_first_page_that_places_it(project: Project):
    html = parsed(hung(project))
    sections = [(words(h), [words(h3) for h3 in ul.iter("h3")]) for h, ul in pairs(html)]
    assert sections == [
        ("Two", ["Figure 1. Teeth double", "Figure 2. Teeth double"]),
        ("One", ["Figure 2. Teeth double"]),
    ]
    links = [h3.find("a").get("href") for h3 in html.iter("h3")]
    assert links == ["../figures/axe/", "../figures/saw/", "../figures/bow/"]


def pairs(html: ElementTree.Element) -> list[tuple[ElementTree.Element, ElementTree.Element]]:
    children = list(html)
    return list(zip(children[::2], children[1::2], strict=True))


def test_its_anchors_are_those_of_pages_and_cards(project: Project):
    piece = hung(project)
    assert sorted(piece.anchors) == sorted(
        element.get("id") for element in parsed(piece).iter() if element.get("id")
    )
    assert set(piece.anchors) == {"figures-two", "figures-one", "card-axe", "card-saw", "card-bow"}


def test_a_picture_comes_in_both_themes_from_the_sites_root(project: Project):
    card = next(parsed(hung(project, "zh")).iter("li"))
    images = [(image.get("src"), image.get("loading")) for image in card.iter("img")]
    assert images == [
        ("../../figures/axe.zh.svg", "lazy"),
        ("../../figures/axe.zh.dark.svg", "lazy"),
    ]
    assert {image.get("alt") for image in card.iter("img")} == {"一条“锯” & 齿"}


def test_verdicts_lead_to_their_rows_and_other_links_to_the_text_and_to_downloads(project: Project):
    html = parsed(hung(project))
    card = next(html.iter("li"))
    verdicts, files = card.findall("ul")
    assert [words(item) for item in verdicts] == ["supported A25/teeth", "refuted A26"]
    hrefs = [link.get("href") for link in verdicts.iter("a")]
    assert hrefs == ["../two/#claim-A25-teeth", "../two/#claim-A26"]
    text, *downloads = files.iter("a")
    assert (words(text), text.get("href")) == ("Figure 1 in the text", "../two/#fig-axe")
    assert [link.get("href") for link in downloads] == [
        f"../../{path}"
        for path in (
            "source/axe.py",
            "data/axe.json",
            "data/axe.npz",
            "data/axe.timing.json",
            "figures/axe.en.svg",
            "figures/axe.en.dark.svg",
        )
    ]
    assert all(link.get("download") == "" for link in downloads)


def test_every_card_says_how_to_cite_it(project: Project):
    for lang, line in (
        ("en", "Cite as: Why deep, “Teeth double”, version 0123456789ab, CC BY 4.0"),
        ("zh", "引用：《为什么要深》，图“锯齿翻倍”，版本 0123456789ab，CC BY 4.0"),
    ):
        licences = parsed(hung(project, lang)).iter("p")
        assert [words(licence) for licence in licences] == [line] * 3


def test_a_figure_that_is_not_made_is_left_to_its_page(project: Project):
    put_figure(project.root, "axe")
    project.pointer("axe").unlink()
    sources = {"two.md": Source("# Two\n\n[[figure axe]]\n\n[[figure saw]]", "two.md")}
    book = Book("en", Shelf(project), Typesetter(project), sources)
    assert gallery(book, PLACE).anchors == ("figures-two", "card-saw")


def test_the_search_is_given_nothing(project: Project):
    assert hung(project).plain == ""
