"""Products and majorities of signs: the rules by hand, weights written down on every pattern."""

import itertools
import math

import pytest
import torch

from dlbook.mathematics.explicit import evaluate
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "nets_miss_the_product_of_many_signs"


def patterns(signs):
    return torch.tensor(list(itertools.product((-1.0, 1.0), repeat=signs)), dtype=torch.float64)


def test_about_half_of_the_signs_count_and_they_are_odd():
    counting = script(NAME).counting
    assert [counting(signs) for signs in (2, 4, 6, 10, 20, 40)] == [1, 1, 3, 5, 9, 19]


def test_rules_are_products_and_majorities_in_plain_python():
    x = patterns(7)
    product = [int(math.prod(row[:5]) > 0) for row in x.tolist()]
    most = [int(sum(one > 0 for one in row[:5]) > 2) for row in x.tolist()]
    assert script(NAME).answers("product", 5, x).tolist() == product
    assert script(NAME).answers("majority", 5, x).tolist() == most
    with pytest.raises(ValueError, match="minority"):
        script(NAME).answers("minority", 5, x)


@pytest.mark.parametrize("net", ["wide", "deep"])
def test_weights_written_down_have_the_product_on_every_pattern(net):
    loaded, x = script(NAME), patterns(10)
    outputs = evaluate(loaded.written(net, 10, loaded.Config()), x)
    assert torch.equal(outputs.argmax(1), loaded.answers("product", 5, x))
    assert (outputs[:, 0] - outputs[:, 1]).abs().min() == 1


def test_a_net_too_narrow_and_one_sign_are_refused():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="8 units for 9 signs"):
        loaded.written("deep", 20, loaded.SMALL)
    with pytest.raises(ValueError, match="1 signs; take 2 or more"):
        loaded.replay(loaded.Replay(signs=1), loaded.SMALL)
    with pytest.raises(ValueError, match="tall"):
        loaded.hidden("tall", loaded.SMALL)


def test_signs_are_ones_of_either_sign_and_no_two_columns_are_alike():
    x = script(NAME).examples("new", 4096, 40, script(NAME).SMALL)
    assert x.shape == (4096, 40)
    assert x.abs().min() == x.abs().max() == 1
    alike = (x.T @ x / 4096).fill_diagonal_(0).abs().max()
    assert alike < 6 / math.sqrt(4096)


def test_two_products_agree_on_half_of_the_patterns():
    answers, x = script(NAME).answers, patterns(6)
    agree = answers("product", 3, x) == answers("product", 5, x)
    assert int(agree.sum()) == 2**6 // 2


def test_accuracies_are_those_of_nets_trained_alone_at_the_chosen_rate():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    seeds = list(range(cfg.seeds))
    x = loaded.examples("new", cfg.new, 10, cfg)
    for net, rule in (("wide", "product"), ("deep", "majority")):
        choice = loaded.Replay(net=net, rule=rule, signs=10, rate=res.chosen[net, rule, 10])
        outputs = loaded.replay(choice, cfg).fit(seeds).stack.predict(x)
        right = outputs.argmax(-1) == loaded.answers(rule, 5, x)
        torch.testing.assert_close(res.by_seed[net, rule, 10], right.double().mean(1))


@pytest.mark.parametrize(
    ("right", "change", "outcome"),
    [(0.5, 0.0, "supported"), (0.9, 0.0, "refuted"), (0.5, 0.2, "inconclusive")],
)
def test_what_is_learned_is_not_missed_and_a_rising_curve_decides_nothing(right, change, outcome):
    res = small(NAME)
    res = replace(
        res, accuracy=[stats.exact(right, 8)] * len(res.accuracy),
        changes=[stats.exact(change, 8)] * len(res.changes),
    )  # fmt: skip
    assert claims(NAME)["X14"].judge(res).outcome == outcome


def test_in_the_book_the_product_of_many_is_missed_and_all_else_is_learned():
    found = accepted(NAME)["accuracy"]
    for net in ("wide", "deep"):
        assert found[net, "product", 40]["high"] < 0.55
        assert found[net, "product", 10]["low"] > 0.95
        assert found[net, "majority", 40]["low"] > 0.95
