"""A run as the page trains it: names and numbers, and no setting that only Python knows."""

from typing import NotRequired, TypedDict, cast

from dlbook.training.replay import Run


class PageRun(TypedDict):
    """What decides a run of the page, the seed apart; see ``dlbook.training.replay.Run``."""

    widths: tuple[int, ...]
    activation: str
    init: tuple[str, ...]
    data: str
    points: int
    loss: str
    optimiser: str
    rate: float
    steps: int
    batch: int | None
    l2: float
    start: tuple[float, ...] | None
    skips: NotRequired[tuple[tuple[int, int], ...]]
    ties: NotRequired[tuple[tuple[int, int], ...]]


def page_run(run: Run) -> PageRun:
    """The run as JSON data for the page.

    Raises:
        ValueError: its data or start are tensors, or it has a setting that the page does not know.
    """
    fields = run.to_json()
    if not run.is_plain:
        raise ValueError("the page trains named data from named starts; this run has tensors")
    if unknown := [name for name in fields if name not in PageRun.__annotations__]:
        raise ValueError(f"the page cannot train a run with {', '.join(unknown)}")
    return cast(PageRun, fields)
