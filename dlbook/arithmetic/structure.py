"""How the layers of a net hang together: which share parameters, which signals are carried over.

Layers are counted from 1; the signals of layer 0 are the inputs. In a row of parameters stand,
layer by layer, the weights ``(in, out)`` and the biases of every layer that has its own, then,
where there is batch normalisation, the scales of every hidden layer that has its own.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

Links = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Rows:
    """What a row of parameters consists of.

    Args:
        blocks: height and width of every part: of weights with biases below, then of scales.
        owners: of each layer, in order, the layer whose parameters it applies, counted from 0.
        dense: of each layer the block of its weights and biases.
        scales: of each hidden layer the block of its scales; none without batch normalisation.
    """

    blocks: tuple[tuple[int, int], ...]
    owners: tuple[int, ...]
    dense: tuple[int, ...]
    scales: tuple[int, ...]

    @property
    def starts(self) -> list[int]:
        """Where in the row each block begins, and where the last ends."""
        return [0, *accumulate(height * width for height, width in self.blocks)]


def rows_of(widths: tuple[int, ...], ties: Links, normalised: bool) -> Rows:
    """The rows of a net; ``ties`` are pairs ``(first, again)`` of layers with one's parameters."""
    shapes = list(pairwise(widths))
    owners = list(range(len(shapes)))
    for first, again in ties:
        owners[again - 1] = first - 1
    own = [layer for layer, owner in enumerate(owners) if owner == layer]
    dense = tuple(own.index(owner) for owner in owners)
    blocks = [(shapes[layer][0] + 1, shapes[layer][1]) for layer in own]
    scales: tuple[int, ...] = ()
    if normalised:
        hidden = own[:-1]  # the last layer is nobody's but its own
        scales = tuple(len(own) + hidden.index(owner) for owner in owners[:-1])
        blocks += [(1, shapes[layer][1]) for layer in hidden]
    return Rows(tuple(blocks), tuple(owners), dense, scales)


def refuse_links(widths: tuple[int, ...], skips: Links, ties: Links) -> None:
    """Refuse residual connections and shared parameters that do not fit the net.

    Raises:
        ValueError: one does not.
    """
    last, shapes = len(widths) - 1, list(pairwise(widths))
    ends = [end for _, end in skips]
    for begin, end in skips:
        if not 0 <= begin < end <= last:
            raise ValueError(
                f"a skip from layer {begin} to {end}; they run 0 <= from < to <= {last}"
            )
        if widths[begin] != widths[end]:
            raise ValueError(
                f"a skip from layer {begin}, {widths[begin]} wide, to layer {end}, {widths[end]}"
                " wide; they must be as wide"
            )
        if ends.count(end) > 1:
            raise ValueError(f"{ends.count(end)} skips end at layer {end}; one may")
    tied = [again for _, again in ties]
    for first, again in ties:
        if not 1 <= first < again < last:
            raise ValueError(
                f"layer {again} tied to layer {first}; ties run 1 <= first < again < {last}"
            )
        if shapes[first - 1] != shapes[again - 1]:
            raise ValueError(
                f"layer {again}, {shapes[again - 1]}, tied to layer {first}, {shapes[first - 1]};"
                " their weights must have one shape"
            )
        if first in tied or tied.count(again) > 1:
            raise ValueError(f"layer {again} tied to layer {first}; tie each once, to the first")


def refuse_lone(batch_norm: float | None, samples: int) -> None:
    """Refuse steps of one sample where it would be normalised: of itself nothing is left.

    Raises:
        ValueError: they have one.
    """
    if batch_norm is not None and samples < 2:
        raise ValueError("batch normalisation over steps of 1 sample; take 2 or more")
