import re
from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.tooltips import with_tooltips
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import Piece, stub
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

TERMS = """
- {id: fold, zh: 折叠, en: fold, pinyin: zhe die, definition: {zh: 对折 < 再对折。, en: Fold.}}
- {id: relu, zh: ReLU, en: ReLU, pinyin: relu, definition: {zh: 乙。, en: B.}}
"""


@pytest.fixture
def root(project: Project) -> Path:
    (project.root / "docs").mkdir()
    (project.root / "docs" / "terms.yml").write_text(TERMS, encoding="utf-8")
    return project.root


def marked(root: Path, html: str, lang: str = "zh", page: str = "a.md", home: str = "g.md") -> str:
    project = Project(root)
    pages = {"a.md": Source("", "a.md"), home: Source("[[glossary]]", home)}
    book = Book(lang, Shelf(project), Typesetter(project), pages)
    return with_tooltips(html, book, Place(page, link="to/{}".format))


def test_the_first_mention_is_a_link_that_is_described_by_its_definition(root: Path):
    html = marked(root, "<p>先折叠，再折叠。</p>")
    link = '<a class="dl-term" href="to/g.md#term-fold" aria-describedby="tip-fold">折叠</a>'
    assert html.startswith(f"<p>先{link}，再折叠。</p>")
    assert (
        '<div class="dl-tip" id="tip-fold" role="tooltip" popover="manual">'
        '<span class="dl-glossary__other" lang="en">fold</span>：对折 &lt; 再对折。</div>'
    ) in html
    assert "tip-relu" not in html


def test_a_name_common_to_both_languages_is_not_repeated_in_the_tooltip(root: Path):
    assert 'popover="manual">乙。</div>' in marked(root, "<p>ReLU</p>")


@pytest.mark.parametrize(
    "untouched",
    [
        "<h2 id='a'>折叠</h2>",
        "<h3><em>折叠</em></h3>",
        "<p><a href='x'><b>折叠</b></a></p>",
        "<p><code>折叠</code></p>",
        "<pre><span>折叠</span></pre>",
        "<details><summary>折叠</summary></details>",
        "<table><caption>折叠</caption></table>",
        "<figure><p>折叠</p></figure>",
        '<p title="折叠"><br><img alt="折叠"/></p>',
        "<h2>折叠<br>折叠</h2>",
        "<!-- 折叠 -->",
        stub(Piece("折叠", "", block=False), 0),
        stub(Piece("折叠", ""), 1),
    ],
)
def test_what_is_no_prose_is_left_as_it_is_and_what_follows_is_found(root: Path, untouched):
    assert marked(root, untouched) == untouched
    assert f'{untouched}<p><a class="dl-term"' in marked(root, f"{untouched}<p>折叠</p>")


def test_html_comes_through_to_the_letter(root: Path):
    html = "<p CLASS='x'>a &amp; b &#8217; &lt;p&gt; <br>ReLU<wbr/><svg viewBox='0'></svg></p>\n"
    without = re.sub(r'<a class="dl-term".*?>(.*?)</a>', r"\1", marked(root, html))
    assert without.startswith(html)
    assert without != html


def test_english_takes_plurals_and_capitals(root: Path):
    html = marked(root, "<p>Folds of <strong>ReLUs</strong></p>", "en")
    assert re.findall(r'tip-\w+">(\w+)</a>', html) == ["Folds", "ReLUs"]


def test_the_glossary_itself_and_a_book_without_one_are_left_alone(root: Path):
    assert marked(root, "<p>折叠</p>", page="g.md") == "<p>折叠</p>"
    project = Project(root)
    book = Book("zh", Shelf(project), Typesetter(project), {"a.md": Source("", "a.md")})
    assert with_tooltips("<p>折叠</p>", book, Place("a.md")) == "<p>折叠</p>"
