import pytest
import torch

from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "a_net_from_zeros_is_one_unit_wide"


def trained(constant=0.0, **choice):
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, constant=constant)
    run = loaded.replay(loaded.Replay(steps=30, **choice), cfg)
    return loaded, cfg, run.fit([3, 4]).stack


def test_units_that_begin_alike_stay_alike_and_one_alone_has_all_answers():
    loaded, cfg, stack = trained(constant=0.1)
    assert (loaded.spread(stack) == 0).all()
    assert (loaded.largest(stack) > 0.1).all()
    _, test = loaded.samples([3, 4], cfg)
    twin = loaded.one_wide(stack)
    assert twin.net.widths == (12, 1, 1, 2)
    torch.testing.assert_close(twin.predict(test.x), stack.predict(test.x), rtol=0, atol=1e-12)


def test_a_single_parameter_that_parts_is_seen():
    loaded, _, stack = trained()
    for depth, part in ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0)):
        other = replace(stack, flat=stack.flat.clone())
        values = other.layers[depth][part]
        values[(0, *(-1,) * (values.dim() - 1))] += 0.5
        assert loaded.spread(other)[0] == 0.5, (depth, part)
        assert loaded.spread(other)[1] == 0


def test_relus_from_zeros_move_only_their_last_biases():
    _, _, stack = trained(activation="relu")
    *hidden, (last, biases) = stack.layers
    assert not any(part.any() for layer in hidden for part in layer)
    assert not last.any()
    assert biases.any()


def test_rows_of_xor_are_counted_and_ties_are_none():
    loaded, _, stack = trained(data="xor", activation="tanh")
    rows = loaded.xor_rows(stack)
    x, y = loaded.data.xor()
    out = stack.predict(x)
    for seed in range(2):
        right = [
            bool(out[seed, i, label] > out[seed, i, 1 - label])
            for i, label in enumerate(y.flatten().long().tolist())
        ]
        assert rows[seed] == sum(right)
    still = replace(stack, flat=torch.zeros_like(stack.flat))
    assert (loaded.xor_rows(still) == 0).all()


@pytest.mark.parametrize(
    ("rounding", "symmetric", "outcome"),
    [(0.0, 0.4, "refuted"), (0.4, 0.0, "supported"), (0.4, 0.4, "refuted")],
)
def test_errors_are_to_thank_only_if_nets_that_stay_alike_do_not_learn(
    rounding, symmetric, outcome
):
    made = replace(small(NAME), learned=stats.exact(0.4), rounding=stats.exact(rounding),
                   symmetric=stats.exact(symmetric))  # fmt: skip
    assert claims(NAME)["E10b"].judge(made).outcome == outcome


@pytest.mark.parametrize(
    ("learned", "change", "outcome"),
    [(0.4, 0.0, "supported"), (0.0, 0.0, "refuted"), (0.0, 0.1, "inconclusive")],
)
def test_a_net_that_is_still_rising_has_not_failed(learned, change, outcome):
    made = replace(small(NAME), learned=stats.exact(learned), change=stats.exact(change))
    assert claims(NAME)["E10b/trains"].judge(made).outcome == outcome


@pytest.mark.parametrize(("power", "outcome"), [(-5.0, "supported"), (-1.0, "refuted")])
def test_units_have_parted_where_they_differ_by_more_than_a_hundredth(power, outcome):
    made = replace(small(NAME), unlike=stats.exact(power))
    assert claims(NAME)["E10b/rounding"].judge(made).outcome == outcome


@pytest.mark.parametrize(("name", "field"), [
    ("E10b/alike", "alike"), ("E10b/relu", "dead"), ("E10b/xor", "missed")
])  # fmt: skip
def test_one_case_refutes_a_theorem(name, field):
    found = small(NAME)
    assert claims(NAME)[name].judge(found).outcome == "supported"
    cases = getattr(found, field).clone()
    cases.view(-1)[0] = False
    assert claims(NAME)[name].judge(replace(found, **{field: cases})).outcome == "refuted"


def test_check_refuses_a_row_too_many():
    script(NAME).check(small(NAME))
    rows = torch.full_like(small(NAME).rows, 4)
    with pytest.raises(AssertionError, match="monotone"):
        script(NAME).check(replace(small(NAME), rows=rows))
