"""Histories in which a registration was planted after the fact, and those in which none was."""

import json
import shutil

import pytest

from dlbook.base.seeds import first_seed
from dlbook.record.precedence import NO_HISTORY, is_committed, not_written_before
from dlbook.record.records import Project, RecordError
from dlbook.record.registrations import LIST, entered_with_results, read_registration
from tests.repository import git

CLAIM = {"id": "A25", "verdict": "supported"}


class Shelf:
    """A book of records without scripts."""

    def __init__(self, root):
        self.root, self.project = root, Project(root)
        (root / "results").mkdir(parents=True)
        (root / "registered").mkdir()
        git(root, "init", "--quiet", "--initial-branch=main")
        self.put(LIST, "# before\nold\n")

    def put(self, place, text):
        path = self.root / place
        path.write_text(text, encoding="utf-8")
        return path

    def register(self, name="saw", bound=0.5, known=None, replaces=None):
        claim = {"bound": {"low": bound}, "code": [], "known": known}
        content = {"config": {}, "grid": {}, "claims": {"A25": claim}, "replaces": replaces}
        self.put(f"registered/{name}.json", json.dumps(content))
        return read_registration(self.project, name)

    def record(self, name="saw", **changed):
        found = read_registration(self.project, name)
        own = {} if found is None else {
            "registered": found.mark,
            "config": {"first_seed": found.first_seed},
        }  # fmt: skip
        record = {"values": {}, "claims": [CLAIM], **own, **changed}
        self.put(f"results/{name}.json", json.dumps(record))

    def commit(self, subject):
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "-m", subject)
        return git(self.root, "rev-parse", "HEAD")

    def proceed(self):
        """As it should be: a registration, then its record."""
        self.register()
        self.commit("Register")
        self.record()
        self.commit("Results")

    def told(self):
        return not_written_before(self.project)


@pytest.fixture
def shelf(tmp_path):
    found = Shelf(tmp_path / "book")
    found.commit("Begin")
    return found


def test_a_registration_before_its_record_is_fine(shelf):
    shelf.register()
    shelf.commit("Register")
    shelf.record()
    assert shelf.told() == ([], None), "the record is in no commit yet"
    shelf.commit("Results")
    shelf.record(values={"more": 1})
    shelf.commit("More results")
    assert shelf.told() == ([], None)


def test_a_registration_in_the_commit_of_its_record_is_refused(shelf):
    shelf.register()
    shelf.record()
    commit = shelf.commit("Both at once")
    ((line,), untold) = shelf.told()
    assert untold is None
    assert line.startswith("registered/saw.json: does not precede its record")
    assert commit[:12] in line
    assert "dlbook register saw --because ZH EN" in line


def test_a_registration_after_its_record_is_refused(shelf):
    """The bound is chosen after looking, and the record is made to name it."""
    shelf.register()
    data = shelf.project.registered("saw").read_bytes()
    shelf.record()
    shelf.project.registered("saw").unlink()
    shelf.commit("Results, and no registration yet")
    shelf.project.registered("saw").write_bytes(data)
    shelf.commit("Register")
    assert "does not precede its record" in shelf.told()[0][0]


def test_a_bound_that_moved_after_looking_cannot_keep_its_result(shelf):
    shelf.proceed()
    shelf.register(bound=0.4)
    shelf.commit("Another bound")
    ((line,), _) = shelf.told()
    assert line.startswith("results/saw.json: does not follow from registered/saw.json")


def test_a_record_that_is_made_to_name_the_new_bound_has_the_wrong_seeds(shelf):
    first = shelf.register()
    shelf.commit("Register")
    shelf.record()
    shelf.commit("Results")
    later = shelf.register(bound=0.4, known="supported", replaces=first.digest)
    shelf.commit("Another bound")
    shelf.record(registered=later.mark, config={"first_seed": first.first_seed})
    shelf.commit("Old result, new name")
    assert "does not follow from" in shelf.told()[0][0]
    shelf.record(registered=later.mark, config={"first_seed": first_seed(later.digest)})
    shelf.commit("New runs")
    assert shelf.told() == ([], None)


def test_an_outcome_that_was_known_has_to_be_said(shelf):
    shelf.record("old")
    shelf.commit("Before there were registrations")
    shelf.register("old")
    shelf.commit("Register as if nobody knew")
    shelf.record("old")
    shelf.commit("Results")
    ((line,), _) = shelf.told()
    assert line.startswith("registered/old.json: the outcome of claim A25 was known when")


def test_a_known_outcome_that_is_said_is_fine_even_under_another_name(shelf):
    shelf.record("old")
    shelf.commit("Before there were registrations")
    shelf.register("saw", known="supported")
    (shelf.root / "results" / "old.json").unlink()
    shelf.commit("Register")
    shelf.record("saw")
    shelf.commit("Results")
    assert shelf.told() == ([], None)


def test_a_registration_beside_its_record_on_another_branch_is_none_before_it(shelf):
    """Two branches that meet: the record was made without the registration in its past."""
    shelf.register()
    data = shelf.project.registered("saw").read_bytes()
    git(shelf.root, "checkout", "--quiet", "-b", "side")
    shelf.record()
    shelf.project.registered("saw").unlink()
    shelf.commit("Results aside")
    git(shelf.root, "checkout", "--quiet", "main")
    shelf.project.registered("saw").write_bytes(data)
    shelf.commit("Register on the main line")
    git(shelf.root, "merge", "--quiet", "--no-ff", "-m", "Bring it in", "side")
    assert "does not precede its record" in shelf.told()[0][0]


