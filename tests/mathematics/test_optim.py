import itertools
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from dlbook.mathematics import nets, optim
from dlbook.mathematics.nets import MLP

RATE = 2e-3
PAIRS: dict[str, tuple[optim.Optimiser, Callable[[list[Tensor]], torch.optim.Optimizer]]] = {
    "SGD": (optim.SGD(RATE / 10), lambda p: torch.optim.SGD(p, RATE / 10)),
    "Momentum": (
        optim.Momentum(RATE / 10, 0.8),
        lambda p: torch.optim.SGD(p, RATE / 10, momentum=0.8),
    ),
    "Adagrad": (optim.Adagrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1)),
    "RMSProp": (optim.RMSProp(RATE, 0.95), lambda p: torch.optim.RMSprop(p, RATE, alpha=0.95)),
    "Adam": (
        optim.Adam(RATE, 0.85, 0.99, 1e-7),
        lambda p: torch.optim.Adam(p, RATE, betas=(0.85, 0.99), eps=1e-7),
    ),
}
DEFAULTS: dict[str, tuple[optim.Optimiser, Callable[[list[Tensor]], torch.optim.Optimizer]]] = {
    "Momentum": (
        optim.Momentum(RATE / 10),
        lambda p: torch.optim.SGD(p, RATE / 10, momentum=0.9),
    ),
    "RMSProp": (optim.RMSProp(RATE), lambda p: torch.optim.RMSprop(p, RATE)),
    "Adam": (optim.Adam(RATE), lambda p: torch.optim.Adam(p, RATE)),
}


def rosenbrock(w: Tensor) -> Tensor:
    return (1 - w[..., 0]) ** 2 + 100 * (w[..., 1] - w[..., 0] ** 2) ** 2


def ravine(w: Tensor) -> Tensor:
    return 0.5 * (w[..., 0] ** 2 + 100 * w[..., 1] ** 2)


X = torch.linspace(-1, 1, 12).double()[:, None]


def net(w: Tensor) -> Tensor:
    shape = MLP((1, 4, 1), "tanh")
    return (nets.differentiable(shape, w, X) - torch.sin(3 * X)).square().mean((-2, -1))


def gradient(f: Callable[[Tensor], Tensor], w: Tensor) -> Tensor:
    point = w.detach().clone().requires_grad_()
    (found,) = torch.autograd.grad(f(point).sum(), point)
    return found


def descend(
    optimiser: optim.Optimiser, f: Callable[[Tensor], Tensor], start: Tensor, steps: int = 300
) -> Tensor:
    """The whole path, (steps + 1, s, P)."""
    w, path = start.clone(), [start.clone()]
    step = optimiser.start(w)
    for _ in range(steps):
        step(gradient(f, w))
        path.append(w.clone())
    return torch.stack(path)


def torchs_path(
    make: Callable[[list[Tensor]], torch.optim.Optimizer],
    f: Callable[[Tensor], Tensor],
    start: Tensor,
    steps: int = 300,
) -> Tensor:
    w = start.clone().requires_grad_()
    optimiser, path = make([w]), [start.clone()]
    for _ in range(steps):
        w.grad = gradient(f, w)
        optimiser.step()
        path.append(w.detach().clone())
    return torch.stack(path)


STARTS = {
    rosenbrock: torch.tensor([[-1.2, 1.0], [0.5, -0.3]]).double(),
    ravine: torch.tensor([[3.0, 1.0], [-1.0, 2.0]]).double(),
    net: torch.linspace(-1, 1, 26).double().view(2, 13),
}


def difference(
    ours: optim.Optimiser,
    theirs: Callable[[list[Tensor]], torch.optim.Optimizer],
    f: Callable[[Tensor], Tensor],
) -> float:
    """The largest distance on the way when ours is given the gradients met on torch's path.

    Its own gradients would do in exact arithmetic; but near a minimum RMSProp and Adagrad jump from
    side to side, and a difference in the last bit grows tenfold within a few steps.
    """
    path = torchs_path(theirs, f, STARTS[f])
    assert float((path[-1] - path[0]).abs().max()) > 1e-2
    w = STARTS[f].clone()
    step, largest = ours.start(w), 0.0
    for before, after in itertools.pairwise(path):
        step(gradient(f, before))
        largest = max(largest, float((w - after).abs().max()))
    return largest


@pytest.mark.parametrize("f", STARTS)
@pytest.mark.parametrize("name", PAIRS)
def test_every_optimiser_follows_torch_to_1e_12(name: str, f: Callable[[Tensor], Tensor]) -> None:
    assert difference(*PAIRS[name], f) <= 1e-12


@pytest.mark.parametrize("name", DEFAULTS)
def test_constants_not_given_are_torchs(name: str) -> None:
    assert difference(*DEFAULTS[name], rosenbrock) <= 1e-12


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Adam"])
def test_smooth_paths_are_torchs_over_300_steps(name: str) -> None:
    ours, theirs = PAIRS[name]
    for f, start in STARTS.items():
        path, expected = descend(ours, f, start), torchs_path(theirs, f, start)
        assert float((path - expected).abs().max()) <= 1e-12


