"""A figure that trains, its record, and what torch says of it."""

import json

import pytest

from dlbook.engine import build, second_opinion, workpiece
from dlbook.engine.pool import Pool
from dlbook.record.records import RECORD, read_made
from tests.engine.conftest import finish

TRAINED = (
    (
        "from dlbook.record.claims import Claim",
        "from dlbook.record.claims import Claim\n"
        "from dlbook.training import stats\n"
        "from dlbook.training.replay import Run",
    ),
    ("seeds: int = 4", "seeds: int = 200\n    rate: float = 0.05\n    steps: int = 60"),
    (
        "def run(cfg",
        "@dataclass(frozen=True)\n"
        "class Replay:\n"
        "    seed: int = 0\n\n\n"
        "def replay(choice: Replay, cfg: Config) -> Run:\n"
        '    return Run((2, 4, 1), "tanh", ("xavier_uniform",) * 2, "xor", 0,\n'
        '               "binary_cross_entropy", "adam", cfg.rate, cfg.steps)\n\n\n'
        "def run(cfg",
    ),
    (
        "    spread = Estimate(mean, mean - 0.123, mean + 0.123, cfg.seeds)\n",
        "    spread = stats.mean(replay(Replay(), cfg).fit(range(cfg.seeds)).loss)\n",
    ),
    ("at_least(0.25", "at_most(0.4"),
    ("Estimate, at_least", "Estimate, at_most"),
)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


def accept(book, *edits):
    finish(book, *edits)
    made = read_made(book.project, "a")
    assert made is not None
    book.project.accepted("a").parent.mkdir(exist_ok=True)
    book.project.accepted("a").write_bytes(made.read(RECORD))


@pytest.fixture
def accepted(after):
    """Write the figure, build it and accept its record."""

    def write(*edits):
        made = read_made(after(accept, *edits).project, "a")
        assert made is not None
        return made

    return write


def asked(desk, draw=0):
    return second_opinion.ask_torch(desk.project, "a", desk.key(), draw)


def heard(desk, draw=0):
    outcome = asked(desk, draw)
    assert not outcome.errors
    (found,) = outcome.agreements
    return found


def edit(desk, *edits):
    desk.edit(desk.project.script("a"), *edits)


def test_torch_comes_to_the_books_verdict_by_other_numbers_and_leaves_everything_as_it_was(
    desk, accepted
):
    accepted(*TRAINED)
    before = desk.bytes()
    found, again, other = heard(desk), heard(desk), heard(desk, draw=1)
    assert (found.standing, found.figure, found.claim) == ("agrees", "a", "A25")
    assert found.book.outcome == found.other.outcome == "supported"
    assert 0 < found.apart < 3
    assert found == again
    assert found.other.estimate != other.other.estimate
    assert desk.bytes() == before


def gridded(few):
    """The figure at 200 seeds, with a grid of ``few``."""
    grid = f"GRID = Config(seeds={few})\nGRID_BUDGET = 10.0\n\n\n"
    start = 'Convention("start", ("起点", "start"), ({"start": "torch"},))'
    rate = 'Convention("rate", ("学习率", "rate"), ({"rate": 0.04},))'
    return (
        *TRAINED,
        ("claims import Claim", "claims import Claim, Convention"),
        ("    steps: int = 60", '    steps: int = 60\n    start: str = "xavier_uniform"'),
        ('("xavier_uniform",) * 2', "(cfg.start,) * 2"),
        ("@dataclass(frozen=True)\nclass Replay:", f"{grid}@dataclass(frozen=True)\nclass Replay:"),
        (
            "half of a uniform's mean\")),\n",
            f"half of a uniform's mean\")),\n        conventions=({start}, {rate}),\n",
        ),
    )


def test_the_seeds_of_the_grid_come_first_and_where_they_agree_no_others(desk, accepted):
    accepted(*gridded(100))
    found = heard(desk)
    assert (found.standing, found.seeds, found.other.estimate.n) == ("agrees", "the grid's", 100)


def test_what_the_seeds_of_the_grid_leave_open_the_books_number_decides(desk, accepted):
    """Two seeds tell nothing of a mean whose bound is as near as a few hundred can tell."""
    made = accepted(*gridded(2))
    mean = made.record()["values"]["mean"]
    bound = mean["mean"] + 3 * (mean["high"] - mean["mean"])
    edit(desk, ("at_most(0.4", f"at_most({bound}"))
    found = heard(desk, draw=2)  # of a pair that does not happen to lie close together
    assert (found.standing, found.seeds, found.other.estimate.n) == ("agrees", "the book's", 200)


LINKED = (
    'Run((2, 4, 1), "tanh", ("xavier_uniform",) * 2, "xor", 0,',
    'Run((2, 4, 4, 4, 1), "tanh", ("xavier_uniform",) * 3, "xor", 0,',
)


@pytest.mark.parametrize(
    "links",
    ["ties=((2, 3),), skips=((1, 2),)", "ties=((2, 3),), skips=((1, 3),), batch_norm=1e-5"],
)
def test_torch_comes_to_the_books_verdict_of_linked_layers_and_finds_out_other_ones(
    desk, accepted, links
):
    fewer = (
        ("seeds: int = 200", "seeds: int = 60"),
        ("cfg.rate, cfg.steps)", "cfg.rate, cfg.steps,"),
    )
    accepted(*TRAINED, LINKED, *fewer, ("cfg.steps,", f"cfg.steps, {links})"))
    assert heard(desk).standing == "agrees"
    edit(
        desk, ("seeds: int = 60\n    rate: float = 0.05", "seeds: int = 60\n    rate: float = 0.01")
    )
    assert heard(desk).standing == "disagrees"


