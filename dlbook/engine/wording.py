"""A definition without the wording of its errors.

What stands in the arguments of ``raise X(...)`` and after the comma of an ``assert`` decides which
words are read, not what is computed, as long as nobody catches the exception to read them; who
does is told by :func:`reads_errors`.
"""

import ast
import builtins
import copy

_SILENT = (
    ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.Name, ast.Attribute, ast.Load, ast.Tuple,
    ast.List, ast.Call, ast.BinOp, ast.operator, ast.IfExp, ast.keyword,
)  # fmt: skip
_READ = ("len", "str", "repr", "tuple", "list", "sorted", "map", "type")
_CATCHING = (
    "exc_info", "exception", "format_exc", "__exit__", "__aexit__", "return_exceptions",
    "excepthook", "last_value", "last_exc", "raises",
)  # fmt: skip
_LEAVING = (
    ast.Return, ast.Yield, ast.YieldFrom, ast.Continue, ast.Break, ast.Global, ast.Nonlocal,
    ast.NamedExpr, ast.Attribute, ast.Subscript,
)  # fmt: skip


def has_wording(node: ast.stmt) -> bool:
    """Whether a statement raises or asserts anything."""
    return any(isinstance(inner, ast.Raise | ast.Assert) for inner in ast.walk(node))


def without_wording(node: ast.stmt) -> ast.stmt:
    """A copy of a statement whose errors say nothing."""
    bare = _Bare().visit(copy.deepcopy(node))
    assert isinstance(bare, ast.stmt)
    return bare


class _Bare(ast.NodeTransformer):
    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            known = isinstance(node.exc.func, ast.Name) and _is_builtin(node.exc.func.id)
            args = [*node.exc.args, *(keyword.value for keyword in node.exc.keywords)]
            node.exc.args = [_blank(arg) for arg in args if not (known and _silent(arg))]
            node.exc.keywords = []
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        if node.msg:
            node.msg = None if _silent(node.msg) else _blank(node.msg)
        return node


def _is_builtin(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception)


def _silent(node: ast.expr) -> bool:
    """Whether to evaluate it only reads, so that nothing else than words depends on it."""
    for inner in ast.walk(node):
        if not isinstance(inner, _SILENT):
            return False
        if isinstance(inner, ast.Call):
            what = inner.func
            named = isinstance(what, ast.Name) and what.id in _READ
            if not (named or (isinstance(what, ast.Attribute) and what.attr == "join")):
                return False
    return True


def _blank(node: ast.expr) -> ast.expr:
    """The expression, its written-out texts empty."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            inner.value = ""
        elif isinstance(inner, ast.JoinedStr):
            inner.values = [v for v in inner.values if not isinstance(v, ast.Constant)]
    return node


def reads_errors(nodes: list[ast.AST]) -> bool:
    """Whether code may let an exception, or what it says, become part of something else.

    A handler that names the exception may not, if all it can do is raise.
    """
    for inner in nodes:
        if isinstance(inner, ast.ExceptHandler) and inner.name and not _only_raises(inner):
            return True
        if isinstance(inner, ast.Attribute) and inner.attr in _CATCHING:
            return True
        named = isinstance(inner, ast.Name) and inner.id in _CATCHING
        made = isinstance(inner, ast.FunctionDef) and inner.name in _CATCHING
        if named or made or (isinstance(inner, ast.keyword) and inner.arg in _CATCHING):
            return True
    return False


def _only_raises(handler: ast.ExceptHandler) -> bool:
    for inner in (part for statement in handler.body for part in ast.walk(statement)):
        stored = isinstance(getattr(inner, "ctx", None), ast.Store | ast.Del)
        if isinstance(inner, _LEAVING) and (stored or not isinstance(inner, ast.expr)):
            return False
    return isinstance(handler.body[-1], ast.Raise)
