"""What becomes of a figure in a worker's hands."""

from dataclasses import dataclass
from typing import Literal

from dlbook.engine.agreement import Agreement

Done = Literal["trained", "redrawn", "verified", "gridded", "failed"]


@dataclass(frozen=True)
class FigureOutcome:
    """What became of one figure; each error and each warning is one line.

    ``agreements`` are those of its findings on which a second opinion was asked for.
    """

    name: str
    done: Done
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