@pytest.mark.parametrize("name", PAIRS)
def test_two_starts_from_one_record_do_not_share_memory(name: str) -> None:
    optimiser, _ = PAIRS[name]
    first = descend(optimiser, ravine, STARTS[ravine], 20)
    assert torch.equal(first, descend(optimiser, ravine, STARTS[ravine], 20))


def test_each_replica_may_have_its_own_rate() -> None:
    start = STARTS[rosenbrock]
    for kind in (optim.SGD, optim.Momentum, optim.Adagrad, optim.RMSProp, optim.Adam):
        path = descend(kind([1e-4, 1e-3]), rosenbrock, start, 50)
        for replica, rate in enumerate((1e-4, 1e-3)):
            alone = descend(kind(rate), rosenbrock, start[[replica]], 50)
            assert torch.equal(path[:, [replica]], alone)
    tensor = descend(
        optim.SGD(torch.tensor([[1e-4], [1e-3]], dtype=torch.float64)), rosenbrock, start, 50
    )
    assert torch.equal(tensor, descend(optim.SGD([1e-4, 1e-3]), rosenbrock, start, 50))


def test_adagrad_does_not_see_the_scale_of_the_gradient() -> None:
    small = descend(optim.Adagrad(0.1), rosenbrock, STARTS[rosenbrock])
    large = descend(optim.Adagrad(0.1), lambda w: 1000 * rosenbrock(w), STARTS[rosenbrock])
    assert float((small - large).abs().max()) <= 1e-9
    plain = descend(optim.SGD(1e-6), rosenbrock, STARTS[rosenbrock])
    steep = descend(optim.SGD(1e-6), lambda w: 1000 * rosenbrock(w), STARTS[rosenbrock])
    assert float((plain - steep).abs().max()) > 0.1


def test_adagrads_moves_shrink_as_one_over_the_root_of_time() -> None:
    path = descend(optim.Adagrad(0.1, eps=0.0), lambda w: (3 * w).sum(-1), torch.zeros(1, 1))
    moves = -path.double().diff(dim=0).flatten()
    expected = 0.1 / torch.arange(1, 301).double().sqrt()
    torch.testing.assert_close(moves, expected, rtol=1e-3, atol=0)


def test_adams_first_step_is_the_rate_times_the_sign() -> None:
    start = STARTS[rosenbrock]
    path = descend(optim.Adam(0.01, eps=0.0), rosenbrock, start, 1)
    expected = -0.01 * gradient(rosenbrock, start).sign()
    torch.testing.assert_close(path[1] - path[0], expected, rtol=1e-12, atol=1e-15)


def test_adam_without_momentum_is_rmsprop_with_its_start_corrected() -> None:
    w, average, g = STARTS[ravine].clone(), torch.zeros(2, 2).double(), torch.zeros(2, 2)
    path = descend(optim.Adam(RATE, beta1=0.0, beta2=0.9, eps=0.0), ravine, w, 40)
    for t in range(1, 41):
        g = gradient(ravine, w)
        average = 0.9 * average + 0.1 * g**2
        w = w - RATE * g / (average / (1 - 0.9**t)).sqrt()
        torch.testing.assert_close(path[t], w, rtol=1e-12, atol=1e-12)


def test_descent_in_a_ravine_contracts_at_the_textbook_rates() -> None:
    # κ = 100: gradient descent at 2/(1 + κ) by (κ-1)/(κ+1); heavy ball at its best, by the roots'.
    start, steps = torch.tensor([[1.0, 1.0]]).double(), 300

    def rate(path: Tensor) -> float:
        sizes = path[:, 0].norm(dim=-1)
        return float((sizes[-1] / sizes[-101]) ** (1 / 100))

    plain = descend(optim.SGD(2 / 101), ravine, start, steps)
    assert rate(plain) == pytest.approx(99 / 101, rel=1e-9)
    best, decay = (2 / 11) ** 2, (9 / 11) ** 2
    assert rate(descend(optim.Momentum(best, decay), ravine, start, steps)) == pytest.approx(
        math.sqrt(decay), rel=0.02
    )


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf, [0.1, 0.0]])
def test_a_rate_that_is_not_positive_is_refused(rate: optim.Rate) -> None:
    with pytest.raises(ValueError, match=r"learning rates must be positive and finite, not"):
        optim.Adam(rate)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: optim.SGD("0,1"), r"learning rates are numbers, not '0,1'; give one, as in 0.1"),
        (lambda: optim.RMSProp(True), r"learning rates are numbers, not True"),
        (lambda: optim.Adagrad(None), r"learning rates are numbers, not None"),
        (
            lambda: optim.Momentum(0.1, decay=1.0),
            r"decay: 1.0 does not do; give a number",
        ),
        (lambda: optim.Momentum(0.1, decay=[0.9]), r"decay: \[0.9\] is no number; give one"),
        (lambda: optim.Adam(0.1, beta2=-0.1), r"beta2: -0.1 does not do"),
        (lambda: optim.Adam(0.1, eps=math.inf), r"eps: inf does not do"),
    ],
)
def test_a_constant_that_cannot_be_meant_is_refused_where_it_is_written(make, message) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_three_rates_for_two_replicas_are_refused() -> None:
    with pytest.raises(ValueError, match=r"3 learning rates for 2 replicas; give 1 or one each"):
        optim.SGD([0.1, 0.1, 0.1]).start(torch.zeros(2, 3))
