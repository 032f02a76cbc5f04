"""OR and XOR by one unit, against scikit-learn, closed forms and a search over lines."""

from itertools import product

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from dlbook.figures import style
from dlbook.figures.picture import drawing
from tests.scripts import accepted, claims, measured, record, replace, script

NAME = "no_line_computes_xor"
CORNERS = np.array(list(product((0, 1), repeat=2)))
XOR = CORNERS.sum(1) == 1
OR = CORNERS.sum(1) > 0


def lines():
    """Many lines through the square: every direction, every offset."""
    angles = np.linspace(0, 2 * np.pi, 73)
    sums = CORNERS @ np.stack([np.cos(angles), np.sin(angles)])
    return [sums + offset > 0 for offset in np.linspace(-1.6, 1.6, 65)]


def test_a_search_over_lines_finds_fourteen_labelings_and_three_right():
    found = np.concatenate([decided.T for decided in lines()])
    assert len({tuple(row) for row in found.tolist()}) == measured(NAME).realisable == 14
    assert (found == XOR).sum(1).max() == measured(NAME).most_right == 3


def test_the_middles_of_the_diagonals_are_one_point():
    weights = np.array(measured(NAME).weights)
    for side in (XOR, ~XOR):
        assert weights[side].sum() == 1
        assert (weights[side] @ CORNERS[side]).tolist() == [0.5, 0.5]


def by_hand(labels, start, cfg):
    """Gradient descent on the mean cross-entropy, written out."""
    x = np.concatenate([CORNERS, np.ones((4, 1))], 1)
    theta = start.copy()
    history = [theta]
    for _ in range(cfg.steps):
        p = 1 / (1 + np.exp(-(x @ theta)))
        theta = theta - cfg.rate * x.T @ (p - labels) / 4
        history.append(theta)
    return 1 / (1 + np.exp(-(x @ np.array(history).T)))


@pytest.mark.parametrize(("labels", "curves"), [(OR, "curves_or"), (XOR, "curves_xor")])
def test_the_bands_hold_gradient_descent_written_out(labels, curves):
    cfg, res = script(NAME).SMALL, measured(NAME)
    starts = script(NAME).trained(curves.removeprefix("curves_"), replace(cfg, steps=0)).stack.flat
    runs = np.stack([by_hand(labels, start, cfg) for start in starts.numpy()])
    runs = runs[:, :, res.steps.numpy()]
    expected = np.quantile(runs, [0, 0.5, 1], axis=0).transpose(2, 1, 0)
    np.testing.assert_allclose(getattr(res, curves).numpy(), expected, rtol=0, atol=1e-10)


def test_without_a_penalty_scikit_learn_too_predicts_one_half_for_xor():
    unit = LogisticRegression(C=np.inf).fit(CORNERS, XOR)
    np.testing.assert_allclose(unit.predict_proba(CORNERS)[:, 1], 0.5, atol=1e-6)
    assert measured(NAME).furthest_xor < 1e-3
    assert measured(NAME).furthest_xor == measured(NAME).off_xor[:, -1].max()


def test_the_last_direction_to_vanish_gets_one_or_three_right():
    """Linearised at zero, w1 = w2 and b shrink slowest; their sign decides the accuracy."""
    x = np.concatenate([CORNERS, np.ones((4, 1))], 1)
    slowest = np.linalg.eigh(x.T @ x / 16)[1][:, 0]
    right = ((x @ slowest > 0) == XOR).sum()
    assert {right, 4 - right} == {1, 3}
    found = set(measured(NAME).right_xor[:, -1].tolist())
    assert {0.25, 0.75} <= found <= {0.25, 0.5, 0.75}


def test_in_the_end_only_rounding_is_left_and_it_too_has_a_sign():
    """The prediction stays where it was, and its accuracy becomes another: it means nothing."""
    found = accepted(NAME)
    assert 0 < found["least_margin_xor"] < 1e-15
    assert found["furthest_xor"] == 0
    assert 1e-8 < found["furthest_xor_drawn"] < 1e-3
    assert found["mean_xor"]["mean"] != pytest.approx(found["mean_xor_drawn"]["mean"], abs=0.1)


def test_two_outputs_are_one_sigmoid_of_their_difference():
    two = torch.tensor([[[0.5, 2.0]]])
    assert script(NAME).margin(two).item() == 1.5
    assert script(NAME).margin(two[..., :1]).item() == 0.5


