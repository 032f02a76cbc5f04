"""What a figure's page says of its script, read from the syntax; nothing is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

PACKAGE = "dlbook"


@dataclass(frozen=True)
class Choice:
    """What a reader may choose of a run: its name, and its default as it is typed."""

    name: str
    default: str


def choices(source: str) -> tuple[Choice, ...]:
    """The fields of ``Replay``; none if no run of the figure can be repeated alone."""
    return _told(source)[0]


@cache  # a server reads a script again only after an edit
def _told(source: str) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """The fields of ``Replay``, and the modules that are imported."""
    body = ast.parse(source).body
    return _choices(body), tuple(sorted({found for node in body for found in _imported(node)}))


def _choices(body: list[ast.stmt]) -> tuple[Choice, ...]:
    return tuple(
        Choice(field.target.id, _typed(field.value))
        for node in body
        if isinstance(node, ast.ClassDef) and node.name == "Replay"
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and field.value is not None
    )


def command(name: str, offered: tuple[Choice, ...]) -> str:
    """How to repeat a run; the seed is what readers change first."""
    first = next((each for each in offered if each.name == "seed"), offered[0])
    return f"dlbook run {name} --replay {first.name}={first.default}"


def used(source: str) -> tuple[str, ...]:
    """The modules of the package that the script imports, ``mathematics.rng``, in order."""
    return _told(source)[1]


def _typed(value: ast.expr) -> str:
    """A text without its quotes; what is computed as the script writes it."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return ast.unparse(value)


def _imported(node: ast.stmt) -> Iterator[str]:
    if not isinstance(node, ast.ImportFrom) or node.module is None or node.level:
        return
    parts = node.module.split(".")
    if parts[0] != PACKAGE:
        return
    if len(parts) == 2:  # from dlbook.mathematics import rng
        yield from (f"{parts[1]}.{alias.name}" for alias in node.names)
    elif len(parts) > 2:
        yield ".".join(parts[1:3])
