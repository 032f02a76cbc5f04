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
from dlbook.engine.agreement import Agreement, told
from dlbook.engine.key import Key
from dlbook.engine.outcome import FigureOutcome
from dlbook.engine.pool import (
    Act,
    Pool,
    WorkersError,
    ask_in_worker,
    grid_in_worker,
    make_in_worker,
    verify_in_worker,
)
from dlbook.engine.precedence_memo import remembered
from dlbook.engine.report import print_line
from dlbook.engine.review import is_accepted, orphans, review, taken
from dlbook.engine.survey import State, survey
from dlbook.figures import font
from dlbook.record.grids import gridless
from dlbook.record.precedence import is_committed, lacks_registration
from dlbook.record.records import RECORD, Project, RecordError, read_made
from dlbook.record.registrations import REGISTERED


@dataclass(frozen=True)
class Summary:
    """What a build has to say, by line: ``failed`` figures, and what a strict build refuses.

    ``moved`` holds records that have moved, and those that their registration did not precede.
    """

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
    moved += [line for state in good for line in _crowded(project, state)]
    print_line(_told(count, time.monotonic() - start))
    return Summary(
        failed=tuple(dict.fromkeys(line for name in sorted(failed) for line in failed[name])),
        moved=tuple(dict.fromkeys([*moved, *([] if names else _of_the_book(project, every))])),
    )


def _of_the_book(project: Project, names: set[str]) -> list[str]:
    """Records without a figure, and those that their registration did not precede.

    Where no history can tell, that is a warning.
    """
    late, untold = remembered(project)
    if untold is not None:
        print_line(f"WARNING: {untold}")
    return [*orphans(project, names), *late]


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
        font.face()
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
    current = state.made or read_made(project, state.name)
    return [] if current is None else gridless(project, state.name, current.record())


def _crowded(project: Project, state: State) -> list[str]:
    current = state.made or read_made(project, state.name)
    return [] if current is None else list(current.passport.get(made.COLLISIONS, ()))


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


def ask_all(
    project: Project, pool: Pool, names: list[str], draw: int
) -> tuple[list[Agreement], list[str]]:
    """Train figures by torch and compare verdicts: how each finding stands; the errors, by line.

    It may take hours; what is known of a figure is said at once.
    """
    found: list[Agreement] = []
    errors: list[str] = []
    for outcome in _each(partial(ask_in_worker, draw=draw), project, pool, survey(project, names)):
        for line in map(told, outcome.agreements):
            print_line(line)
        found += outcome.agreements
        errors += outcome.errors
    return found, errors


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
    record = current.record()
    if clashes := taken(project, name, record):
        return clashes[0]
    if lacking := lacks_registration(project, name, record):
        return lacking
    if (mark := record.get(REGISTERED)) and not is_committed(project, mark["sha256"]):
        shown = project.shown(project.registered(name))
        return f"{shown}: in no commit; commit it, since it has to precede its first record"
    if without := gridless(project, name, record):
        return f"{without[0]}, which is committed before the record"
    write(project.accepted(name), current.read(RECORD))
    print_line(f"{project.shown(project.accepted(name))}: accepted")
    return None
