"""The statements at the top of a Python file, and which of them a name depends on.

Names are resolved by Python's own symbol tables: a local variable called ``draw`` does not reach
the function ``draw``. What only running can tell (``globals()``, ``importlib``) is not seen.
"""

import ast
import re
import symtable
import tokenize
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from dlbook.base.readable import NotTextError, decoded, line_at

DEEP = "too deeply nested for Python; make it flat"
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_GUARD = ast.dump(ast.parse('__name__ == "__main__"', mode="eval").body)
_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom,
    ast.Assign, ast.AnnAssign, ast.AugAssign,
)  # fmt: skip


class SourceError(Exception):
    """A source cannot be used as it stands; the message is one line for the author."""


def parse(source: bytes, shown: str) -> ast.Module:
    """The syntax tree of a file, which messages call ``shown``.

    Raises:
        SourceError: it is no text in UTF-8, holds what cannot be seen, or is not valid Python.
    """
    try:
        text = decoded(source)
        _refuse_unseen(text)
        _refuse_encoding(source)
    except NotTextError as error:
        raise SourceError(f"{shown}:{error.line}: {error}") from error
    with as_source_error(shown), warnings.catch_warnings(action="ignore"):
        tree = ast.parse(text)
        symtable.symtable(text, shown, "exec")  # refuses more than the parser does
    return tree


@contextmanager
def as_source_error(shown: str) -> Iterator[None]:
    """Say as an error of a source what Python says of it inside the block.

    Raises:
        SourceError: Python refuses it.
    """
    try:
        yield
    except SyntaxError as error:
        line = error.lineno or 1
        raise SourceError(f"{shown}:{line}: not valid Python: {error.msg}") from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(f"{shown}:1: {DEEP}") from error


def _refuse_unseen(text: str) -> None:
    """Characters that nobody sees would part two names, or turn the direction of a line."""
    for found in _FOREIGN.finditer(text):
        if unicodedata.category(found[0]) in ("Cf", "Co"):
            told = f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'private use')})"
            raise NotTextError(
                line_at(text, found.start()),
                f"{told} cannot be seen; delete it, or write it as {ascii(found[0])[1:-1]}",
            )


def _refuse_encoding(source: bytes) -> None:
    """A remark such as ``# coding: gbk`` would have Python read something else than people do."""
    try:
        said, lines = tokenize.detect_encoding(BytesIO(source).readline)
    except SyntaxError as error:
        raise NotTextError(1, f"{error.msg}; delete the remark, the file is UTF-8") from error
    if said not in ("utf-8", "utf-8-sig"):
        raise NotTextError(len(lines), f"says to be in {said}; delete that, the file is UTF-8")


@dataclass(frozen=True)
class Statement:
    """One statement at the top of a file: the names it binds and the names it needs.

    ``defines`` tells a definition, which counts where it is needed, from an effect such as a call,
    which always counts. ``top`` is the statement as it is written: of an import of several names,
    each of which is a statement here, the whole.
    """

    node: ast.stmt
    top: ast.stmt
    binds: frozenset[str]
    needs: frozenset[str]
    defines: bool

    @property
    def imports(self) -> bool:
        """Whether it is an import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    def touches(self, names: Iterable[str]) -> bool:
        """Whether it binds or needs one of the names."""
        return not (self.binds | self.needs).isdisjoint(names)


def statements(tree: ast.Module) -> list[Statement]:
    """The statements of a script, each import split into its names.

    The main guard is left out, and so are strings that stand alone.
    """
    body = (node for node in tree.body if not (_is_guard(node) or stands_alone(node)))
    return [_statement(node, top) for top in body for node in _split(top)]


def stands_alone(node: ast.AST) -> bool:
    """Whether a statement is a string and no more: a docstring, or a remark in quotes."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and not node.orelse and ast.dump(node.test) == _GUARD


def _split(node: ast.stmt) -> Iterator[ast.stmt]:
    if isinstance(node, ast.Import):
        yield from (ast.Import([alias]) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)
    else:
        yield node


def _statement(node: ast.stmt, top: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "<script>", "exec")
    symbols = table.get_symbols()
    bound = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    defines = isinstance(node, _DEFINITIONS)
    if isinstance(node, ast.ImportFrom):
        defines = node.module != "__future__" and node.names[0].name != "*"
    return Statement(node, top, frozenset(bound | _roots(node)), frozenset(_needs(table)), defines)


def needed(node: ast.stmt) -> frozenset[str]:
    """The names that a statement looks up at the top of its file."""
    return frozenset(_needs(symtable.symtable(ast.unparse(node), "<script>", "exec")))


def _roots(node: ast.stmt) -> set[str]:
    """Names in the targets of an assignment: ``TABLE`` in ``TABLE["x"] = 1``, which changes it."""
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        return set()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _needs(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that a scope and the scopes inside it look up at the top of the file."""
    outer = table.get_type() in ("module", "class")
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (outer or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _needs(child)


def reach(script: Iterable[Statement], names: Iterable[str]) -> set[str]:
    """The names at the top of the script on which ``names`` depend, themselves among them."""
    script, seen, waiting = list(script), set[str](), set(names)
    while waiting:
        seen |= waiting
        found = (statement.needs for statement in script if statement.binds & waiting)
        waiting = set().union(*found) - seen
    return seen


def reached(script: Sequence[Statement], names: Iterable[str]) -> list[Statement]:
    """The statements that ``names`` depend on, in the order of the file, and every effect."""
    effects = (statement for statement in script if not statement.defines)
    wanted = set(names).union(*(effect.needs | effect.binds for effect in effects))
    known = reach(script, wanted)
    return [statement for statement in script if not statement.defines or statement.binds & known]


def lines_of(found: Iterable[Statement]) -> set[int]:
    """Every line on which one of the statements stands."""
    tops = (each.top for each in found)
    return {n for top in tops for n in range(top.lineno, (top.end_lineno or top.lineno) + 1)}


def imported(nodes: Iterable[ast.AST], package: str) -> set[str]:
    """Every dotted name that the nodes import, at any depth, absolute.

    ``from a import b`` gives ``a`` and ``a.b``, since only the files tell whether ``b`` is a
    module. ``package`` is where relative imports start from.
    """
    found: set[str] = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*(parts if node.level else ()), *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found
