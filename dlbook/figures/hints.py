"""Whether a value is what its annotation says: of settings, results and what explorables get.

An annotation that says more than is known here lets every value through.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union

import numpy as np
import torch

from dlbook.base.along import Along
from dlbook.base.evidence import Estimate

_PLAIN = (bool, int, str, Estimate)
_ARRAYS = (torch.Tensor, np.ndarray)  # of which a result may hold either: a store gives the other


def hints_of(record_type: Any) -> dict[str, Any]:
    """The types of a record's fields; none, where one of them names what cannot be found."""
    try:
        return typing.get_type_hints(record_type)
    except (NameError, TypeError, AttributeError):
        return {}


def misfit(value: Any, hint: Any) -> str | None:
    """Why a value is not what a type says, as the end of a sentence: `` is '4', not an int``."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return None if any(misfit(value, each) is None for each in inner) else _told(value, hint)
    if origin is Literal:
        return None if value in inner else _told(value, hint)
    if typing.is_typeddict(hint):
        return _of_record(value, hint)
    kind = origin or hint
    if kind in (list, tuple, Sequence):
        return _of_sequence(value, hint, inner)
    if kind in (dict, Mapping):
        return _of_mapping(value, hint, inner)
    if kind is Along:
        cells = dict(value.items()) if isinstance(value, Along) else None
        return _told(value, hint) if cells is None else _of_parts(cells, inner)
    return None if _is_one(value, kind) else _told(value, hint)


def _is_one(value: Any, kind: Any) -> bool:
    if kind is None or kind is types.NoneType:
        return value is None
    if kind in (int, float) and isinstance(value, bool):
        return False
    if kind is float:
        return isinstance(value, int | float)
    if kind in _ARRAYS:
        return isinstance(value, _ARRAYS)
    return kind not in _PLAIN or isinstance(value, kind)


def _of_record(value: Any, hint: Any) -> str | None:
    if not isinstance(value, Mapping):
        return _told(value, hint)
    hints = hints_of(hint)
    for key in hint.__required_keys__:
        if key not in value:
            return f" lacks '{key}', which {hint.__name__} has"
    for key, given in value.items():
        if hints and key not in hints:
            return f" holds '{key}', which {hint.__name__} has not"
        if told := misfit(given, hints.get(key, Any)):
            return f"['{key}']{told}"
    return None


def _of_sequence(value: Any, hint: Any, inner: tuple[Any, ...]) -> str | None:
    """Lists and tuples are one to JSON; whether a setting is a tuple is asked elsewhere."""
    if not isinstance(value, list | tuple):
        return _told(value, hint)
    each = [kind for kind in inner if kind is not Ellipsis]
    if len(each) <= 1:
        return _of_parts(dict(enumerate(value)), tuple(each))
    if len(each) != len(value):
        return f" holds {len(value)} values, not {len(each)}"
    found = (_of_parts({at: value[at]}, (kind,)) for at, kind in enumerate(each))
    return next(filter(None, found), None)


def _of_mapping(value: Any, hint: Any, inner: tuple[Any, ...]) -> str | None:
    return _of_parts(value, inner[1:]) if isinstance(value, Mapping) else _told(value, hint)


def _of_parts(parts: Mapping[Any, Any], inner: tuple[Any, ...]) -> str | None:
    if not inner:
        return None
    found = ((key, misfit(each, inner[0])) for key, each in parts.items())
    return next((f"[{key!r}]{told}" for key, told in found if told), None)


def _told(value: Any, hint: Any) -> str:
    simple = value is None or isinstance(value, bool | int | float | str)
    given = repr(value) if simple else f"a {type(value).__name__}"
    shown = given if len(given) < 40 else f"{given[:40]}…"
    return f" is {shown}, not {_named(hint)}"


def _named(hint: Any) -> str:
    if typing.get_origin(hint) is None and isinstance(hint, type):
        return hint.__name__
    return str(hint).replace("typing.", "").rpartition("dlbook.base.along.")[2]
