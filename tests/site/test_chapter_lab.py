"""What the lab of a chapter says, cell by cell."""

import ast

import pytest

from dlbook.record.records import Project
from dlbook.site.labs.chapter_lab import chapter_lab, lab_figures
from dlbook.site.labs.notebook import Code, Prose
from dlbook.site.reading.book import Book
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, TOY, put_figure

PAGE = "# Why \\(2^k\\)? {#why}\n\n[[figure saw]]\n\n[[figure none]]\n\n[[figure axe]]\n"


@pytest.fixture
def scripted(project: Project) -> Project:
    """The project with a script that can be cut."""
    script = (TOY / "figures_src" / "saw.py").read_text(encoding="utf-8")
    put_figure(project.root, "axe", {**RECORD, "claims": []})
    for name in ("saw", "axe"):
        (project.root / "figures_src" / f"{name}.py").write_text(script, encoding="utf-8")
    return project


def book(project: Project, lang: str = "en") -> Book:
    pages = {"why.md": Source(PAGE, f"docs/{lang}/why.md")}
    return Book(lang, Shelf(project), Typesetter(project), pages, ("why.md",))


def cells(project: Project, lang: str = "en"):
    return {
        cell.id: cell for cell in chapter_lab(book(project, lang), "why.md", "to/{}".format).cells
    }


def text(cell) -> str:
    return "\n".join(cell.blocks)


def test_a_lab_takes_the_figures_in_the_order_of_the_page_with_their_numbers(scripted: Project):
    found = [(number, figure.name) for number, figure in lab_figures(book(scripted), "why.md")]
    assert found == [(1, "saw"), (3, "axe")]  # the page says itself that it lacks the second


def test_a_figure_that_failed_is_left_to_its_page(scripted: Project):
    scripted.error("saw").write_text('{"message": "no axe", "where": "x"}')
    assert [figure.name for _, figure in lab_figures(book(scripted), "why.md")] == ["axe"]


def test_each_figure_has_its_cells_and_the_last_one_runs_it(scripted: Project):
    parts = ("setup", "experiment", "drawing", "judging", "run")
    expected = ["lab", "start", "fig-saw", *(f"saw-{part}" for part in parts)]
    expected.insert(expected.index("saw-judging"), "saw-claims")
    assert list(cells(scripted)) == [*expected, "fig-axe", *(f"axe-{part}" for part in parts)]
    run = cells(scripted)["saw-run"]
    assert run.figure.name == "saw"
    assert ast.unparse(ast.parse(run.source)) == (
        "config = SMALL if QUICK else Config()\nresult = run(config)\ncheck(result)\n"
        "lab.show('saw', result, JUDGES, draw, LABELS)"
    )
    shown = [cell.id for cell in cells(scripted).values() if isinstance(cell, Code) and cell.figure]
    assert shown == ["saw-run", "axe-run"]
    assert [cell.id for cell in cells(scripted).values() if getattr(cell, "folded", False)] == [
        "saw-drawing",
        "axe-drawing",
    ]


def test_the_first_cells_say_what_this_is_where_it_comes_from_and_how_to_run_it(scripted: Project):
    about = text(cells(scripted)["lab"])
    assert about.startswith("# Lab: Why $2^k$?\n")
    assert "[Why $2^k$?](to/why.md)" in about
    for hint in ("pip install", "QUICK = True", "Config()", "SMALL"):
        assert hint in about
    assert cells(scripted, "zh")["start"].source.startswith(
        "from dlbook.figures.lab import Lab\n\nlab = "
    )
    assert 'Lab("zh")' in cells(scripted, "zh")["start"].source
    assert 'Lab("en")' in cells(scripted, "en")["start"].source


def test_a_figure_opens_with_title_caption_place_and_cost(scripted: Project):
    zh, en = (text(cells(scripted, lang)["fig-saw"]) for lang in ("zh", "en"))
    assert zh.startswith("## 图 1　锯齿翻倍\n共 8 个齿，$2^3$。\n")
    assert en.startswith("## Figure 1. Teeth double\n8 teeth, *that is* $2^3$.\n")
    assert "(to/why.md#fig-saw)" in en
    assert "CPU seconds" not in en  # they differ from build to build


def test_the_claims_stand_before_their_judges_with_the_way_to_their_rows(scripted: Project):
    zh, en = (cells(scripted, lang)["saw-claims"] for lang in ("zh", "en"))
    assert isinstance(en, Prose)
    assert (
        "- [A25/teeth](to/why.md#claim-A25-teeth) (Source A §6). $2^k$ teeth. Measured: share."
        " Bound: all 5 cases have to hold." in text(en).splitlines()
    )
    assert (
        "- [A26](to/why.md#claim-A26)（Source A §6）一样高。量的是：比例。"
        "界：至少 0.9。理由：差一成就看得出来。" in text(zh).splitlines()
    )


def test_a_script_that_is_gone_is_told_in_one_line(scripted: Project):
    made = book(scripted)
    assert made.shelf.figure("saw")
    (scripted.root / "figures_src" / "saw.py").unlink()
    with pytest.raises(PageError, match=r"figures_src/saw\.py: there is no such figure"):
        chapter_lab(made, "why.md", str)


def test_a_lab_trains_from_the_seeds_that_a_registration_gives(scripted: Project):
    config = {**RECORD["config"], "first_seed": 481516000000}
    script = scripted.script("saw")
    written = script.read_bytes()
    put_figure(scripted.root, "saw", {**RECORD, "config": config})
    script.write_bytes(written)
    source = cells(scripted)["saw-run"].source
    assert "config = SMALL if QUICK else Config(first_seed=481516000000)" in source
