import math
import warnings

import pytest
import torch
from torch import Tensor

from dlbook.base import progress
from dlbook.mathematics import losses, nets, optim, rng
from dlbook.mathematics.activations import ACTIVATIONS
from dlbook.mathematics.nets import MLP, Stack
from dlbook.training import train

SEEDS = range(32)
OPTIMISERS = [
    optim.SGD(0.01),
    optim.Momentum(0.01),
    optim.Adagrad(0.01),
    optim.RMSProp(0.003),
    optim.Adam(0.003),
]


def task(
    seeds: list[int], widths: tuple[int, ...], samples: int, own: bool
) -> tuple[Tensor, Tensor]:
    draw = rng.streams(seeds, "data") if own else rng.stream(0, "data")
    classes = max(2, widths[-1])
    return draw.normal(samples, widths[0]), draw.integers(classes, samples)


def run(
    seeds: list[int],
    widths: tuple[int, ...],
    *,
    activation: str = "relu",
    dtype: torch.dtype = torch.float64,
    samples: int = 64,
    own: bool = False,
    loss: str = "mean_squared_error",
    optimiser: optim.Optimiser = OPTIMISERS[-1],
    steps: int = 12,
    batch: int | None = None,
) -> train.Fit:
    stack = nets.init(MLP(widths, activation), seeds, "xavier_uniform_with_biases", dtype)
    x, y = task(seeds, widths, samples, own)
    return train.fit(
        stack,
        x,
        y,
        loss=loss,
        optimiser=optimiser,
        steps=steps,
        batch=batch,
        at=(0, steps // 2, steps),
        watch=lambda now: now.predict(x),
    )


SHAPES = [
    (2, 2, 1),
    (1, 16, 1),
    (2, 30, 30, 2),
    (12, 50, 50, 3),
    (5, 13, 9, 2),
    (33, 1),
    (1, 65, 1),
]


@pytest.mark.parametrize("widths", SHAPES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("number", range(len(OPTIMISERS)))
def test_a_replica_alone_equals_itself_in_any_stack_bit_for_bit(
    widths: tuple[int, ...], dtype: torch.dtype, number: int
) -> None:
    activation = list(ACTIVATIONS)[2 * number + (dtype == torch.float64)]
    several = ["hinge", "binary_cross_entropy", "fourth_power", "mean_squared_error"]
    loss = several[(number + len(widths)) % 4]
    settings = {
        "activation": activation,
        "dtype": dtype,
        "loss": loss if widths[-1] < 3 else "cross_entropy",
        "optimiser": OPTIMISERS[number],
        "samples": (64, 101)[number % 2],
        "batch": (None, 16, 7, 1, None)[number],
        "own": number % 2 == 0,
    }
    together = run(list(SEEDS), widths, **settings)
    for chosen in ([5], [0], [1, 2, 3], [7, 6, 5, 4], list(range(17))):
        some = run(chosen, widths, **settings)
        assert some.watched is not None
        assert together.watched is not None
        assert torch.equal(some.stack.flat, together.stack.flat[chosen])
        assert torch.equal(some.losses, together.losses[chosen])
        assert torch.equal(some.loss, together.loss[chosen])
        assert torch.equal(some.watched, together.watched[chosen])


def test_one_thread_trains_whatever_torch_may_use() -> None:
    before = torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(
                train.fit(
                    nets.init(MLP((2, 1)), [0]),
                    X.double(),
                    Y,
                    loss="hinge",
                    optimiser=optim.SGD(0.1),
                    steps=0,
                    at=(0,),
                    watch=lambda _: torch.tensor([torch.get_num_threads()]),
                ).watched
            )
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert found == [torch.tensor([[1]])] * 2


def test_training_again_gives_the_same_bits_and_leaves_the_start_alone() -> None:
    stack = nets.init(MLP((2, 7, 1), "tanh"), [3, 4])
    start = stack.flat.clone()
    x, y = task([3, 4], (2, 7, 1), 20, own=False)
    fits = [
        train.fit(stack, x, y, loss="hinge", optimiser=optim.Adam(0.01), steps=20, batch=6)
        for _ in range(2)
    ]
    assert torch.equal(fits[0].stack.flat, fits[1].stack.flat)
    assert torch.equal(stack.flat, start)
    assert not torch.equal(fits[0].stack.flat, start)


@pytest.mark.parametrize("batch", [None, 8])
@pytest.mark.parametrize("weighted", [False, True])
def test_training_is_what_autograd_and_torch_optim_do(batch: int | None, weighted: bool) -> None:
    stack = nets.init(MLP((3, 6, 4), "tanh"), [5, 8], "fan_in_uniform")
    x, y = task([5, 8], (3, 6, 4), 20, own=True)
    weight = rng.streams([5, 8], "w").uniform(20) if weighted else None
    l1, l2 = 0.01, 0.02
    fit = train.fit(
        stack,
        x,
        y,
        loss="cross_entropy",
        optimiser=optim.Momentum(0.05),
        steps=60,
        batch=batch,
        weight=weight,
        l1=l1,
        l2=l2,
    )
    for k, seed in enumerate((5, 8)):
        w = stack.flat[[k]].clone().requires_grad_()
        optimiser = torch.optim.SGD([w], 0.05, momentum=0.9)
        draw = rng.stream(seed, "batches")
        order = torch.cat([draw.permutation(20) for _ in range(24)])
        for step in range(60):
            index = order[8 * step : 8 * step + 8] if batch else torch.arange(20)
            outputs = nets.differentiable(stack.net, w, x[k, index])[0]
            each = torch.nn.functional.cross_entropy(outputs, y[k, index], reduction="none")
            factor = torch.ones(20) if weight is None else weight[k] / weight[k].mean()
            matrices = [W for W, _ in stack.net.layers(w)]
            penalty = sum(l1 * W.abs().sum() + l2 / 2 * W.square().sum() for W in matrices)
            optimiser.zero_grad()
            ((each * factor[index]).mean() + penalty).backward()
            optimiser.step()
        torch.testing.assert_close(fit.stack.flat[[k]], w.detach(), rtol=1e-11, atol=1e-12)


def test_recorded_losses_are_those_before_the_update_of_their_step() -> None:
    stack = nets.init(MLP((2, 7, 1)), [0, 1, 2])
    x, y = task([0, 1, 2], (2, 7, 1), 20, own=False)

    def after(steps: int, record: tuple[int, ...] = ()) -> train.Fit:
        optimiser = optim.Adam(0.01)
        return train.fit(
            stack, x, y, loss="hinge", optimiser=optimiser, steps=steps, batch=5, at=record,
            watch=lambda now: now.flat,
        )  # fmt: skip

    whole = after(30, (30, 7, 0))
    assert whole.steps.tolist() == [0, 7, 30]
    assert whole.watched is not None
    for column, steps in enumerate((0, 7, 30)):
        part = after(steps)
        assert torch.equal(whole.losses[:, column], part.loss)
        assert torch.equal(whole.watched[:, column], part.stack.flat)
        assert part.losses.shape == (3, 0)
        assert part.watched is None
    outputs = whole.stack.predict(x)
    hinge = (1 - (2 * y[:, None] - 1) * outputs).clamp(min=0).mean((1, 2))
    torch.testing.assert_close(whole.loss, hinge, rtol=1e-12, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_losses_that_nobody_asked_for_change_nothing_else(dtype: torch.dtype) -> None:
    stack = nets.init(MLP((2, 7, 1)), [0, 1, 2], dtype=dtype)
    x, y = task([0, 1, 2], (2, 7, 1), 20, own=False)

    def fit(noted: bool) -> train.Fit:
        return train.fit(
            stack, x, y, loss="hinge", optimiser=optim.Adam(0.01), steps=30, batch=5, at=(7, 30),
            watch=lambda now: now.flat, noted=noted,
        )  # fmt: skip

    one, other = fit(noted=True), fit(noted=False)
    assert one.losses.shape == (3, 2)
    assert other.losses.shape == (3, 0)
    assert torch.equal(one.loss, other.loss)
    assert torch.equal(one.stack.flat, other.stack.flat)
    assert one.watched is not None
    assert other.watched is not None
    assert torch.equal(one.watched, other.watched)


def test_a_watcher_cannot_be_surprised_by_later_steps() -> None:
    fit = run([0, 1], (2, 3, 1), steps=10)
    assert fit.watched is not None
    assert not torch.equal(fit.watched[:, 0], fit.watched[:, 2])


def test_the_constant_loss_changes_no_parameter() -> None:
    fit = run([0, 1], (2, 7, 2), loss="constant", optimiser=optim.SGD(0.1))
    start = nets.init(fit.stack.net, [0, 1], "xavier_uniform_with_biases")
    assert torch.equal(fit.stack.flat, start.flat)
    assert fit.losses.unique().tolist() == [1.0]


def test_a_penalty_spares_the_biases() -> None:
    stack = Stack(MLP((1, 1)), torch.tensor([[2.0, 3.0]]).double(), (0,))
    x, y = torch.zeros(1, 1).double(), torch.zeros(1, 1).double()

    def one_step(**penalty: float) -> list[float]:
        fit = train.fit(stack, x, y, loss="constant", optimiser=optim.SGD(0.1), steps=1, **penalty)
        assert fit.loss.tolist() == [1.0]
        return fit.stack.flat[0].tolist()

    assert one_step(l2=0.5) == pytest.approx([2 - 0.1 * 0.5 * 2, 3])
    assert one_step(l1=0.5) == pytest.approx([2 - 0.1 * 0.5, 3])


def test_weights_of_samples_are_a_weighted_mean() -> None:
    stack = nets.init(MLP((2, 1)), [0])
    x, y = task([0], (2, 1), 6, own=False)
    weight = torch.tensor([0.0, 0, 2, 2, 0, 1])
    twice = torch.tensor([2, 2, 3, 3, 5])
    settings = {"loss": "binary_cross_entropy", "optimiser": optim.SGD(0.5), "steps": 20}
    weighted = train.fit(stack, x, y, weight=weight, **settings)
    repeated = train.fit(stack, x[twice], y[twice], **settings)
    torch.testing.assert_close(weighted.stack.flat, repeated.stack.flat, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(weighted.loss, repeated.loss, rtol=1e-12, atol=0)


def test_a_diverging_replica_is_named_or_tolerated() -> None:
    stack = nets.init(MLP((1, 8, 1), "square"), [0, 1, 2])
    x = torch.linspace(-1, 1, 9).double()[:, None]

    def fit(**options: bool) -> train.Fit:
        return train.fit(
            stack,
            x,
            3 * x,
            loss="fourth_power",
            optimiser=optim.SGD([1e-3, 1e3, 1e-3]),
            steps=150,
            what="a square net",
            **options,
        )

    message = r"a square net: replicas 1 \(1 of 3\) are not finite by step \d+; lower the learning"
    with pytest.raises(train.DivergedError, match=message):
        fit()
    kept = fit(tolerate=True)
    assert kept.loss.isfinite().tolist() == [True, False, True]
    alone = train.fit(
        stack[[0, 2]], x, 3 * x, loss="fourth_power", optimiser=optim.SGD(1e-3), steps=150
    )
    assert torch.equal(kept.stack.flat[[0, 2]], alone.stack.flat)


def test_a_loss_that_overflows_at_the_end_is_not_returned() -> None:
    stack = Stack(MLP((1, 1)), torch.tensor([[1e200, 0.0]], dtype=torch.float64), (0,))
    x = torch.ones(1, 1).double()
    with pytest.raises(train.DivergedError, match=r"training: replicas 0 \(1 of 1\) are not fin"):
        train.fit(stack, x, x, loss="mean_squared_error", optimiser=optim.SGD(1.0), steps=0)


def test_progress_is_reported_under_its_name() -> None:
    seen: list[progress.Report] = []
    ticks = iter(range(1000))
    with pytest.MonkeyPatch.context() as patch, progress.listen(seen.append):
        patch.setattr(progress.time, "monotonic", lambda: float(next(ticks)))
        x, y = task([0], (2, 1), 6, own=False)
        train.fit(
            nets.init(MLP((2, 1)), [0]),
            x,
            y,
            loss="hinge",
            optimiser=optim.SGD(0.1),
            steps=5,
            what="a line",
        )
    assert {(report.what, report.total) for report in seen} == {("a line", 5)}


def test_training_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run([0], (2, 3, 1), batch=4, dtype=torch.float32, own=True)


X, Y = torch.zeros(6, 2), torch.zeros(6, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"at": (0, 6)}, r"training: note steps from 0 to 5, not \[0, 6\]"),
        ({"steps": -1}, r"note steps from 0 to -1"),
        ({"loss": "mse"}, r"no loss 'mse'"),
        ({"batch": 7}, r"a batch of 7 from 6 samples"),
        ({"x": X[:, :1]}, r"inputs of shape \(6, 1\): the net wants \(n, 2\) or \(3, n, 2\)"),
        ({"x": X[:5]}, r"targets of shape \(6, 1\) do not fit 5 samples and 3 replicas"),
        ({"x": X.expand(2, 6, 2)}, r"inputs of shape \(2, 6, 2\): the net wants"),
        ({"x": torch.zeros(6)}, r"inputs of shape \(6,\): the net wants"),
        ({"y": torch.zeros(6)}, r"targets of shape \(6,\)"),
        ({"y": torch.zeros(2, 6, 1)}, r"targets of shape \(2, 6, 1\) do not fit"),
        ({"weight": torch.zeros(6)}, r"sample weights must not be negative, nor all zero"),
        ({"weight": -torch.ones(6)}, r"sample weights must not be negative, nor all zero"),
        ({"weight": torch.ones(5)}, r"weights of shape \(5, 1\) do not fit 6 samples"),
        ({"l2": -1.0}, r"a penalty of -1.0; take a finite number from 0 up"),
        ({"l1": math.nan}, r"a penalty of nan"),
        ({"l1": (0.1, 5.0)}, r"training: l1: \(0.1, 5.0\) is no number; give one, as in 0.1"),
        ({"l2": "0,1"}, r"training: l2: '0,1' is no number"),
        ({"l2": torch.tensor([0.1])}, r"training: l2: tensor\(\[0.1000\]\) is no number"),
        ({"batch": True}, r"training: batch: True is no whole number"),
        ({"batch": 2.5}, r"training: batch: 2.5 is no whole number; give one, as in 3"),
        ({"steps": 1.5}, r"training: steps: 1.5 is no whole number"),
        ({"at": (1.5,)}, r"training: at: 1.5 is no whole number"),
        ({"y": [[0.0]] * 6}, r"targets: a list is no tensor; give torch.tensor"),
        ({"optimiser": optim.SGD([0.1, 0.2])}, r"2 learning rates for 3 replicas"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(change: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {
        "x": X,
        "y": Y,
        "loss": "mean_squared_error",
        "optimiser": optim.SGD(0.1),
        "steps": 5,
        **change,
    }
    with pytest.raises(ValueError, match=message) as error:
        train.fit(nets.init(MLP((2, 1)), [0, 1, 2]), **arguments)
    assert "\n" not in str(error.value)


def test_every_loss_can_be_trained_on() -> None:
    for name in losses.LOSSES:
        fit = run([0, 1], (2, 8, 2), loss=name, steps=200)
        if name != "constant":
            assert bool((fit.losses[:, -1] < fit.losses[:, 0]).all())
