import pytest

from dlbook.engine.memo import Memo
from dlbook.engine.modules import PACKAGE, Modules
from dlbook.record.statements import SourceError


@pytest.fixture
def modules(tmp_path):
    return Modules(PACKAGE, Memo(tmp_path / "memo"))


def test_a_name_that_is_no_module_has_no_file(modules):
    assert modules.path("dlbook.mathematics.rng.stream") is None
    assert modules.path("torch") is None
    assert modules.path("dlbook") == PACKAGE / "__init__.py"
    with pytest.raises(KeyError):
        modules.fingerprint("dlbook.nothing")


def test_everything_is_what_scripts_can_know_and_blind_to_remarks(tmp_path):
    package = tmp_path / "dlbook"
    for name in ("mathematics", "engine"):
        (package / name).mkdir(parents=True)
        (package / name / "some.py").write_text("x = 1\n")

    def told():
        modules = Modules(package, Memo(tmp_path / "memo"))
        return modules.everything(), modules.contents

    before = told()
    (package / "engine" / "some.py").write_text("x = 2\n")
    assert told() == before
    (package / "mathematics" / "some.py").write_text("x = 1  # one\n")
    assert (told()[0], told()[1] != before[1]) == (before[0], True)
    (package / "mathematics" / "some.py").write_text("x = 2\n")
    assert told()[0] != before[0]


def test_a_broken_module_is_named_with_its_line(tmp_path):
    package = tmp_path / "dlbook"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "broken.py").write_text("x = 1\ndef f(:\n")
    with pytest.raises(SourceError, match=r"^dlbook/broken.py:2: not valid Python"):
        Modules(package, Memo(tmp_path / "memo")).definitions("dlbook.broken")


def test_what_is_known_of_a_file_outlives_a_build_that_does_not_ask_for_it(tmp_path, monkeypatch):
    package = tmp_path / "dlbook"
    package.mkdir()
    files = [package / name for name in ("edited.py", "some.py")]
    for file in files:
        file.write_text("x = 1\n")

    def told(*asked):
        memo = Memo(tmp_path / "memo")
        modules = Modules(package, memo)
        found = [modules.definitions(name) for name in asked]
        modules.hold()
        memo.save()
        return found

    first = told("dlbook.edited", "dlbook.some")
    size = (tmp_path / "memo").stat().st_size
    assert told() == []
    files[0].write_text("y = 1\n")
    assert told("dlbook.edited") != first[:1]
    assert (tmp_path / "memo").stat().st_size == size, "nothing is kept of what is no more"
    monkeypatch.setattr("dlbook.engine.modules.definitions", None)
    assert told("dlbook.some") == first[1:]
