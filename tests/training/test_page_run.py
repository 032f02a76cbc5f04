import dataclasses

import pytest
import torch

from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import Dataset, Run

RUN = Run(
    widths=(2, 3, 1), activation="tanh", init=("xavier_uniform",) * 2, data="xor", points=0,
    loss="mean_squared_error", optimiser="adam", rate=0.01, steps=5,
)  # fmt: skip


def test_the_page_gets_all_that_decides_a_run():
    assert page_run(RUN) == RUN.to_json()
    assert set(page_run(RUN)) == PageRun.__required_keys__
    linked = dataclasses.replace(
        RUN, widths=(2, 3, 3, 3, 1), init=("ones",) * 3, skips=((1, 2),), ties=((2, 3),)
    )
    assert set(page_run(linked)) == set(PageRun.__annotations__)


def test_tensors_stay_here():
    x = torch.zeros(4, 2)
    run = dataclasses.replace(RUN, data=Dataset("own", x, x[:, :1]))
    with pytest.raises(ValueError, match="this run has tensors"):
        page_run(run)


@pytest.mark.parametrize(
    ("field", "value"),
    [("l1", 0.1), ("later", ((0.1, 3),)), ("precision", "float32"), ("batch_norm", 1e-5)],
)
def test_a_setting_that_the_page_does_not_know_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=f"the page cannot train a run with {field}"):
        page_run(dataclasses.replace(RUN, **{field: value}))
