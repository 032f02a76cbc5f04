"""What is written down before a figure is run, and what becomes of it."""

import hashlib
import json

import pytest

from dlbook.base.seeds import first_seed
from dlbook.engine import build, register, work, workpiece
from dlbook.engine.pool import Pool
from dlbook.figures.contract import FigureError
from dlbook.record.precedence import not_written_before
from dlbook.record.records import read_accepted
from dlbook.record.registrations import LIST, read_registration
from tests.repository import git

# Of the engine's toy: its noise follows from the seeds that a registration gives.
SEEDED = (
    ("    seeds: int = 4\n", "    seeds: int = 4\n    first_seed: int = 0\n"),
    ("rng.stream(3, ", "rng.stream(cfg.first_seed, "),
    ("measure,\n        at_least(0.25", "measure=measure,\n        bound=at_least(LEAST"),
    ("def measure(", "LEAST = 0.25  # more than a fourth\nPLACE = 0\n\n\ndef measure("),
    ("return res.mean", "return (res.mean,)[PLACE]"),
)
MEASURE = "def measure(res: Result) -> Estimate:\n    return (res.mean,)[PLACE]"
WHY = ("改得更严。", "A stricter bound.")


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


@pytest.fixture
def kept(desk):
    """A book with one figure, under git, that keeps registrations."""
    desk.script("a", *SEEDED)
    (desk.root / "results").mkdir()
    (desk.root / LIST).parent.mkdir()
    (desk.root / LIST).write_text("# none\n", encoding="utf-8")
    (desk.root / ".gitignore").write_text(".cache\n", encoding="utf-8")
    git(desk.root, "init", "--quiet", "--initial-branch=main")
    commit(desk, "Begin")
    return desk


def commit(book, subject):
    git(book.root, "add", "--all")
    git(book.root, "commit", "--quiet", "-m", subject)
    return git(book.root, "rev-parse", "HEAD")


def written(book, **arguments):
    said = register.register(book.project, "a", **arguments)
    found = read_registration(book.project, "a")
    assert found is not None
    assert found.digest in said
    assert "  commit it, then dlbook build a: " in said
    return found


def built(book):
    summary = build.build(book.project, Pool(backend="here"), [])
    return [*summary.failed, *summary.moved]


def accepted(book):
    assert build.accept(book.project, "a") is None
    record = read_accepted(book.project, "a")
    assert record is not None
    return record


def test_all_that_decides_a_claim_is_written_down(kept):
    found = written(kept)
    assert found.digest == hashlib.sha256(kept.project.registered("a").read_bytes()).hexdigest()
    assert found.content["config"] == {"length": 8, "seeds": 4}
    assert found.claims["A25"] == {
        "kind": "finding",
        "statement": {"zh": "和增长", "en": "the sum grows"},
        "quantity": {"zh": "均值", "en": "mean"},
        "code": ["measure", "PLACE = 0", MEASURE],
        "bound": {"direction": "at least", "low": 0.25, "high": None,
                  "because": {"zh": "均匀分布的一半", "en": "half of a uniform's mean"}},
        "factors": [],
        "conventions": [],
        "budget": None,
        "known": None,
    }  # fmt: skip
    assert found.content["because"] is found.content["replaces"] is None


def test_seeds_follow_from_the_registration_and_the_record_names_it(kept):
    found = written(kept)
    commit(kept, "Register")
    built(kept)
    record = accepted(kept)
    assert record["registered"] == {"sha256": found.digest, "known": []}
    assert record["config"]["first_seed"] == first_seed(found.digest) > 0
    commit(kept, "Results")
    assert built(kept) == []


@pytest.mark.parametrize("given", ["moved", "change=moved", "lambda res: moved(res)"])
def test_what_a_budget_is_given_by_its_name_is_written_down_too(kept, given):
    moved = "def moved(res):\n    return res.mean\n\n\ndef measure("
    budget = f"measure=measure,\n        budget=Budget({given}, within=0.1),"
    kept.script(
        "a", *SEEDED, ("import Claim", "import Budget, Claim"), ("def measure(", moved),
        ("measure=measure,", budget),
    )  # fmt: skip
    code = written(kept).claims["A25"]["code"]
    assert "def moved(res):\n    return res.mean" in code
    assert ("moved" in code) is (not given.startswith("lambda"))


def test_a_registration_is_a_part_of_what_a_figure_is_made_of(kept):
    before = kept.key()
    written(kept)
    after = kept.key()
    assert before.run != after.run
    assert "registration" not in before.run_parts
    assert "registration" in after.run_parts


def test_a_record_is_not_accepted_before_its_registration_is_committed(kept):
    written(kept)
    assert "in no commit" not in "".join(built(kept)), "there is no record yet"
    refused = build.accept(kept.project, "a")
    assert refused is not None
    assert refused.startswith("registered/a.json: in no commit; commit it")
    assert not kept.project.accepted("a").exists()


def test_what_is_judged_without_a_registration_is_not_accepted(kept):
    (told,) = built(kept)
    assert "a is judged without a registration; dlbook register a, commit it" in told
    refused = build.accept(kept.project, "a")
    assert refused is not None
    assert "a is judged without a registration; dlbook register a, commit it" in refused
    (kept.root / LIST).write_text("a\n", encoding="utf-8")
    assert build.accept(kept.project, "a") is None


