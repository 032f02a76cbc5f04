"""The printed book: its pages in one document, links that stay inside, the file itself."""

import pytest

from press.pdf import BindingError, bind, contents, print_book
from tests.press.conftest import write
from tests.scripts import ROOT

PAGES = ("first/", "second/")


def test_the_contents_are_the_chapters_between_preface_and_reference():
    pages = contents(ROOT)
    assert pages[0] == "how-to-read/"
    assert pages[-2:] == ["glossary/", "references/"]
    assert "folding/" in pages


def test_ids_stay_unique_and_links_stay_in_the_book(site):
    with site.open("") as page:
        bind(page, PAGES)
        ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
        links = page.eval_on_selector_all(
            "section a", "all => all.map(a => a.getAttribute('href'))"
        )
        shown = page.inner_text("body")
    assert ids == ["p0-", "p0-first", "p0-tip", "p1-", "p1-second", "p1-end"]
    assert links == ["#p1-end", "#p0-first", None]
    assert shown.split("\n")[0] == "Saw"
    assert "42" in shown
    assert "About\n" not in shown


def test_pictures_are_those_of_the_light_theme_and_have_come(site):
    with site.open("en/") as page:
        bind(page, PAGES)
        pictures = page.eval_on_selector_all("img", "all => all.map(i => [i.src, i.naturalWidth])")
    assert [address for address, _ in pictures] == [f"{site.url}a.svg"]
    assert all(width > 0 for _, width in pictures)


def test_a_link_to_nowhere_is_refused(site, folder):
    write(folder, "first", "<h1 id='first'>First</h1><a href='../second/#lost'>lost</a>")
    with site.open("") as page, pytest.raises(BindingError, match="p1-lost"):
        bind(page, PAGES)


def test_a_link_that_cannot_be_decoded_leads_where_it_did(site, folder):
    address = "https://example.org/#50%"
    write(folder, "first", f"<h1 id='first'>First</h1><a href='{address}'>half</a>")
    with site.open("") as page:
        bind(page, PAGES)
        assert page.get_attribute("section a >> text=half", "href") == address


def test_the_file_is_a_tagged_pdf_with_an_outline(site, tmp_path):
    made = print_book(site, "en", PAGES, tmp_path / "out" / "why.en.pdf")
    content = made.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/Outlines" in content
    assert b"/StructTreeRoot" in content
    assert [path.name for path in made.parent.iterdir()] == ["why.en.pdf"]
