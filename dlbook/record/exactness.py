"""Functions whose bits depend on the machine: what to use in their place, and who uses them.

torch, numpy and the library of C choose their methods by the processor's instructions, by the
number of threads, or by where an array lies; ``python -m benchmarks.machines`` shows which. What a
script computes with has the same bits everywhere, unless the script says why it cannot, in a table
at its top: ``MACHINE = {"differentiable": "the second derivatives are autograd's"}``.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dlbook.record.scripts import value
from dlbook.record.statements import Statement, reached

ALLOWED = "MACHINE"
_ELEMENTARY, _SUMS = "dlbook.mathematics.elementary", "dlbook.mathematics.sums"
_PRODUCT, _MEAN = f"{_SUMS}.product", f"{_SUMS}.mean"
_BY_LOG = f"{_ELEMENTARY}.log, and divide by the logarithm of the base"
_OWN = ("exp", "log", "log1p", "sigmoid", "tanh", "sin", "cos", "sqrt", "softplus")

# Functions of torch and numpy, and methods of their tensors.
OF_TENSORS = {
    **{f: f"{_ELEMENTARY}.{f}" for f in _OWN},
    **dict.fromkeys(("expit", "logsigmoid"), f"{_ELEMENTARY}.sigmoid"),
    **dict.fromkeys(("log2", "log10"), _BY_LOG),
    **dict.fromkeys(("xlogy", "entr"), f"{_ELEMENTARY}.xlogy"),
    **dict.fromkeys(("logaddexp", "expm1", "exp2", "pow", "rsqrt", "sinh", "cosh", "tan", "arccos",
                     "acos", "arcsin", "asin", "arctan", "atan", "arctan2", "atan2", "erf", "gelu",
                     "sinc", "lgamma", "ndtr", "ndtri", "hypot"),
                    f"what it is made of, from {_ELEMENTARY}"),
    **dict.fromkeys(("sum", "nansum", "trapezoid", "trapz"), f"{_SUMS}.total"),
    **dict.fromkeys(("mean", "nanmean"), _MEAN),
    **dict.fromkeys(("var", "std", "cov", "corrcoef"), f"{_SUMS}.variance"),
    **dict.fromkeys(("norm", "vector_norm", "cdist", "dist"), f"{_SUMS}.norm"),
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot", "vdot", "inner", "einsum", "addmm",
                     "baddbmm", "addmv", "tensordot"), _PRODUCT),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp", "logcumsumexp"), f"{_SUMS}.softmax"),
    **dict.fromkeys(("quantile", "nanquantile", "percentile"), f"{_SUMS}.quantile"),
    **dict.fromkeys(("lerp", "addcmul", "addcdiv"), "products and sums, one after the other"),
    **dict.fromkeys(("inv", "pinv", "solve", "lstsq", "qr", "svd", "eigh", "det", "polyfit", "fft",
                     "cholesky", "matrix_exp"), "sums and products that are written out"),
}  # fmt: skip
# Only functions: tensors have no such methods, or other things have methods of that name.
_MADE = {
    "linspace": "dlbook.mathematics.grids.linspace",
    "logspace": "dlbook.mathematics.grids.geomspace",
    "geomspace": "dlbook.mathematics.grids.geomspace",
}
_REPEATED = 3  # torch takes squares and cubes as products, and higher powers by logarithms
_EXACT = {"math": {"sqrt"}, "numpy": {"sqrt"}}  # which IEEE 754 has rounded exactly
_LIBRARIES = ("torch", "numpy", "math", "scipy")
# Functions of the book.
_OURS = {
    "dlbook.mathematics.losses.differentiable": "dlbook.mathematics.losses.mean_loss",
    "dlbook.mathematics.nets.differentiable": "Stack.predict",
    "dlbook.training.logistic.fit": "a Run with no hidden layer",
}


@dataclass(frozen=True)
class Use:
    """A function whose bits depend on the machine: its line, its name, and what to use instead."""

    line: int
    name: str
    instead: str


def uses(script: list[Statement], names: Iterable[str]) -> list[Use]:
    """What of them the definitions that ``names`` reach in a script use, by line.

    A tensor cannot be told from another value here: whatever has a method of such a name counts,
    unless it comes by its name from another library.
    """
    origins = dict(_origins(script))
    found = [
        use
        for statement in reached(script, names)
        if not statement.imports
        for node in ast.walk(statement.node)
        for use in _use(node, origins)
    ]
    return sorted(set(found), key=lambda use: (use.line, use.name))


def allowed(script: list[Statement]) -> dict[str, str]:
    """The names that the script allows itself, each with its reason."""
    table = value(script, ALLOWED)
    if not isinstance(table, ast.Dict):
        return {}
    pairs = zip(table.keys, table.values, strict=True)
    return {
        str(name.value): str(reason.value)
        for name, reason in pairs
        if isinstance(name, ast.Constant) and isinstance(reason, ast.Constant)
    }


def _origins(script: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """The dotted names for which imported names stand."""
    for statement in script:
        node = statement.node
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from ((a.asname or a.name, f"{module}.{a.name}") for a in node.names)
        elif isinstance(node, ast.Import):
            for a in node.names:
                top = a.name.partition(".")[0]
                yield (a.asname, a.name) if a.asname else (top, top)


def _use(node: ast.AST, origins: dict[str, str]) -> Iterator[Use]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield Use(node.lineno, "@", _PRODUCT)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and _is_rough(node):
        yield Use(node.lineno, "**", "products, or math.sqrt")
    elif isinstance(node, ast.keyword) and node.arg == "precision":
        if isinstance(node.value, ast.Constant) and node.value.value == "float32":
            yield Use(node.value.lineno, "float32", "float64")
    elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        dotted = _dotted(node, origins)
        name = dotted.rpartition(".")[2]
        if dotted in _OURS:
            yield Use(node.lineno, name, _OURS[dotted])
        elif instead := _replacement(dotted, name):
            yield Use(node.lineno, name, instead)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in OF_TENSORS and not _is_elsewhere(node.func.value, origins):
            yield Use(node.func.end_lineno or node.lineno, name, OF_TENSORS[name])


def _replacement(dotted: str, name: str) -> str | None:
    library = dotted.partition(".")[0]
    if library not in _LIBRARIES or name in _EXACT.get(library, ()):
        return None
    return OF_TENSORS.get(name) or _MADE.get(name)


def _is_rough(power: ast.BinOp) -> bool:
    """Whether a power is no repeated product: of a fraction, to a fraction, or a quotient."""
    base, exponent = power.left, power.right
    if isinstance(base, ast.Constant):
        return isinstance(base.value, float) and base.value != 2
    if isinstance(exponent, ast.Constant):
        return not isinstance(exponent.value, int) or exponent.value > _REPEATED
    return isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub)


def _dotted(node: ast.AST, origins: dict[str, str]) -> str:
    """The dotted name, its first part as it was imported; empty where it begins otherwise."""
    if isinstance(node, ast.Name):
        return origins.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, origins)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _is_elsewhere(receiver: ast.AST, origins: dict[str, str]) -> bool:
    """Whether a method is no tensor's: a function of a module, or of what another library makes."""
    if _dotted(receiver, origins):
        return True
    made = _dotted(receiver.func, origins) if isinstance(receiver, ast.Call) else ""
    return bool(made) and made.partition(".")[0] not in (*_LIBRARIES, "dlbook")
