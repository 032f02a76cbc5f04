"""Where a Python file reads what lies outside of it, told from its syntax.

What a figure's key covers is code, settings and versions. A file, a web page or an environment
that a run reads would change its numbers unnoticed. Data that ship in a package are of its version.
"""

import ast
import re
from collections.abc import Mapping

from dlbook.record.dotted import called, dotted, imported_names

_READERS = re.compile(r"""
    (io|os|codecs|gzip|bz2|lzma|tarfile|numpy|shelve)\.open
    | os\.(environ|fdopen|getenv|listdir|popen|scandir|system|walk)
    | numpy\.(load|loadtxt|genfromtxt|fromfile|fromregex|memmap|lib\.format\.open_memmap)
    | torch\.(load|from_file|hub\.\w+) | torchvision\.(datasets|io)\.\w+
    | (json|pickle|tomllib|marshal|joblib|yaml|plistlib)\.(load|safe_load)
    | (pandas|polars)\.(read|scan)_\w+ | scipy\.io\.[\w.]+ | sqlite3\.connect
    | zipfile\.(ZipFile|Path)
    | (matplotlib\.image|matplotlib\.pyplot|imageio(\.v\d)?)\.imread | PIL\.Image\.open
    | sklearn\.datasets\.(fetch_\w+|load_files|load_svmlight_files?) | runpy\.run_path
    | urllib\.request\.\w+ | requests\.\w+ | subprocess\.\w+
""", re.VERBOSE)  # fmt: skip
_METHODS = re.compile(r"(.*\.)?(read_text|read_bytes)")
_IF_CALLED = re.compile(r"\.(glob|rglob|iterdir|open)")  # a field of a result may be called so
_SHIPPED = "importlib.resources."


def foreign_files(tree: ast.Module) -> list[tuple[int, str]]:
    """Each line that reads from outside, and what reads there."""
    names = imported_names(tree)
    calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_bound(node)}
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "open" and "open" not in {*names, *own}:
            found.setdefault(node.lineno, "open")
        elif isinstance(node, ast.Name | ast.Attribute) and _reads(node, names, id(node) in calls):
            found.setdefault(node.lineno, called(node, names).lstrip("."))
    return sorted(found.items())


def _is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _reads(node: ast.Name | ast.Attribute, names: Mapping[str, str], is_called: bool) -> bool:
    name = called(node, names)
    if _METHODS.fullmatch(name) or (is_called and _IF_CALLED.fullmatch(name)):
        return not _is_shipped(node, names)
    return bool(_READERS.fullmatch(name))


def _is_shipped(node: ast.AST, names: Mapping[str, str]) -> bool:
    """Whether a chain of calls and attributes begins with the files of a package."""
    while isinstance(node, ast.Attribute | ast.Call | ast.BinOp):
        parts = {ast.Attribute: "value", ast.Call: "func", ast.BinOp: "left"}
        node = getattr(node, parts[type(node)])
        if (dotted(node, names) or "").startswith(_SHIPPED):
            return True
    return False
