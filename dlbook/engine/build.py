"""Bring the figures of a book up to date, verify them, accept their records."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from dlbook.base import trouble
from dlbook.base.whole import write
from dlbook.engine import files, made
from dlbook.engine.key import Key
from dlbook.engine.modules import PACKAGE
from dlbook.engine.outcome import FigureOutcome
from dlbook.engine.pool import (
    Act,
    Pool,
    WorkersError,
    grid_in_worker,
    make_in_worker,
    verify_in_worker,
)
from dlbook.engine.report import print_line
from dlbook.engine.review import is_accepted, orphans, review, taken
from dlbook.engine.survey import State, survey
from dlbook.figures import font
from dlbook.record.grids import gridless
from dlbook.record.records import RECORD, Project, RecordError, read_made


@dataclass(frozen=True)
class Summary:
    """What a build has to say: ``failed`` figures, and records that have ``moved``, by line."""

    failed: tuple[str, ...]
    moved: tuple[str, ...]


def build(project: Project, pool: Pool, names: list[str]) -> Summary:
    """Make what is stale (of ``names``, or of all) and compare with the accepted records.

    Progress goes to standard error. A figure that fails does not keep the others from being made.
    """
    start = time.monotonic()
    every = set(project.scripts())
    for line in made.clear(project, every):
        print_line(f"WARNING: {line}")
    files.sweep(project.cache)
    made.retire(project, every)
    states = survey(project, names or None)
    count: Counter[str] = Counter(state.need for state in states if state.need == "nothing")
    failed: dict[str, tuple[str, ...]] = {}
    for outcome in _outcomes(project, pool, states):
        count[outcome.done] += 1
        for warning in outcome.warnings:
            print_line(f"WARNING: {warning}")
        if outcome.errors:
            failed[outcome.name] = outcome.errors
    good = [state for state in states if state.name not in failed]
    moved = [line for state in good for line in _review(project, state)]
    moved += [line for state in good for line in _ungridded(project, state)]
    print_line(_told(count, time.monotonic() - start))
    return Summary(
        failed=tuple(dict.fromkeys(line for name in sorted(failed) for line in failed[name])),
        moved=tuple(dict.fromkeys([*moved, *(() if names else orphans(project, every))])),
    )


def _outcomes(project: Project, pool: Pool, states: list[State]) -> Iterator[FigureOutcome]:
    """What becomes of every figure that needs something; a failure is left for its page."""
    for state in states:
        if state.damage:
            print_line(f"WARNING: {state.damage}; discarded and made again")
    stale = [state for state in states if state.need != "nothing"]
    for outcome in _each(make_in_worker, project, pool, stale):
        for message in outcome.errors:
            _leave_word(project, outcome.name, message)
        yield outcome


def _leave_word(project: Project, name: str, message: str) -> None:
    """For the page that shows the figure. Where nothing can be written, the terminal has it."""
    try:
        made.fail(project, name, message)
    except OSError as error:
        print_line(f"WARNING: {name}: {trouble.refusal(error, project.root)}")


def _each(act: Act, project: Project, pool: Pool, states: list[State]) -> Iterator[FigureOutcome]:
    """Outcomes of ``act``, longest figures first; those that no worker could take have failed.

    Raises:
        RecordError: what every figure is drawn with is not installed.
    """
    waiting: dict[str, Key] = {}
    for state in sorted(states, key=_length, reverse=True):
        if state.key is None:
            yield FigureOutcome(state.name, "failed", state.why)
        else:
            waiting[state.name] = state.key
    if waiting:
        _refuse_without_font()
    try:
        for outcome in pool.each(act, project, list(waiting.items())):
            del waiting[outcome.name]
            yield outcome
    except WorkersError as error:
        for name in waiting:
            yield FigureOutcome(name, "failed", (f"figures_src/{name}.py: not made: {error}",))


def _refuse_without_font() -> None:
    """Say once what each figure would fail of, after it was trained."""
    try:
        font.faces(PACKAGE.parent)
    except FileNotFoundError as error:
        raise RecordError(str(error)) from error


def _length(state: State) -> tuple[bool, float]:
    """Figures to be trained before those to be drawn, unknown ones before known ones."""
    return state.need == "train", math.inf if state.seconds is None else state.seconds


def _review(project: Project, state: State) -> list[str]:
    current = state.made or read_made(project, state.name)
    if current is None or is_accepted(project, state.name, current.files[RECORD]):
        return []
    record = current.record()
    lines = review(project, state.name, record)
    return (lines and taken(project, state.name, record)) or lines


def _ungridded(project: Project, state: State) -> list[str]:
    current = read_made(project, state.name)
    return [] if current is None else gridless(project, state.name, current.record())


def _told(count: Counter[str], seconds: float) -> str:
    fresh = count.pop("nothing", 0)
    if not count:
        return f"{fresh} figure{'' if fresh == 1 else 's'} up to date, nothing trained"
    done = [f"{what} {count[what]}" for what in ("failed", "trained", "redrawn") if count[what]]
    return f"{', '.join([*done, f'up to date {fresh}'])} ({seconds:.1f} s)"


def verify_all(project: Project, pool: Pool, names: list[str]) -> list[str]:
    """Train figures again and compare with what is stored and accepted; the errors, by line."""
    errors: list[str] = []
    for outcome in _each(verify_in_worker, project, pool, survey(project, names)):
        for warning in outcome.warnings:
            print_line(f"WARNING: {warning}")
        if not outcome.errors:
            print_line(f"{outcome.name}: trained again, the same")
        errors += outcome.errors
    return errors


def grid_all(project: Project, pool: Pool, names: list[str], fresh: bool) -> list[str]:
    """Judge the claims of figures in every cell of their grids; the errors, by line.

    With ``fresh`` the cells are judged on fresh seeds as well.
    """
    errors: list[str] = []
    act = partial(grid_in_worker, fresh=fresh)
    for outcome in _each(act, project, pool, survey(project, names)):
        for warning in outcome.warnings:
            print_line(f"WARNING: {warning}")
        errors += outcome.errors
    return errors


def accept(project: Project, name: str) -> str | None:
    """Make a figure's record the accepted one; says what keeps it from that.

    Only what the present sources give is accepted.
    """
    (state,) = survey(project, [name])
    current = None if state.need != "nothing" else read_made(project, name)
    if current is None:
        return f"{name}: {state.why[0]}; first: dlbook build {name}"
    if clashes := taken(project, name, current.record()):
        return clashes[0]
    write(project.accepted(name), current.read(RECORD))
    print_line(f"{project.shown(project.accepted(name))}: accepted")
    return None
