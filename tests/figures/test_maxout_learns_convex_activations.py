"""Maxout units, against numpy's polylines, closed forms, differences and torch's training."""

import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.mathematics import maxout, rng
from dlbook.record.claims import Claim
from tests.scripts import claims, measured, replace, script, verdict

NAME = "maxout_learns_convex_activations"
Z = np.linspace(-3, 3, 24_001)


def judged(claim, result):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    return judged.judge(result)


def missed(W, b):
    return np.abs((np.outer(Z, W.numpy()) + b.numpy()).max(1) - Z**2).max()


def test_tangents_miss_the_parabola_by_their_closed_form():
    result = measured(NAME)
    for k, built in zip(result.config.sizes, result.built, strict=True):
        z = np.linspace(-3, 3, k)
        tangents = 2 * np.outer(Z, z) - z**2
        assert built == pytest.approx(np.abs(tangents.max(1) - Z**2).max(), abs=1e-6)
    assert result.built.cells == pytest.approx((9, 0.5625, 0.0625))
    assert (result.size, result.tangent_error) == (13, result.built[13])


def test_the_best_polyline_is_reached_by_tangents_of_the_shifted_parabola():
    for k, best in zip(measured(NAME).config.sizes, measured(NAME).best, strict=True):
        h = 6 / k
        z = torch.from_numpy(-3 + h * (np.arange(k) + 0.5))
        W, b = maxout.tangents(z, z**2 + h**2 / 8, 2 * z)
        assert missed(W[0], b) == pytest.approx(best, rel=1e-5)
    assert np.abs(4.5 - Z**2).max() == pytest.approx(measured(NAME).line_error)


def test_the_error_of_replicas_is_the_largest_on_a_grid():
    groups = [script(NAME).random_group(seed, 3) for seed in range(4)]
    stack = torch.stack([W for W, _ in groups]), torch.stack([b for _, b in groups])
    found = script(NAME).square_error(stack, 50)
    assert found.tolist() == pytest.approx([missed(W[0], b) for W, b in groups], rel=1e-4)


def test_training_follows_torch():
    loaded = script(NAME)
    cfg = loaded.Config(seeds=2, steps=40)
    W, b = loaded.trained(5, cfg)
    for seed in range(2):
        start = rng.stream(seed, "maxout", 5).normal(10)
        w = start.clone().requires_grad_()
        optimiser = torch.optim.Adam([w], lr=cfg.rate)
        z = torch.linspace(-3, 3, 145, dtype=torch.float64)
        for _ in range(cfg.steps):
            optimiser.zero_grad()
            outputs = (z[:, None] * w[:5] + w[5:]).max(-1).values
            (0.5 * (outputs - z**2).square().mean()).backward()
            optimiser.step()
        assert W[seed, 0].tolist() == pytest.approx(w[:5].tolist(), abs=1e-9)
        assert b[seed].tolist() == pytest.approx(w[5:].tolist(), abs=1e-9)
        assert not torch.equal(W[seed, 0], start[:5])


def test_the_trained_numbers_are_those_of_the_groups():
    loaded, result = script(NAME), measured(NAME)
    W, b = loaded.trained(13, loaded.SMALL)
    errors = [missed(W[i, 0], b[i]) for i in range(6)]
    assert result.trained[-1].tolist() == pytest.approx(errors, rel=1e-4)
    assert result.trained_largest.mean == pytest.approx(np.median(errors), rel=1e-4)
    assert result.trained_median[13] == result.trained_largest.mean
    used = [len(set((np.outer(Z * 100, W[i, 0]) + b[i].numpy()).argmax(1))) for i in range(6)]
    assert result.pieces_used.mean == pytest.approx(np.median(used), abs=0.5)
    assert result.better_than_a_line.mean == float((result.trained < 4.5).double().mean())


@pytest.mark.parametrize("seed", range(4))
def test_gradients_agree_with_differences_and_a_wrong_one_does_not(seed, monkeypatch):
    loaded = script(NAME)
    assert loaded.gradient_gap(seed) <= 1e-8
    true = maxout.gradient
    monkeypatch.setattr(maxout, "gradient", lambda g, x, e: [1.001 * p for p in true(g, x, e)])
    assert loaded.gradient_gap(seed) > 1e-6


def test_random_polylines_are_convex_only_when_asked():
    for seed in range(14):
        for convex in (True, False):
            knots, values = script(NAME).random_polyline(seed, convex=convex)
            slopes = (values.diff() / knots.diff()).diff()
            assert len(knots) == 3 + seed % 7
            assert not convex or bool((slopes > 0).all())
    assert bool((slopes < 0).any())


def test_one_unit_draws_convex_polylines_and_no_others():
    loaded = script(NAME)
    convex = loaded.random_polyline(3, convex=True)
    other = torch.arange(4.0).double(), torch.tensor([0.0, 1, 0, 1]).double()
    assert loaded.difference_gap(*convex, alone=True) < 1e-12
    assert loaded.difference_gap(*other) < 1e-12
    assert loaded.difference_gap(*other, alone=True) > 1


