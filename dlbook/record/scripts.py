"""What the source of a figure script says, read without running it: the one reader of scripts.

Standard library only, so that the engine's keys, the labs' cells, the contract and the tests all
read through this module and :mod:`dlbook.record.statements`.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlbook.base.language import Pair
from dlbook.base.readable import decoded
from dlbook.record.statements import (
    SourceError,
    Statement,
    as_source_error,
    imported,
    parse,
    reached,
    statements,
)

# The names of the contract, in the order in which a script argues.
OWED = ("Config", "SMALL", "WORDS", "Result", "run", "check", "draw", "CLAIMS")
REPLAY = ("Replay", "replay")  # who offers one of these offers both
GRID, GRID_BUDGET = "GRID", "GRID_BUDGET"  # who offers one of these offers both
OFFERED = (
    *REPLAY, "outcome", "Explorable", "explorable", "BUDGET", "MACHINE", GRID, GRID_BUDGET,
)  # fmt: skip
COMPUTED = ("Config", "Result", "run")  # what these reach is what is trained


_HALF = re.compile(r"[\ud800-\udfff]")
_MEANT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # a line feed parts the lines of a label


def parse_script(source: bytes, shown: str) -> ast.Module:
    r"""The syntax tree of a script, which messages call ``shown``.

    Raises:
        SourceError: as :func:`dlbook.record.statements.parse`, or a text holds what no text of the
            book does: half of a character, or the form feed that ``"\frac"`` begins with.
    """
    tree = parse(source, shown)
    with as_source_error(shown), warnings.catch_warnings(action="ignore"):
        compile(decoded(source), shown, "exec", dont_inherit=True)  # what only running would tell
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if half := _HALF.search(node.value):
                told = "is half of a character; write the whole, as \\U and eight digits"
                raise SourceError(f"{shown}:{node.lineno}: {_written(half)} {told}")
            if control := _MEANT.search(node.value):
                told = f"the control character {_written(control)} stands in a text"
                remedy = "double the backslash, or write the text raw, as in r'\\frac'"
                raise SourceError(f"{shown}:{node.lineno}: {told}; {remedy}")
    return tree


def _written(character: re.Match[str]) -> str:
    return ascii(character[0])[1:-1]


def line_of_name(tree: ast.Module, name: str, field: str | None = None) -> int | None:
    """The line where a name is bound at the top of a script, or where a class declares a field."""
    lines = [
        inner.lineno
        for node in tree.body
        if name in _binds(node)
        for inner in ([node] if field is None else getattr(node, "body", ()))
        if field is None or field in _binds(inner)
    ]
    return lines[-1] if lines else None


def line_of_use(tree: ast.Module, names: Iterable[str], modules: Sequence[str]) -> int:
    """The first line of what ``names`` reach in a script where something of ``modules`` is used.

    Then of what importing the script executes; where the use is hidden in another module, the line
    of the last of the names.
    """
    script, names = statements(tree), list(names)
    theirs = tuple(modules)
    foreign = {name for each in script if _imports(each.node, theirs) for name in each.binds}
    uses = [each.top for each in reached(script, names) if not each.imports]
    rest = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    for tops in (
        uses,
        [node for node in rest if not isinstance(node, ast.Import | ast.ImportFrom)],
    ):
        inner = (node for top in tops for node in ast.walk(top))
        lines = [
            node.lineno
            for node in inner
            if (isinstance(node, ast.Name) and node.id in foreign)
            or (isinstance(node, ast.stmt) and _imports(node, theirs))
        ]
        if lines:
            return min(lines)
    return line_of_name(tree, names[-1]) or 1


def _imports(node: ast.stmt, modules: tuple[str, ...]) -> bool:
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return False
    return any(name.startswith(modules) for name in imported([node], ""))


def _binds(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def headline(path: Path) -> str:
    """The first line of a file's docstring: for a script, its claim."""
    try:
        text = ast.get_docstring(ast.parse(path.read_bytes())) or ""
    except (SyntaxError, ValueError):
        return ""
    return text.partition("\n")[0]


def value(script: Iterable[Statement], name: str) -> ast.expr | None:
    """What is assigned to a name at the top, if that is all that ever happens to it there."""
    binding = [s.node for s in script if name in s.binds or (not s.defines and name in s.needs)]
    only = binding[0] if len(binding) == 1 else None
    return only.value if isinstance(only, ast.Assign | ast.AnnAssign) else None


def pair(node: ast.expr | None) -> Pair | None:
    """A text in both languages, Chinese first, where it is written out."""
    texts = node.elts if isinstance(node, ast.Tuple) else []
    found = [text.value for text in texts if isinstance(text, ast.Constant)]
    if len(texts) == len(found) == 2 and all(isinstance(text, str) for text in found):
        return str(found[0]), str(found[1])
    return None


def labels(script: Iterable[Statement]) -> dict[str, Pair] | None:
    """The labels that the script draws, or ``None`` where they are computed."""
    words = value(script, "WORDS")
    if not isinstance(words, ast.Dict):
        return None
    found: dict[str, Pair] = {}
    for key, text in zip(words.keys, words.values, strict=True):
        both = pair(text)
        if not isinstance(key, ast.Constant) or both is None:
            return None
        found[str(key.value)] = both
    return found


@dataclass(frozen=True)
class Said:
    """One entry of ``CLAIMS`` as it is written: a claim, or a remark.

    ``given`` are the arguments that are passed by keyword; ``statement`` is ``None`` where it is
    not written out. ``line`` is that of the id.
    """

    call: str
    id: str
    line: int
    statement: Pair | None
    given: dict[str, ast.expr]


def claims(script: Iterable[Statement]) -> list[Said] | None:
    """What the script claims, or ``None`` where the list or the id of an entry is computed."""
    listed = value(script, "CLAIMS")
    if not isinstance(listed, ast.List | ast.Tuple):
        return None
    found = [_said(entry) for entry in listed.elts]
    return None if None in found else [said for said in found if said]


def line_of_entry(tree: ast.Module, claim_id: str, argument: str = "id") -> int | None:
    """The line of one argument of a claim; of its id, where that is not passed by keyword.

    ``None`` where the claim is not written out. Of two claims of one id it is the last.
    """
    said = [each for each in claims(statements(tree)) or () if each.id == claim_id]
    if not said:
        return None
    given = said[-1].given.get(argument)
    return said[-1].line if given is None else given.lineno


def place_of_claim(source: bytes, shown: str, claim_id: str) -> tuple[str, int]:
    """The same in a file that messages call ``shown``, which may be broken by now: then line 1."""
    try:
        tree = parse(source, shown)
    except SourceError:  # the engine says what is wrong with it
        return shown, 1
    return shown, line_of_entry(tree, claim_id) or 1


def _said(entry: ast.expr) -> Said | None:
    if not (isinstance(entry, ast.Call) and isinstance(entry.func, ast.Name)):
        return None
    given = {keyword.arg: keyword.value for keyword in entry.keywords if keyword.arg}
    name = given.get("id", entry.args[0] if entry.args else None)
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return None
    return Said(entry.func.id, name.value, name.lineno, pair(given.get("statement")), given)
