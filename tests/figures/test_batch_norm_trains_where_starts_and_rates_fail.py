import pytest
import torch

from dlbook.base.along import along
from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "batch_norm_trains_where_starts_and_rates_fail"
SEEDS = [3, 4]


def begun(kind, scale):
    loaded = script(NAME)
    run = loaded.replay(loaded.Replay(kind=kind, scale=scale), loaded.SMALL)
    return loaded, run.stack(SEEDS)


def test_starts_of_one_seed_differ_by_their_scale_alone():
    for kind in ("plain", "norm"):
        _, one = begun(kind, 1.0)
        _, other = begun(kind, 5.0)
        for (W, b), (V, c) in zip(one.layers, other.layers, strict=True):
            torch.testing.assert_close(5 * W, V, rtol=1e-15, atol=0)
            assert torch.equal(b, c)


def test_a_start_that_is_put_right_has_sums_of_mean_0_and_deviation_1():
    loaded, stack = begun("once", 5.0)
    assert stack.net.batch_norm is None
    x = loaded.samples(SEEDS, loaded.SMALL).x
    h = x
    for W, b in stack.layers[:-1]:
        z = torch.stack([a @ w + c for a, w, c in zip(h, W, b, strict=True)])
        alive = z.std(1) > 1e-6  # units that no sample moves have nothing to be divided by
        torch.testing.assert_close(z.mean(1), torch.zeros_like(z.mean(1)), rtol=0, atol=1e-9)
        deviations = z.std(1, unbiased=False)[alive]
        torch.testing.assert_close(deviations, torch.ones_like(deviations), rtol=0, atol=1e-3)
        h = torch.relu(z)


def test_a_start_put_right_answers_as_batch_normalisation_does():
    loaded, once = begun("once", 5.0)
    _, norm = begun("norm", 5.0)
    x = loaded.samples(SEEDS, loaded.SMALL).x
    expected = loaded.at_rest(norm, x).predict(x)
    torch.testing.assert_close(once.predict(x), expected, rtol=0, atol=1e-12)


def test_nets_that_leave_the_numbers_have_nothing_right():
    loaded = script(NAME)
    found = loaded.right("plain", 1.0, 1e300, SEEDS, loaded.SMALL)
    assert found.shape == (2, 2)
    assert (found == 0).all()


def test_answers_do_not_hang_on_the_size_of_hidden_weights_with_normalisation_alone():
    loaded = script(NAME)
    assert loaded.invariant(SEEDS, loaded.SMALL).all()
    x = loaded.samples(SEEDS, loaded.SMALL).x
    plain = [begun("plain", scale)[1].predict(x) for scale in (1.0, 5.0)]
    assert (plain[0] - plain[1]).abs().amax() > 0.1


@pytest.mark.parametrize(
    ("every", "once", "outcome"),
    [(0.5, 0.1, "supported"), (0.1, 0.5, "refuted"), (0.1, 0.1, "conditional")],
)
def test_normalising_at_every_step_is_told_from_a_start_put_right(every, once, outcome):
    made = replace(small(NAME), gain=stats.exact(0.6), gain_every=stats.exact(every),
                   gain_once=stats.exact(once))  # fmt: skip
    assert claims(NAME)["X09"].judge(made).outcome == outcome


@pytest.mark.parametrize(("last", "outcome"), [(1.0, "supported"), (0.5, "conditional")])
def test_every_start_and_rate_is_judged_by_itself(last, outcome):
    scales, rates = script(NAME).SMALL.scales, script(NAME).SMALL.rates
    cells = [stats.exact(1.0)] * 3 + [stats.exact(last)]
    flat = [stats.exact(0.0)] * 4
    made = replace(small(NAME), accuracy=along(cells, scale=scales, rate=rates),
                   change=along(flat, scale=scales, rate=rates))  # fmt: skip
    assert claims(NAME)["X09/every"].judge(made).outcome == outcome


def test_check_and_theorem_refuse_answers_that_change():
    found = small(NAME)
    script(NAME).check(found)
    assert claims(NAME)["X09/invariant"].judge(found).outcome == "supported"
    changed = replace(found, same=torch.zeros_like(found.same))
    assert claims(NAME)["X09/invariant"].judge(changed).outcome == "refuted"
    with pytest.raises(AssertionError, match="normalised"):
        script(NAME).check(changed)
