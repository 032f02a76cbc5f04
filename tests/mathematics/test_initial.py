import math

import pytest
import torch
from scipy import stats

from dlbook.mathematics import initial, rng

SEEDS = range(40)


def draw(scheme: initial.Scheme, fan_in: int, fan_out: int) -> tuple[torch.Tensor, torch.Tensor]:
    return scheme(rng.streams(SEEDS, "init", 0), fan_in, fan_out)


@pytest.mark.parametrize("name", initial.SCHEMES)
def test_every_scheme_gives_a_layer_per_seed(name: str) -> None:
    weights, biases = draw(initial.scheme(name), 1, 5)
    assert weights.shape == (40, 1, 5)
    assert biases.shape == (40, 1, 5)


@pytest.mark.parametrize(
    ("name", "weight_limit", "bias_limit"),
    [
        ("xavier_uniform", math.sqrt(6 / 80), 0.0),
        ("xavier_uniform_with_biases", math.sqrt(6 / 80), math.sqrt(6 / 100)),
        ("fan_in_uniform", 1 / math.sqrt(30), 1 / math.sqrt(30)),
    ],
)
def test_uniform_schemes_fill_their_interval(
    name: str, weight_limit: float, bias_limit: float
) -> None:
    for part, limit in zip(
        draw(initial.scheme(name), 30, 50), (weight_limit, bias_limit), strict=True
    ):
        assert fills(part, limit) if limit else not part.any()
        if limit:
            uniform = stats.uniform(-limit, 2 * limit).cdf
            assert stats.kstest(part.flatten().numpy(), uniform).pvalue > 1e-3


def fills(draws: torch.Tensor, limit: float) -> bool:
    """Whether uniform draws reach the ends of ±limit, and none lies beyond.

    The largest of n is below a share q of the limit with probability q**n; here that is 1e-12,
    so that the answer does not hang on the seed.
    """
    largest = float(draws.detach().abs().max()) / limit
    return 1e-12 ** (1 / draws.numel()) < largest < 1 + 1e-12


def test_torch_draws_a_linear_layer_from_the_interval_of_fan_in_uniform() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = torch.nn.Linear(30, 4000, dtype=torch.float64)
    assert fills(layer.weight, 1 / math.sqrt(30))
    assert fills(layer.bias, 1 / math.sqrt(30))


def test_torch_calls_the_same_interval_xavier() -> None:
    generator = torch.Generator().manual_seed(0)
    theirs = torch.empty(40, 50, 30, dtype=torch.float64)
    for weights in theirs:
        torch.nn.init.xavier_uniform_(weights, generator=generator)
    ours, _ = draw(initial.xavier_uniform, 30, 50)
    assert fills(theirs, math.sqrt(6 / 80))
    assert fills(ours, math.sqrt(6 / 80))


def test_an_interval_of_another_width_is_not_filled() -> None:
    ours, _ = draw(initial.xavier_uniform, 30, 50)
    assert not fills(ours, 1.001 * math.sqrt(6 / 80))
    assert not fills(ours, 0.999 * math.sqrt(6 / 80))


@pytest.mark.parametrize(
    ("scheme", "std", "bias_std"),
    [
        (initial.he_normal, math.sqrt(2 / 30), 0.0),
        (initial.lecun_normal, math.sqrt(1 / 30), 0.0),
        (initial.scheme("standard_normal"), 1.0, 0.0),
        (initial.scheme("standard_normal_with_biases"), 1.0, 1.0),
        (initial.scheme("normal_0_05"), 0.05, 0.0),
        (initial.scheme("normal_0_01"), 0.01, 0.0),
        (initial.scheme("normal_0_01_with_biases"), 0.01, 0.01),
        (initial.normal(0.01), 0.01, 0.0),
        (initial.normal(3.0, biases=True), 3.0, 3.0),
    ],
)
def test_normal_schemes_have_their_spread(
    scheme: initial.Scheme, std: float, bias_std: float
) -> None:
    for part, spread in zip(draw(scheme, 30, 50), (std, bias_std), strict=True):
        if spread:
            assert stats.kstest(part.flatten().numpy(), stats.norm(0, spread).cdf).pvalue > 1e-3
        else:
            assert bool((part == 0).all())


def test_weights_come_before_biases_row_by_row() -> None:
    weights, biases = draw(initial.fan_in_uniform, 4, 3)
    numbers = rng.stream(7, "init", 0).uniform(15, low=-0.5, high=0.5)
    assert torch.equal(torch.cat([weights[7].flatten(), biases[7].flatten()]), numbers)


def test_constants_fill_weights_and_biases() -> None:
    for name, value in (("zeros", 0.0), ("ones", 1.0)):
        weights, biases = draw(initial.scheme(name), 3, 2)
        assert weights.unique().tolist() == biases.unique().tolist() == [value]


def test_spread_kinks_lie_uniformly_on_the_interval_and_have_their_slope() -> None:
    weights, biases = draw(initial.scheme("spread_kinks"), 1, 50)
    draw_again = rng.stream(7, "init", 0)
    assert torch.equal(weights[7, 0], 20 * draw_again.normal(50))
    kinks = draw_again.uniform(50, low=-1, high=1)
    torch.testing.assert_close((-biases / weights)[7, 0], kinks, rtol=1e-14, atol=0)
    kinks = (-biases / weights).flatten()
    assert stats.kstest(kinks.numpy(), stats.uniform(-1, 2).cdf).pvalue > 1e-3
    assert stats.kstest(weights.flatten().numpy(), stats.norm(0, 20).cdf).pvalue > 1e-3
    with pytest.raises(ValueError, match=r"'spread_kinks' places kinks on a line: 1 input, not 2"):
        draw(initial.scheme("spread_kinks"), 2, 50)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no initialisation 'xavier'; there are xavier_uniform"):
        initial.scheme("xavier")
