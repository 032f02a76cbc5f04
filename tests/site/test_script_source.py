import pytest

from dlbook.site.pages.script_source import Choice, choices, command, used

SOURCE = """
import torch
from torch import Tensor

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets, rng
from dlbook.mathematics.rng import Stream


class Config:
    rates: tuple[float, ...] = (0.1, 0.2)


class Replay:
    \"\"\"What a reader may choose.\"\"\"

    width: int = 2
    seed: int = 7
    loss: str = "hinge"
    rate: float = Config.rates[1]
"""


def test_choices_are_told_as_a_reader_types_them():
    assert choices(SOURCE) == (
        Choice("width", "2"),
        Choice("seed", "7"),
        Choice("loss", "hinge"),
        Choice("rate", "Config.rates[1]"),
    )
    assert choices("class Config:\n    seed: int = 1\n") == ()


@pytest.mark.parametrize(("count", "line"), [(4, "seed=7"), (1, "width=2")])
def test_the_command_changes_the_seed_if_there_is_one(count, line):
    assert command("saw", choices(SOURCE)[:count]) == f"dlbook run saw --replay {line}"


def test_modules_of_the_package_are_named_once():
    assert used(SOURCE) == ("base.evidence", "mathematics.nets", "mathematics.rng")
