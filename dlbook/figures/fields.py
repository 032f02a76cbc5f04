"""The fields of a ``Result``: what prose may cite, what is drawn, and both as plain data."""

import dataclasses
import math
import typing
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch

from dlbook.base.evidence import Estimate
from dlbook.figures.contract import FigureError, Script, where
from dlbook.record import numbers

Scalar = bool | int | float | str | Estimate | tuple[Any, ...]


def refuse_nonfinite(script: Script, who: str, name: str, value: Scalar) -> None:
    """Refuse NaN and infinity in a scalar, wherever it holds them.

    Raises:
        FigureError: ``who`` (``"run returned"``) gave such a number in the field ``name``.
    """
    parts: tuple[Any, ...] = (value,)
    if isinstance(value, Estimate):
        parts = (value.mean, value.low, value.high)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            refuse_nonfinite(script, who, f"{name}.{index}", part)
        return
    if any(isinstance(part, float) and not math.isfinite(part) for part in parts):
        raise FigureError(f"{where(script)}: {who} NaN or infinity in '{name}'")


def of(result: Any) -> dict[str, Any]:
    """The fields of a dataclass, not copied."""
    return {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}


def arrays(result: Any) -> dict[str, np.ndarray[Any, Any]]:
    """The tensor fields of a result: what is drawn."""
    return {
        name: value.detach().numpy() if isinstance(value, torch.Tensor) else value
        for name, value in of(result).items()
        if isinstance(value, torch.Tensor | np.ndarray)
    }


def scalars(script: Script, result: Any) -> dict[str, Scalar]:
    """The fields of a result that prose may cite: numbers, strings, estimates, tuples of these.

    Raises:
        FigureError: a field is neither a scalar nor a tensor.
    """
    found: dict[str, Scalar] = {}
    for name, value in of(result).items():
        if isinstance(value, torch.Tensor | np.ndarray):
            continue
        if not _is_scalar(value):
            kind = type(value).__name__
            raise FigureError(
                f"{where(script)}: Result.{name} is a {kind}; use a number,"
                " a string, an Estimate, a tuple of these, or a tensor"
            )
        found[name] = value
    return found


def _is_scalar(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_scalar, value))
    return isinstance(value, bool | int | float | str | Estimate)


def to_json(value: Scalar) -> Any:
    """A scalar as plain JSON data; an estimate becomes an object with its four numbers."""
    if isinstance(value, Estimate):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    return value


def _from_json(value: Any) -> Scalar:
    if isinstance(value, dict):
        return Estimate(**value)
    if isinstance(value, list):
        return tuple(map(_from_json, value))
    return cast(Scalar, value)


def rebuild(
    script: Script, values: Mapping[str, Any], tensors: Mapping[str, np.ndarray[Any, Any]]
) -> Any:
    """The ``Result`` that :func:`scalars` (as JSON) and :func:`arrays` were taken from.

    Raises:
        FigureError: the fields do not fit the script's ``Result``.
    """
    hints = typing.get_type_hints(script.Result)
    restored: dict[str, Any] = {}
    for name, array in tensors.items():
        is_array = hints.get(name) is np.ndarray or typing.get_origin(hints.get(name)) is np.ndarray
        restored[name] = array if is_array else torch.from_numpy(array)
    try:
        restored |= {name: _from_json(value) for name, value in values.items()}
        return script.Result(**restored)
    except (TypeError, ValueError) as error:
        raise FigureError(f"{where(script)}: Result does not fit its record: {error}") from error


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
    if isinstance(value, dict):
        mean, low, high = numbers.round_estimate(value["mean"], value["low"], value["high"])
        return {"mean": mean, "low": low, "high": high, "n": value["n"]}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return numbers.round_exact(value) if isinstance(value, float) else value
