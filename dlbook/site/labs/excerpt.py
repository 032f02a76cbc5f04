"""Pieces of a script as its author wrote them, but for imports of no use and the other language."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from dlbook.record.scripts import pair
from dlbook.record.statements import Statement, parse

_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_HOLDERS = ast.keyword | ast.Assign | ast.AnnAssign | ast.Dict | ast.Call | ast.List | ast.Tuple
_WIDTH = 100  # of a line


@dataclass(frozen=True)
class Excerpts:
    """Pieces of the script ``whole``; of two languages that of the reader is number ``own``."""

    whole: str
    own: int

    @cached_property
    def tree(self) -> ast.Module:
        """The script's syntax.

        Raises:
            SourceError: it is not valid Python.
        """
        return parse(self.whole.encode(), "a figure script")

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.whole.encode().split(b"\n")

    @cached_property
    def _above(self) -> dict[ast.stmt, int]:
        """How many lines stand above a statement at the top, and above what introduces it."""
        ends = [0, *(node.end_lineno or node.lineno for node in self.tree.body)]
        return dict(zip(self.tree.body, ends, strict=False))

    def text(self, wanted: Iterable[Statement]) -> str:
        """Statements with the lines above them; of an import the names that are wanted."""
        pieces, apart = list[str](), False
        for top, parts in groupby(wanted, key=lambda each: each.top):
            piece = self._top(top, list(parts))
            if apart and not piece.startswith("\n\n"):  # what stood between is left out
                piece = "\n\n" + piece.lstrip("\n")
            pieces.append(piece)
            apart = isinstance(top, ast.FunctionDef | ast.ClassDef)
        return "\n".join(pieces).strip("\n")

    def _top(self, top: ast.stmt, parts: list[Statement]) -> str:
        first, last = self._above[top], top.end_lineno or top.lineno
        if isinstance(top, ast.Import | ast.ImportFrom) and len(parts) < len(top.names):
            above = [line.decode() for line in self._lines[first : top.lineno - 1]]
            return "\n".join([*above, _import(top, parts)])
        return self._in_one_language(top, b"\n".join(self._lines[first:last]), first)

    def expression(self, node: ast.expr, depth: int) -> str:
        """An expression, moved to ``depth`` levels; an argument of a claim stands two deep."""
        above = node.lineno - 1
        lines = b"\n".join(self._lines[above : node.end_lineno])
        start, end = self._span(node, above)
        after = len(lines) - end
        text = self._in_one_language(node, lines, above).encode()
        text = text[start : len(text) - after]
        return text.decode().replace("\n" + "    " * 2, "\n" + "    " * depth)

    def _in_one_language(self, whole: ast.AST, text: bytes, above: int) -> str:
        """The text, every pair of languages in ``whole`` replaced by the reader's own, twice."""
        for both in reversed(_pairs(whole)):
            (start, end), spans = self._span(both, above), [self._span(e, above) for e in both.elts]
            said = text[slice(*spans[self.own])]
            opening, closing = text[start : spans[0][0]], text[spans[1][1] : end]
            if b"\n" in closing:  # a line for each language
                twice = opening + said + b",\n" + closing.rpartition(b"\n")[2] + b" * 2"
            else:
                twice = b"(" + said + b",) * 2"
            text = text[:start] + twice + text[end:]
        return text.decode()

    def _span(self, node: ast.expr, above: int) -> tuple[int, int]:
        """Where a node begins and ends, in bytes of the text below so many lines."""

        def offset(line: int, column: int) -> int:
            return sum(len(row) + 1 for row in self._lines[above : line - 1]) + column

        last = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return offset(node.lineno, node.col_offset), offset(*last)


def _pairs(whole: ast.AST) -> list[ast.Tuple]:
    """The texts in both languages that a piece of syntax passes on as they are, in order."""
    found = [
        node
        for holder in ast.walk(whole)
        if isinstance(holder, _HOLDERS)
        for node in ast.iter_child_nodes(holder)
        if isinstance(node, ast.Tuple) and _in_two_languages(node)
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _in_two_languages(node: ast.Tuple) -> bool:
    both = pair(node)
    return both is not None and [bool(_CHINESE.search(text)) for text in both] == [True, False]


def _import(top: ast.Import | ast.ImportFrom, parts: list[Statement]) -> str:
    """An import of some of its names."""
    names = [
        alias for each in parts if isinstance(each.node, type(top)) for alias in each.node.names
    ]
    if isinstance(top, ast.Import):
        return ast.unparse(ast.Import(names))
    line = ast.unparse(ast.ImportFrom(top.module, names, top.level))
    if len(line) <= _WIDTH:
        return line
    head, _, listed = line.partition(" import ")
    return f"{head} import (\n    " + listed.replace(", ", ",\n    ") + ",\n)"
