"""What is measured on networks: accuracy, error, sign changes, linear pieces."""

import torch
from torch import Tensor

from dlbook.mathematics.activations import activation
from dlbook.mathematics.losses import mean_loss
from dlbook.mathematics.nets import Layer, Stack
from dlbook.mathematics.sums import mean, product, total


def accuracy(outputs: Tensor, labels: Tensor) -> Tensor:
    """Share of samples put in the right class, float64 ``(s,)``.

    Args:
        outputs: ``(s, n, c)``. The class is the largest output (the first of equal ones); with one
            output it is 1 where that is positive, else 0.
        labels: integers ``(n)`` or ``(s, n)``.

    Raises:
        ValueError: the labels are no integers, or their shape does not fit.
    """
    if labels.is_floating_point() or labels.shape not in (outputs.shape[1:2], outputs.shape[:2]):
        want = f"integers {tuple(outputs.shape[1:2])} or {tuple(outputs.shape[:2])}"
        raise ValueError(f"labels {labels.dtype} {tuple(labels.shape)}: they must be {want}")
    one = outputs.shape[-1] == 1
    found = (outputs[..., 0] > 0).long() if one else outputs.argmax(-1)
    return mean(found == labels, -1)


def mean_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean over samples and outputs of the squared difference, float64 ``(s,)``.

    Args:
        outputs: ``(s, n, c)``.
        targets: ``(n, c)`` or ``(s, n, c)``.

    Raises:
        ValueError: the shapes differ, which broadcasting would hide.
    """
    if targets.shape not in (outputs.shape[1:], outputs.shape):
        raise ValueError(f"targets {tuple(targets.shape)} for outputs {tuple(outputs.shape)}")
    return mean_loss("mean_squared_error", outputs.double(), targets.double())


def sign_changes(values: Tensor) -> Tensor:
    """How often a sequence changes sign, zeros left out, int64: ``(…, n) -> (…,)``."""
    rows = values.reshape(-1, values.shape[-1]).sign()
    counts = [int(total(row[row != 0].diff() != 0)) for row in rows]
    return torch.tensor(counts, dtype=torch.int64).view(values.shape[:-1])


def pieces(stack: Stack, low: float, high: float) -> Tensor:
    """Number of linear pieces of each network on ``[low, high]``, int64 ``(s,)``.

    See :func:`breakpoints` for what counts and what it may raise.
    """
    return torch.tensor([len(points) + 1 for points in breakpoints(stack, low, high)])


def breakpoints(stack: Stack, low: float, high: float) -> list[Tensor]:
    """Where the slope of each network changes inside ``(low, high)``, ascending, float64.

    Nothing is sampled. A unit is linear between the break points of the layers below it, so its
    own kinks there follow from its values at the ends of each interval; layer by layer this gives
    every point where some unit bends. Of these, the points stay at which the slope of an output
    differs on the two sides by more than rounding can explain. Points nearer to one another than
    1e-12 of the interval count as one.

    Raises:
        ValueError: the nets have more than one input, skips or batch normalisation, the activation
            is not piecewise linear and continuous, a parameter is not finite, or the interval is
            empty.
    """
    name, net = stack.net.activation, stack.net
    if net.widths[0] != 1 or activation(name).kinks is None or not net.only_dense:
        raise ValueError(f"pieces are counted on piecewise linear nets of one input, not on {net}")
    if not low < high or not bool(stack.flat.isfinite().all()):
        raise ValueError(f"pieces on [{low}, {high}]: give low < high and finite parameters")
    layers = stack.to(torch.float64).layers
    nets = [[(W[k], b[k]) for W, b in layers] for k in range(len(stack))]
    return [_breakpoints(one, name, low, high) for one in nets]


def _breakpoints(layers: list[Layer], name: str, low: float, high: float) -> Tensor:
    points = torch.tensor([low, high], dtype=torch.float64)
    for depth in range(1, len(layers)):
        points = _insert(points, _sums(layers[:depth], name, points), activation(name).kinks or ())
    left, bound = _slopes(layers, name, (points[:-1] + points[1:]) / 2)
    differ = (left.diff(dim=0).abs() > bound[:-1] + bound[1:]).any(-1)
    return points[1:-1][differ]


def _sums(layers: list[Layer], name: str, x: Tensor) -> Tensor:
    """What the units of the last of these layers sum up before their activation, ``(m, width)``."""
    h, f = x[:, None], activation(name).values
    for W, b in layers[:-1]:
        h = f(product(h, W, b))
    W, b = layers[-1]
    return product(h, W, b)


def _insert(points: Tensor, z: Tensor, kinks: tuple[float, ...]) -> Tensor:
    """The points and those between them at which a column of ``z`` passes a kink."""
    start, end, new = points[:-1, None], points[1:, None], [points]
    for kink in kinks:
        before, after = z[:-1] - kink, z[1:] - kink
        crossing = before * after < 0
        share = before / torch.where(crossing, before - after, 1.0)
        new.append((start + share * (end - start))[crossing])
    merged = torch.cat(new).sort().values
    far = merged.diff() > 1e-12 * (points[-1] - points[0])
    return torch.cat([points[:1], merged[1:][far]])


def _slopes(layers: list[Layer], name: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """The slope of each output at ``x`` ``(m,)``, and a bound on its rounding error, ``(m, out)``.

    A sum of m products is off by at most m ε times the sum of their sizes; taken layer by layer,
    the same product with absolute values and the total number of terms bounds the whole.
    """
    f, terms = activation(name), sum(len(W) + 2 for W, _ in layers)
    slope = size = x.new_ones(len(x), 1)
    for depth, (W, _) in enumerate(layers):
        if depth > 0:
            z = _sums(layers[:depth], name, x)
            kept = f.values(z) if f.keeps == "output" else z
            slope, size = (f.backward(part.clone(), kept) for part in (slope, size))
            size = size.abs()
        slope, size = product(slope, W), product(size, W.abs())
    return slope, terms * torch.finfo(torch.float64).eps * size
