import re
from xml.etree import ElementTree

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.figure_html import figure_html, figure_plain
from dlbook.site.reading.book import Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.pictures import readable_width
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import RECORD, put_figure


def html(project: Project, lang: str) -> str:
    figure = Shelf(project).figure("saw")
    place = Place("deep/saw.md", "../../", lambda page: f"../../{page.removesuffix('.md')}/")
    return figure_html(figure, lang, 3, place, Typesetter(project))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_figure_is_well_formed(project: Project, lang):
    closed = re.sub(r"(<img [^>]*)>", r"\1/>", html(project, lang))
    ElementTree.fromstring(closed.replace(" download>", ">").replace("-exclude>", '="">'))


def test_the_picture_is_described_in_the_language_of_the_page(project: Project):
    assert html(project, "zh").count('alt="一条“锯” &amp; 齿"') == 2
    assert html(project, "en").count('alt="A &quot;saw&quot; &amp; 2^3 teeth"') == 2
    assert "<title>" not in html(project, "en")


def test_each_theme_has_its_picture_and_neither_is_loaded_before_it_is_near(project: Project):
    for path in ("../../figures/saw.zh.svg", "../../figures/saw.zh.dark.svg"):
        assert re.search(rf'<img [^>]*src="{path}"[^>]* loading="lazy"', html(project, "zh"))
    assert html(project, "en").count('width="10" height="10"') == 2


def test_the_caption_is_numbered_and_typeset(project: Project):
    assert ">图 3　</span><strong" in html(project, "zh")
    assert "锯齿翻倍。</strong>共 8 个齿，<span" in html(project, "zh")
    english = html(project, "en")
    assert ">Figure 3. </span><strong" in english
    assert "Teeth double. </strong>8 teeth, <em>that is</em> <span" in english
    assert "<msup>" in english


def test_a_title_that_asks_gets_no_full_stop(project: Project):
    texts = {**RECORD["texts"], "title": {"zh": "深还是浅？", "en": "Deep or shallow?"}}
    put_figure(project.root, record={**RECORD, "texts": texts})
    assert "深还是浅？</strong>共" in html(project, "zh")
    assert "Deep or shallow? </strong>8" in html(project, "en")


def test_the_figures_own_page_comes_first_of_what_is_to_be_had(project: Project):
    first = re.search(r'<ul class="dl-about__files"><li><a href="([^"]*)">', html(project, "zh"))
    assert first is not None
    assert first[1] == "../../figures/saw/"


def test_everything_about_the_figure_is_linked_from_the_sites_root(project: Project):
    for path in (
        "source/saw.py",
        "data/saw.json",
        "data/saw.npz",
        "data/saw.timing.json",
        "figures/saw.zh.svg",
    ):
        assert f'href="../../{path}" download' in html(project, "zh")
    assert "figures/saw.en.svg" in html(project, "en")


def test_the_passport_is_readable_in_place(project: Project):
    english = html(project, "en")
    for part in (
        "<code>dlbook run saw</code>",
        "<code>folds=3</code> <code>seeds=8</code>",
        "<dt>Seeds</dt><dd>8</dd>",
        "python 3.11.7, torch 2.13.0",
        "<code>0123456789ab</code>",
    ):
        assert part in english


def test_the_search_finds_the_caption(project: Project):
    plain = figure_plain(Shelf(project).figure("saw"), "zh", 3)
    assert plain == "图 3 锯齿翻倍 共 8 个齿，2^3。"


def test_the_legend_folds_below_the_finding(project: Project):
    texts = {
        **RECORD["texts"],
        "caption": {"zh": "齿数翻倍。左：锯。", "en": "Teeth double. Left: saw."},
    }
    put_figure(project.root, record={**RECORD, "texts": texts})
    english = html(project, "en")
    assert "</strong>Teeth double.</p>" in english
    assert (
        '<details class="dl-legend"><summary>How to read it</summary><p>Left: saw.</p></details>'
        in english
    )
    assert "</strong>齿数翻倍。</p>" in html(project, "zh")


def test_a_caption_of_one_sentence_has_no_legend(project: Project):
    texts = {**RECORD["texts"], "caption": {"zh": "齿数翻倍。", "en": "Teeth double."}}
    put_figure(project.root, record={**RECORD, "texts": texts})
    assert "dl-legend" not in html(project, "en") + html(project, "zh")


def test_a_picture_is_as_wide_as_its_smallest_label_needs():
    box = '<svg viewBox="0 0 300 100">'
    assert readable_width(f"{box}</svg>") == 300
    letters = '<g transform="translate(1 2) scale(0.1 -0.1)"><use transform="scale(0.05)"/></g>'
    small = '<g transform="translate(1 2) rotate(-90) scale(0.055 -0.055)"/>'
    assert readable_width(f"{box}{letters}</svg>") == pytest.approx(300 * 11 / 10)
    assert readable_width(f"{box}{letters}{small}</svg>") == pytest.approx(300 * 11 / 5.5)