CHANGES = [
    (("PLACE = 0", "PLACE = -1"), "what measures it, or a constant"),
    (("LEAST = 0.25", "LEAST = 0.2"), "its bound is not"),
    (("at_least(LEAST,", "at_least(0.3,"), "its bound is not"),
    (("half of a uniform's mean", "because it fits"), "its bound is not"),
    (('"finding"', '"theorem"'), "its kind is not"),
    (("return (res.mean,)", "return (res.mean, res.mean)"), "what measures it"),
    (("length: int = 8", "length: int = 9"), "Config.length is not"),
    (('"A25"', '"A26"'), "claim A26 was not registered"),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_what_departs_from_the_registration_is_refused_with_its_line(kept, change, told):
    written(kept)
    texts = (("# A25", "# A26"),) if change[1] == '"A26"' else ()
    kept.script("a", *SEEDED, change, *texts)
    (line,) = [line for line in built(kept) if "registered" in line and "figures_src" in line]
    place, _, message = line.partition(": ")
    number = int(place.removeprefix("figures_src/a.py:"))
    assert told in message
    source = (kept.root / "figures_src" / "a.py").read_text(encoding="utf-8").splitlines()
    assert number <= len(source)
    assert "dlbook register a --because" in message


def test_words_comments_and_drawing_may_be_mended(kept):
    written(kept)
    kept.script(
        "a", *SEEDED, ("the sum grows", "the sums grow"), ("# more than a fourth", "# a fourth"),
        ('"number"', '"a number"'),
    )  # fmt: skip
    assert [line for line in built(kept) if "no accepted record" not in line] == []


def test_a_later_registration_has_its_reason_and_new_seeds_and_says_what_was_known(kept):
    first = written(kept)
    commit(kept, "Register")
    built(kept)
    judged = accepted(kept)["claims"][0]["verdict"]
    commit(kept, "Results")
    kept.script("a", *SEEDED, ("LEAST = 0.25", "LEAST = 0.3"))
    with pytest.raises(FigureError, match="says why, in both languages"):
        register.register(kept.project, "a")
    later = written(kept, because=WHY)
    assert later.content["replaces"] == first.digest
    assert later.content["because"] == {"zh": WHY[0], "en": WHY[1]}
    assert later.first_seed != first.first_seed
    assert later.claims["A25"]["known"] == judged
    assert later.known == ["A25"]
    commit(kept, "Register anew")
    assert any(line.startswith("results/a.json: does not follow from") for line in built(kept))
    built(kept)
    accepted(kept)
    commit(kept, "New results")
    assert built(kept) == []


def test_a_draft_that_is_in_no_commit_is_replaced_in_silence(kept):
    written(kept)
    kept.script("a", *SEEDED, ("LEAST = 0.25", "LEAST = 0.3"))
    assert written(kept).content["replaces"] is None


def test_an_outcome_that_was_seen_elsewhere_is_said(kept):
    assert written(kept, known=["A25"]).claims["A25"]["known"] == "seen elsewhere"
    with pytest.raises(FigureError, match="no claim 'A52'; did you mean 'A25'"):
        register.register(kept.project, "a", known=["A52"])


def test_seeds_that_no_registration_can_give_are_refused(kept):
    kept.script("a", *SEEDED[2:])
    with pytest.raises(FigureError, match=r"figures_src/a.py:14: Config has seeds and no first_s"):
        register.register(kept.project, "a")


def test_a_claim_that_is_computed_cannot_be_written_down(kept):
    kept.script("a", *SEEDED[:2])
    with pytest.raises(FigureError, match="what measures A25 cannot be read; write CLAIMS as a li"):
        register.register(kept.project, "a")


TRAINING = (
    *SEEDED,
    ("from dlbook.record.claims import Claim", "from dlbook.record.claims import Claim\n"
     "from dlbook.training.replay import Run"),
    ("def squares(", '''
def trained(seeds: range) -> None:
    Run((2, 1), "relu", ("zeros",), "xor", 0, "mean_squared_error", "sgd", 0.1, 1).fit(seeds)


def squares('''),
)  # fmt: skip


@pytest.mark.parametrize(
    ("seeds", "fits"),
    [
        ("cfg.first_seed, cfg.first_seed + 4", True),
        ("0, 4", False),
        ("cfg.first_seed - 1, cfg.first_seed + 3", False),
    ],
)
def test_a_registered_figure_trains_from_its_own_seeds_and_no_other(kept, seeds, fits):
    call = ("    line = squares", f"    trained(range({seeds}))\n    line = squares")
    kept.script("a", *TRAINING, call)
    found = written(kept)
    outcome = work.make_figure(kept.project, "a", kept.key())
    assert (outcome.done == "trained") is fits, outcome.errors
    if not fits:
        assert f"the registration gives those from {found.first_seed}" in outcome.errors[0]


def test_a_file_that_is_no_registration_is_told(kept):
    written(kept)
    path = kept.project.registered("a")
    for data in (b"<<<<<<<", b"{}", json.dumps({"config": {}, "claims": {"A25": 1}}).encode()):
        path.write_bytes(data)
        assert any("registered/a.json: not a registration" in line for line in built(kept))


def test_a_book_without_registrations_is_asked_for_none(desk):
    desk.script("a")
    built(desk)
    assert build.accept(desk.project, "a") is None
    assert not_written_before(desk.project) == ([], None)
    assert built(desk) == []
