"""A script's ``Config`` or ``Replay`` with other settings than its own, as a person types them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from dlbook.figures.blaming import blame, line_at_top
from dlbook.figures.contract import FigureError, Script, name_of, project_of, where
from dlbook.figures.members import made_with_defaults
from dlbook.record.registrations import FIRST_SEED, read_registration


def at_book_scale(script: Script) -> Any:
    """The script's ``Config`` with which the book is made: its seeds follow from its registration.

    Raises:
        RecordError: the registration cannot be read.
    """
    config = made_with_defaults(script, "Config")
    registration = read_registration(project_of(script), name_of(script))
    if registration is None or not hasattr(config, FIRST_SEED):
        return config
    return dataclasses.replace(config, **{FIRST_SEED: registration.first_seed})


def configure(script: Script, settings: Mapping[str, str]) -> Any:
    """The book's config with fields replaced, parsed by the type of their default.

    Raises:
        FigureError: no such field, or a value that does not parse or that ``Config`` refuses.
    """
    return _configure(script, "Config", at_book_scale(script), settings)


def configure_replay(script: Script, settings: Mapping[str, str]) -> Any:
    """The script's ``Replay``, likewise.

    Raises:
        FigureError: as :func:`configure`, or the script has no ``Replay``.
    """
    if not hasattr(script, "Replay"):
        raise FigureError(f"{where(script)}: no Replay, so no run of this figure can be repeated")
    return _configure(script, "Replay", made_with_defaults(script, "Replay"), settings)


def _configure(script: Script, what: str, default: Any, settings: Mapping[str, str]) -> Any:
    fields = {field.name: getattr(default, field.name) for field in dataclasses.fields(default)}
    changed: dict[str, Any] = {}
    for name, text in settings.items():
        if name not in fields:
            raise FigureError(
                f"{where(script)}: {what} has no field '{name}'; it has {', '.join(fields)}"
            )
        changed[name] = _parse(script, name, text, fields[name])
    with blame(script, what, line_at_top(script, what)):
        return dataclasses.replace(default, **changed)


def _parse(script: Script, name: str, text: str, like: Any) -> Any:
    kind = type(like).__name__
    try:
        if not isinstance(like, tuple):
            return _parse_one(text, like)
        kind = f"a tuple of {type(like[0]).__name__}, such as {','.join(map(str, like))}"
        return tuple(_parse_one(part.strip(), like[0]) for part in text.strip("(),").split(","))
    except (ValueError, TypeError, LookupError) as error:
        line = f"'{text}' is not a value for {name}, which is {kind}"
        raise FigureError(f"{where(script)}: {line}") from error


def _parse_one(text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return {"true": True, "false": False}[text.lower()]
    if isinstance(like, int | float | str):
        return type(like)(text)
    raise TypeError(f"a {type(like).__name__} is not set from text")
