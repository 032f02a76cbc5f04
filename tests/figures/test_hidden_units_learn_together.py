import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets, optim
from dlbook.training import data, stats, train
from tests.scripts import claims, measured, replace, script

NAME = "hidden_units_learn_together"
X, Y = data.xor()


def starts(seeds=5):
    return nets.init(nets.MLP((2, 2, 1), "sigmoid"), range(seeds)).flat


def by_hand(row):
    """The loss of one net, its nine parameters named one by one."""
    w11, w12, w21, w22, b1, b2, v1, v2, c = row
    x1, x2 = X.T
    h1 = torch.sigmoid(w11 * x1 + w21 * x2 + b1)
    h2 = torch.sigmoid(w12 * x1 + w22 * x2 + b2)
    p = torch.sigmoid(v1 * h1 + v2 * h2 + c)
    return -(Y * p.log() + (1 - Y) * (1 - p).log()).mean()


def hessian_by_hand(row):
    return torch.autograd.functional.hessian(by_hand, row)


H1, H2 = [0, 2, 4, 6], [1, 3, 5, 7]


def test_second_derivatives_agree_with_those_of_a_loss_written_by_hand():
    flat = starts()
    found = script(NAME).hessians(flat)
    for row, hessian in zip(flat, found, strict=True):
        expected = hessian_by_hand(row)[[*H1, *H2]][:, [*H1, *H2]]
        torch.testing.assert_close(hessian, expected, rtol=1e-10, atol=1e-14)


def test_coupling_compares_the_block_between_with_the_blocks_of_each():
    blocks = np.ones((8, 8))
    blocks[:4, :4], blocks[4:, 4:], blocks[:4, 4:] = 2, 8, -1
    blocks[4:, :4] = 99  # the transposed block is not counted twice
    found = script(NAME).coupling(torch.tensor(blocks)[None])
    np.testing.assert_allclose(found, [1 / np.sqrt(2 * 8)], rtol=1e-12)


def test_coupling_does_not_see_the_scale_of_the_loss_or_of_a_unit():
    hessian = script(NAME).hessians(starts())
    scale = torch.ones(8, dtype=torch.float64)
    scale[:4] = 7.0
    rescaled = 3.0 * hessian * scale[:, None] * scale
    torch.testing.assert_close(
        script(NAME).coupling(rescaled), script(NAME).coupling(hessian), rtol=1e-10, atol=0
    )


def test_units_with_errors_of_their_own_are_not_coupled_but_have_blocks_of_their_own():
    hessian = script(NAME).hessians(starts(), script(NAME).separate_loss)
    assert (hessian[:, :4, 4:] == 0).all()
    assert (hessian[:, :4, :4].abs().amax((1, 2)) > 1e-3).all()
    row = starts()[0]
    alone = row.clone()
    alone[H2] = 0
    expected = hessian_by_hand(alone)[H1][:, H1]
    torch.testing.assert_close(hessian[0, :4, :4], expected, rtol=1e-10, atol=1e-14)


def test_descent_agrees_with_the_training_engine():
    cfg = replace(script(NAME).SMALL, seeds=5, steps=80)
    path = script(NAME).descent(starts(), cfg, frozen=False)
    stack = nets.init(nets.MLP((2, 2, 1), "sigmoid"), range(5))
    for place, steps in ((0, 0), (1, 2), (40, 80)):
        fit = train.fit(stack, X, Y, loss="binary_cross_entropy",
                        optimiser=optim.SGD(cfg.rate), steps=steps)  # fmt: skip
        torch.testing.assert_close(path[place], fit.stack.flat, rtol=1e-9, atol=1e-12)


def test_a_frozen_unit_stays_where_it_was_and_the_rest_moves():
    path = script(NAME).descent(starts(), script(NAME).SMALL, frozen=True)
    assert torch.equal(path[-1][:, H2], path[0][:, H2])
    assert (path[-1][:, [*H1, 8]] != path[0][:, [*H1, 8]]).all()


def test_the_first_step_of_the_first_unit_is_the_same_either_way():
    """The units part only because what the second one does changes the error of the first."""
    cfg = replace(script(NAME).SMALL, steps=40)
    paths = [script(NAME).descent(starts(), cfg, frozen) for frozen in (False, True)]
    assert torch.equal(paths[0][1][:, H1], paths[1][1][:, H1])
    assert not torch.equal(paths[0][2][:, H1], paths[1][2][:, H1])


def test_a_detour_is_measured_by_the_way_the_unit_goes():
    together, apart = torch.zeros(2, 2, 9), torch.zeros(2, 2, 9)
    together[1, :, 0], together[1, :, 2] = 3.0, 4.0
    apart[1, :, 0] = 3.0
    together[1, :, 1] = apart[1, :, 8] = 50.0  # neither the other unit nor the output's bias counts
    np.testing.assert_allclose(script(NAME).detours(together, apart), [0.8, 0.8], rtol=1e-6)


def test_values_of_the_first_unit_do_not_depend_on_the_second_ones_parameters():
    assert script(NAME).ignores_the_other(starts()).tolist() == [True] * 5


def test_the_record_holds_what_the_functions_give():
    res, cfg = measured(NAME), script(NAME).SMALL
    flat = starts(cfg.seeds)
    paths = [script(NAME).descent(flat, cfg, frozen) for frozen in (False, True)]
    moments = ((flat, res.start), (paths[0][-1], res.trained))
    for place, (now, found) in enumerate(moments):
        couplings = script(NAME).coupling(script(NAME).hessians(now))
        assert torch.equal(res.couplings[place], couplings)
        assert found == stats.median(couplings)
        assert res.coupled[place] == stats.rate((couplings > 0.1).tolist())
    assert res.detour == stats.median(script(NAME).detours(*paths))
    assert torch.equal(res.hessian, script(NAME).hessians(flat).abs().median(0).values)
    for row, path in zip(res.paths, paths, strict=True):
        assert torch.equal(row, path[:, 0, H1].T)
    assert res.times[-1] == cfg.steps
    assert len(res.parallel) == cfg.seeds


@pytest.mark.parametrize(
    ("claim", "field"),
    [("B16/start", "start"), ("B16/trained", "trained"), ("B16/path", "detour")],
)
def test_independence_is_held_against_a_tenth(claim, field):
    judge, res = claims(NAME)[claim].judge, measured(NAME)
    for middle, outcome in ((0.08, "supported"), (0.12, "refuted"), (0.1, "inconclusive")):
        value = Estimate(middle, middle - 0.01, middle + 0.01, 64)
        assert judge(replace(res, **{field: value})).outcome == outcome


def test_one_net_whose_units_are_not_parallel_refutes_the_forward_claim():
    judge, res = claims(NAME)["B16/forward"].judge, measured(NAME)
    assert judge(res).outcome == "supported"
    broken = res.parallel.clone()
    broken[3] = False
    assert judge(replace(res, parallel=broken)).outcome == "refuted"


def test_check_refuses_coupled_controls_lopsided_derivatives_and_different_starts():
    res = measured(NAME)
    check = script(NAME).check
    with pytest.raises(AssertionError, match="of their own"):
        check(replace(res, separate=1e-9))
    with pytest.raises(AssertionError, match="symmetric"):
        check(replace(res, hessian=res.hessian + torch.eye(8).roll(1, 1)))
    with pytest.raises(AssertionError, match="leave one point"):
        check(replace(res, paths=res.paths * torch.tensor([1.0, 2.0])[:, None, None]))
