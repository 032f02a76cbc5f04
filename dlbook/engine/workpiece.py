"""One figure in the hands of a worker: load its script, train it, or restore its result."""

import ast
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import threadpoolctl

from dlbook.arithmetic import compiled
from dlbook.base import progress
from dlbook.base.seeds import in_room
from dlbook.engine import files, store
from dlbook.engine.budget import SWALLOWED, OverrunError, end, limit
from dlbook.engine.confined import confined
from dlbook.engine.key import Key, Keys, changes
from dlbook.engine.machine import made_on
from dlbook.engine.report import Progress
from dlbook.engine.store import Circumstances, DamagedError
from dlbook.figures import contract, fields, judging, loading
from dlbook.figures.blaming import place_of
from dlbook.figures.registering import refuse_departed
from dlbook.record.records import Project
from dlbook.record.registrations import FIRST_SEED, Registration, read_registration
from dlbook.record.scripts import line_of_name
from dlbook.training.replay import noting

_seen: dict[str, str] = {}  # the sources that this process has loaded, as they were then


@dataclass(frozen=True)
class Workpiece:
    """One figure in the hands of a worker."""

    project: Project
    name: str
    key: Key
    script: contract.Script
    registration: Registration | None = None  # that has to be kept

    @property
    def shown(self) -> str:
        """The script as messages name it."""
        return self.project.shown(self.path)

    @property
    def path(self) -> Path:
        """The script's file."""
        return Path(self.script.__file__)

    @property
    def budget(self) -> float:
        """Seconds of wall time that each stage may take."""
        return float(getattr(self.script, "BUDGET", contract.BUDGET))


def take(project: Project, name: str, key: Key) -> Workpiece:
    """Load the script of a figure.

    Raises:
        FigureError: the script is not as the contract wants it, or says something else than was
            registered, or this process is too old for it.
    """
    path = project.script(name)
    shown = project.shown(path)
    refuse_moved(project, name, key)
    _refuse_old_process(shown, key)
    with progress.listen(Progress(name)):
        compiled.prepare()  # which may write a file, and takes nobody's budget
    with within(contract.BUDGET, path, shown, "import"):
        script = loading.load(path)
        registration = read_registration(project, name)
        if registration is not None:
            refuse_departed(script, registration)
        return Workpiece(project, name, key, script, registration)


def refuse_moved(project: Project, name: str, key: Key, *, drawn: bool = True) -> None:
    """What is made belongs to the key only if nothing has changed since the key was taken.

    Of a result that is not ``drawn`` yet, a change of what draws and judges is no loss.

    Raises:
        FigureError: something has.
    """
    now = Keys(project).of(name)
    moved = changes(key.run_parts, now.run_parts)
    moved += changes(key.draw_parts, now.draw_parts) if drawn else []
    if moved:
        raise contract.FigureError(f"{name}: {moved[0]} since this build started; build again")


def _refuse_old_process(shown: str, key: Key) -> None:
    """A worker that serves several builds may hold modules that are older than their files."""
    for module, value in key.sources.items():
        if _seen.setdefault(module, value) != value:
            raise contract.FigureError(
                f"{shown}: this worker has loaded an older {module}; build again, and restart the"
                " workers of a cluster"
            )


@contextmanager
def within(budget: float | None, script: Path, shown: str, stage: str) -> Iterator[None]:
    """Bound a stage of a script by wall time (seconds, if any); it may change no file.

    Raises:
        FigureError: the stage took longer, or changed a file.
    """
    limited = limit(budget, lambda: _end(script, shown, stage)) if budget else nullcontext()
    try:
        with confined(script, shown, stage), limited:
            yield
    except OverrunError as error:
        raise contract.FigureError(
            f"{shown}:{_ended(error, script)}: {stage} took longer than its budget of {budget:g} s,"
            " which ended here; make Config smaller or raise BUDGET"
        ) from error


def _end(script: Path, shown: str, stage: str) -> None:
    """End this process, in which the script lets nothing else end the stage."""
    frames = traceback.extract_stack()
    lines = [frame.lineno for frame in frames if Path(frame.filename) == script]
    end(f"{shown}{f':{lines[-1]}' if lines else ''}: {stage} {SWALLOWED}")


def _ended(error: OverrunError, script: Path) -> int:
    """The line of the script that was at work; where a library drew, that of ``draw``."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == script]
    return (lines and lines[-1]) or line_of_name(ast.parse(script.read_bytes()), "draw") or 1


def train_piece(piece: Workpiece, cfg: Any, budget: float | None) -> tuple[bytes, Circumstances]:
    """Run an experiment on one thread and pack its result.

    Raises:
        FigureError: the script raised, wrote a file, returned a NaN, or overran ``budget``, in
            seconds.
    """
    before = time.process_time()
    with (
        threadpoolctl.threadpool_limits(1),
        progress.listen(Progress(piece.name)),
        noting() as trained,
        within(budget, piece.path, piece.shown, "run"),
    ):
        result = judging.execute(piece.script, cfg)
    if piece.registration is not None:
        _refuse_other_seeds(piece, piece.registration, trained)
    seconds = float(f"{time.process_time() - before:.2g}")
    payload = store.pack(*fields.packed(lambda _: piece.shown, result))
    return payload, Circumstances(piece.key.run, made_on(), seconds, trained)


def _refuse_other_seeds(
    piece: Workpiece, registration: Registration, trained: list[dict[str, Any]]
) -> None:
    """What a registered figure trains, it trains from the seeds that its registration gives.

    Raises:
        FigureError: a run has another seed.
    """
    first = registration.first_seed
    for each in trained:
        last = each["first_seed"] + each["seeds"] - 1
        if not (in_room(each["first_seed"], first) and in_room(last, first)):
            raise contract.FigureError(
                f"{place_of(piece.script, 'run')}: run trains from seed {each['first_seed']}, and"
                f" the registration gives those from {first}; write"
                f" seeds_from(cfg.{FIRST_SEED}, cfg.seeds)"
            )


def restore(piece: Workpiece, cfg: Any, payload: bytes) -> Any:
    """The ``Result`` of a payload that was trained with ``cfg``."""
    return fields.rebuild(piece.shown, piece.script.Result, cfg, *store.unpack(payload))


def stored(piece: Workpiece, warnings: list[str]) -> tuple[bytes, Circumstances] | None:
    """The stored result of a figure; a damaged one is discarded with a warning."""
    path = piece.project.stored_result(piece.name, piece.key.run)
    try:
        return store.load_result(piece.project, piece.name, piece.key.run)
    except DamagedError as error:
        files.discard(path)
        warnings.append(f"{piece.project.shown(path)} {error}; discarded and recomputed")
        return None
