import pytest
import torch

from dlbook.mathematics.activations import ACTIVATIONS, activation

Z = torch.cat([torch.linspace(-40, 40, 4001), torch.linspace(-2, 2, 1001)]).double()
NAMES = list(ACTIVATIONS)


def kept(name: str, z: torch.Tensor) -> torch.Tensor:
    f = activation(name)
    return f.forward(z.clone(), torch.empty_like(z)) if f.keeps == "output" else z


@pytest.mark.parametrize("name", NAMES)
def test_the_written_value_is_torchs_own(name: str) -> None:
    f = activation(name)
    z = Z.clone()
    apart = f.forward(z, torch.empty_like(z))
    assert torch.equal(z, Z)
    torch.testing.assert_close(apart, f.function(Z), rtol=1e-14, atol=1e-300)
    assert torch.equal(f.forward(z, z), apart)
    assert torch.equal(z, apart)


@pytest.mark.parametrize("name", NAMES)
def test_the_written_derivative_is_autograds(name: str) -> None:
    z = Z.clone().requires_grad_()
    value = activation(name).function(z)
    grad = torch.linspace(-1, 1, len(Z)).double()
    if value.requires_grad:
        (expected,) = torch.autograd.grad(value, z, grad)
    changed = grad.clone()
    assert activation(name).backward(changed, kept(name, Z)) is changed
    torch.testing.assert_close(changed, expected, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_element_does_not_depend_on_its_place(name: str, dtype: torch.dtype) -> None:
    f, z = activation(name), Z[-203:].to(dtype) * 3
    whole = f.forward(z, torch.empty_like(z))
    alone = torch.cat([f.forward(one, torch.empty_like(one)) for one in z.split(1)])
    assert torch.equal(whole, alone)
    grad, keep = torch.ones_like(z), whole if f.keeps == "output" else z
    parts = [f.backward(g.clone(), k) for g, k in zip(grad.split(1), keep.split(1), strict=True)]
    assert torch.equal(f.backward(grad.clone(), keep), torch.cat(parts))


@pytest.mark.parametrize("name", [name for name in NAMES if ACTIVATIONS[name].kinks is not None])
def test_a_piecewise_linear_one_bends_at_its_kinks_only(name: str) -> None:
    f = activation(name)
    x = torch.arange(-400, 401).double() / 128
    value = f.function(x)
    bends = x[1:-1][(value[2:] - 2 * value[1:-1] + value[:-2]) != 0]
    assert bends.tolist() == list(f.kinks or ())


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no activation 'rely'; there are identity, sigmoid"):
        activation("rely")