def test_a_group_has_as_many_parameters_as_one_counts_on_paper():
    rows = {tuple(row) for row in measured(NAME).counts.tolist()}
    assert {(1, 2, 2), (5, 10, 2), (2, 22, 11), (5, 3925, 785)} <= rows
    assert len(rows) == 20


def test_a_relu_that_is_off_in_the_last_bit_is_noticed(monkeypatch):
    loaded = script(NAME)
    z = rng.stream(0, "z").normal(50, 1)
    assert loaded.is_relu(0, z)
    true = maxout.evaluate
    monkeypatch.setattr(maxout, "evaluate", lambda *parts: true(*parts) * (1 + 2**-52))
    assert not loaded.is_relu(0, z)


def test_a_shape_is_new_if_it_bends_and_has_no_flat_side():
    shapes = {(1, -2): True, (1, 0): False, (0, -2): False, (3, 3): False}
    for slopes, new in shapes.items():
        group = torch.tensor([slopes]).double(), torch.tensor([0.5, 0.25]).double()
        assert script(NAME).is_new(group) == new


def test_the_drawn_parts_are_convex_and_differ_by_the_polyline():
    result = measured(NAME)
    for part in result.parts:
        assert float(part.diff().diff().min()) >= -1e-12
    drawn = result.parts[0] - result.parts[1]
    assert drawn.tolist() == pytest.approx(result.values.tolist())
    z, top = result.envelope.numpy()
    points = np.linspace(-3, 3, result.config.drawn)
    assert top == pytest.approx((2 * np.outer(z, points) - points**2).max(1))
    ends = np.stack([-6 * points - points**2, 6 * points - points**2], 1)
    assert result.lines.numpy() == pytest.approx(ends)


def test_every_claim_is_supported_but_that_shapes_are_learned():
    outcomes = {claim: verdict(NAME, claim, measured(NAME)) for claim in claims(NAME)}
    assert outcomes.pop("C29") == "conditional"
    assert set(outcomes.values()) == {"supported"}
    judged = {c.id: c.judge(measured(NAME)) for c in script(NAME).CLAIMS if isinstance(c, Claim)}
    assert {row: v.estimate.n for row, v in judged.items()} == {
        "C27": 12, "C28": 12, "C29": 6, "C29/shape": 3 * 12 + 3, "C30": 12, "D16": 12 + 1 + 12 + 12,
    }  # fmt: skip


def test_learned_is_judged_of_training_and_written_down_beside_it():
    found = judged("C29", measured(NAME)).settings
    assert [one.outcome for one in found] == ["supported", "refuted"]
    missed = measured(NAME).missed
    largest = measured(NAME).trained_largest.mean
    assert missed["trained"].mean == pytest.approx(largest / measured(NAME).tangent_error)
    near = replace(missed, cells=(missed["written down"], Estimate(1.5, 1.2, 1.9, 32)))
    assert judged("C29", replace(measured(NAME), missed=near)).outcome == "supported"


@pytest.mark.parametrize(
    ("field", "rows"),
    [
        ("relu_same", {"C27", "D16"}),
        ("new_shape", {"C28", "D16"}),
        ("convex", {"C29/shape"}),
        ("few", {"C29/shape"}),
        ("convex_gaps", {"C29/shape"}),
        ("gradient_gaps", {"C30"}),
        ("difference_gaps", {"D16"}),
    ],
)
def test_one_case_that_fails_refutes_its_claims(field, rows):
    broken = getattr(measured(NAME), field).clone()
    broken[2] = False if broken.dtype == torch.bool else 7
    result = replace(measured(NAME), **{field: broken})
    judged = [c for c in script(NAME).CLAIMS if isinstance(c, Claim)]
    refuted = {c.id for c in judged if c.judge(result).outcome == "refuted"}
    assert refuted == rows


def test_tangents_off_their_formula_refute_the_theorem_and_another_absolute_value_the_shapes():
    off = replace(measured(NAME), built=(9, 0.5625, 0.0626))
    assert judged("C29/shape", off).outcome == "refuted"
    assert judged("D16", replace(measured(NAME), abs_same=False)).outcome == "refuted"


@pytest.mark.parametrize(
    "change",
    [
        lambda r: {"built": (9.0, 0.5625, 0.07)},
        lambda r: {"trained": r.trained * 0.01},
        lambda r: {"convex": ~r.convex},
        lambda r: {"few": ~r.few},
        lambda r: {"parts": r.parts * 1.1},
    ],
)
def test_what_cannot_be_is_refused(change):
    result = measured(NAME)
    script(NAME).check(result)
    with pytest.raises(AssertionError):
        script(NAME).check(replace(result, **change(result)))
