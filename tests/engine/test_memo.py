import pytest

from dlbook.engine import memo
from dlbook.engine.memo import Memo


class Finder:
    """Counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return {"answer": self.asked}


@pytest.fixture
def path(tmp_path):
    """A memo that knows one answer about one source."""
    path = tmp_path / "syntax.json"
    first = Memo(path)
    first.facts(b"x = 1", "module x.py", Finder())
    first.save()
    return path


def asked(path, source=b"x = 1", question="module x.py", finders=memo.SYNTAX):
    finder = Finder()
    Memo(path, finders).facts(source, question, finder)
    return finder.asked


def test_an_unchanged_file_is_not_read_again(path):
    assert asked(path) == 0


def test_another_source_or_question_is(path):
    assert asked(path, source=b"x = 2") == 1
    assert asked(path, question="module y.py") == 1


def test_other_code_or_another_python_asks_again(path, monkeypatch):
    assert asked(path, finders=("engine/syntax.py",)) == 1
    monkeypatch.setattr(memo.sys, "version", "4")
    assert asked(path) == 1


@pytest.mark.parametrize("place", [0, 70, -5])
def test_a_damaged_memo_is_ignored(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert asked(path) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\n{}", b"{}"])
def test_a_foreign_file_is_ignored(path, content):
    path.write_bytes(content)
    assert asked(path) == 1


def test_only_what_was_asked_for_is_kept_and_nothing_is_written_in_vain(path):
    second = Memo(path)
    second.facts(b"x = 1", "module x.py", Finder())
    before = path.stat().st_ino
    second.save()
    assert path.stat().st_ino == before
    third = Memo(path)
    third.facts(b"y", "module y.py", Finder())
    third.save()
    assert asked(path) == 1


def test_where_few_figures_are_asked_for_what_is_known_of_the_others_is_kept(path):
    second = Memo(path)
    second.facts(b"y", "module y.py", Finder())
    second.save(others=True)
    assert asked(path) == asked(path, b"y", "module y.py") == 0


def test_what_is_not_called_for_is_kept_unread(path):
    second = Memo(path)
    told = second.later(b"x = 1", "module x.py", Finder())
    second.facts(b"y", "module y.py", Finder())
    second.save()
    assert asked(path) == asked(path, b"y", "module y.py") == 0
    assert told() == {"answer": 1}
