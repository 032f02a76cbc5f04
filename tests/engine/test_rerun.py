import json
import re

import pytest

from dlbook.base.whole import write
from dlbook.engine import rerun
from dlbook.figures.contract import FigureError
from dlbook.record.registrations import read_registration
from dlbook.training.replay import Run

REPLAY = (
    "\ndef check(",
    """
@dataclass(frozen=True)
class Replay:
    seed: int = 0
    width: int = 2
    rate: float = 0.05


def replay(choice: Replay, cfg: Config) -> Run:
    schemes = ("xavier_uniform", "xavier_uniform")
    return Run((2, choice.width, 1), "relu", schemes, "xor", 0, "mean_squared_error", "sgd",
               choice.rate, 500)


def check(""",
)
IMPORT = ("import torch\n", "import torch\nfrom dlbook.training.replay import Run\n")
OUTCOME = (
    "def check(",
    "def outcome(choice, fit):\n    return f'ends at {fit.loss.item():.3f}'\n\n\ndef check(",
)


def shown(desk, choices, *edits):
    desk.script("a", IMPORT, REPLAY, *edits)
    return rerun.show_replay(desk.project, "a", choices)


def test_a_run_is_told_by_its_choices_its_fields_and_its_losses(desk):
    lines = shown(desk, {"seed": "7", "width": "3"}).splitlines()
    assert lines[0] == "a --replay seed=7 width=3 rate=0.05"
    run = Run((2, 3, 1), "relu", ("xavier_uniform",) * 2, "xor", 0, "mean_squared_error", "sgd",
              0.05, 500)  # fmt: skip
    assert lines[1:3] == ["  widths=2,3,1", "  activation=relu"]
    head = lines.index("      step  loss")
    assert [line.strip().partition("=")[0] for line in lines[1:head]] == list(run.to_json())
    rows = [line.split() for line in lines[head + 1 :]]
    steps = [int(step) for step, _ in rows]
    assert (steps[:3], steps[-1]) == ([0, 1, 2], 500)
    assert 15 <= len(steps) <= 22
    assert [loss for _, loss in rows] == [
        f"{loss:.12g}" for loss in run.fit([7], at=steps).losses[0].tolist()
    ]


def test_a_run_of_linked_layers_is_told_with_its_links_and_repeated(desk):
    dense = 'Run((2, choice.width, 1), "relu", schemes,', "choice.rate, 500)"
    linked = 'Run((2, *(choice.width,) * 3, 1), "relu", (*schemes, "ones"),'
    links = "skips=((1, 2),), ties=((2, 3),), batch_norm=1e-05"
    edits = (dense[0], linked), (dense[1], f"choice.rate, 500, {links})")
    lines = shown(desk, {"seed": "7"}, *edits).splitlines()
    head = lines.index("      step  loss")
    assert lines[head - 3 : head] == ["  skips=[1, 2]", "  ties=[2, 3]", "  batch_norm=1e-05"]
    run = Run((2, 2, 2, 2, 1), "relu", ("xavier_uniform", "xavier_uniform", "ones"), "xor", 0,
              "mean_squared_error", "sgd", 0.05, 500, skips=((1, 2),), ties=((2, 3),),
              batch_norm=1e-5)  # fmt: skip
    assert lines[-1].split()[1] == f"{run.fit([7]).loss.item():.12g}"


def test_of_a_registered_figure_seed_7_is_the_eighth(desk):
    seeded = ("    seeds: int = 4\n", "    seeds: int = 4\n    first_seed: int = 0\n")
    before = shown(desk, {"seed": "7"}, seeded).splitlines()
    content = {"config": {}, "grid": {}, "claims": {"A25": {"bound": {}, "code": []}}}
    write(desk.project.registered("a"), json.dumps(content).encode())
    registration = read_registration(desk.project, "a")
    called = shown(desk, {"seed": "7"}, seeded).splitlines()
    assert called[-1] != before[-1]
    full = shown(desk, {"seed": str(registration.first_seed + 7)}, seeded).splitlines()
    assert full[1:] == called[1:]


def test_what_the_script_says_of_the_outcome_ends_it(desk):
    last = shown(desk, {}, OUTCOME).splitlines()[-1]
    assert re.fullmatch(r"  ends at 0\.\d{3}", last)


def test_nothing_is_stored(desk):
    shown(desk, {})
    assert [path.name for path in desk.project.cache.iterdir()] == ["syntax.json"]
    assert not (desk.root / "out").exists()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"units": "3"}, "Replay has no field 'units'; it has seed, width, rate"),
        ({"width": "wide"}, "'wide' is not a value for width, which is int"),
        ({"width": "0"}, "replay raised ValueError: widths (2, 0, 1): give inputs"),
        ({"rate": "nan"}, "replay raised ValueError: a learning rate of nan"),
        ({"seed": "-1"}, "replay raised ValueError: seeds must be one or more integers"),
        ({"rate": "9"}, "replay raised DivergedError: replay: replicas 0 (1 of 1)"),
    ],
)
def test_a_choice_that_does_not_fit_is_one_line(desk, choices, message):
    with pytest.raises(FigureError) as caught:
        shown(desk, choices)
    assert re.match(r"figures_src/a\.py(:\d+)?: ", str(caught.value))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_figure_without_a_replay_says_so(desk):
    desk.script("a")
    with pytest.raises(FigureError, match="no Replay, so no run of this figure can be repeated"):
        rerun.show_replay(desk.project, "a", {})
