"""The package's public names, read from its source text; nothing of it is imported.

A page of the site must not load torch to say what a function does. What is shown are the packages
that a figure's script may use, and the arithmetic which they all compute by.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dlbook.base.readable import decoded

PACKAGES = ("base", "arithmetic", "mathematics", "training", "record", "figures")
_HOME = Path(__file__).parents[2]
_WIDTH = 88


@dataclass(frozen=True)
class Member:
    """A public function or class: its name, its head as code, and its docstring."""

    name: str
    head: str
    doc: str
    methods: tuple["Member", ...] = ()


@dataclass(frozen=True)
class Module:
    """A module by its name below the package, ``mathematics.rng``."""

    name: str
    doc: str
    members: tuple[Member, ...]


def page_of(module: str) -> str:
    """The page of a package, or of the package of a module, by its Markdown path."""
    return f"reference/{module.partition('.')[0]}.md"


def anchor(module: str, member: str = "") -> str:
    """Where a module or one of its members stands on its page."""
    name = module.partition(".")[2]
    return f"{name}-{member}" if member else name


def has(module: str) -> bool:
    """Whether a page describes that module."""
    package, _, name = module.partition(".")
    return package in PACKAGES and (_HOME / package / f"{name}.py").is_file()


def about(package: str) -> str:
    """What a package says of itself."""
    return _doc(ast.parse((_HOME / package / "__init__.py").read_bytes()))


def modules_of(package: str) -> list[Module]:
    """The modules of a package by name; private ones and private names are left out."""
    names = sorted(path.stem for path in (_HOME / package).glob("*.py"))
    return [module(f"{package}.{name}") for name in names if not name.startswith(("_", "."))]


def module(name: str) -> Module:
    """One module, ``mathematics.rng``."""
    path = _HOME.joinpath(*name.split(".")).with_suffix(".py")
    return read_module(name, decoded(path.read_bytes()))


@cache
def read_module(name: str, source: str) -> Module:
    """A module from its text."""
    tree = ast.parse(source)
    return Module(name, _doc(tree), tuple(map(_member, _public(tree.body))))


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def _doc(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    return ast.get_docstring(node) or ""


def _member(node: ast.FunctionDef | ast.ClassDef) -> Member:
    if isinstance(node, ast.FunctionDef):
        return Member(node.name, _function(node), _doc(node))
    return Member(node.name, _class(node), _doc(node), tuple(map(_member, _public(node.body))))


def _function(node: ast.FunctionDef) -> str:
    """The signature, an argument to a line if it is long, below what a caller must know of it."""
    marks = [f"@{ast.unparse(mark)}\n" for mark in node.decorator_list]
    kept = "".join(mark for mark in marks if mark in ("@property\n", "@classmethod\n"))
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    arguments = [each for each in _arguments(node.args) if each not in ("self", "cls")]
    line = f"def {node.name}({', '.join(arguments)}){returns}"
    if len(line) > _WIDTH:
        listed = "".join(f"    {each},\n" for each in arguments)
        line = f"def {node.name}(\n{listed}){returns}"
    return kept + line


def _arguments(given: ast.arguments) -> Iterator[str]:
    plain = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
    for place, (each, default) in enumerate(zip(plain, defaults, strict=True), 1):
        yield _argument(each, default)
        if place == len(given.posonlyargs):
            yield "/"
    if given.vararg:
        yield f"*{_argument(given.vararg)}"
    elif given.kwonlyargs:
        yield "*"
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _argument(each, default)
    if given.kwarg:
        yield f"**{_argument(given.kwarg)}"


def _argument(given: ast.arg, default: ast.expr | None = None) -> str:
    annotation = f": {ast.unparse(given.annotation)}" if given.annotation else ""
    equals = " = " if annotation else "="
    return given.arg + annotation + (f"{equals}{ast.unparse(default)}" if default else "")


def _class(node: ast.ClassDef) -> str:
    """The class with its fields, or with what its constructor takes."""
    marks = "".join(f"@{ast.unparse(mark)}\n" for mark in node.decorator_list)
    bases = ", ".join(map(ast.unparse, node.bases))
    lines = [
        f"    {ast.unparse(field)}\n"
        for field in node.body
        if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_")
    ]
    lines += [
        f"    {line}\n"
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for line in _function(method).removesuffix(" -> None").splitlines()
    ]
    head = f"{marks}class {node.name}" + (f"({bases})" if bases else "")
    return f"{head}:\n{''.join(lines)}".rstrip() if lines else head
