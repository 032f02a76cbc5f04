"""What a figure script offers, how it is loaded and how it is configured.

A script and the engine both know this contract, and neither knows the other.
"""

import ast
import dataclasses
import importlib.util
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import matplotlib.figure

from dlbook.base.language import Pair
from dlbook.base.readable import decoded
from dlbook.figures import style
from dlbook.record.claims import Claim, Remark
from dlbook.record.scripts import OWED, REPLAY, claims, line_of_name, parse_script, value
from dlbook.record.statements import SourceError, parse, statements
from dlbook.record.texts import CLAIM, FIGURE, TextError, Texts, read_texts

BUDGET = 600.0  # of wall time: a slow machine with a busy core takes five times its CPU-seconds
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


def where(script: Script, line: int | None = None) -> str:
    """The script as messages name it: ``figures_src/x.py:12``."""
    path = Path(script.__file__)
    return f"{path.parent.name}/{path.name}" + (f":{line}" if line else "")


@contextmanager
def blame(script: Script, stage: str) -> Iterator[None]:
    """Turn any exception inside the block into one line that names file, line and stage."""
    try:
        yield
    except FigureError:
        raise
    except (Exception, SystemExit, GeneratorExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f.lineno for f in frames if Path(f.filename) == Path(script.__file__)]
        what = " ".join(str(error).split()) or "no message"
        place = where(script, lines[-1] if lines else None)
        raise FigureError(f"{place}: {stage} raised {type(error).__name__}: {what}") from error


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
            # Not through the loader, whose stored bytecode can be a second older than the file.
            exec(compile(source, script.__file__, "exec"), module.__dict__)
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
        FigureError: it lacks a member, or a member is not what the contract wants.
    """
    missing = [name for name in OWED if not hasattr(script, name)]
    if missing:
        raise FigureError(f"{where(script, 1)}: the script lacks {', '.join(missing)}")
    if not (getattr(script, "__doc__", None) or "").strip():
        raise FigureError(
            f"{where(script, 1)}: no docstring; begin the script with what the figure claims, in"
            " one sentence"
        )
    for name in ("run", "check", "draw", "explorable", "replay", "outcome"):
        if not callable(getattr(script, name, len)):
            raise FigureError(f"{place_of(script, name)}: {name} must be a function")
    for name in ("Config", "Result"):
        if not _is_frozen(script, name):
            raise FigureError(f"{place_of(script, name)}: {name} must be a frozen dataclass")
    with blame(script, "Config()"):
        script.Config()
    _check_result(script)
    _check_replay(script)
    if not isinstance(script.SMALL, script.Config):
        raise FigureError(f"{place_of(script, 'SMALL')}: SMALL must be a Config")
    said = script.CLAIMS
    if not isinstance(said, Sequence) or not all(isinstance(c, Claim | Remark) for c in said):
        raise FigureError(
            f"{place_of(script, 'CLAIMS')}: CLAIMS must be a list of Claim(...) and Remark(...)"
        )
    _check_ids(script)
    _check_budget(script)
    _check_words(script)
    _check_texts(script)
    return script


def _check_ids(script: Script) -> None:
    """Every claim has an id of its own."""
    ids = [claim.id for claim in script.CLAIMS]
    for name in ids:
        if ids.count(name) > 1:
            said = claims(statements(_tree(script))) or []
            lines = [each.line for each in said if each.id == name]
            place = where(script, lines[-1]) if lines else place_of(script, "CLAIMS")
            raise FigureError(
                f"{place}: {name} is the id of {ids.count(name)} claims; give each its own"
            )


def _check_budget(script: Script) -> None:
    budget = getattr(script, "BUDGET", BUDGET)
    is_number = isinstance(budget, int | float) and not isinstance(budget, bool)
    if not is_number or not 0 < budget <= LONGEST:
        raise FigureError(
            f"{place_of(script, 'BUDGET')}: BUDGET is {budget!r}; give seconds of wall time, above"
            f" 0 and up to {LONGEST:g}"
        )


def _check_result(script: Script) -> None:
    """The result holds its config, and copies nothing of it."""
    fields = dataclasses.fields(script.Result)
    own = [field.name for field in fields if field.name == "config" or not _is_drawn(field)]
    settings = {field.name for field in dataclasses.fields(script.Config)}
    if "config" not in own:
        raise FigureError(f"{place_of(script, 'Result')}: Result needs the field 'config: Config'")
    for name in own:
        if name in settings:
            raise FigureError(
                f"{place_of(script, 'Result', name)}: Result.{name} repeats"
                f" Config.{name}; pages can cite the config, draw and check find it in res.config"
            )


def _is_drawn(field: dataclasses.Field[Any]) -> bool:
    """Whether a field holds tensors, which nobody cites."""
    return "Tensor" in str(field.type)


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


def _check_texts(script: Script) -> None:
    """Every text that is owed is there, and none that belongs to nothing."""
    found = texts(script)
    owed, offered = list(FIGURE), set(FIGURE)
    for claim in script.CLAIMS:
        owed += [f"{claim.id} {part}" for part in CLAIM[:2]] if isinstance(claim, Claim) else []
        offered |= {f"{claim.id} {part}" for part in CLAIM}
    for name in owed:
        if name not in found.sections:
            raise FigureError(
                f"{found.shown}: no section '# {name}'; add it, Chinese, then English"
            )
    for name in found.sections:
        if name not in offered:
            owner = name.partition(" ")[0]
            raise FigureError(f"{found.where(name)}: '# {name}', but the script has no {owner}")


def _check_replay(script: Any) -> None:
    """What a replay takes: its choices with their defaults, and the run that they stand for."""
    offered = [name for name in (*REPLAY, "outcome") if hasattr(script, name)]
    lacking = [name for name in REPLAY if name not in offered]
    if not offered:
        return
    if lacking:
        raise FigureError(
            f"{place_of(script, offered[0])}: the script has {offered[0]} but lacks {lacking[0]}"
        )
    if not _is_frozen(script, "Replay"):
        raise FigureError(f"{place_of(script, 'Replay')}: Replay must be a frozen dataclass")
    with blame(script, "Replay()"):
        script.Replay()


def _is_frozen(script: Script, name: str) -> bool:
    record_type = getattr(script, name)
    frozen = getattr(getattr(record_type, "__dataclass_params__", None), "frozen", False)
    return isinstance(record_type, type) and bool(frozen)


def _check_words(script: Script) -> None:
    if not isinstance(script.WORDS, Mapping):
        raise FigureError(f"{place_of(script, 'WORDS')}: WORDS must be a dict of (zh, en) pairs")
    for key, pair in script.WORDS.items():
        line = line_of_word(script, key)
        if not isinstance(pair, tuple) or len(pair) != 2 or not all(map(_is_text, pair)):
            raise FigureError(f"{where(script, line)}: WORDS['{key}'] needs a (zh, en) pair")
        if any(_opens(each) for text in pair for each in text.splitlines()):
            raise FigureError(
                f"{where(script, line)}: WORDS['{key}']: '$' is never closed in its line; close it,"
                " or write \\$ for the sign"
            )


def _opens(line: str) -> bool:
    """Whether a formula begins in a line of a label and does not end there."""
    return line.replace("\\$", "").count("$") % 2 == 1


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def place_of(script: Script, name: str, field: str | None = None) -> str:
    """Where a name is bound at the top of the script, or where a class declares a field."""
    return where(script, line_of_name(_tree(script), name, field))


def line_of_word(script: Script, key: object) -> int | None:
    """The line of a label in ``WORDS``, or of ``WORDS`` where it is computed."""
    tree = _tree(script)
    words = value(statements(tree), "WORDS")
    keys = words.keys if isinstance(words, ast.Dict) else []
    lines = [k.lineno for k in keys if isinstance(k, ast.Constant) and k.value == key]
    return lines[-1] if lines else line_of_name(tree, "WORDS")


def line_of(script: Script, text: str) -> int | None:
    """The first line of the script that holds ``text``."""
    lines = decoded(Path(script.__file__).read_bytes()).split("\n")
    return next((number for number, line in enumerate(lines, 1) if text in line), None)


def _tree(script: Script) -> ast.Module:
    return parse(Path(script.__file__).read_bytes(), where(script))


def configure(script: Script, settings: Mapping[str, str]) -> Any:
    """The script's ``Config`` with fields replaced, parsed by the type of their default.

    Raises:
        FigureError: no such field, or a value that does not parse or that ``Config`` refuses.
    """
    return _configure(script, "Config", settings)


def configure_replay(script: Script, settings: Mapping[str, str]) -> Any:
    """The script's ``Replay``, likewise.

    Raises:
        FigureError: as :func:`configure`, or the script has no ``Replay``.
    """
    if not hasattr(script, "Replay"):
        raise FigureError(f"{where(script)}: no Replay, so no run of this figure can be repeated")
    return _configure(script, "Replay", settings)


def _configure(script: Script, what: str, settings: Mapping[str, str]) -> Any:
    with blame(script, f"{what}()"):
        default = getattr(script, what)()
    fields = {field.name: getattr(default, field.name) for field in dataclasses.fields(default)}
    changed: dict[str, Any] = {}
    for name, text in settings.items():
        if name not in fields:
            raise FigureError(
                f"{where(script)}: {what} has no field '{name}'; it has {', '.join(fields)}"
            )
        changed[name] = _parse(script, name, text, fields[name])
    with blame(script, what):
        return dataclasses.replace(default, **changed)


def _parse(script: Script, name: str, text: str, like: Any) -> Any:
    kind = type(like).__name__
    try:
        if not isinstance(like, tuple):
            return _parse_one(text, like)
        kind = f"a tuple of {type(like[0]).__name__}, such as {','.join(map(str, like))}"
        return tuple(_parse_one(part.strip(), like[0]) for part in text.strip("(),").split(","))
    except (ValueError, TypeError, LookupError) as error:
        line = f"'{text}' is not a value for {name}, which is {kind}"
        raise FigureError(f"{where(script)}: {line}") from error


def _parse_one(text: str, like: Any) -> Any:
    if isinstance(like, bool):
        return {"true": True, "false": False}[text.lower()]
    if isinstance(like, int | float | str):
        return type(like)(text)
    raise TypeError(f"a {type(like).__name__} is not set from text")
