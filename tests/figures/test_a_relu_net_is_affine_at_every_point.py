import pytest
import torch

from tests.scripts import claims, replace, script, small

NAME = "a_relu_net_is_affine_at_every_point"


def begun(width=4, seeds=3):
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, width=width)
    stack = loaded.replay(loaded.Replay(width=width), cfg).stack(range(seeds))
    for _, b in stack.layers:
        b.copy_(torch.linspace(-0.2, 0.3, b.numel(), dtype=b.dtype).view(b.shape))
    return loaded, stack, loaded.rng.streams(range(seeds), "asked").normal(20, 2)


def test_the_affine_map_is_what_autograd_finds():
    loaded, stack, x = begun()
    A, c = loaded.maps(stack, x)
    for k in range(3):
        layers = [(W[k], b[k, 0]) for W, b in stack.layers]

        def net(point, layers=layers):
            h = point
            for W, b in layers[:-1]:
                h = torch.relu(h @ W + b)
            return (h @ layers[-1][0] + layers[-1][1])[0]

        for n in range(20):
            slope = torch.autograd.functional.jacobian(net, x[k, n])
            torch.testing.assert_close(A[k, n], slope, rtol=1e-12, atol=1e-14)
            torch.testing.assert_close(
                A[k, n] @ x[k, n] + c[k, n], net(x[k, n]), rtol=1e-12, atol=1e-14
            )


def test_units_that_are_off_are_taken_out_and_the_others_are_needed():
    loaded, stack, x = begun()
    assert torch.equal(loaded.thinned(stack, x), stack.predict(x)[..., 0])
    on = stack.signals(x)[0][0, 0] > 0
    assert on.any(), "or this test shows nothing"
    stack.layers[0][0][0][:, ~on] = -100 * torch.sign(x[0, 0])[:, None]  # these stay off here
    assert torch.equal(loaded.thinned(stack, x)[0, 0], stack.predict(x)[0, 0, 0])


def test_points_on_two_sides_of_a_kink_are_told_apart():
    loaded, stack, x = begun()
    assert loaded.same_side(stack, x, x).all()
    assert not loaded.same_side(stack, x, -x - 1).all()


def test_the_slopes_of_a_bent_function_would_be_noticed(monkeypatch):
    loaded, stack, x = begun()
    assert loaded.slopes(stack, x).all()
    A, c = loaded.maps(stack, x)
    monkeypatch.setattr(loaded, "maps", lambda *_: (A + 1e-3, c))
    assert not loaded.slopes(stack, x).any()


def test_one_case_refutes_each_theorem():
    found = small(NAME)
    for field, claim in (("affine", "C25"), ("thin", "D15/thin")):
        values = getattr(found, field).clone()
        values.view(-1)[0] = False
        made = replace(found, **{field: values})
        assert claims(NAME)[claim].judge(found).outcome == "supported"
        assert claims(NAME)[claim].judge(made).outcome == "refuted"
        with pytest.raises(AssertionError):
            script(NAME).check(made)
