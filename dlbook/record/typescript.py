"""TypedDicts as TypeScript interfaces, read from their source, which is never run.

JSON has one type of number and one of list; what it cannot tell apart is one type here too. A
dictionary need not hold every key, so one over literals, ``dict[Loss, float]``, may miss some.
"""

import ast
import json
from pathlib import Path

_SIMPLE = {"int": "number", "float": "number", "str": "string", "bool": "boolean"}
_LISTS = ("list", "Sequence")
_MAPS = ("dict", "Mapping")
_MARKS = ("NotRequired", "Required", "ReadOnly")  # of a field, around its type


class TypeSourceError(ValueError):
    """A type that the page cannot have; the message says where it stands."""


class TypeSource:
    """What one Python file defines and imports at its top; ``shown`` is how messages call it.

    Raises:
        TypeSourceError: it is no Python.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        self.definitions: dict[str, ast.AST] = {}
        self.imports: dict[str, tuple[str, str]] = {}  # by the name here: module, name there
        try:
            body = ast.parse(path.read_bytes()).body
        except (OSError, SyntaxError) as error:
            line = getattr(error, "lineno", None) or 1
            text = getattr(error, "msg", None) or "there is no such file"
            raise TypeSourceError(f"{shown}:{line}: {text}") from error
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                self.definitions[node.name] = node
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.definitions[node.targets[0].id] = node.value
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for name in node.names:
                    self.imports[name.asname or name.name] = (node.module, name.name)


class Declarations:
    """TypeScript for types of one file and for all that these need.

    ``foreign`` are those that the file imports from ``dlbook``, as pairs of module and name.
    """

    def __init__(self, source: TypeSource) -> None:
        self._source = source
        self._written: dict[str, str] = {}
        self.shown = source.shown
        self.foreign: list[tuple[str, str]] = []

    @property
    def text(self) -> str:
        """The declarations, in the order of the file."""
        order = [name for name in self._source.definitions if name in self._written]
        return "\n".join(self._written[name] for name in order)

    def definition(self, name: str) -> ast.AST | None:
        """What the file itself defines under this name."""
        return self._source.definitions.get(name)

    def problem(self, node: ast.AST, text: str) -> TypeSourceError:
        """An error that says where in the file it arose."""
        return TypeSourceError(f"{self.shown}:{getattr(node, 'lineno', 1)}: {text}")

    def add(self, name: str, where: ast.AST) -> str:
        """Declare a type, once, and give its name in TypeScript.

        Raises:
            TypeSourceError: there is no such type, or it holds one that the page cannot have.
        """
        found = self.definition(name)
        if name in self._written:
            return name
        if isinstance(found, ast.ClassDef | ast.expr):
            self._written[name] = ""  # a type may hold itself
            if isinstance(found, ast.ClassDef):
                self._written[name] = self._interface(found)
            else:
                self._written[name] = self._alias(name, found)
            return name
        module, there = self._source.imports.get(name, ("", ""))
        if not module.startswith("dlbook."):
            raise self.problem(where, f"the page has no type {name}")
        if (module, there) not in self.foreign:
            self.foreign.append((module, there))
        return there

    def _alias(self, name: str, node: ast.expr) -> str:
        return f"export type {name} = {self._type(node)};\n"

    def _interface(self, node: ast.ClassDef) -> str:
        above = [base for base in node.bases if _name(base) != "TypedDict"]
        if not node.bases:
            raise self.problem(node, f"{node.name} is no TypedDict")
        total = all(ast.unparse(each) != "total=False" for each in node.keywords)
        named = ", ".join(self.add(_name(base), base) for base in above)
        fields = [self._field(each, total) for each in node.body if not _is_text(each)]
        head = f"export interface {node.name}{' extends ' if named else ''}{named} {{"
        return "\n".join([*_comment(ast.get_docstring(node)), head, *fields, "}", ""])

    def _field(self, node: ast.stmt, total: bool) -> str:
        if (
            not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name))
            or node.value
        ):
            raise self.problem(node, "a TypedDict holds fields with their types")
        kind, is_owed = node.annotation, total
        while isinstance(kind, ast.Subscript) and (mark := _name(kind.value)) in _MARKS:
            is_owed = is_owed if mark == "ReadOnly" else mark == "Required"
            kind = kind.slice
        return f"  readonly {node.target.id}{'' if is_owed else '?'}: {self._type(kind)};"

    def _type(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            later = ast.parse(node.value, mode="eval").body
            return self._type(ast.increment_lineno(later, node.lineno - 1))
        if isinstance(node, ast.Constant) and node.value is None:
            return "null"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return f"{self._type(node.left)} | {self._type(node.right)}"
        if isinstance(node, ast.Subscript):
            return self._generic(node)
        if isinstance(node, ast.Name):
            return _SIMPLE.get(node.id) or self.add(node.id, node)
        raise self.problem(node, f"the page has no type {ast.unparse(node)}")

    def _generic(self, node: ast.Subscript) -> str:
        name = _name(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        is_open = len(parts) == 2 and ast.unparse(parts[1]) == "..."
        if name == "Literal":
            return " | ".join(self._literal(part) for part in parts)
        if name in ("Optional", "Union"):
            return " | ".join([*map(self._type, parts), *["null"] * (name == "Optional")])
        if name == "tuple" and not is_open:
            return f"readonly [{', '.join(map(self._type, parts))}]"
        if name == "tuple" or (name in _LISTS and len(parts) == 1):
            inside = self._type(parts[0])
            return f"readonly {f'({inside})' if ' ' in inside else inside}[]"
        if name in _MAPS and len(parts) == 2:
            return self._record(node, *map(self._type, parts))
        raise self.problem(node, f"the page has no type {ast.unparse(node)}")

    def _record(self, node: ast.Subscript, key: str, value: str) -> str:
        if key in ("number", "boolean", "null"):
            raise self.problem(node, "a key of JSON is text: give a list instead")
        record = f"Record<{key}, {value}>"
        return f"Readonly<{record if key == 'string' else f'Partial<{record}>'}>"

    def _literal(self, node: ast.expr) -> str:
        try:
            return json.dumps(ast.literal_eval(node), ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise self.problem(node, f"the page has no literal {ast.unparse(node)}") from error


def _name(node: ast.expr) -> str:
    """The name of a type, without ``typing.`` or another module before it."""
    return ast.unparse(node).rpartition(".")[2]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _comment(text: str | None) -> list[str]:
    lines = (text or "").replace("*/", "* /").splitlines()
    if len(lines) < 2:
        return [f"/** {line} */" for line in lines]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]
