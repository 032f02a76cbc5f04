"""The page of a lab, woven from what mkdocs-jupyter shows."""

import re

import pytest

from dlbook.record.records import Project
from dlbook.site.labs import lab_html
from dlbook.site.labs.chapter_lab import ChapterLab
from dlbook.site.labs.notebook import Code, Prose
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

END = "<!-- the last cell --><style>half a megabyte</style>"


def book(project: Project, lang: str = "en") -> Book:
    pages = {
        "saw.md": Source("# A saw {#saw}\n\n[[figure saw]]\n", f"docs/{lang}/saw.md"),
        "plain.md": Source("# No figure {#plain}\n", f"docs/{lang}/plain.md"),
    }
    return Book(lang, Shelf(project), Typesetter(project), pages, tuple(pages))


def html(project: Project, shown: str, lang: str = "en") -> str:
    figure = Shelf(project).figure("saw")
    cells = (
        Prose("lab", ("# A *lab*", "See $2^k$, [there](x.md).")),
        Prose("fig-saw", ("## Saw", "- one $x$\n- two")),
        Code("saw-drawing", "draw", folded=True),
        Code("saw-run", "run", figure),
        Prose("saw-found", ("Eight.",), folded="What we found"),
    )
    own = ChapterLab(lang, "Lab: A & B", ((2, figure),), cells)
    place = Place("labs/saw.ipynb", "../../" if lang == "zh" else "../../../")
    return lab_html.html(shown + END, own, book(project, lang), place, "Here")


def stub(name: str) -> str:
    return f'<div data-lab="{name}"></div>'


def test_nothing_of_jupyters_own_styles_is_left(project: Project):
    assert html(project, "<pre>code</pre>") == '<div class="dl-lab">\n<pre>code</pre></div>\n'


def test_code_keeps_its_colours_and_loses_the_elements_that_give_none(project: Project):
    code = '<span class="k">def</span><span class="w"> </span><span class="n">f</span>'
    assert '\n<span class="k">def</span> f</div>' in html(project, code)


def test_headings_have_the_anchor_of_their_cell_and_a_link_to_it(project: Project):
    woven = html(project, stub("lab") + stub("fig-saw"))
    link = '<a class="headerlink" href="#{0}" title="Here">#</a>'.format
    assert f'<h1 id="lab">A <em>lab</em>{link("lab")}</h1>' in woven
    assert f'<h2 id="fig-saw">Saw{link("fig-saw")}</h2>' in woven


def test_prose_is_typeset_as_on_every_other_page(project: Project):
    woven = html(project, stub("lab") + stub("fig-saw"))
    assert '<p>See <span class="dl-bound"><span class="katex">' in woven
    assert '<a href="x.md">there</a>.</p>' in woven
    assert re.search(r'<ul><li>one <span class="katex">.*</li><li>two</li></ul>', woven)
    assert "$" not in woven


def test_the_notebook_is_offered_once_beside_the_page_of_its_language(project: Project):
    zh, en = (html(project, stub("lab") + stub("fig-saw"), lang) for lang in ("zh", "en"))
    assert zh.count("download") == 1
    assert '<a href="../../labs/saw.zh.ipynb" download>' in zh
    assert '<a href="../../../en/labs/saw.en.ipynb" download>' in en


def test_the_picture_follows_the_theme_and_is_described(project: Project):
    woven = html(project, stub("saw-run"))
    assert woven.count('alt="A &quot;saw&quot; &amp; 2^3 teeth"') == 2
    for file in ("saw.en.svg", "saw.en.dark.svg"):
        assert f'src="../../../figures/{file}"' in woven


def test_a_folded_cell_says_what_is_in_it(project: Project):
    assert "<summary>画图的代码</summary>" in html(
        project, f"<summary>{stub('saw-drawing')}</summary>", "zh"
    )


def test_a_text_that_cannot_be_typeset_shows_why_in_its_place(project: Project):
    own = ChapterLab("en", "", (), (Prose("lab", ("$\\foo$",)),))
    woven = lab_html.html(stub("lab") + END, own, book(project), Place("labs/x.ipynb"), "Here")
    assert 'class="dl-error" role="alert">TeX &#x27;\\foo&#x27;: Undefined' in woven


def test_the_contents_list_the_figures_under_the_title(project: Project):
    own = ChapterLab("en", "Lab: A & B", ((2, Shelf(project).figure("saw")),), ())
    (top,) = lab_html.contents(own)
    assert (top["level"], top["id"], top["name"]) == (1, "lab", "Lab: A &amp; B")
    section = {"level": 2, "id": "fig-saw", "name": "Figure 2. Teeth double", "children": []}
    assert top["children"] == [section]


def test_only_chapters_with_figures_have_labs(project: Project):
    assert lab_html.chapters(book(project)) == {"labs/saw.ipynb": "saw.md"}
    assert lab_html.notebook_path("saw.md", "zh") == "labs/saw.zh.ipynb"


def test_a_chapter_links_to_its_lab_and_no_other_page_does(project: Project):
    place = Place("saw.md", "../", lambda page: f"../{page}/")
    link = lab_html.link(book(project), place)
    assert '<p class="dl-lab-link"><a href="../labs/saw.ipynb/">' in link.html
    with pytest.raises(PageError, match=r"'\[\[lab\]\]': only a chapter with figures has a lab"):
        lab_html.link(book(project), Place("plain.md"))


def test_the_texts_of_a_record_cannot_break_the_page(project: Project):
    texts = {**RECORD["texts"], "title": {"zh": "<b>", "en": "a < b"}}
    put_figure(project.root, record={**RECORD, "texts": texts})
    own = ChapterLab("en", "", ((1, Shelf(project).figure("saw")),), ())
    assert lab_html.contents(own)[0]["children"][0]["name"] == "Figure 1. a &lt; b"


def test_what_is_folded_opens_when_a_reader_asks(project: Project):
    woven = html(project, stub("saw-found") + stub("saw-run:found"))
    assert "<details><summary>What we found</summary>\n<p>Eight.</p>\n</details>" in woven
    assert woven.endswith("What we found: numbers and picture</div>\n")