def test_every_way_to_train_finds_or_and_the_middle_of_xor():
    """Each convention of the grid by itself, at the tests' scale: the run is what it says."""
    loaded = script(NAME)
    for convention in loaded.CONVENTIONS:
        [fields] = convention.alternatives
        cfg = replace(loaded.SMALL, **fields)
        run = loaded.replay(loaded.Replay(), cfg)
        assert (run.init, run.optimiser, run.loss) == ((cfg.start,), cfg.optimiser, cfg.loss)
        assert run.rate == pytest.approx(cfg.rate * (0.1 if cfg.optimiser == "adam" else 1))
        assert (loaded.run(cfg).right_or[:, -1] == 1).all()


def test_the_condition_is_adam_with_long_steps():
    """Its outputs leave one half now and then; gradient descent's do not."""
    found = {claim["id"]: claim for claim in record(NAME)["claims"]}
    assert found["B12"]["verdict"] == "supported"
    assert found["B13/training"]["verdict"] == "conditional"
    assert found["B13/training"]["book"] == "supported"
    grid = found["B13/training"]["grid"]
    about = [grid["conventions"][place]["about"] for place in grid["separated_by"]]
    assert about == ["rate", "optimiser"]


def test_a_share_that_still_rises_refutes_nothing():
    """Half way a fifth are not there yet, and in the end a twentieth: not yet is not never."""
    off = torch.zeros(1000, 2)
    off[:50, 1] = 2e-3
    judge = claims(NAME)["B13/training"].judge
    off[:50, 0] = 2e-3
    assert judge(replace(measured(NAME), off_xor=off)).outcome == "refuted"
    off[:200, 0] = 2e-3
    assert judge(replace(measured(NAME), off_xor=off)).outcome == "inconclusive"


def test_the_line_that_is_drawn_parts_or():
    w1, w2, b = measured(NAME).line.tolist()
    assert ((CORNERS @ [w1, w2] + b > 0) == OR).all()
    with style.context():
        picture = drawing(script(NAME), measured(NAME), "en").axes[0]
    [line] = [line for line in picture.lines if len(line.get_xdata()) == 2]
    for x, y in line.get_xydata():
        assert w1 * x + w2 * y + b == pytest.approx(0, abs=1e-6)


def test_the_margin_of_or_is_half_that_of_the_corner_to_its_diagonal():
    """(0, 0) is 1/sqrt(2) from the line through (0, 1) and (1, 0)."""
    assert measured(NAME).margin_or == pytest.approx(0.5 / 2**0.5, rel=1e-9)


def test_the_least_sure_answer_of_or_is_the_one_at_the_origin():
    """Its output alone must sink, the other three help each other up."""
    res = script(NAME).run(replace(script(NAME).SMALL, steps=300))
    last = res.curves_or[-1]
    assert res.least_sure_or == pytest.approx(float(min(1 - last[0, 2], last[1:, 0].min())))
    assert res.least_sure_or == pytest.approx(1 - float(last[0, 2]))


def units(right: float, seeds: int = 1024) -> torch.Tensor:
    """So large a share of units are right at all four states, half way and at the end."""
    return torch.where(torch.arange(seeds) < right * seeds, 1.0, 0.75)[:, None].expand(-1, 2)


def test_verdicts():
    res = replace(measured(NAME), right_or=units(1.0))
    res = replace(res, off_xor=torch.full((1024, 2), 1e-6))
    assert {c.judge(res).outcome for c in claims(NAME).values()} == {"supported"}
    assert claims(NAME)["B13"].judge(res).estimate.mean == 0.75


@pytest.mark.parametrize(
    ("claim", "change", "outcome"),
    [
        ("B11", {"single_inputs": (True, False)}, "refuted"),
        ("B12", {"right_or": units(0.9)}, "refuted"),
        ("B12", {"right_or": units(1.0, 16)}, "inconclusive"),
        ("B13", {"most_right": 4}, "refuted"),
        ("B13/training", {"off_xor": torch.full((1024, 2), 2e-3)}, "refuted"),
    ],
)
def test_another_outcome_turns_the_verdict(claim, change, outcome):
    assert claims(NAME)[claim].judge(replace(measured(NAME), **change)).outcome == outcome


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"xor_separable": True}, "no unit computes XOR"),
        ({"weights": (0.5, 0.5, 0.4, 0.6)}, "middle of the square"),
        ({"most_right": 4}, "three states"),
        ({"right_xor": torch.ones(16, 2), "off_xor": torch.full((16, 2), 1e-6)}, "three quarters"),
        ({"margin_or": 0.0}, "both sides of a line"),
        ({"single_inputs": (False, True)}, "read one input"),
    ],
)
def test_the_check_refuses_what_cannot_be(change, message):
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(measured(NAME), **change))


def test_signs_of_rounding_are_no_answers():
    """With Adam and two outputs, margins of 1e-16 have been positive at just the right states."""
    rounded = {"right_xor": torch.ones(16, 2), "off_xor": torch.full((16, 2), 6e-17)}
    script(NAME).check(replace(measured(NAME), **rounded))
