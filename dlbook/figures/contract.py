"""What a figure script offers.

A script and the engine both know this contract, and neither knows the other.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import matplotlib.figure

from dlbook.base.language import Pair
from dlbook.figures import style
from dlbook.record.claims import Claim, Remark
from dlbook.record.records import Project
from dlbook.record.texts import TextError, Texts, read_texts

BUDGET = 600.0  # of wall time: a slow machine with a busy core takes five times its CPU-seconds
_SCRIPTS = "figures_src"
LONGEST = 86_400.0  # what no figure needs, and every timer can count


class FigureError(Exception):
    """A figure broke its contract; the message is one line for the author."""


class Script(Protocol):
    """What a module in ``figures_src`` offers, in the order in which it argues.

    ``run`` computes and never draws, ``draw`` draws and never computes, ``check`` raises
    ``AssertionError`` where something provable fails. ``SMALL`` is the tests' scale of the same
    code path. ``Result`` holds the config that it was made with in its field ``config``, so nothing
    of it is copied; values along an axis say which, see :mod:`dlbook.base.along`. ``WORDS`` are the
    labels that ``draw`` writes; what the page says about the figure stands beside the script, see
    :mod:`dlbook.record.texts`. An optional ``BUDGET`` bounds ``run`` in seconds of wall time
    (default 600).

    More is optional:

    - ``Replay``, a frozen dataclass of what a reader chooses of a run (all fields with defaults;
      ``seed`` among them, unless there is no chance in it), with ``replay(choice, cfg)``, which
      gives the :class:`dlbook.training.replay.Run` of that choice. What ``run`` trains, it trains
      through such a ``Run``; a script that trains has to offer it.
    - ``outcome(choice, fit)``, a few words on how such a run ended, see
      :class:`dlbook.training.train.Fit`.
    - ``GRID``, the ``Config`` of the cells in which claims with ``conventions`` are judged: the
      book's own with fewer seeds; and ``GRID_BUDGET``, what all cells may take in CPU-seconds. See
      :mod:`dlbook.figures.gridding`.
    - ``MACHINE``, the functions whose bits depend on the machine and which ``run`` cannot do
      without, each with its reason; see :mod:`dlbook.record.exactness`.
    - ``explorable(res)``, what the figure's explorable gets of the result, as JSON data of the
      script's ``TypedDict`` called ``Explorable``, rounded to what its pictures need. It is no part
      of ``run``: to change it redraws.
    """

    __name__: str
    __file__: str
    Config: Any
    Result: Any
    SMALL: Any
    WORDS: Mapping[str, Pair]
    CLAIMS: Sequence[Claim[Any] | Remark]

    def run(self, cfg: Any) -> Any:
        """Compute the ``Result`` of one ``Config``."""

    def check(self, res: Any) -> None:
        """Assert what is provable."""

    def draw(self, res: Any, t: style.Words) -> matplotlib.figure.Figure:
        """Draw the result in the language of ``t``."""


def name_of(script: Script) -> str:
    """The figure's name: the stem of its file."""
    return Path(script.__file__).stem


def project_of(script: Script) -> Project:
    """The book to which the script belongs: the folder around ``figures_src``."""
    folders = Path(script.__file__).parents
    return Project(next((each.parent for each in folders if each.name == _SCRIPTS), folders[0]))


def where(script: Script, line: int | None = None) -> str:
    """The script as messages name it: ``figures_src/x.py:12``."""
    path = Path(script.__file__)
    return f"{path.parent.name}/{path.name}" + (f":{line}" if line else "")


def texts(script: Script) -> Texts:
    """What the page says about the figure, from the file beside the script.

    Raises:
        FigureError: the file is missing or not as it should be.
    """
    path = Path(script.__file__).with_suffix(".md")
    try:
        return read_texts(path, f"{path.parent.name}/{path.name}")
    except TextError as error:
        raise FigureError(str(error)) from error
