import pytest

from dlbook.record.records import Project
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import put_figure


def test_a_damaged_record_is_not_believed(project: Project):
    path = project.made("saw") / "drawn" / "record.json"
    path.write_text(path.read_text().replace("8", "9"))
    with pytest.raises(PageError, match="checksum"):
        Shelf(project).figure("saw")


def test_a_damaged_pointer_is_named(project: Project):
    project.pointer("saw").write_text("{")
    with pytest.raises(PageError, match=r"made/saw\.json: damaged"):
        Shelf(project).figure("saw")


def test_claims_of_all_figures_are_found_by_id(project: Project):
    put_figure(project.root, "axe")
    (project.root / "figures_src" / "new.py").write_text("")
    figure, claim = Shelf(project).claim("A26")
    assert (figure.name, claim["verdict"]) == ("axe", "refuted")


def test_a_figure_whose_last_attempt_failed_says_why(project: Project):
    project.error("saw").write_text('{"message": "figures_src/saw.py:7: boom", "where": "x"}')
    assert Shelf(project).figure("saw").failure == "figures_src/saw.py:7: boom"