def test_a_book_that_trained_half_as_long_as_it_says_is_found_out(desk, accepted):
    """Its record is planted: the estimate belongs to other runs than the script describes."""
    accepted(*TRAINED, ("steps: int = 60", "steps: int = 30"))
    edit(desk, ("steps: int = 30", "steps: int = 60"))
    found = heard(desk)
    assert found.standing == "disagrees"
    assert "another estimate" in found.why
    assert found.apart > 3


def test_a_verdict_that_fresh_seeds_do_not_give_is_found_out(desk, accepted):
    """Planted: of a mean that any seeds give, the bound lies inside the interval."""
    accepted(*TRAINED)
    record = json.loads(desk.project.accepted("a").read_bytes())
    estimate = record["claims"][0]["estimate"]
    middle = estimate["mean"]
    estimate["high"] = middle + 1e-6
    desk.project.accepted("a").write_text(json.dumps(record))
    edit(desk, ("at_most(0.4", f"at_most({middle + 2e-6}"))
    found = heard(desk)
    assert found.standing == "disagrees"
    assert "another verdict" in found.why


def test_of_a_claim_about_several_settings_each_is_held_against_itself(desk, accepted):
    """Planted: one of them is off, and not the one that decides."""
    accepted(
        *TRAINED,
        ("from dlbook.record", "from dlbook.base.along import along\nfrom dlbook.record"),
        ('"the sum grows"), measure,', '"the sum grows"), twice,'),
        (
            "CLAIMS = [",
            "def twice(res):\n    return along([measure(res)] * 2, half=(1, 2))\n\n\nCLAIMS = [",
        ),
    )
    assert (heard(desk).standing, heard(desk).why) == ("agrees", "at 1, of 2 settings")
    record = json.loads(desk.project.accepted("a").read_bytes())
    cell = record["claims"][0]["settings"]["cells"][1]
    cell |= {end: cell[end] - 0.2 for end in ("low", "mean", "high")}
    desk.project.accepted("a").write_text(json.dumps(record))
    found = heard(desk)
    assert (found.standing, found.why) == ("disagrees", "another estimate at 2, of 2 settings")


def test_a_result_that_the_scripts_own_check_refuses_disagrees(desk, accepted):
    made = accepted(*TRAINED)
    book = made.record()["values"]["mean"]["mean"]
    edit(desk, ("assert res.total > 0", f"assert abs(res.mean.mean - {book}) < 1e-5, 'its own'"))
    found = heard(desk)
    assert found.standing == "disagrees"
    assert "its own" in found.why


UNCOVERED = [
    pytest.param(
        (('rng.stream(3, "noise").uniform(cfg.length)', "squares(cfg.length)"),),
        "nothing is trained through a Run",
        id="nothing is trained or drawn",
    ),
    pytest.param(
        (
            ("import rng, sums", "import optim, rng, sums"),
            ("    spread =", "    assert optim.Adam(0.1)\n    spread ="),
        ),
        "nothing is trained through a Run",
        id="it trains by something else",
    ),
    pytest.param(
        (*TRAINED, ("replay(Replay(), cfg).fit(range(cfg.seeds)).loss", "[0.1, 0.2, 0.3]")),
        "nothing is trained through a Run",
        id="the run does not train what the replay offers",
    ),
]


@pytest.mark.parametrize(("edits", "why"), UNCOVERED)
def test_a_finding_that_is_not_covered_says_why(desk, accepted, edits, why):
    accepted(*edits)
    found = heard(desk)
    assert (found.standing, found.why, found.other) == ("not covered", why, None)
    assert found.book is not None


def test_what_trains_nothing_is_asked_again_with_other_random_numbers(desk, accepted):
    accepted()
    found = heard(desk)
    assert found.standing == "agrees"
    assert found.book.estimate != found.other.estimate != heard(desk, draw=1).other.estimate


def test_runs_that_torch_cannot_make_leave_a_finding_uncovered(desk, accepted):
    accepted(*TRAINED)
    edit(desk, (".fit(range", ".fit(at=(99_999,), seeds=range"))
    found = heard(desk)
    assert found.standing == "not covered"
    assert found.why.startswith("figures_src/a.py:")
    assert "look at steps from 0 to 60, not at [99999]" in found.why


def test_theorems_and_constructions_are_left_to_their_proofs(desk, accepted):
    accepted(*TRAINED, ('"finding"', '"construction"'))
    assert asked(desk).agreements == ()


def test_a_claim_that_the_record_does_not_know_is_not_covered(desk, accepted):
    accepted(*TRAINED)
    edit(desk, ('"A25"', '"A26"'))
    desk.edit(desk.project.script("a").with_suffix(".md"), ("# A25", "# A26"))
    assert heard(desk).why == "no accepted estimate of it"


def test_without_a_record_there_is_one_line_with_what_to_do(desk):
    desk.script("a", *TRAINED)
    assert asked(desk).errors == ("results/a.json: no record to compare with; dlbook accept a",)
    found, errors = build.ask_all(desk.project, Pool(backend="here"), ["a"], 0)
    assert (found, errors) == ([], list(asked(desk).errors))
