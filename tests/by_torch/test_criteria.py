import pytest
import torch

from dlbook.by_torch.criteria import CRITERIA, aimed_at
from dlbook.mathematics import losses


def test_every_loss_that_a_run_may_name_is_there():
    assert CRITERIA.keys() == losses.LOSSES.keys()


@pytest.mark.parametrize(
    ("name", "outputs"),
    [(name, n) for name in CRITERIA for n in (1, 3) if n >= losses.LOSSES[name].classes],
)
def test_a_loss_and_its_targets_are_the_books(name, outputs):
    own = torch.Generator().manual_seed(3)
    o = torch.randn(4, 5, outputs, generator=own, dtype=torch.float64)
    y = torch.randint(max(outputs, 2), (4, 5), generator=own)
    wanted = losses.loss(name).target(y, outputs, torch.float64)
    found = aimed_at(name, y, outputs, torch.float64)
    assert torch.equal(found, wanted)
    torch.testing.assert_close(CRITERIA[name](o, found), losses.loss(name).values(o, wanted))
