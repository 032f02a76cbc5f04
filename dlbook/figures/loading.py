"""A script is loaded: imported from its file, and held against the contract."""

import importlib.util
import sys
import warnings
from pathlib import Path
from typing import cast

from dlbook.base.readable import decoded
from dlbook.figures import bilingual, claimed, conventions, members
from dlbook.figures.blaming import blame, tree_of
from dlbook.figures.contract import FigureError, Script, where
from dlbook.record.oversights import oversights
from dlbook.record.scripts import OWED, parse_script
from dlbook.record.statements import SourceError


def load(path: Path) -> Script:
    """Import a script from its file.

    Raises:
        FigureError: it does not import, or lacks a member of the contract.
    """
    # The prefix keeps a script called random.py from taking the place of the library's module.
    name = f"figures_src.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise FigureError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    script = cast(Script, module)
    sys.modules[name] = module  # dataclasses look their module up by name
    source = _source(path, where(script))
    try:
        with blame(script, "import"):
            with warnings.catch_warnings(action="ignore"):  # told below, with its line
                code = compile(source, script.__file__, "exec", dont_inherit=True)
            # Not through the loader, whose stored bytecode can be a second older than the file.
            exec(code, module.__dict__)
    except FigureError as error:
        if isinstance(error.__cause__, SyntaxError):
            raise FigureError(_unreadable(path, error.__cause__)) from error
        raise
    return conforming(script)


def _source(path: Path, shown: str) -> str:
    try:
        source = path.read_bytes()
        parse_script(source, shown)
        return decoded(source)
    except OSError as error:
        raise FigureError(f"{shown}: cannot be read ({error.strerror}); restore it") from error
    except SourceError as error:
        raise FigureError(str(error)) from error


def _unreadable(path: Path, error: SyntaxError) -> str:
    culprit = Path(error.filename or path)  # the script, or a module that it imports
    line = f":{error.lineno}" if error.lineno else ""
    return f"{culprit.parent.name}/{culprit.name}{line}: not valid Python: {error.msg}"


def conforming(script: Script) -> Script:
    """The script itself, if it keeps the contract.

    Raises:
        FigureError: it lacks a member, a member is not what the contract wants, or something in it
            says another thing than its author means.
    """
    missing = [name for name in OWED if not hasattr(script, name)]
    if missing:
        raise FigureError(f"{where(script, 1)}: the script lacks {', '.join(missing)}")
    if not (getattr(script, "__doc__", None) or "").strip():
        raise FigureError(
            f"{where(script, 1)}: no docstring; begin the script with what the figure claims, in"
            " one sentence"
        )
    for line, told in oversights(tree_of(script)):
        raise FigureError(f"{where(script, line)}: {told}")
    members.refuse_strangers(script)
    claimed.refuse_unjudged(script)
    conventions.refuse_gridless(script)
    bilingual.refuse_words(script)
    bilingual.refuse_texts(script)
    return script
