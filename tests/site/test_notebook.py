"""The file of a notebook, against Jupyter's own schema and reader."""

import nbformat
import pytest

from dlbook.record.records import Project, RecordError
from dlbook.record.transcript import transcript
from dlbook.site.labs.notebook import Code, Prose, notebook_json
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import RECORD, SVG


def cells(project: Project):
    figure = Shelf(project).figure("saw")
    return (
        Prose("fig-saw", ("## A saw", "Two\nlines, $x$ & “quotes”.")),
        Code("saw-drawing", "def draw(res, t):\n    return t", folded=True),
        Code("saw-run", 'lab.show("saw")', figure),
    )


def read(project: Project, lang="en"):
    content = nbformat.reads(notebook_json(cells(project), lang), as_version=4)
    nbformat.validate(content)
    return content


def test_jupyter_reads_the_cells_as_they_are(project: Project):
    prose, drawing, run = read(project).cells
    assert (prose.cell_type, prose.id) == ("markdown", "fig-saw")
    assert prose.source == "## A saw\n\nTwo\nlines, $x$ & “quotes”."
    assert drawing.source == "def draw(res, t):\n    return t"
    assert (drawing.execution_count, run.execution_count) == (1, 2)
    assert read(project).metadata.kernelspec.name == "python3"


def test_how_it_is_drawn_and_what_the_book_found_are_hidden_until_they_are_asked_for(project):
    prose, drawing, run = read(project).cells
    assert drawing.metadata == {"jupyter": {"source_hidden": True}}
    assert run.metadata == {"collapsed": True, "jupyter": {"outputs_hidden": True}}
    assert prose.metadata == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_cell_that_runs_a_figure_shows_its_record_and_picture(project: Project, lang):
    folder = project.made("saw") / "drawn"
    assert (folder / f"{lang}.standalone.svg").read_text() == SVG
    _, drawing, run = read(project, lang).cells
    printed, picture = run.outputs
    assert printed.text == transcript(RECORD["values"], RECORD["claims"], lang) + "\n"
    assert picture.data["image/svg+xml"] == SVG
    assert picture.execution_count == 2
    assert drawing.outputs == []


def test_each_language_has_its_own_picture_and_a_damaged_one_is_refused(project: Project):
    made = cells(project)
    (project.made("saw") / "drawn" / "zh.standalone.svg").write_text("<svg/>")
    with pytest.raises(RecordError, match=r"zh\.standalone\.svg: damaged"):
        notebook_json(made, "zh")
    assert nbformat.reads(notebook_json(made, "en"), as_version=4)


def test_the_file_ends_like_a_text_file_and_keeps_chinese_readable(project: Project):
    text = notebook_json((Prose("a", ("折叠",)),), "zh")
    assert text.endswith("}\n")
    assert "折叠" in text
