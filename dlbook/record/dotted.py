"""The full names of what a Python file uses: ``numpy.random.rand`` where it says ``np.random``."""

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache


@lru_cache(maxsize=2)
def every_node(tree: ast.Module) -> tuple[ast.AST, ...]:
    """All of a tree, walked once, however many questions are asked of it."""
    return tuple(ast.walk(tree))


def imported_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: ``np`` for ``numpy``, ``rand`` for ``torch.rand``."""
    return dict(_imported(tree))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in every_node(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or whole, whole
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def dotted(node: ast.AST, names: Mapping[str, str]) -> str | None:
    """The full name of ``np.random.rand`` where ``np`` is imported, else ``None``."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "__import__" and node.args:
        module = node.args[0]
        return str(module.value) if isinstance(module, ast.Constant) else None
    base = dotted(node.value, names) if isinstance(node, ast.Attribute) else None
    return f"{base}.{node.attr}" if isinstance(node, ast.Attribute) and base else None


def called(node: ast.AST, names: Mapping[str, str]) -> str:
    """The full name of a name or an attribute; ``.attr`` where it is one of something computed."""
    return dotted(node, names) or (f".{node.attr}" if isinstance(node, ast.Attribute) else "")
