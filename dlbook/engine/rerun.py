"""One run of a figure, trained again for a person, as the page trains it for its reader."""

from collections.abc import Mapping
from typing import Any

import threadpoolctl

from dlbook.base import progress
from dlbook.base.seeds import seed_called
from dlbook.engine.report import Progress
from dlbook.engine.workpiece import within
from dlbook.figures import contract, fields
from dlbook.figures.blaming import blame, line_at_top
from dlbook.figures.configuring import at_book_scale, configure_replay
from dlbook.figures.loading import load
from dlbook.record.records import Project
from dlbook.record.registrations import FIRST_SEED
from dlbook.training.replay import geometric

_ROWS = 21  # steps of the table, spread in geometric progression


def show_replay(project: Project, name: str, choices: Mapping[str, str]) -> str:
    """Train the run that a reader chooses: what decides it, its loss step by step, how it ended.

    Losses have 12 significant digits, more than the page and Python agree on. Nothing is stored.

    Raises:
        FigureError: the script offers no run to repeat, or a choice does not fit.
    """
    path = project.script(name)
    with within(contract.BUDGET, path, project.shown(path), "import"):
        script: Any = load(path)
    choice = configure_replay(script, choices)
    with (
        within(None, path, project.shown(path), "replay"),
        blame(script, "replay", line_at_top(script, "replay")),
        threadpoolctl.threadpool_limits(1),
        progress.listen(Progress(name)),
    ):
        cfg = at_book_scale(script)
        run = script.replay(choice, cfg)
        seed = seed_called(getattr(cfg, FIRST_SEED, 0), getattr(choice, "seed", 0))
        fit = run.fit([seed], at=geometric(run.total, _ROWS), what="replay")
        said = script.outcome(choice, fit) if hasattr(script, "outcome") else ""
    settings = [f"  {field}={_plain(value)}" for field, value in run.to_json().items()]
    losses = zip(fit.steps.tolist(), fit.losses[0].tolist(), strict=True)
    table = [f"  {step:>8}  {loss:.12g}" for step, loss in losses]
    chosen = " ".join(f"{field}={_plain(value)}" for field, value in fields.of(choice).items())
    ending = [f"  {said}"] if said else []
    return "\n".join([f"{name} --replay {chosen}", *settings, "      step  loss", *table, *ending])


def _plain(value: Any) -> str:
    """A setting as the command line takes it."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
