"""The net of which 150 points were said, against torch's count and training begun anew."""

import itertools

import numpy as np
import pytest
import torch

from dlbook.mathematics import rng
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "what_a_net_has_stored_is_a_matter_of_steps"


def test_the_net_has_as_many_parameters_as_torch_counts():
    widths = [6, 200, 200, 200, 2]
    layers = [torch.nn.Linear(a, b, device="meta") for a, b in itertools.pairwise(widths)]
    assert sum(p.numel() for layer in layers for p in layer.parameters()) == 82_202
    assert accepted(NAME)["parameters"] == 82_202


def test_points_are_of_two_classes_in_turn_and_further_ones_leave_them():
    loaded, cfg = script(NAME), script(NAME).SMALL
    (x, y), (more, labels) = (loaded.samples([7, 8], n, cfg) for n in (21, 4000))
    assert torch.equal(x, more[:, :21])
    assert torch.equal(y, labels[:, :21])
    gap = (more[:, 1::2].mean(1) - more[:, 0::2].mean(1)).numpy()
    roots = rng.streams([7, 8], "mixture").uniform(6, 6).numpy()
    for found, root in zip(gap, roots, strict=True):
        spread = np.sqrt(np.diag(root.T @ root) * 4 / 4000)
        assert (np.abs(found - 1 / np.arange(1, 7)) < 4 * spread).all()


def test_labels_have_nothing_to_do_with_the_classes():
    _, labels = script(NAME).samples(range(20), 1000, script(NAME).SMALL)
    same = (labels == torch.arange(1000) % 2).double().mean()
    assert abs(same - 0.5) < 4 * 0.5 / np.sqrt(20_000)


def test_fewer_steps_are_the_beginning_of_more():
    loaded, cfg = script(NAME), script(NAME).SMALL
    res = small(NAME)
    steps, course = loaded.trained("sigmoid", 70, cfg.steps, cfg)
    long = res.recorded[70].tolist()
    shared = [step for step in steps if step in long]
    assert cfg.steps in shared
    for step in shared:
        here, there = course[:, steps.index(step)], res.course[70][:, long.index(step)]
        assert torch.equal(here, there)
    assert res.right[70] == stats.mean(course[:, -1])
    assert res.later == stats.mean(res.course[70][:, -1])


def test_the_first_step_with_most_labels_is_the_median_of_the_nets():
    course = torch.tensor([[0.5, 0.96, 1], [0.5, 0.6, 0.95], [0.5, 0.6, 0.7]])
    assert script(NAME).first_at([0, 10, 20], course) == 20
    assert script(NAME).first_at([0, 10, 20], course[[0, 0, 1]]) == 10


@pytest.mark.parametrize(("stored", "outcome"), [(0, "supported"), (200, "supported"),
                                                 (300, "refuted")])  # fmt: skip
def test_one_net_that_holds_twice_as_many_refutes(stored, outcome):
    res = replace(small(NAME), stored=stored)
    assert claims(NAME)["E05a"].judge(res).outcome == outcome


def test_stored_is_a_number_of_points_that_was_tried():
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError, match="one of the numbers"):
        script(NAME).check(replace(small(NAME), stored=150))


def test_the_more_labels_the_later_and_with_more_steps_more():
    found = accepted(NAME)
    reached = list(found["reached"])
    assert reached == sorted(reached)
    assert found["later"]["mean"] > found["right"][300]["mean"] + 0.1
    assert found["relu_reached"] < reached[0]
    assert found["right"][150]["mean"] == 1 > found["right"][200]["mean"]
