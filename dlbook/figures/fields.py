"""The fields of a ``Result``: what prose may cite, what is drawn, and both as plain data.

``where`` is how a message names the script, ``figures_src/x.py``, or the place in it.
"""

import dataclasses
import math
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import numpy as np
import torch

from dlbook.base.along import Along
from dlbook.base.evidence import Estimate
from dlbook.figures.contract import FigureError
from dlbook.record import numbers

CONFIG = "config"  # the field of a result that holds the config it was made with
DIGITS = 1000  # a float has 309 at most
Scalar = bool | int | float | str | Estimate | Along[Any]
Array = np.ndarray[Any, Any]
FieldPlace = Callable[[str], str]  # where the field of that name stands, for messages


def of(record: Any) -> dict[str, Any]:
    """The fields of a dataclass, not copied."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _found(result: Any) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in of(result).items() if name != CONFIG)


def is_drawn(value: Any) -> bool:
    """Whether a field holds tensors, which are drawn, and not what prose may cite."""
    if isinstance(value, Along):
        return all(isinstance(cell, torch.Tensor) for cell in value)
    return isinstance(value, torch.Tensor | np.ndarray)


def sizes(result: Any) -> dict[str, int]:
    """Bytes that each field takes, before anything is copied; about, for what prose may cite."""
    return {name: _size(value) for name, value in _found(result)}


def _size(value: Any) -> int:
    if isinstance(value, Along):
        return sum(map(_size, value))
    if isinstance(value, torch.Tensor):
        return value.numel() * value.element_size()
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, str):
        return len(value.encode(errors="replace"))
    return value.bit_length() // 3 if isinstance(value, int) else 24


def arrays(result: Any) -> dict[str, Array]:
    """The tensor fields of a result; tensors along axes become one array, ``(*axes, …)``."""
    return {name: _array(value) for name, value in _found(result) if is_drawn(value)}


def _array(value: Any) -> Array:
    if isinstance(value, Along):
        sizes = [len(values) for _, values in value.axes]
        stacked = torch.stack([cell.detach() for cell in value.values()])
        return stacked.reshape(*sizes, *stacked.shape[1:]).numpy()
    return cast(Array, value.detach().numpy() if isinstance(value, torch.Tensor) else value)


def refuse_unkept(where: str, result: Any, name: str) -> None:
    """Refuse a field that no file can hold.

    Raises:
        FigureError: it is a tensor of an odd kind, or half a character.
    """
    value = getattr(result, name)
    if is_drawn(value):
        try:
            array = _array(value)
        except (TypeError, RuntimeError, ValueError) as error:
            what = " ".join(str(error).split())
            message = f"{where}: Result.{name} is a tensor that cannot be kept: {what}"
            raise FigureError(message) from error
        if array.dtype.kind not in "biufc":
            message = f"{where}: Result.{name} is an array of {array.dtype}; use one of numbers"
            raise FigureError(message)
    elif why := _why_not_written(value):
        raise FigureError(f"{where}: Result.{name} {why}")


def _why_not_written(value: Scalar) -> str | None:
    cells: Iterator[Any] = iter(value) if isinstance(value, Along) else iter([value])
    for cell in cells:
        if isinstance(cell, str) and any("\ud800" <= character <= "\udfff" for character in cell):
            return "holds half of a character, which no file can"
        if isinstance(cell, int) and abs(cell) >= 10**DIGITS:
            return f"is an integer of more than {DIGITS} digits, which no page could write"
    return None


def axes(result: Any) -> dict[str, Any]:
    """For each array that lies along axes, these as JSON data."""
    return {
        name: _axes(value)
        for name, value in _found(result)
        if isinstance(value, Along) and is_drawn(value)
    }


def scalars(place: FieldPlace, result: Any) -> dict[str, Scalar]:
    """The fields that prose may cite: numbers, strings, estimates, and these along axes.

    Raises:
        FigureError: a field is neither that nor a tensor.
    """
    found: dict[str, Scalar] = {}
    for name, value in _found(result):
        if is_drawn(value):
            continue
        cells = value.values() if isinstance(value, Along) else (value,)
        if why := next((_refusal(cell) for cell in cells if not _is_plain(cell)), None):
            raise FigureError(f"{place(name)}: Result.{name} {why}")
        found[name] = value
    return found


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | Estimate)


def _refusal(value: Any) -> str:
    if isinstance(value, tuple | list | dict):
        return (
            f"is a {type(value).__name__}, whose entries nobody could cite; say along which axis"
            " they lie, as in along(values, width=cfg.widths)"
        )
    kind = type(value).__name__
    return f"is a {kind}; use a number, a string, an Estimate, these along axes, or a tensor"


def refuse_nonfinite(where: str, who: str, name: str, value: Scalar) -> None:
    """Refuse NaN and infinity in a scalar, wherever it holds them.

    Raises:
        FigureError: ``who`` (``"run returned"``) gave such a number in the field ``name``.
    """
    if isinstance(value, Along):
        for key, cell in value.items():
            refuse_nonfinite(where, who, f"{name}[{_key(key)}]", cell)
        return
    parts: tuple[Any, ...] = (value,)
    if isinstance(value, Estimate):
        parts = (value.mean, value.low, value.high)
    if any(isinstance(part, float) and not math.isfinite(part) for part in parts):
        raise FigureError(f"{where}: {who} NaN or infinity in '{name}'")


def _key(key: Any) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def plain_scalar(value: Scalar) -> Any:
    """A scalar as JSON data: an estimate is an object of four numbers, see :mod:`numbers`."""
    if isinstance(value, Estimate):
        return dataclasses.asdict(value)
    if isinstance(value, Along):
        return {"along": _axes(value), "cells": [plain_scalar(cell) for cell in value]}
    return value


def _axes(value: Along[Any]) -> list[list[Any]]:
    return [[name, list(values)] for name, values in value.axes]


def _restored(value: Any) -> Any:
    along = numbers.along_of(value)
    if along is not None:
        return Along(along, tuple(_restored(cell) for cell in value["cells"]))
    return Estimate(**value) if isinstance(value, dict) else value


def packed(place: FieldPlace, result: Any) -> tuple[dict[str, Any], dict[str, Array]]:
    """A result as JSON data and arrays, from which :func:`rebuild` makes it again.

    Raises:
        FigureError: as :func:`scalars`.
    """
    plain = {name: plain_scalar(value) for name, value in scalars(place, result).items()}
    return {"scalars": plain, "axes": axes(result)}, arrays(result)


def rebuild(
    where: str,
    record_type: Any,
    config: Any,
    values: Mapping[str, Any],
    tensors: Mapping[str, Array],
) -> Any:
    """The result of a config that :func:`packed` was given.

    Raises:
        FigureError: the fields do not fit the script's ``Result``.
    """
    hints = typing.get_type_hints(record_type)
    restored: dict[str, Any] = {CONFIG: config}
    try:
        for name, array in tensors.items():
            lies = values["axes"].get(name)
            restored[name] = _unstacked(array, lies) if lies else _tensor(array, hints.get(name))
        restored |= {name: _restored(value) for name, value in values["scalars"].items()}
        return record_type(**restored)
    except (TypeError, ValueError, KeyError) as error:
        raise FigureError(f"{where}: Result does not fit its record: {error}") from error


def _tensor(array: Array, hint: Any) -> Any:
    wants_array = hint is np.ndarray or typing.get_origin(hint) is np.ndarray
    return array if wants_array else torch.from_numpy(array)


def _unstacked(array: Array, lies: list[list[Any]]) -> Along[torch.Tensor]:
    cells = torch.from_numpy(array.reshape(-1, *array.shape[len(lies) :]))
    return Along(tuple((name, tuple(values)) for name, values in lies), tuple(cells))


def plain(value: Any) -> Any:
    """A setting as plain JSON data."""
    return [plain(part) for part in value] if isinstance(value, tuple) else value


def significant(values: torch.Tensor, digits: int) -> Any:
    """A tensor as JSON data, nested lists of numbers of so many significant digits."""
    if values.dim():
        return [significant(part, digits) for part in values]
    return float(f"{values.item():.{digits}g}")


def rounded(value: Any) -> Any:
    """JSON data with every number rounded to what its interval supports."""
    if numbers.along_of(value) is not None:
        return {**value, "cells": [rounded(cell) for cell in value["cells"]]}
    if isinstance(value, dict):
        mean, low, high = numbers.round_estimate(value["mean"], value["low"], value["high"])
        return {"mean": mean, "low": low, "high": high, "n": value["n"]}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return numbers.round_exact(value) if isinstance(value, float) else value
