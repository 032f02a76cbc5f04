import pytest

from dlbook.engine import precedence_memo
from dlbook.engine.precedence_memo import remembered
from dlbook.record import chronicle
from dlbook.record.precedence import NO_HISTORY, not_written_before
from tests.record.test_precedence import Shelf
from tests.repository import git


@pytest.fixture
def shelf(tmp_path):
    """A book in which everything was registered before its result."""
    found = Shelf(tmp_path / "book")
    found.commit("Begin")
    found.proceed()
    return found


@pytest.fixture
def reads(monkeypatch):
    """How often the history was read."""
    asked = []

    def counted(project):
        asked.append(project)
        return not_written_before(project)

    monkeypatch.setattr(precedence_memo, "not_written_before", counted)
    return asked


def test_what_has_not_changed_is_not_read_again(shelf, reads):
    assert remembered(shelf.project) == remembered(shelf.project) == ([], None)
    assert len(reads) == 1


def test_a_changed_record_registration_or_list_is_read(shelf, reads):
    changes = (
        lambda: shelf.put("registered/entered_with_results.txt", "old\nnew\n"),
        lambda: shelf.register(bound=0.7),
        lambda: shelf.record(claims=[]),
        lambda: (shelf.root / "results" / "saw.json").unlink(),
    )
    told = [remembered(shelf.project)]
    for number, change in enumerate(changes, 2):
        change()
        told.append(remembered(shelf.project))
        assert told[-1] == not_written_before(shelf.project)
        assert len(reads) == number
    assert len({tuple(late) for late, _ in told}) == 4


def test_another_commit_is_read_though_the_files_are_the_same(shelf, reads):
    shelf.register("wave", bound=0.9)
    shelf.record("wave")
    (line,), _ = remembered(shelf.project)
    assert line.startswith("registered/wave.json: in no commit")
    shelf.commit("Both at once")
    lines, _ = remembered(shelf.project)
    assert lines[0].startswith("registered/wave.json: does not precede its record")
    assert len(reads) == 2


def test_without_history_nothing_is_kept(shelf, reads):
    (shelf.root / ".git").rename(shelf.root / "elsewhere")
    for number in (1, 2):
        assert remembered(shelf.project) == ([], NO_HISTORY)
        assert len(reads) == number


def test_a_history_that_was_cut_is_another_one(shelf, tmp_path, reads):
    git(tmp_path, "clone", "--quiet", "--depth=1", shelf.root.as_uri(), "cut")
    cut = type(shelf.project)(tmp_path / "cut")
    (line,), _ = remembered(cut)
    assert "git fetch --unshallow" in line
    git(cut.root, "fetch", "--quiet", "--unshallow")
    chronicle._chronicle.cache_clear()  # the next build is another process
    assert remembered(cut) == ([], None)
    assert len(reads) == 2
