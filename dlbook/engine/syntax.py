"""The fingerprint of a piece of Python.

Comments, blank lines and docstrings are no part of a piece: its fingerprint is that of the syntax
tree without them.
"""

import ast
import hashlib
from collections.abc import Iterable

from dlbook.record.statements import stands_alone


def fingerprint(nodes: Iterable[ast.AST]) -> str:
    """SHA-256 of syntax trees, blind to where they stand and to strings that stand alone."""
    words: list[str] = []
    for node in nodes:
        _spell(node, words)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def _spell(node: ast.AST, words: list[str]) -> None:
    """Append the tree in prefix order: kinds of nodes, brackets around lists, values quoted."""
    words.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            words.append("[")
            for item in value:
                if not isinstance(item, ast.AST):
                    words.append(repr(item))
                elif not stands_alone(item):
                    _spell(item, words)
            words.append("]")
        elif isinstance(value, ast.AST):
            _spell(value, words)
        else:
            words.append(repr(value))
