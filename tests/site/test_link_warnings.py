"""MkDocs' warnings of links: language, file, line and remedy, once a line; who hears them."""

import logging

import pytest

from dlbook.site.building.link_warnings import LinkWarnings, count_warnings
from dlbook.site.reading.links import lines_of_links
from dlbook.site.reading.source import Source
from tests.site.conftest import mkdocs

PAGES = logging.getLogger("mkdocs.structure.pages")


@pytest.fixture
def warnings():
    found = LinkWarnings()
    yield found
    PAGES.removeFilter(found)
    PAGES.setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("text", "target", "lines"),
    [
        ("[a](b.md)\n\n[c](b.md)", "b.md", [1, 3]),
        ("x ![a](b.png) y\n![a](bb.png)", "b.png", [1]),
        ('\n[a]( <b.md> "t")', "b.md", [2]),
        ("[a][k]\n\n[k]: b.md#c\n", "b.md#c", [3]),
        ("[a](b.md#c)", "b.md", []),
        ("`[a](b.md)`\n\n```\n[a](b.md)\n```\n[a](b.md)", "b.md", [6]),
        ("[a](x\\_y.md)\n[a](x_y.md)", "x_y.md", [1, 2]),
        ("[a](b.md?x=1&amp;y=2)", "b.md?x=1&y=2", [1]),
        ("---\ntitle: x\n---\n\n[x [[saw.teeth]]](\nb.md)", "b.md", [6]),
        ("[a](甲.md)", "甲.md", [1]),
    ],
)
def test_the_lines_of_a_link_are_those_where_it_is_written(text, target, lines):
    assert lines_of_links(Source(text, "docs/zh/a.md"), target) == lines


def test_each_line_with_a_dead_link_is_told_once(warnings, caplog):
    page = Source("\n[a](none.md) [b](none.md)\n\n[c](none.md)\n", "docs/en/a.md")
    warnings.read("en", {"a.md": page, "nones.md": page})
    for _ in range(4):
        PAGES.warning(
            "Doc file 'a.md' contains a link 'none.md', but the target is not found among"
            " documentation files."
        )
    remedy = "leads to no page and no file of docs/en; did you mean 'nones.md'?"
    assert [record.getMessage() for record in caplog.records] == [
        f"docs/en/a.md:{line}: the link 'none.md' {remedy}" for line in (2, 4)
    ]


def test_a_link_to_what_is_not_published_is_a_warning_as_others_are(warnings, caplog):
    warnings.read("zh", {"a.md": Source("[a](.b.md)\n", "docs/zh/a.md")})
    said = "Doc file 'a.md' contains a link to '.b.md' which is excluded from the built site."
    PAGES.info(said)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("docs/zh/a.md:1: the link '.b.md' leads to what is not")


def test_quiet_hides_warnings_and_strict_counts_them(warnings, caplog):
    top = logging.getLogger("mkdocs")
    level = top.level
    said = "Doc file 'a.md' contains a link 'b.md', but the target is not found"
    try:
        top.setLevel(logging.ERROR)  # what --quiet does
        PAGES.warning(said)
        assert not caplog.records
        count_warnings()
        PAGES.warning(said)
        assert len(caplog.records) == 1
    finally:
        top.setLevel(level)


LINKS = """
[a](none.md) [b](saw.md#teth) [c](/saw/) [d](saw) ![e](none.png)

[f](#nope)
"""
TOLD = (
    "{page}:{first}: the link 'none.md' leads to no page and no file of docs/{lang}; mend it",
    "{page}:{first}: the link 'saw.md#teth' leads nowhere: saw.md has no anchor {{#teth}};"
    " did you mean '#teeth'?",
    "{page}:{first}: the link '/saw/' begins at the root of a server; write the way from this",
    "{page}:{first}: the link 'saw' leads to no page and no file of docs/{lang}; did you mean",
    "{page}:{first}: the link 'none.png' leads to no page and no file of docs/{lang}",
    "{page}:{last}: the link '#nope' leads nowhere: index.md has no anchor {{#nope}}",
)


def test_a_quiet_strict_build_tells_every_kind_of_dead_link_in_both_languages(toy):
    last = {}
    for lang in ("zh", "en"):
        page = toy / "docs" / lang / "index.md"
        page.write_text(page.read_text() + LINKS)
        last[lang] = page.read_text().count("\n")
    finished = mkdocs(toy, "build", "--strict", "--quiet")
    assert finished.returncode == 1
    for lang, number in last.items():
        for told in TOLD:
            page = f"docs/{lang}/index.md"
            line = told.format(page=page, lang=lang, first=number - 2, last=number)
            assert finished.stdout.count(line) == 1, line
    assert "Doc file" not in finished.stdout
    assert not (toy / "site").exists()
