"""The history of a small repository in which every move is planted."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlbook.record.moves import Move
from dlbook.record.records import Project
from dlbook.site.reading import git_history
from dlbook.site.reading.book_moves import Turn
from dlbook.site.reading.git_history import History, read_history
from dlbook.site.reading.problems import PageError
from tests.repository import git
from tests.site.conftest import RECORD

Commit = Callable[..., str]


def write(root: Path, name: str, record: Any) -> None:
    (root / "results" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")


def changed(values: dict[str, Any] | None = None, verdict: str = "refuted") -> dict[str, Any]:
    record = copy.deepcopy(RECORD)
    record["values"].update(values or {})
    record["claims"][1]["verdict"] = verdict
    return record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with no commit."""
    folder = tmp_path / "book"
    (folder / "results").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


@pytest.fixture
def commit(root: Path) -> Commit:
    def made(subject: str, day: str = "2026-01-05", **records: Any) -> str:
        for name, record in records.items():
            if record is None:
                (root / "results" / f"{name}.json").unlink()
            else:
                write(root, name, record)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--allow-empty", "-m", subject, day=day)
        return git(root, "rev-parse", "HEAD")

    return made


def read(root: Path) -> History:
    found = read_history(Project(root))
    assert found is not None
    return found


def test_every_planted_move_is_found_newest_first(root: Path, commit: Commit):
    commit("Two figures", "2026-01-01", saw=RECORD, axe=RECORD)
    commit("Only words", "2026-01-02", saw={**RECORD, "texts": {}, "config": {}, "made_on": "x"})
    commit("Nothing at all", "2026-01-03")
    turned = commit("Turn & move", "2026-01-04", saw=changed({"teeth": 9}, "supported"))
    commit("Drop one", "2026-01-06", axe=None)
    found = read(root)
    assert [entry.subject for entry in found.commits] == ["Drop one", "Turn & move", "Two figures"]
    assert [entry.day for entry in found.commits] == ["2026-01-06", "2026-01-04", "2026-01-01"]
    drop, turn, two = (entry.moves for entry in found.commits)
    assert found.commits[1].key == turned
    assert list(two.added) == ["axe", "saw"]
    assert [*drop.removed] == ["axe"]
    (figure,) = turn.figures
    assert figure.turns == (Turn("A26", "refuted", "supported"),)
    assert figure.moves == (Move("values", "teeth", 8, 9),)
    assert not found.pending
    assert not found.is_cut


def test_a_merge_tells_what_it_brought(root: Path, commit: Commit):
    commit("Start", saw=RECORD)
    git(root, "checkout", "--quiet", "-b", "side")
    commit("Aside", saw=changed({"teeth": 9}))
    commit("Aside again", saw=changed({"teeth": 10}))
    git(root, "checkout", "--quiet", "main")
    commit("Meanwhile", axe=RECORD)
    git(root, "merge", "--quiet", "--no-ff", "-m", "Bring it in", "side")
    merge, *others = read(root).commits
    assert merge.subject == "Bring it in"
    assert merge.moves.figures[0].moves == (Move("values", "teeth", 8, 10),)
    assert [entry.subject for entry in others] == ["Meanwhile", "Start"]


def test_what_is_not_committed_is_told_apart(root: Path, commit: Commit):
    commit("Start", saw=RECORD)
    write(root, "saw", changed({"teeth": 11}))
    write(root, "axe", RECORD)
    found = read(root)
    assert [entry.subject for entry in found.commits] == ["Start"]
    assert found.pending.figures[0].moves == (Move("values", "teeth", 8, 11),)
    assert list(found.pending.added) == ["axe"]


def test_a_record_that_cannot_be_read_changes_nothing(root: Path, commit: Commit):
    commit("Start", saw=RECORD)
    (root / "results" / "saw.json").write_text("<<<<<<< ours\n", encoding="utf-8")
    assert not read(root).pending
    commit("Conflict")
    commit("Mended", saw=changed({"teeth": 9}))
    mended, start = read(root).commits
    assert (mended.subject, start.subject) == ("Mended", "Start")
    assert mended.moves.figures[0].moves == (Move("values", "teeth", 8, 9),)


def test_a_record_that_git_has_lost_changes_nothing(root: Path, commit: Commit):
    commit("Start", saw=RECORD, axe=RECORD)
    commit("Lost", saw=changed({"teeth": 9}))
    commit("Later", axe=changed({"teeth": 10}))
    key = git(root, "rev-parse", "HEAD:results/saw.json")
    (root / ".git" / "objects" / key[:2] / key[2:]).unlink()
    assert [entry.subject for entry in read(root).commits] == ["Later", "Start"]


def test_other_files_in_the_folder_are_no_records(root: Path, commit: Commit):
    (root / "results" / "old").mkdir()
    (root / "results" / "old" / "saw.json").write_text(json.dumps(RECORD), encoding="utf-8")
    (root / "results" / "notes.txt").write_text("no record", encoding="utf-8")
    commit("Notes")
    assert read(root).commits == ()


def test_a_book_within_a_larger_repository_has_its_history(root: Path, commit: Commit):
    inner = root / "deep" / "book"
    (inner / "results").mkdir(parents=True)
    write(inner, "saw", RECORD)
    commit("Inner", axe=RECORD)
    (entry,) = read(inner).commits
    assert list(entry.moves.added) == ["saw"]


def test_a_shallow_copy_says_that_it_is_cut(root: Path, commit: Commit, tmp_path: Path):
    commit("Start", saw=RECORD)
    commit("Later", saw=changed({"teeth": 9}))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", str(tmp_path / "shallow"))
    assert read(tmp_path / "shallow").is_cut
    assert not read(root).is_cut


