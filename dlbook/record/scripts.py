"""What the source of a figure script says, read without running it: the one reader of scripts.

Standard library only, so that the engine's keys, the labs' cells, the contract and the tests all
read through this module and :mod:`dlbook.record.statements`.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dlbook.base.language import Pair
from dlbook.record.statements import Statement

# The names of the contract, in the order in which a script argues.
OWED = ("Config", "SMALL", "WORDS", "Result", "run", "check", "draw", "CLAIMS")
REPLAY = ("Replay", "replay")  # who offers one of these offers both
OFFERED = (*REPLAY, "outcome", "Explorable", "explorable", "BUDGET")
COMPUTED = ("Config", "Result", "run")  # what these reach is what is trained


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


def _said(entry: ast.expr) -> Said | None:
    if not (isinstance(entry, ast.Call) and isinstance(entry.func, ast.Name)):
        return None
    given = {keyword.arg: keyword.value for keyword in entry.keywords if keyword.arg}
    name = given.get("id", entry.args[0] if entry.args else None)
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return None
    return Said(entry.func.id, name.value, name.lineno, pair(given.get("statement")), given)
