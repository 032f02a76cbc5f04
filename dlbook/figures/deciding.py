"""What of a script decides a claim: the expressions that measure it, and all that they use."""

import ast
import copy
from collections.abc import Iterator
from typing import Any

from dlbook.figures.blaming import place_of, tree_of
from dlbook.figures.contract import FigureError, Script
from dlbook.record.claims import Claim
from dlbook.record.scripts import COMPUTED, Said, claims
from dlbook.record.statements import Statement, needed, reach, stands_alone, statements

# Where a factor and a budget are given what measures: the place of the argument, and its name.
_MEASURES = {"Factor": (1, "effect"), "Budget": (0, "change")}


def deciding_code(script: Script, claim: Claim[Any]) -> list[str]:
    """The measure and the effects as they are written, then the definitions that they use.

    These are constants and functions at the top of the script, without comments and docstrings;
    what ``run`` computes is not among them.

    Raises:
        FigureError: the claim or its measure is not written out in the list.
    """
    script_now = statements(tree_of(script))
    said = next((each for each in claims(script_now) or () if each.id == claim.id), None)
    if said is None or "measure" not in said.given:
        raise FigureError(
            f"{place_of(script, 'CLAIMS')}: what measures {claim.id} cannot be read; write CLAIMS"
            " as a list of Claim(id=…, measure=…, bound=…)"
        )
    expressions = list(_expressions(said))
    own = [each for each in script_now if _is_own(each)]
    names = reach(own, {name for each in expressions for name in needed(ast.Expr(each))})
    used = [ast.unparse(_bare(each.node)) for each in own if each.binds & names]
    return [*map(ast.unparse, expressions), *used]


def in_this_python(code: list[str]) -> list[str]:
    """Code as the running Python writes it: versions differ in quotes and brackets."""
    return [ast.unparse(ast.parse(text)) for text in code]


def _expressions(said: Said) -> Iterator[ast.expr]:
    yield said.given["measure"]
    for part in ("factors", "budget"):
        if part in said.given:
            for node in ast.walk(said.given[part]):
                yield from _measuring(node)


def _measuring(node: ast.AST) -> Iterator[ast.expr]:
    """A function written on the spot, or one that a factor or a budget is given by its name."""
    if isinstance(node, ast.Lambda):
        yield node
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        place, argument = _MEASURES.get(node.func.id, (len(node.args), ""))
        named = (each.value for each in node.keywords if each.arg == argument)
        for each in (*node.args[place : place + 1], *named):
            if not isinstance(each, ast.Lambda):
                yield each


def _is_own(statement: Statement) -> bool:
    """Whether it is a definition of the script beside what is trained and what is claimed."""
    elsewhere = {*COMPUTED, "CLAIMS"}
    return statement.defines and not statement.imports and not (statement.binds & elsewhere)


def _bare(node: ast.stmt) -> ast.stmt:
    """A definition without docstrings, which decide nothing."""
    bare = copy.deepcopy(node)
    for each in ast.walk(bare):
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            each.body = [inner for inner in each.body if not stands_alone(inner)] or [ast.Pass()]
    return bare
