"""The members of a script: functions that take what they are given, records that hold values."""

import dataclasses
import inspect
import math
from collections.abc import Iterator
from typing import Any

from dlbook.figures.blaming import blame, line_at_top, place_of
from dlbook.figures.contract import BUDGET, LONGEST, FigureError, Script
from dlbook.figures.hints import hints_of, misfit
from dlbook.record.scripts import REPLAY

# What the book gives to each function of a script.
_TAKES = {
    "run": ("cfg",),
    "check": ("res",),
    "draw": ("res", "t"),
    "explorable": ("res",),
    "replay": ("choice", "cfg"),
    "outcome": ("choice", "fit"),
}


def refuse_strangers(script: Script) -> None:
    """Every member is what the contract wants.

    Raises:
        FigureError: one is not.
    """
    for name in _TAKES:
        if hasattr(script, name):
            _check_function(script, name)
    for name in ("Config", "Result"):
        if not _is_frozen(script, name):
            raise FigureError(f"{place_of(script, name)}: {name} must be a frozen dataclass")
        _check_typed(script, name)
    _check_settings(script, "Config", made_with_defaults(script, "Config"))
    _check_result(script)
    _check_replay(script)
    if not isinstance(script.SMALL, script.Config):
        raise FigureError(f"{place_of(script, 'SMALL')}: SMALL must be a Config")
    _check_settings(script, "SMALL", script.SMALL)
    _check_budget(script)


def _check_function(script: Script, name: str) -> None:
    function, owed = getattr(script, name), _TAKES[name]
    place = place_of(script, name)
    if not callable(function):
        raise FigureError(f"{place}: {name} must be a function")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise FigureError(f"{place}: {name} is async, and nobody awaits it; write def {name}")
    if inspect.isgeneratorfunction(function):
        raise FigureError(f"{place}: {name} yields, so nothing of it is run; return instead")
    try:
        signature = inspect.signature(function)
    except ValueError:
        return  # of a function that is not written in Python
    parameters = tuple(signature.parameters)
    exchanged = parameters != owed and sorted(parameters) == sorted(owed)
    if exchanged or not _binds(signature, owed):
        raise FigureError(
            f"{place}: {name}({', '.join(parameters)}) is given {' and '.join(owed)}; write"
            f" def {name}({', '.join(owed)})"
        )


def _binds(signature: inspect.Signature, given: tuple[str, ...]) -> bool:
    try:
        signature.bind(*given)
    except TypeError:
        return False
    return True


def _is_frozen(script: Script, name: str) -> bool:
    record_type = getattr(script, name)
    frozen = getattr(getattr(record_type, "__dataclass_params__", None), "frozen", False)
    return isinstance(record_type, type) and bool(frozen)


def _check_typed(script: Script, name: str) -> None:
    """No value of a record lacks a type: to Python it would be of the class, and no field."""
    record_type = getattr(script, name)
    for field, value in vars(record_type).items():
        is_of_python = field.startswith("__") or hasattr(value, "__get__")
        if not is_of_python and field not in inspect.get_annotations(record_type):
            raise FigureError(
                f"{place_of(script, name, field)}: {name}.{field} has no type, so it is no field;"
                f" write {field}: {type(value).__name__} = …"
            )


def made_with_defaults(script: Script, name: str) -> Any:
    """``Config()`` or ``Replay()``.

    Raises:
        FigureError: a field has no default, or the class refuses its own.
    """
    record_type = getattr(script, name)
    for field in dataclasses.fields(record_type):
        owed = field.default is field.default_factory is dataclasses.MISSING
        if owed and field.init:
            raise FigureError(
                f"{place_of(script, name, field.name)}: {name}.{field.name} has no default; give"
                f" one, since {name}() has to be whole"
            )
    with blame(script, f"{name}()", line_at_top(script, name)):
        return record_type()


def _check_settings(script: Script, name: str, made: Any) -> None:
    """What a figure is made with can be written into its record, and is what its type says."""
    hints = hints_of(type(made))
    for field in dataclasses.fields(made):
        given = getattr(made, field.name)
        told = _unwritable(given) or misfit(given, hints.get(field.name, Any))
        told = told or _repeated_seed(field.name, given)
        if told:
            at = place_of(script, name) if name == "SMALL" else place_of(script, name, field.name)
            raise FigureError(f"{at}: {name}.{field.name}{told}")


def _unwritable(given: Any) -> str | None:
    for each in _parts(given):
        if isinstance(each, float) and not math.isfinite(each):
            return f" holds {each}, which no record can; give a number"
        if not (each is None or isinstance(each, bool | int | float | str)):
            return (
                f" holds a {type(each).__name__}, which no record can; use numbers, texts and"
                " tuples of these"
            )
    return None


def _parts(given: Any) -> Iterator[Any]:
    if isinstance(given, tuple):
        for each in given:
            yield from _parts(each)
    else:
        yield given


def _repeated_seed(name: str, given: Any) -> str | None:
    """Why seeds could not be counted as cases: one that runs twice is no second case."""
    if "seed" not in name or not isinstance(given, tuple):
        return None
    twice = next((each for each in given if given.count(each) > 1), None)
    return None if twice is None else f" holds seed {twice} twice; give each once"


def _check_budget(script: Script) -> None:
    budget = getattr(script, "BUDGET", BUDGET)
    is_number = isinstance(budget, int | float) and not isinstance(budget, bool)
    if not is_number or not 0 < budget <= LONGEST:
        raise FigureError(
            f"{place_of(script, 'BUDGET')}: BUDGET is {budget!r}; give seconds of wall time, above"
            f" 0 and up to {LONGEST:g}"
        )


def _check_result(script: Script) -> None:
    """The result holds its config, and copies nothing of it."""
    fields = dataclasses.fields(script.Result)
    own = [field.name for field in fields if field.name == "config" or not _is_drawn(field)]
    settings = {field.name for field in dataclasses.fields(script.Config)}
    if "config" not in own:
        raise FigureError(f"{place_of(script, 'Result')}: Result needs the field 'config: Config'")
    for name in own:
        if name in settings:
            raise FigureError(
                f"{place_of(script, 'Result', name)}: Result.{name} repeats"
                f" Config.{name}; pages can cite the config, draw and check find it in res.config"
            )


def _is_drawn(field: dataclasses.Field[Any]) -> bool:
    """Whether a field holds tensors, which nobody cites."""
    return "Tensor" in str(field.type)


def _check_replay(script: Any) -> None:
    """What a replay takes: its choices with their defaults, and the run that they stand for."""
    offered = [name for name in (*REPLAY, "outcome") if hasattr(script, name)]
    lacking = [name for name in REPLAY if name not in offered]
    if not offered:
        return
    if lacking:
        raise FigureError(
            f"{place_of(script, offered[0])}: the script has {offered[0]} but lacks {lacking[0]}"
        )
    if not _is_frozen(script, "Replay"):
        raise FigureError(f"{place_of(script, 'Replay')}: Replay must be a frozen dataclass")
    _check_typed(script, "Replay")
    _check_settings(script, "Replay", made_with_defaults(script, "Replay"))
