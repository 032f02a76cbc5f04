"""The definitions at the top of one file, one by one: what each says, and what it may use.

A definition is told as plain data, so that an unchanged file need not be parsed again. Its *loose*
piece leaves out the wording of errors, its *strict* piece holds it. A table whose entries have
names is also told entry by entry. What a statement may do when the file is imported is told by its
``calls``; :mod:`dlbook.engine.closure` decides which of them change something.
"""

import ast
from collections.abc import Iterator, Sequence

from dlbook.engine.memo import Facts
from dlbook.engine.saying import saying
from dlbook.engine.syntax import fingerprint
from dlbook.engine.wording import has_wording, without_wording
from dlbook.record.statements import Statement, imported, stands_alone

EFFECT = "a statement"
_MANAGED = ["contextlib.contextmanager"]
_HOOKS = frozenset(("__init__", "__new__", "__post_init__", "__getattribute__", "__getattr__"))


def definitions(file: Sequence[Statement], package: str) -> list[Facts]:
    """The statements of a file, each a definition or an effect; ``package`` is where it lies."""
    return [_facts(statement, package) for statement in file]


def of_script(script: Sequence[Statement]) -> list[Facts]:
    """The statements of a script; the defaults of ``Config`` are told one by one as well."""
    found = definitions(script, "")
    for statement, facts in zip(script, found, strict=True):
        node = statement.node
        if isinstance(node, ast.ClassDef) and node.name == "Config":
            facts["defaults"], bare = _without_defaults(node)
            facts["bare"] = fingerprint([bare])
    return found


def _facts(statement: Statement, package: str) -> Facts:
    node = statement.node
    if statement.imports and statement.defines:
        return _import(node, package)
    strict = saying(node, package, statement.needs)
    facts: Facts = {
        "label": ", ".join(sorted(statement.binds)) if statement.defines else EFFECT,
        "binds": sorted(statement.binds),
        "effect": not statement.defines,
        "patches": not _plain_targets(node),
        "strict": strict,
        "loose": saying(without_wording(node), package) if has_wording(node) else strict,
        "calls": sorted(set(_calls(node))),
        "plain": _plain(node),
        **_table(node, package),
    }
    if isinstance(node, ast.ClassDef):
        facts |= _class(node)
    return facts


def _import(node: ast.stmt, package: str) -> Facts:
    """An import of one name: what it binds, from which module, and under which name there."""
    loads = sorted(imported([node], package), key=len)
    if isinstance(node, ast.ImportFrom):
        (alias,), module, name = node.names, loads[0], node.names[0].name
        return {"import": [alias.asname or name, module, name], "loads": loads}
    assert isinstance(node, ast.Import)
    (alias,) = node.names
    top = alias.name if alias.asname else alias.name.partition(".")[0]
    return {"import": [alias.asname or top, top, None], "loads": loads}


def _plain_targets(node: ast.stmt) -> bool:
    """Whether an assignment binds names only, and not an attribute or an entry of something."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return True
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    inner = [part for target in targets for part in ast.walk(target)]
    return all(isinstance(n, ast.Name | ast.Tuple | ast.List | ast.Store) for n in inner)


def _calls(node: ast.AST) -> Iterator[str]:
    """Dotted names of what is called while the statement is executed, decorators among them."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            yield _dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
    inner: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inner = [*node.decorator_list, node.args, *filter(None, [node.returns])]
    elif isinstance(node, ast.Lambda):
        inner = [node.args]
    elif isinstance(node, ast.Call):
        yield _dotted(node.func)
    elif isinstance(node, ast.Await | ast.NamedExpr):
        yield "?"
    for child in inner:
        yield from _calls(child)


def _dotted(node: ast.AST) -> str:
    """``a.b.c``, or ``?.c`` where it does not begin with a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return "?"


def _plain(node: ast.stmt) -> bool:
    """Whether to call it changes nothing: a bare record, what only makes a function, a context."""
    if isinstance(node, ast.FunctionDef):
        waits = list(map(_dotted, node.decorator_list)) in (["contextmanager"], _MANAGED)
        return waits or (not node.decorator_list and all(map(_only_makes, node.body)))
    if isinstance(node, ast.ClassDef):
        made = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        fields = [part for part in node.body if not isinstance(part, ast.FunctionDef)]
        calls = any(isinstance(inner, ast.Call) for f in fields for inner in ast.walk(f))
        return not (node.bases or node.keywords or calls or made & _HOOKS)
    return False


def _only_makes(part: ast.stmt) -> bool:
    if isinstance(part, ast.FunctionDef):
        bare = part.args
        return not (part.decorator_list or bare.defaults or any(bare.kw_defaults))
    return stands_alone(part) or (isinstance(part, ast.Return) and isinstance(part.value, ast.Name))


def _class(node: ast.ClassDef) -> Facts:
    """Fields in order, classes above, and whether to derive from it may change something."""
    fields = [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    made = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
    bases = [_dotted(b.value if isinstance(b, ast.Subscript) else b) for b in node.bases]
    hooked = bool(node.keywords) or "__init_subclass__" in made
    return {"fields": fields, "bases": bases, "hooked": hooked}


def _table(node: ast.stmt, package: str) -> Facts:
    """The entries of a table by name, where each has one; or the table that it is made from."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return {}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        return {}
    value = node.value
    if isinstance(value, ast.DictComp) and (source := by_attribute(value)):
        return {"made_from": source}
    entries = list(_entries(value))
    if len(entries) < 2 or any(name is None for name, _, _ in entries):
        return {}
    return {
        "entries": [
            [name, maker, saying(without_wording(ast.Expr(part)), package)]
            for name, maker, part in entries
        ],
        "shell": fingerprint([targets[0]]) + type(value).__name__,
    }


def by_attribute(node: ast.DictComp) -> list[str] | None:
    """``[table, attribute]`` of ``{each.attribute: each for each in table}``."""
    one, key = node.generators[0], node.key
    plain = len(node.generators) == 1 and not one.ifs and not one.is_async
    if not plain or not isinstance(one.target, ast.Name) or not isinstance(one.iter, ast.Name):
        return None
    named = isinstance(key, ast.Attribute) and _dotted(key) == f"{one.target.id}.{key.attr}"
    if named and isinstance(key, ast.Attribute) and _dotted(node.value) == one.target.id:
        return [one.iter.id, key.attr]
    return None


def _entries(value: ast.expr) -> Iterator[tuple[str | None, str | None, ast.expr]]:
    """Name, maker and value of every entry; the name is ``None`` where it is not written out."""
    if isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            yield _text(key), None, part
    elif isinstance(value, ast.Tuple | ast.List):
        for part in value.elts:
            first = part.args[0] if isinstance(part, ast.Call) and part.args else None
            yield _text(first), _dotted(part.func) if isinstance(part, ast.Call) else None, part


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _without_defaults(config: ast.ClassDef) -> tuple[dict[str, str], ast.ClassDef]:
    """The written defaults of ``Config``, and the class without them."""
    defaults: dict[str, str] = {}
    body: list[ast.stmt] = []
    for node in config.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            defaults[node.target.id] = ast.unparse(node.value)
            node = ast.AnnAssign(node.target, node.annotation, None, node.simple)
        body.append(node)
    bare = ast.ClassDef(config.name, config.bases, config.keywords, body, config.decorator_list)
    return defaults, bare
