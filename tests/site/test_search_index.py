import json
from pathlib import Path

import pytest

from dlbook.base.whole import write
from dlbook.site.building.search_index import (
    BOTH,
    OFTEN,
    ONCE,
    PARTS,
    TEXT,
    TITLE,
    Indexed,
    index,
)
from dlbook.site.reading.late import Section
from dlbook.site.reading.search_words import part
from dlbook.site.reading.terms import Term
from tests.site.published_index import content, entries

SEED = Term(
    "seed",
    {"zh": "随机种子", "en": "random seed"},
    {},
    "sui ji zhong zi",
    {"zh": ("种子", "随机源"), "en": ("seed",)},
)
PAGES = (
    Indexed("a/", (Section("", "折叠", "折叠再折叠，用种子"), Section("b", "B26", "随机种子 2^k"))),
    Indexed("glossary/", (Section("term-seed", "随机种子", "种子 · 随机源 · random seed"),), 0.5),
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for path, script in index(PAGES, [SEED], "zh").items():
        write(tmp_path / path, script)
    return tmp_path


def places(site: Path, key: str) -> list[int]:
    whole = content(site / "search" / "index.js")
    return content(site / "search" / whole["version"] / f"k{part(key, PARTS)}.js").get(key, [])


def test_every_section_comes_back_with_its_place(site):
    assert [(each.location, each.title, each.boost) for each in entries(site)] == [
        ("a/", "折叠", 1),
        ("a/#b", "B26", 1),
        ("glossary/#term-seed", "随机种子", 0.5),
    ]


def test_a_key_knows_its_sections_and_how_they_have_it(site):
    assert places(site, "折叠") == [BOTH]
    assert places(site, "种子") == [ONCE, 4 + ONCE, 4 + BOTH]
    assert places(site, "b26") == [4 + TITLE]
    assert places(site, "2^k") == [4 + ONCE]
    assert places(site, "折旧") == []
    repeated = index([Indexed("a/", (Section("", "a", "熵，熵"),))], [], "zh")
    (script,) = (text for name, text in repeated.items() if f"/k{part('熵', PARTS)}.js" in name)
    assert json.loads(script[script.index(b",") + 1 : script.rindex(b")")]) == {"熵": [OFTEN]}


def test_a_term_is_looked_for_by_the_names_that_pages_use(site):
    ((forms, called, entry),) = content(site / "search" / "index.js")["names"]
    assert forms == ["随机种子", "randomseed", "种子", "随机源", "seed"]
    assert called == ["随机种子", "种子"]  # nothing but the glossary says 随机源
    assert entry == 2


def test_a_term_that_no_page_has_is_no_name():
    whole = index(PAGES[:1], [Term("x", {"zh": "动量", "en": "momentum"}, {}, "dong")], "zh")
    assert b'"names":[]' in whole["search/index.js"]


def test_parts_are_called_by_what_they_hold(site):
    other = index((*PAGES[:1], Indexed("c/", (Section("", "c", "d"),))), [], "zh")
    version = content(site / "search" / "index.js")["version"]
    assert not [name for name in other if version in name]
    assert index(PAGES, [SEED], "zh").keys() == {
        path.relative_to(site).as_posix() for path in site.rglob("*.js")
    }


def test_long_texts_are_in_several_parts(tmp_path):
    sections = tuple(Section(f"s{k}", f"S {k}", "字" * (TEXT // 6)) for k in range(9))
    for path, script in index([Indexed("a/", sections)], [], "zh").items():
        write(tmp_path / path, script)
    assert content(tmp_path / "search" / "index.js")["texts"] == [0, 2, 4, 6, 8]
    assert [each.title for each in entries(tmp_path)] == [f"S {k}" for k in range(9)]
