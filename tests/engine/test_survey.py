import pytest

from dlbook.base.whole import write
from dlbook.engine import made
from dlbook.engine.key import Keys
from dlbook.engine.survey import survey
from dlbook.record.records import FILES


@pytest.fixture
def finished(desk):
    """A book whose figure ``a`` was made (of bytes that no one looks at)."""
    desk.script("a")
    key = desk.key()
    made.make_current(desk.project, "a", key, dict.fromkeys(FILES, b"{}"), {"cpu_seconds": 2.5})
    write(desk.project.result("a", key.run), b"")
    return desk


def state(book):
    (found,) = survey(book.project)
    return found


def test_a_figure_that_was_made_needs_nothing(finished):
    assert (state(finished).need, state(finished).why) == ("nothing", ())
    assert state(finished).seconds == 2.5


def test_a_figure_that_was_never_made_is_trained(desk):
    desk.script("a")
    assert (state(desk).need, state(desk).why) == ("train", ("it was never made",))


@pytest.mark.parametrize(
    ("edit", "need", "why"),
    [
        (('"number"', '"a number"'), "draw", "figures_src/a.py: WORDS changed"),
        (("seeds: int = 4", "seeds: int = 8"), "train", "config: seeds 4 -> 8"),
    ],
)
def test_an_edit_is_named_with_what_it_needs(finished, edit, need, why):
    finished.script("a", edit)
    assert (state(finished).need, state(finished).why) == (need, (why,))


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_made_again(finished, file):
    (path,) = finished.project.made("a").glob(f"*/{file}")
    path.write_bytes(b"{]")
    assert state(finished).need == "draw"
    assert f"{file}: damaged" in (state(finished).damage or "")


def test_a_damaged_pointer_is_made_again(finished):
    finished.project.pointer("a").write_text("{")
    assert state(finished).need == "draw"
    assert state(finished).why == (".cache/dlbook/made/a.json: damaged, not a pointer",)


def test_a_figure_that_failed_is_tried_again(finished):
    made.fail(finished.project, "a", "no memory")
    assert state(finished).need == "draw"
    assert state(finished).why == ("the last attempt failed: no memory",)


def test_a_script_without_a_key_is_to_be_mended(finished):
    finished.script("a", ("def run", "def run("))
    assert (state(finished).need, state(finished).key) == ("mend", None)
    assert "not valid Python" in state(finished).why[0]


def test_what_a_survey_finds_out_of_a_named_figure_nobody_finds_out_again(finished, monkeypatch):
    finished.script("b", ('"number"', '"a number"'))
    for names in (None, ["b"], ["a"]):
        finished.script("a", ("seeds: int = 4", f"seeds: int = {3 if names else 5}"))
        survey(finished.project, names)
    monkeypatch.setattr(Keys, "_reach", None)
    assert [s.name for s in survey(finished.project)] == ["a", "b"]


def test_only_the_named_figures_are_looked_at(finished):
    finished.script("b")
    assert [s.name for s in survey(finished.project, ["b"])] == ["b"]
    assert [s.name for s in survey(finished.project)] == ["a", "b"]