def test_a_merge_brings_nothing_of_its_own(shelf):
    """Register, then results, on a branch: the merge does not look like both at once."""
    git(shelf.root, "checkout", "--quiet", "-b", "side")
    shelf.proceed()
    git(shelf.root, "checkout", "--quiet", "main")
    shelf.commit("Meanwhile")
    git(shelf.root, "merge", "--quiet", "--no-ff", "-m", "Bring it in", "side")
    assert shelf.told() == ([], None)


def test_branches_that_are_squashed_into_one_commit_prove_nothing(shelf):
    git(shelf.root, "checkout", "--quiet", "-b", "side")
    shelf.proceed()
    git(shelf.root, "checkout", "--quiet", "main")
    git(shelf.root, "merge", "--quiet", "--squash", "side")
    shelf.commit("Squashed")
    assert "does not precede its record" in shelf.told()[0][0]


def test_a_figure_that_is_renamed_keeps_its_registration(shelf):
    shelf.proceed()
    for folder in ("registered", "results"):
        (shelf.root / folder / "saw.json").rename(shelf.root / folder / "axe.json")
    shelf.commit("Rename")
    assert shelf.told() == ([], None)


def test_a_judged_record_without_a_registration_is_refused(shelf):
    shelf.record("saw")
    ((line,), _) = shelf.told()
    assert line.startswith(
        "results/saw.json: saw is judged without a registration; dlbook register saw"
    )


def test_a_record_of_remarks_alone_owes_none(shelf):
    shelf.record("saw", claims=[{"id": "A02", "verdict": None}])
    assert shelf.told() == ([], None)


def test_figures_of_before_owe_none_and_nobody_else_is_let_in(shelf):
    shelf.record("old")
    shelf.commit("Old results")
    assert shelf.told() == ([], None)
    assert entered_with_results(shelf.project) == {"old"}
    shelf.put(LIST, "old\nsaw\n")
    shelf.record("saw")
    shelf.commit("Let another in")
    ((line,), _) = shelf.told()
    assert line == f"{LIST}: 'saw' was added, and nothing may be; dlbook register saw instead"


def test_the_list_may_become_shorter_and_a_registration_ends_what_it_allows(shelf):
    shelf.register("old", known="supported")
    assert entered_with_results(shelf.project) == set()
    shelf.put(LIST, "# nobody\n")
    shelf.commit("Register")
    assert shelf.told() == ([], None)


def test_a_history_that_is_cut_is_refused(shelf, tmp_path):
    shelf.proceed()
    cut = tmp_path / "cut"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{shelf.root}", str(cut))
    ((line,), untold) = not_written_before(Project(cut))
    assert "this copy lacks older commits; fetch them: git fetch --unshallow" in line
    assert untold is None


def test_an_archive_without_history_says_that_it_cannot_tell(shelf):
    shelf.proceed()
    shutil.rmtree(shelf.root / ".git")
    assert shelf.told() == ([], NO_HISTORY)
    assert is_committed(shelf.project, "nothing"), "nothing denies it"


def test_an_archive_still_refuses_what_does_not_follow(shelf):
    shelf.register()
    shelf.record()
    shelf.register(bound=0.4)
    shutil.rmtree(shelf.root / ".git")
    ((line,), untold) = shelf.told()
    assert "does not follow from" in line
    assert untold == NO_HISTORY


def test_a_repository_that_git_cannot_read_is_told(shelf):
    (shelf.root / ".git" / "HEAD").write_text("nothing\n")
    ((line,), _) = shelf.told()
    assert "git says" in line or "history" in line


def test_an_archive_with_no_registration_has_nothing_to_tell(shelf):
    shelf.record("old")
    shutil.rmtree(shelf.root / ".git")
    assert shelf.told() == ([], None)


@pytest.mark.parametrize("mark", ["sha", ["sha"], {"known": []}, 7])
def test_a_record_whose_mark_is_spoilt_is_told_in_one_line(shelf, mark):
    shelf.proceed()
    shelf.record(registered=mark)
    ((line,), _) = shelf.told()
    assert line.startswith("results/saw.json: does not follow from registered/saw.json")


def test_old_records_of_another_shape_judge_nothing(shelf):
    shelf.put("results/axe.json", json.dumps({"claims": ["A25"]}))
    shelf.commit("Of another shape")
    (shelf.root / "results" / "axe.json").unlink()
    shelf.proceed()
    assert shelf.told() == ([], None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"claims": {}}, ": it has no grid"),
        (
            {"config": {}, "grid": {}, "claims": {"A25": {"bound": {}}}},
            ": its claim A25 has no code",
        ),
        ({"config": {}, "grid": {}, "claims": {"A25": {}}}, ""),
    ],
)
def test_a_registration_that_was_cut_is_told_with_what_to_do(shelf, content, told):
    shelf.put("registered/saw.json", json.dumps({"config": {}, **content}))
    with pytest.raises(RecordError) as caught:
        read_registration(shelf.project, "saw")
    assert str(caught.value) == (
        f"registered/saw.json: not a registration{told}; restore it: git checkout --"
        " registered/saw.json"
    )


def test_a_list_that_is_no_text_is_told_with_its_line(shelf):
    (shelf.root / LIST).write_bytes("old\n# 旧\n".encode("gb18030"))
    with pytest.raises(RecordError, match=rf"^{LIST}:2: not UTF-8 .+; save the file as UTF-8$"):
        entered_with_results(shelf.project)
    shelf.record("saw")
    with pytest.raises(RecordError, match=rf"^{LIST}:2: not UTF-8"):
        shelf.told()
