"""How every figure of a book stands: up to date, or stale and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dlbook.engine import made
from dlbook.engine.key import NAMES, Key, Keys, changes
from dlbook.record.records import Made, Project, RecordError, read_failure
from dlbook.record.statements import SourceError

Need = Literal["nothing", "draw", "train", "mend"]


@dataclass(frozen=True)
class State:
    """How a figure stands: what it needs, and why.

    ``mend`` is for a script that has no key at all; ``why`` then holds the error.
    """

    name: str
    need: Need
    why: tuple[str, ...] = ()
    key: Key | None = None
    damage: str | None = None
    seconds: float | None = None
    made: Made | None = None  # what is current, if that is up to date


def survey(project: Project, names: Iterable[str] | None = None) -> list[State]:
    """How every figure stands (or those of ``names``), from the keys alone."""
    keys = Keys(project)
    states = [_state(project, keys, name) for name in names or project.scripts()]
    keys.remember(others=names is not None)
    return states


def _state(project: Project, keys: Keys, name: str) -> State:
    try:
        key = keys.of(name)
    except (RecordError, SourceError) as error:
        return State(name, "mend", (str(error),))
    before, damage = made.inspect(project, name)
    seconds = before.passport["cpu_seconds"] if before else None
    why = [damage] if damage else _why(before, key)
    failure = read_failure(project, name)
    if failure and not why:
        why = [f"the last attempt failed: {failure['message']}"]
    if not why:
        return State(name, "nothing", (), key, damage, seconds, before)
    stored = project.stored_result(name, key.run).exists()
    return State(name, "draw" if stored else "train", tuple(why), key, damage, seconds)


def _why(before: Made | None, key: Key) -> list[str]:
    """Why the current version of a figure is not that of ``key``; nothing if it is."""
    if before is None:
        return ["it was never made"]
    if before.draw_key == key.draw:
        return []
    run = changes(before.parts["run"], key.run_parts)
    draw = changes(before.parts["draw"], key.draw_parts)
    return run + [line for line in draw if not (run and line.startswith(NAMES))]
