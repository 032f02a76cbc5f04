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


def book(project: Project, lang: str = "en", page: str = PAGE) -> Book:
    pages = {"why.md": Source(page, f"docs/{lang}/why.md")}
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
    def parts(name: str, *named: str) -> list[str]:
        return [f"fig-{name}", *(f"{name}-{part}" for part in named)]

    code = ("change", "setup", "experiment", "drawing")
    expected = parts("saw", *code, "claims", "judging", "run", "found")
    expected += parts("axe", *code, "judging", "run", "found")
    assert list(cells(scripted)) == ["lab", "start", *expected]
    run = cells(scripted)["saw-run"]
    assert run.figure.name == "saw"
    assert ast.unparse(ast.parse(run.source)) == (
        "book = Config()\nconfig = lab.changed(SMALL if QUICK else book, book, CHANGE)\n"
        "result = run(config)\ncheck(result)\nlab.show('saw', result, JUDGES, draw, LABELS)"
    )
    shown = [cell.id for cell in cells(scripted).values() if isinstance(cell, Code) and cell.figure]
    assert shown == ["saw-run", "axe-run"]
    folded = [cell.id for cell in cells(scripted).values() if getattr(cell, "folded", False)]
    assert folded == ["saw-drawing", "saw-found", "axe-drawing", "axe-found"]


def test_the_first_cells_say_what_this_is_where_it_comes_from_and_how_to_run_it(scripted: Project):
    about = text(cells(scripted)["lab"])
    assert about.startswith("# Lab · Why $2^k$?\n")
    assert "[Why $2^k$?](to/why.md)" in about
    for hint in ("pip install", "QUICK = True", "Config()", "SMALL", "`CHANGE`"):
        assert hint in about
    assert cells(scripted, "zh")["start"].source.startswith(
        "from dlbook.figures.lab import Lab\n\nlab = "
    )
    assert 'Lab("zh")' in cells(scripted, "zh")["start"].source
    assert 'Lab("en")' in cells(scripted, "en")["start"].source


def test_a_figure_opens_with_its_title_its_place_and_what_is_claimed(scripted: Project):
    zh, en = (text(cells(scripted, lang)["fig-saw"]) for lang in ("zh", "en"))
    assert zh.startswith("## 图 1　锯齿翻倍\n")
    assert en.startswith("## Figure 1. Teeth double\n")
    assert "(to/why.md#fig-saw)" in en
    said = "- [A25/teeth](to/why.md#claim-A25-teeth) (Source A §6). $2^k$ teeth."
    assert said in en.splitlines()
    assert "- [A26](to/why.md#claim-A26)（Source A §6）一样高。" in zh.splitlines()


def test_how_a_claim_is_judged_stands_before_the_code_that_judges(scripted: Project):
    zh, en = (text(cells(scripted, lang)["saw-claims"]) for lang in ("zh", "en"))
    assert "- A25/teeth measures: share. Bound: all 5 cases have to hold." in en.splitlines()
    assert "- A26 量的是：比例。界：至少 0.9。理由：差一成就看得出来。" in zh.splitlines()


def test_what_the_book_found_is_folded_and_told_nowhere_else(scripted: Project):
    zh, en = (cells(scripted, lang)["saw-found"] for lang in ("zh", "en"))
    assert isinstance(en, Prose)
    assert en.folded == "What we found, in words"
    assert text(en).splitlines() == [
        "8 teeth, *that is* $2^3$.",
        "- A25/teeth: supported. Exactly < so.",
        "- A26: refuted. They differ.",
    ]
    assert "- A26 不成立。不一样。" in text(zh).splitlines()
    open_text = "".join(
        text(cell)
        for cell in cells(scripted).values()
        if isinstance(cell, Prose) and not cell.folded
    )
    assert "8 teeth" not in open_text
    assert "refuted" not in open_text
    assert "They differ" not in open_text


LABS = """saw:
  change:
    folds: {zh: 折几次, en: folds}
  tasks:
    - set: {folds: 5}
      zh: 再折两次。
      en: Two more folds.
    - {zh: 想一想。, en: Think.}
"""


def put_labs(project: Project, written: str) -> None:
    (project.root / "docs").mkdir(exist_ok=True)
    (project.root / "docs" / "labs.yml").write_text(written, encoding="utf-8")


