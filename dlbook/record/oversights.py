"""What a script says and its author cannot mean, read without running it.

Python takes each of these without a word: an ``assert`` of a tuple always holds, of two entries
under one key the first is lost, a comparison that stands alone proves nothing.
"""

import ast
import warnings
from collections.abc import Iterator

from dlbook.record.chance import unseeded
from dlbook.record.dotted import every_node
from dlbook.record.foreign_files import foreign_files
from dlbook.record.scripts import COMPUTED, line_of_name
from dlbook.record.statements import Statement, lines_of, reached, statements

Oversight = tuple[int, str]  # its line, and what is wrong and what to do
_TESTS = ("all", "any", "isinstance", "bool", "equal", "allclose", "isclose", "array_equal")
_DEFINED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def oversights(tree: ast.Module) -> list[Oversight]:
    """Every oversight of a script, by its line."""
    top = statements(tree)
    found = [
        *_always_true(tree),
        *_keys(tree),
        *_bound_twice(tree.body, "defined"),
        *_fields(tree),
        *_proofs(tree),
        *_names_of_streams(tree),
        *_computing(top),
        *_out_of_sight(tree, top),
    ]
    lines = {line for line, _ in found}
    return sorted([*found, *(each for each in _warned(tree) if each[0] not in lines)])


def _warned(tree: ast.Module) -> Iterator[Oversight]:
    """What Python itself warns of, such as a comma that is missing between two texts."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        compile(tree, "<script>", "exec", dont_inherit=True)
    for each in heard:
        yield each.lineno, f"Python warns: {each.message}"


def _always_true(tree: ast.Module) -> Iterator[Oversight]:
    for node in every_node(tree):
        if isinstance(node, ast.Assert) and _is_true(node.test):
            yield (
                node.lineno,
                "this assert always holds, whatever it says; write assert TEST, 'what holds'",
            )


def _is_true(test: ast.expr) -> bool:
    if isinstance(test, ast.Tuple | ast.List | ast.Set):
        return bool(test.elts)
    if isinstance(test, ast.Constant):
        return bool(test.value)
    return isinstance(test, ast.GeneratorExp | ast.Lambda | ast.JoinedStr)


def _keys(tree: ast.Module) -> Iterator[Oversight]:
    for node in every_node(tree):
        if isinstance(node, ast.Dict):
            seen: dict[object, int] = {}
            for key in node.keys:
                if isinstance(key, ast.Constant):
                    if key.value in seen:
                        told = f"the key {key.value!r} stands in line {seen[key.value]} already"
                        yield key.lineno, f"{told}, and only the last would count; delete one"
                    seen[key.value] = key.lineno


def _fields(tree: ast.Module) -> Iterator[Oversight]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _bound_twice(node.body, f"a field of {node.name}")


def _bound_twice(body: list[ast.stmt], called: str) -> Iterator[Oversight]:
    seen: dict[str, int] = {}
    for node in body:
        if isinstance(node, _DEFINED):
            name = "" if _is_one_of_several(node) else node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        else:
            continue
        if name.strip("_") and name in seen:
            told = f"{name} is {called} in line {seen[name]} already"
            yield node.lineno, f"{told}, and only the last would count; delete one"
        seen[name] = node.lineno


def _is_one_of_several(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether definitions of one name belong together, such as a property and its setter."""
    written = [ast.unparse(each) for each in node.decorator_list]
    return any(each.endswith(("overload", "setter", "deleter")) for each in written)


def _proofs(tree: ast.Module) -> Iterator[Oversight]:
    """Of ``check``: what it returns nobody reads, and a test without assert proves nothing."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            for inner in _own(node):
                if isinstance(inner, ast.Return) and not _is_nothing(inner.value):
                    yield inner.lineno, "check returns something, which nobody reads; assert it"
                if isinstance(inner, ast.Expr) and _tests(inner.value):
                    yield inner.lineno, "this test is not asserted, so it proves nothing; assert it"


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a function, but not in a function inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own(child)


def _is_nothing(given: ast.expr | None) -> bool:
    return given is None or (isinstance(given, ast.Constant) and given.value is None)


def _tests(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        return name in _TESTS
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    return isinstance(node, ast.Compare | ast.BoolOp | ast.Tuple | ast.Name | ast.Attribute)


def _names_of_streams(tree: ast.Module) -> Iterator[Oversight]:
    for node in every_node(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("rng.stream", "rng.streams"):
            for part in node.args[1:]:
                if isinstance(part, ast.Constant) and type(part.value) not in (str, int):
                    told = f"{part.value!r} names no stream"
                    yield part.lineno, f"{told}; use texts and whole numbers, as in 'start', 3"


def _computing(script: list[Statement]) -> Iterator[Oversight]:
    """``draw`` draws what ``run`` has computed."""
    if any("run" in each.binds and not isinstance(each.top, _DEFINED) for each in script):
        return
    for each in reached(script, ["draw"]):
        if "draw" in each.binds or isinstance(each.top, ast.FunctionDef):
            for node in ast.walk(each.top):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "run":
                    told = "draw computes, by calling run"
                    yield node.lineno, f"{told}; draw what it is given, and compute the rest in run"


def _out_of_sight(tree: ast.Module, top: list[Statement]) -> Iterator[Oversight]:
    """What decides the numbers of a run without being part of the figure's key."""
    lines = lines_of(reached(top, COMPUTED))
    for line, name in unseeded(tree):
        if line in lines:  # what the rest draws is told as it draws
            told = f"{name.lstrip('.')} draws chance that no seed decides"
            yield line, f"{told}; take it from rng.stream(seed, 'name', k)"
    for line, name in foreign_files(tree):
        if line in lines:
            told = f"{name}: what run reads is no part of the figure's key"
            yield line, f"{told}; generate it, or take it from a package: sklearn.datasets.load_…"


def line_of_return(tree: ast.Module, name: str) -> int | None:
    """The last line on which a function at the top returns something; else that of its name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            lines = [each.lineno for each in _own(node) if isinstance(each, ast.Return)]
            if lines:
                return max(lines)
    return line_of_name(tree, name)
