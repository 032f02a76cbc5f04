from types import SimpleNamespace

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files

from dlbook.site.building.finder import (
    DOOR,
    GENERATOR,
    Collected,
    in_reading_order,
    open_door,
)

SCRIPT = "assets/javascripts/bundle.0123.min.js"


def config() -> MkDocsConfig:
    made = MkDocsConfig()
    made.load_dict({"site_name": "Toy", "plugins": []})
    assert made.validate() == ([], [])
    made.plugins._current_plugin = "dlbook"  # as while an event is handled
    return made


def files(*uris: str) -> Files:
    return Files([File.generated(config(), uri, content="theirs();") for uri in uris])


def book(*chapters: str) -> SimpleNamespace:
    return SimpleNamespace(lang="zh", chapters=chapters)


def page(content: str, **meta: object) -> SimpleNamespace:
    return SimpleNamespace(content=content, meta=meta, title="Untitled", url="a/", toc=[])


def test_our_script_runs_before_the_themes():
    present = files("index.md", SCRIPT)
    open_door(present, config(), {DOOR: b"ours();"})
    assert present.src_uris[SCRIPT].content_string == "ours();theirs();"
    assert set(present.src_uris) == {"index.md", SCRIPT}


@pytest.mark.parametrize("uris", [(), (SCRIPT, SCRIPT.replace("0123", "4567"))])
def test_a_theme_with_another_script_is_refused(uris):
    with pytest.raises(Abort, match=f"the theme has {len(uris)} files .* and not one"):
        open_door(files(*uris), config(), {})


def test_a_page_is_taken_by_its_sections_as_text():
    collected = Collected(lambda page: None)
    collected.add_entry_from_context(
        page('<h1 id="a">Folds<a class="headerlink">#</a></h1><p>x &lt; <em>y</em></p><li>z</li>'
             '<h2 id="b">2^k</h2><p>w</p><h2 id="c" data-search-exclude>No</h2><p>code</p>')
    )  # fmt: skip
    (taken,) = collected.pages
    assert [(each.anchor, each.title, each.text) for each in taken.sections] == [
        ("", "Folds", "x < y z"),
        ("b", "2^k", "w"),
    ]
    assert taken.boost == 1


def test_a_page_may_be_left_out_put_below_or_read_otherwise():
    collected = Collected(lambda page: page.meta.get("other"))
    collected.add_entry_from_context(page("<p>a</p>", search={"exclude": True}))
    assert collected.pages == []
    collected.add_entry_from_context(page("<p>a</p>", search={"boost": 0.1}, title="Named"))
    collected.add_entry_from_context(page("<p>a</p>", other="<p>b</p>"))
    assert [(each.sections[0].title, each.sections[0].text) for each in collected.pages] == [
        ("Named", "a"),
        ("Untitled", "b"),
    ]
    assert [each.boost for each in collected.pages] == [0.1, 1]


def test_pages_that_nobody_wrote_come_last():
    present = files("figures/a.md", "about.md", "a.md")
    present.src_uris["figures/a.md"].generated_by = GENERATOR
    ordered = in_reading_order(present, book("a.md"))
    assert [file.src_uri for file in ordered] == ["a.md", "about.md", "figures/a.md"]


def test_chapters_come_first_and_in_their_order():
    ordered = in_reading_order(files("b.md", "about.md", "a.md"), book("a.md", "b.md"))
    assert [file.src_uri for file in ordered] == ["a.md", "b.md", "about.md"]