def test_a_reader_is_told_what_to_change_in_words_and_what_to_try(scripted: Project):
    put_labs(scripted, LABS)
    zh, en = (cells(scripted, lang) for lang in ("zh", "en"))
    assert en["saw-change"].source == (
        "# Change this, then run on from this cell; the numbers are the book's\n"
        'CHANGE = {\n    "folds": 3,  # folds\n}'
    )
    assert '    "folds": 3,  # 折几次\n' in zh["saw-change"].source
    assert text(en["saw-tasks"]).splitlines() == [
        "### Try it",
        "- Two more folds. (Change `folds`: `5`.)",
        "- Think.",
    ]
    assert "- 再折两次。（改 `folds`: `5`）" in text(zh["saw-tasks"]).splitlines()
    order = list(en)
    assert order.index("fig-saw") < order.index("saw-tasks") < order.index("saw-change")
    assert order.index("saw-change") < order.index("saw-setup")
    assert en["axe-change"].source == "CHANGE = {}"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("- a", "docs/labs.yml:1: not a mapping"),
        ("saw: [", "docs/labs.yml:1: not valid YAML"),
        (LABS + "saw:\n  change: {}\n", "docs/labs.yml:9: 'saw' stands in line 1 already"),
        ("saw:\n  tasks: []\n", "docs/labs.yml:2: saw: write 'FIGURE:'"),
        (LABS.replace("zh: 折几次, ", ""), "docs/labs.yml:2: saw: 'change' gives each setting its"),
        (LABS.replace("en: Think.", "en: ''"), "docs/labs.yml:2: saw: a task is {set:"),
        (LABS.replace("saw:", "saws:"), "docs/labs.yml:1: no figure 'saws'; did you mean 'saw'?"),
        (LABS.replace("folds:", "fold:"), "docs/labs.yml:2: saw: no setting 'fold'; did you mean"),
        (LABS.replace("folds: 5", "seeds: 5"), "docs/labs.yml:2: saw: a task sets seeds; name it"),
        (LABS.replace("folds: 5", "folds: many"), "docs/labs.yml:2: saw: folds is 3 in the book"),
        (LABS.replace("想一想。", "想 $x。"), "docs/labs.yml:8: '$' is never closed"),
        (LABS.replace("Two more folds.", "'[Two](saw.md).'"), "docs/labs.yml:7: 'saw.md' leads to"),
        (LABS.replace("Two more", "Two **more"), "docs/labs.yml:7: '**' is never closed"),
        (
            LABS.replace("再折两次。", "'再折 [[saw.teeth]] 次。'"),
            "docs/labs.yml:6: '[[saw.teeth]]' would tell what a reader is to find",
        ),
        (
            LABS.replace("再折两次。", "'再折 $\\nothing$ 次。'"),
            "docs/labs.yml:2: in '再折 $\\nothing$ 次。': TeX",
        ),
    ],
)
def test_what_is_wrong_with_the_tasks_is_one_line_with_its_place(scripted: Project, written, told):
    put_labs(scripted, written)
    with pytest.raises(PageError) as caught:
        cells(scripted)
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


EXERCISES = """
## Exercises {#exercises}

[[lab]]

1. Find \\(2^{[[saw.teeth]]}\\) in [[ref saw]], [there](saw.md#x).

    ??? success "Answer"
        It is [[saw.share|%]].

        By [[eq bill]].

2. No answer [[saw.nothing]].

## Sources {#sources}

1. No exercise.
"""


def test_the_exercises_of_the_chapter_come_last_with_their_answers_folded(scripted: Project):
    page = PAGE + "\n$$\nx\n\\label{bill}\n$$\n" + EXERCISES
    found = {
        cell.id: cell
        for cell in chapter_lab(book(scripted, page=page), "why.md", "to/{}".format).cells
    }
    last = list(found)[-4:]
    assert last == ["exercises", "exercise-1", "exercise-1-answer", "exercise-2"]
    assert found["exercise-1"].blocks == (
        "### Exercise 1",
        "Find $2^{8}$ in [Figure 1](to/why.md#fig-saw), [there](to/saw.md#x).",
    )
    assert found["exercise-1-answer"].folded == "Answer"
    assert found["exercise-1-answer"].blocks == (
        "It is 57.8%.",
        "By [Eq.\u00a0(1)](to/why.md#eq-bill).",
    )
    assert found["exercise-2"].blocks[1] == "No answer …."  # the chapter says what is wrong there


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
    assert "book = Config(first_seed=481516000000)" in source
