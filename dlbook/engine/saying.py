"""One piece of Python as plain data: its fingerprint, what it uses, which texts it can spell."""

import ast
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from dlbook.engine.syntax import fingerprint
from dlbook.engine.wording import reads_errors
from dlbook.record.statements import imported, needed, stands_alone

# What finds a definition by a text that only running can tell.
_DYNAMIC = frozenset((
    "globals", "eval", "exec", "__import__", "__globals__", "__builtins__", "__subclasses__",
    "f_globals", "f_locals", "f_back", "_getframe", "import_module", "getmodule",
))  # fmt: skip
_BARE = frozenset(("compile", "vars", "locals"))  # which are methods of other things too
# Where a text can come from, if not from the words that are written in the code.
_METHODS = frozenset((
    "replace", "translate", "maketrans", "removeprefix", "removesuffix", "strip", "lstrip",
    "rstrip", "decode", "fromhex", "read_text", "read_bytes", "swapcase", "read", "readline",
    "readlines", "expandtabs",
))  # fmt: skip
_READERS = frozenset(("open", "input", "chr", "loads", "load", "getenv", "environ", "argv"))
_WORD = re.compile(r"[^\W\d_]+")


def saying(node: ast.stmt, package: str, needs: frozenset[str] | None = None) -> dict[str, Any]:
    """What a statement says and uses.

    ``uses`` holds triples: a name at the top of the file, the attributes that are taken of it, and
    ``key`` or ``lookup`` where it is a table of which only entries are taken by name. ``needs`` are
    the names that it looks up, if they are known.
    """
    inner = list(ast.walk(node))
    names = set(_named(inner))
    uses = set(_uses(inner, needed(node) if needs is None else needs))
    return {
        "says": fingerprint([node]),
        "uses": sorted(uses),
        "words": _words(inner),
        "loads": sorted(_loads(inner, package)),
        "dynamic": not names.isdisjoint(_DYNAMIC) or any(map(_is_dynamic, inner)),
        "spells": any(map(_spells, inner)),
        "reads_errors": reads_errors(inner),
    }


def _loads(nodes: list[ast.AST], package: str) -> set[str]:
    return imported((n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)), package)


def _named(nodes: list[ast.AST]) -> Iterator[str]:
    for inner in nodes:
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            for alias in inner.names:
                yield from alias.name.split(".")


def _is_dynamic(node: ast.AST) -> bool:
    """Whether a node is ``sys.modules``, ``compile``, or ``vars()`` of the place itself."""
    if isinstance(node, ast.Attribute):
        return (
            node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id == "sys"
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BARE:
        return node.func.id == "compile" or not node.args
    return False


def _spells(node: ast.AST) -> bool:
    """Whether a node may make a text out of something else than written words, put together."""
    if isinstance(node, ast.Attribute):
        record = isinstance(node.value, ast.Name) and node.value.id == "dataclasses"
        return node.attr in _READERS or (node.attr in _METHODS and not record)
    if isinstance(node, ast.Name):
        return node.id in _READERS and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.alias):
        return node.name.rpartition(".")[2] in _READERS
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.JoinedStr | ast.Constant)


def _words(nodes: list[ast.AST]) -> list[str]:
    """The words of all texts in a piece but remarks, and of its names that can become texts."""
    remarks = {id(inner.value) for inner in nodes if _is_remark(inner)}
    texts = (_text(inner) for inner in nodes if id(inner) not in remarks)
    return sorted({word for text in texts for word in _WORD.findall(text.casefold())})


def _is_remark(node: ast.AST) -> TypeGuard[ast.Expr]:
    return stands_alone(node)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        value = node.value
        return value.decode("latin-1") if isinstance(value, bytes) else f"{value}"
    if isinstance(node, ast.keyword):
        return node.arg or ""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def spelt(key: str, known: set[str], running: str) -> bool:
    """Whether known words, or a part of one of them, put together can give a key.

    ``running`` is all of them, a space between. Case, digits, signs and the direction of
    reading are taken as given.
    """
    return all(
        _spelt(word, known, running) or _spelt(word[::-1], known, running)
        for word in _WORD.findall(key.casefold())
    )


def _spelt(word: str, known: set[str], running: str) -> bool:
    if word in running:
        return True
    ends = {0}
    for stop in range(1, len(word) + 1):
        if any(word[start:stop] in known for start in ends):
            ends.add(stop)
    return len(word) in ends


def _uses(nodes: list[ast.AST], needs: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    above = {child: parent for parent in nodes for child in ast.iter_child_nodes(parent)}
    seen: set[str] = set()
    for name in nodes:
        if not isinstance(name, ast.Name) or name.id not in needs:
            continue
        if isinstance(name.ctx, ast.Store):
            continue
        seen.add(name.id)
        inner: ast.expr = name
        chain: list[str] = []
        while isinstance(parent := above.get(inner), ast.Attribute):
            chain.append(parent.attr)
            inner = parent
        how = _how(inner, above)
        if not how and chain[-1:] == ["get"] and isinstance(above.get(inner), ast.Call):
            how = "key"
            chain.pop()
        yield name.id, ".".join(chain), how
    for rest in needs - seen:
        yield rest, "", ""


def _how(inner: ast.expr, above: dict[ast.AST, ast.AST]) -> str:
    parent = above.get(inner)
    if isinstance(parent, ast.Subscript) and parent.value is inner:
        return "key" if isinstance(parent.ctx, ast.Load) else ""
    if isinstance(parent, ast.Compare) and inner in parent.comparators:
        return "key" if all(isinstance(op, ast.In | ast.NotIn) for op in parent.ops) else ""
    if isinstance(parent, ast.Dict) and _is_spread(parent, inner):
        inner, parent = parent, above.get(parent)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        third = len(parent.args) == 3 and parent.args[2] is inner
        return "lookup" if third and parent.func.id == "lookup" else ""
    return ""


def _is_spread(table: ast.Dict, inner: ast.expr) -> bool:
    pairs = zip(table.keys, table.values, strict=True)
    return any(value is inner and key is None for key, value in pairs)
