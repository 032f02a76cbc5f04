import json

import pytest

from dlbook.engine import made
from dlbook.engine.key import Key
from dlbook.record.records import FILES, read_failure, read_made


def contents(text):
    return {file: f"{text} {file}".encode() for file in FILES}


def publish(project, draw, text="one"):
    key = Key("run", draw, {"python": "3"}, {"font": "1"})
    made.make_current(project, "a", key, contents(text), {"cpu_seconds": 1.0})


def test_what_is_published_is_read(desk):
    publish(desk.project, "d")
    current = read_made(desk.project, "a")
    assert current is not None
    assert {file: current.read(file) for file in FILES} == contents("one")
    assert current.parts == {"run": {"python": "3"}, "draw": {"font": "1"}}
    assert made.inspect(desk.project, "a")[1] is None


def test_a_damaged_version_of_the_same_key_makes_room(desk):
    publish(desk.project, "d")
    broken = desk.project.made("a") / "d" / "en.svg"
    broken.write_text("broken")
    assert "en.svg: damaged" in (made.inspect(desk.project, "a")[1] or "")
    publish(desk.project, "d")
    assert made.inspect(desk.project, "a")[1] is None
    assert [path.name for path in desk.project.made("a").iterdir()] == ["d"]


def test_a_version_that_is_there_is_not_touched(desk):
    publish(desk.project, "d")
    file = desk.project.made("a") / "d" / "record.json"
    before = file.stat().st_ino
    publish(desk.project, "d")
    assert file.stat().st_ino == before


def test_another_build_that_was_faster_is_no_harm_and_its_version_is_never_away(desk, monkeypatch):
    publish(desk.project, "d")
    file = desk.project.made("a") / "d" / "record.json"
    before = file.stat().st_ino
    answers = iter([False, True])  # not there yet when we looked, there when we came
    monkeypatch.setattr(made, "_holds", lambda *_: next(answers))
    publish(desk.project, "d")
    monkeypatch.undo()
    assert file.stat().st_ino == before
    assert made.inspect(desk.project, "a")[1] is None
    assert [path.name for path in desk.project.made("a").iterdir()] == ["d"]


def test_only_the_last_four_versions_are_kept(desk):
    for draw in "123456":
        publish(desk.project, draw)
    assert len(list(desk.project.made("a").iterdir())) == made.KEPT
    assert made.inspect(desk.project, "a")[1] is None


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("figures_src/a.py:12: run raised ValueError: no", "figures_src/a.py:12"),
        ("figures_src/a.py: too long", "figures_src/a.py"),
        ("something else: no", "figures_src/a.py"),
    ],
)
def test_a_failure_says_where_and_a_success_takes_it_away(desk, message, where):
    made.fail(desk.project, "a", message)
    assert read_failure(desk.project, "a") == {"message": message, "where": where}
    publish(desk.project, "d")
    assert read_failure(desk.project, "a") is None


def test_figures_whose_script_is_gone_are_forgotten(desk):
    publish(desk.project, "d")
    made.fail(desk.project, "b", "no")
    made.retire(desk.project, {"a"})
    assert json.loads(desk.project.pointer("a").read_bytes())
    assert read_failure(desk.project, "b") is None
    made.retire(desk.project, set())
    assert not list((desk.project.cache / "made").iterdir())


def test_what_has_the_wrong_kind_in_the_cache_of_the_pages_makes_room(desk):
    cache = desk.project.cache
    (cache / "katex" / "0.html").mkdir(parents=True)
    (cache / "scripts").write_text("no folder")
    told = list(made.clear(desk.project, set()))
    assert len(told) == 2
    assert all(line.endswith("; discarded and made again") for line in told)
    assert not (cache / "katex" / "0.html").exists()
    assert not (cache / "scripts").exists()
