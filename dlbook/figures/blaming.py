"""Where in a script an error belongs: the line that was at work, or the one that has to change."""

import ast
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import dlbook
from dlbook.base.readable import decoded
from dlbook.figures.contract import FigureError, Script, where
from dlbook.record import scripts
from dlbook.record.scripts import line_of_name, value
from dlbook.record.statements import parse, statements

_PACKAGE = Path(dlbook.__file__).parent


@contextmanager
def blame(script: Script, stage: str, at: int | None = None) -> Iterator[None]:
    """Turn any exception inside the block into one line that names file, line and stage.

    ``at`` is the line that is to blame where none of the script was at work.
    """
    try:
        yield
    except FigureError:
        raise
    except (Exception, SystemExit, GeneratorExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [n for n, f in enumerate(frames) if Path(f.filename) == Path(script.__file__)]
        what = " ".join(str(error).split()) or "no message"
        place = where(script, frames[own[-1]].lineno if own else at)
        beyond = _beyond(error, frames[own[-1] + 1 :] if own else [])
        told = f"{stage} raised {type(error).__name__}: {what}{beyond}"
        raise FigureError(f"{place}: {told}") from error


def _beyond(error: BaseException, called: list[traceback.FrameSummary]) -> str:
    """The line of the package at which what the script called went wrong.

    Not where the package refuses what it was given: then the script's line has to change.
    """
    ours = [each for each in called if _PACKAGE in Path(each.filename).parents]
    if not ours:
        return ""
    last = ours[-1]
    refuses = isinstance(error, ValueError | LookupError | ArithmeticError)
    if refuses and (last.line or "").startswith("raise ") and last.name != "<module>":
        return ""
    return f" (in {Path(last.filename).relative_to(_PACKAGE.parent).as_posix()}:{last.lineno})"


def place_of(script: Script, name: str, field: str | None = None) -> str:
    """Where a name is bound at the top of the script, or where a class declares a field."""
    return where(script, line_at_top(script, name, field))


def line_at_top(script: Script, name: str, field: str | None = None) -> int | None:
    """The line to which :func:`place_of` leads."""
    return line_of_name(tree_of(script), name, field)


def line_of_word(script: Script, key: object) -> int | None:
    """The line of a label in ``WORDS``, or of ``WORDS`` where it is computed."""
    tree = tree_of(script)
    words = value(statements(tree), "WORDS")
    keys = words.keys if isinstance(words, ast.Dict) else []
    lines = [k.lineno for k in keys if isinstance(k, ast.Constant) and k.value == key]
    return lines[-1] if lines else line_of_name(tree, "WORDS")


def line_of(script: Script, text: str) -> int | None:
    """The first line of the script that holds ``text``."""
    lines = decoded(Path(script.__file__).read_bytes()).split("\n")
    return next((number for number, line in enumerate(lines, 1) if text in line), None)


def line_of_claim(script: Script, claim_id: str, argument: str = "id") -> int | None:
    """The line of one argument of a claim; of its id, or of ``CLAIMS``, where that is not said."""
    written = scripts.line_of_entry(tree_of(script), claim_id, argument)
    return written or line_of(script, f'"{claim_id}"') or line_at_top(script, "CLAIMS")


def tree_of(script: Script) -> ast.Module:
    """The syntax tree of the script as its file is now."""
    return _parsed(Path(script.__file__).read_bytes(), where(script))


@lru_cache(maxsize=4)
def _parsed(source: bytes, shown: str) -> ast.Module:
    return parse(source, shown)
