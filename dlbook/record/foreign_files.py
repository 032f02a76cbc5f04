"""Where a Python file reads what lies outside of it, told from its syntax.

What a figure's key covers is code, settings and versions. A file or a page that a run reads would
change its numbers unnoticed. Data that ship in a package are of its version.
"""

import ast
import re
from collections.abc import Mapping

from dlbook.record.dotted import called, dotted, every_node, imported_names

_READERS = re.compile(r"""
    open | (io|os|codecs|gzip|bz2|lzma|tarfile|numpy|shelve)\.open
    | os\.(fdopen|getenv|listdir|scandir|walk)
    | numpy\.(load|loadtxt|genfromtxt|fromfile|fromregex|memmap|lib\.format\.open_memmap)
    | torch\.(load|from_file|hub\.\w+) | torchvision\.(datasets|io)\.\w+
    | (json|pickle|tomllib|marshal|joblib|yaml|plistlib)\.(load|safe_load)
    | (pandas|polars)\.(read|scan)_\w+ | scipy\.io\.[\w.]+
    | zipfile\.(ZipFile|Path)
    | (matplotlib\.image|matplotlib\.pyplot|imageio(\.v\d)?)\.imread | PIL\.Image\.open
    | sklearn\.datasets\.(fetch_\w+|load_files|load_svmlight_files?) | runpy\.run_path
    | urllib\.request\.\w+ | requests\.\w+
""", re.VERBOSE)  # fmt: skip
_WRITTEN = re.compile("[wax]")  # of the mode of open: refused as it happens
_METHODS = re.compile(r"(.*\.)?(read_text|read_bytes)")
_IF_CALLED = re.compile(r"\.(glob|rglob|iterdir|open)")  # a field of a result may be called so
_SHIPPED = "importlib.resources."


def foreign_files(tree: ast.Module) -> list[tuple[int, str]]:
    """Each line that reads from outside, and what reads there."""
    names = {"open": "open", **imported_names(tree)}
    names |= dict.fromkeys(_bound(tree), "")
    calls = {id(node.func): node for node in every_node(tree) if isinstance(node, ast.Call)}
    found: dict[int, str] = {}
    for node in every_node(tree):
        if isinstance(node, ast.Name | ast.Attribute) and _reads(node, names, calls.get(id(node))):
            found.setdefault(node.lineno, called(node, names).lstrip("."))
    return sorted(found.items())


def _bound(tree: ast.Module) -> set[str]:
    """The names that the file gives a meaning of its own, somewhere."""
    found = (node for node in every_node(tree) if isinstance(node, ast.Name))
    return {node.id for node in found if not isinstance(node.ctx, ast.Load)}


def _reads(node: ast.Name | ast.Attribute, names: Mapping[str, str], call: ast.Call | None) -> bool:
    name = called(node, names)
    if name.endswith("open") and call and _writes(call, first=0 if name == ".open" else 1):
        return False
    if _METHODS.fullmatch(name) or (call and _IF_CALLED.fullmatch(name)):
        return not _is_shipped(node, names)
    return bool(_READERS.fullmatch(name))


def _writes(call: ast.Call, first: int) -> bool:
    """Whether the mode is one of writing; ``first`` is its place among the arguments."""
    named = (word.value for word in call.keywords if word.arg == "mode")
    given = [*call.args[first : first + 1], *named]
    return any(isinstance(m, ast.Constant) and _WRITTEN.search(str(m.value)) for m in given)


def _is_shipped(node: ast.AST, names: Mapping[str, str]) -> bool:
    """Whether a chain of calls and attributes begins with the files of a package."""
    while isinstance(node, ast.Attribute | ast.Call | ast.BinOp):
        parts = {ast.Attribute: "value", ast.Call: "func", ast.BinOp: "left"}
        node = getattr(node, parts[type(node)])
        if (dotted(node, names) or "").startswith(_SHIPPED):
            return True
    return False