@pytest.fixture
def merged(root: Path, commit: Commit) -> History:
    """A history with a merge, as it is read under no settings at all."""
    commit("Start", saw=RECORD)
    git(root, "checkout", "--quiet", "-b", "side")
    commit("Aside", saw=changed({"teeth": 9}))
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "-m", "把它带来 é", "side")
    commit("Rename", saw=None, axe=changed({"teeth": 9}))
    found = read(root)
    assert [entry.subject for entry in found.commits] == ["Rename", "把它带来 é", "Start"]
    return found


COMMON = {
    "color.ui": "always",
    "core.abbrev": "5",
    "core.attributesFile": "/nowhere",
    "core.pager": "false",
    "core.quotePath": "true",
    "diff.external": "false",
    "diff.orderFile": "/nowhere",
    "diff.relative": "true",
    "diff.renames": "copies",
    "format.pretty": "oneline",
    "log.abbrevCommit": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "notes.displayRef": "*",
    "pager.log": "true",
}


@pytest.mark.parametrize(
    "settings",
    [
        COMMON | {"log.diffMerges": "off", "log.follow": "true"},
        {"i18n.logOutputEncoding": "GBK", "log.diffMerges": "combined"},
        {"i18n.logOutputEncoding": "UTF-16", "log.diffMerges": "remerge"},
    ],
    ids=["many", "GBK", "UTF-16"],
)
@pytest.mark.parametrize("place", ["of the user", "of the repository"])
def test_no_setting_of_git_changes_the_history(
    merged: History,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    settings: dict[str, str],
):
    file = root / ".git" / "config" if place == "of the repository" else root.parent / "gitconfig"
    for key, value in settings.items():
        git(root, "config", "--file", str(file), key, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(root.parent / "gitconfig"))
    git_history._committed.cache_clear()
    assert read(root) == merged


def test_no_variable_of_git_changes_the_history(
    merged: History, root: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in {
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "log.diffMerges",
        "GIT_CONFIG_VALUE_0": "off",
        "GIT_CONFIG_PARAMETERS": "'log.diffmerges'='off'",
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1",
        "LANGUAGE": "zh_CN",
    }.items():
        monkeypatch.setenv(name, value)
    git_history._committed.cache_clear()
    assert read(root) == merged


def test_a_subject_is_one_field_whatever_it_holds(root: Path, commit: Commit):
    subject = "A\x01b\x1fc\u2028:000000 100644 0 1 A\tresults/axe.json"
    commit(subject, saw=RECORD)
    (entry,) = read(root).commits
    assert entry.subject == subject
    assert list(entry.moves.added) == ["saw"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "refs" / "heads" / "main").write_text("nonsense\n"),
        lambda folder: (folder / "config").write_text("[core\n"),
        lambda folder: (folder / "HEAD").unlink(),
        lambda folder: [
            path.unlink() for path in (folder / "objects").rglob("*") if path.is_file()
        ],
        lambda folder: (folder / "config").write_text("[core]\nrepositoryformatversion = 9\n"),
    ],
    ids=["branch", "config", "no HEAD", "objects", "format"],
)
def test_a_git_that_fails_is_told_in_its_own_words(root: Path, commit: Commit, damage: Any):
    commit("Start", saw=RECORD)
    damage(root / ".git")
    with pytest.raises(PageError, match=r"cannot be read; git says: (fatal|error): .+$"):
        read_history(Project(root))


def test_a_work_tree_whose_repository_is_gone_is_told(root: Path):
    (root / ".git").rename(root / "elsewhere")
    (root / ".git").write_text("gitdir: /nowhere/.git/worktrees/book\n")
    with pytest.raises(PageError, match="git says: fatal: not a git repository: /nowhere"):
        read_history(Project(root))


def test_a_copy_that_another_repository_does_not_know_has_no_history(root: Path, commit: Commit):
    inner = root / "downloads" / "book"
    (inner / "results").mkdir(parents=True)
    commit("Of the outer book", axe=RECORD)
    write(inner, "saw", RECORD)
    assert read_history(Project(inner)) is None


def test_a_copy_without_git_has_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "results").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert read_history(Project(tmp_path)) is None


def test_a_repository_without_commits_has_no_history(root: Path):
    assert read_history(Project(root)) is None


def test_a_machine_without_git_has_no_history(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert read_history(Project(root)) is None


def test_a_hook_of_another_repository_does_not_mislead(
    root: Path, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    commit("Start", saw=RECORD)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert [entry.subject for entry in read(root).commits] == ["Start"]


def test_the_committed_part_is_read_once_until_the_next_commit(
    root: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
):
    commit("Start", saw=RECORD)
    read(root)
    asked = []
    monkeypatch.setattr(git_history, "blobs", lambda *arguments: asked.append(arguments) or {})
    read(root)
    assert asked == []
    commit("Later", saw=changed({"teeth": 9}))
    read(root)
    assert len(asked) == 1


def test_a_commit_that_registers_is_told_though_nothing_moved(root: Path, commit: Commit):
    commit("Start", saw=RECORD)
    (root / "registered").mkdir()
    claims = {"A26": {"bound": {"low": 0.5}, "known": None}}
    written = json.dumps({"config": {}, "claims": claims, "because": None})
    (root / "registered" / "saw.json").write_text(written, encoding="utf-8")
    commit("Register")
    (root / "registered" / "saw.json").write_text("<<<<<<< ours", encoding="utf-8")
    commit("Conflict")
    register, start = read(root).commits
    assert (register.subject, start.subject) == ("Register", "Start")
    assert list(register.registered["saw"].claims) == ["A26"]
    assert not register.moves
    assert not start.registered
