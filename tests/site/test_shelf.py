import pytest

from dlbook.record.records import Project
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import RECORD, put_figure


def test_a_damaged_record_is_not_believed(project: Project):
    path = project.made("saw") / "drawn" / "record.json"
    path.write_text(path.read_text().replace("8", "9"))
    with pytest.raises(PageError, match="checksum"):
        Shelf(project).figure("saw")


def test_a_damaged_pointer_is_named(project: Project):
    project.pointer("saw").write_text("{")
    with pytest.raises(PageError, match=r"made/saw\.json: damaged"):
        Shelf(project).figure("saw")


def test_the_text_of_a_script_has_no_mark_of_its_byte_order(project: Project):
    script = project.root / "figures_src" / "saw.py"
    script.write_bytes(b"\xef\xbb\xbfSAW = 1\r\n")
    assert Shelf(project).source("saw") == "SAW = 1\n"
    script.write_bytes("锯 = 1\n".encode("gb18030"))
    with pytest.raises(PageError, match="not UTF-8"):
        Shelf(project).source("saw")


def rival(project: Project, *ids: str) -> None:
    """A second figure, ``rip``, whose script and record hold claims of these ids."""
    claims = [{**RECORD["claims"][0], "id": claim_id} for claim_id in ids]
    put_figure(project.root, "rip", {**RECORD, "claims": claims})
    lines = "".join(f"    Claim(id={claim_id!r}),\n" for claim_id in ids)
    (project.root / "figures_src" / "rip.py").write_text(f"CLAIMS = [\n{lines}]\n")


def test_claims_of_all_figures_are_found_by_id(project: Project):
    rival(project, "B01")
    (project.root / "figures_src" / "new.py").write_text("")
    figure, claim = Shelf(project).claim("B01")
    assert (figure.name, claim["verdict"]) == ("rip", "supported")
    assert Shelf(project).claim("A26")[0].name == "saw"
    assert not Shelf(project).clashes


def test_two_figures_that_judge_one_claim_are_told_with_both_lines(project: Project):
    rival(project, "B01", "A26")
    (project.root / "figures_src" / "saw.py").write_text("#\n#\nCLAIMS = [Claim(id='A26')]\n")
    assert [str(clash) for clash in Shelf(project).clashes] == [
        "figures_src/saw.py:3: claim 'A26' is judged in figures_src/rip.py:3 already;"
        " give it an id of its own"
    ]
    (project.root / "figures_src" / "saw.py").write_text("CLAIMS = [\n")
    assert Shelf(project).clashes[0].line == 1, "what is being edited need not be Python"


def test_a_figure_whose_last_attempt_failed_says_why(project: Project):
    project.error("saw").write_text('{"message": "figures_src/saw.py:7: boom", "where": "x"}')
    assert Shelf(project).figure("saw").failure == "figures_src/saw.py:7: boom"
