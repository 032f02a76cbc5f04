"""Values along named axes, found by the values of the axes and never by their position.

A result that was measured at widths 2, 3 and 16 is ``along([a, b, c], width=(2, 3, 16))``, and
whoever wants the third says so: ``by_width[16]``. Positions would still be there after somebody has
changed the widths, and would then mean something else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Generic, TypeVar

T = TypeVar("T")
S = TypeVar("S")
Coordinate = bool | int | float | str
Axes = tuple[tuple[str, tuple[Coordinate, ...]], ...]


@dataclass(frozen=True)
class Along(Generic[T]):
    """Values along one axis or several, a cell for each combination, the last axis fastest.

    >>> rates = along([0.1, 0.9, 0.2, 0.8], loss=("squared", "entropy"), width=(2, 16))
    >>> rates["squared", 16]
    0.9
    >>> rates.at(width=16)["entropy"]
    0.8

    Raises:
        ValueError: no axis, an axis that is empty or repeats a value, or another number of cells.
    """

    axes: Axes
    cells: tuple[T, ...]

    def __post_init__(self) -> None:
        if not self.axes:
            raise ValueError("values along no axis; name one, as in along(values, width=(2, 3))")
        for name, values in self.axes:
            if not values or len(set(values)) != len(values):
                raise ValueError(f"the axis {name} needs different values, not {values}")
        size = prod(len(values) for _, values in self.axes)
        if len(self.cells) != size:
            raise ValueError(f"{len(self.cells)} values along {self._described()}: give {size}")

    def __getitem__(self, wanted: Coordinate | tuple[Coordinate, ...]) -> T:
        """The cell at one value of every axis, in the order of the axes.

        Raises:
            LookupError: an axis does not hold such a value; the message lists what it holds.
        """
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        if len(values) != len(self.axes):
            raise LookupError(f"{len(values)} values for {self._described()}; give one for each")
        place = 0
        for (name, known), value in zip(self.axes, values, strict=True):
            place = place * len(known) + _index(name, known, value)
        return self.cells[place]

    def at(self, **wanted: Coordinate) -> "Along[T]":
        """What lies at these values of some axes, along the other axes.

        Raises:
            LookupError: there is no such axis, or no such value on it.
            ValueError: no other axis is left; take the cell itself, ``values[…]``.
        """
        names = [name for name, _ in self.axes]
        for name, value in wanted.items():
            if name not in names:
                raise LookupError(f"no axis {name}; there are {', '.join(names)}")
            _index(name, dict(self.axes)[name], value)
        left = tuple((name, known) for name, known in self.axes if name not in wanted)
        cells = (cell for key, cell in self._rows() if _agrees(names, key, wanted))
        return Along(left, tuple(cells))

    def axis(self, name: str) -> tuple[Coordinate, ...]:
        """The values of one axis.

        Raises:
            LookupError: there is no such axis.
        """
        found = dict(self.axes)
        if name not in found:
            raise LookupError(f"no axis {name}; there are {', '.join(found)}")
        return found[name]

    def items(self) -> Iterator[tuple[Any, T]]:
        """Each cell with what finds it: a value, or a tuple of one for each of several axes."""
        single = len(self.axes) == 1
        return ((key[0] if single else key, cell) for key, cell in self._rows())

    def keys(self) -> list[Any]:
        """What finds each cell."""
        return [key for key, _ in self.items()]

    def values(self) -> tuple[T, ...]:
        """The cells in their order."""
        return self.cells

    def map(self, change: Callable[[T], S]) -> "Along[S]":
        """The same axes, each cell changed by a function."""
        return Along(self.axes, tuple(map(change, self.cells)))

    def __iter__(self) -> Iterator[T]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def _rows(self) -> Iterator[tuple[tuple[Coordinate, ...], T]]:
        return zip(product(*(known for _, known in self.axes)), self.cells, strict=True)

    def _described(self) -> str:
        return " × ".join(f"{name} ({len(values)})" for name, values in self.axes)


def _index(name: str, known: tuple[Coordinate, ...], wanted: Coordinate) -> int:
    for place, value in enumerate(known):
        if value == wanted and isinstance(value, str) == isinstance(wanted, str):
            return place
    raise LookupError(f"no {name} {wanted!r}; there are {', '.join(map(str, known))}")


def _agrees(
    names: list[str], key: tuple[Coordinate, ...], wanted: Mapping[str, Coordinate]
) -> bool:
    return all(wanted.get(name, value) == value for name, value in zip(names, key, strict=True))


def along(cells: Iterable[T], **axes: Iterable[Coordinate]) -> Along[T]:
    """Values along the named axes, in the order of the axes, the last one fastest."""
    return Along(tuple((name, tuple(values)) for name, values in axes.items()), tuple(cells))


def each(measure: Callable[..., T], **axes: Iterable[Coordinate]) -> Along[T]:
    """What a function gives at every combination, which it gets by the names of the axes.

    >>> each(lambda width: width**2, width=(2, 3))[3]
    9
    """
    fixed = {name: tuple(values) for name, values in axes.items()}
    cells = (measure(**dict(zip(fixed, key, strict=True))) for key in product(*fixed.values()))
    return along(cells, **fixed)


def keys(axes: Axes) -> Iterator[str]:
    """How a citation names each cell: ``16`` on a single axis, else ``width=16, k=4``."""
    names = [name for name, _ in axes]
    for key in product(*(values for _, values in axes)):
        named = (f"{name}={value}" for name, value in zip(names, key, strict=True))
        yield str(key[0]) if len(names) == 1 else ", ".join(named)


def find(pairs: Axes, written: str) -> tuple[Coordinate, ...]:
    """The values that a citation names: ``16`` on a single axis, ``width=16, loss=squared``.

    Numbers are found however they are written: ``0.01`` and ``1e-2`` are one value.

    Raises:
        LookupError: an axis is missing, unknown or named twice, or lacks the value.
    """
    parts = [part.strip() for part in written.split(",")]
    if len(pairs) == 1 and len(parts) == 1 and "=" not in written:
        parts = [f"{pairs[0][0]}={parts[0]}"]
    named: dict[str, str] = {}
    names = [name for name, _ in pairs]
    for part in parts:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name not in names or name in named:
            wanted = ", ".join(f"{name}=…" for name in names)
            raise LookupError(f"'{written}' does not name each axis once; write [{wanted}]")
        named[name] = value
    if missing := [name for name in names if name not in named]:
        raise LookupError(f"'{written}' names no {' and no '.join(missing)}")
    return tuple(_written(name, known, named[name]) for name, known in pairs)


def _written(name: str, known: tuple[Coordinate, ...], text: str) -> Coordinate:
    for value in known:
        if str(value) == text or _same_number(value, text):
            return value
    raise LookupError(f"no {name} {text}; there are {', '.join(map(str, known))}")


def _same_number(value: Coordinate, text: str) -> bool:
    if isinstance(value, str | bool):
        return False
    try:
        return float(text) == value
    except ValueError:
        return False
