"""Where a Python file draws chance that no seed decides, read from its syntax.

The global generators of ``torch``, ``numpy`` and ``random`` are refused, for what they give depends
on whatever drew before. Only where torch offers nothing else (a layer draws its own weights) may
``torch.manual_seed`` stand above the draw, in the same function. What a library draws inside itself
cannot be read here; who runs the code watches the global generators instead.
"""

import ast
import re
from collections.abc import Iterator, Mapping

from dlbook.record.dotted import called, dotted, every_node, imported_names

# Each wants a seed or a generator among its keywords.
_SEEDED = re.compile(r"""
    torch\.(bernoulli|multinomial|normal|poisson|rand|randint|randn|randperm)
    | torch\.nn\.init\.(kaiming|normal|orthogonal|sparse|trunc_normal|uniform|xavier)\w*
    | torch\.utils\.data\.(DataLoader|random_split)
    | scipy\.optimize\.(basinhopping|differential_evolution|dual_annealing)
    | scipy\.stats\.(bootstrap|monte_carlo_test|permutation_test|qmc\.\w+)
""", re.VERBOSE)  # fmt: skip
_SEEDS = {"generator", "random_state", "rng", "seed"}
# Likewise, whatever it is a method of.
_METHODS = re.compile(
    r"(bernoulli|cauchy|exponential|geometric|log_normal|normal|random|uniform)_|rvs"
)
# Each is a generator of its own, and wants its seed.
_GENERATORS = re.compile(r"""
    random\.Random
    | numpy\.random\.(Generator|MT19937|PCG64|PCG64DXSM|Philox|RandomState|SFC64|SeedSequence
        |default_rng)
""", re.VERBOSE)  # fmt: skip
_NEVER = re.compile(r"""
    (numpy\.)?random\.(?!get_?state|set_?state)\w+ | secrets\.\w+ | os\.urandom | uuid\.uuid[14]
    | torch\.(rand|randint|randn)_like | torch\.seed | torch\.distributions\.[\w.]+
    | torch\.((nn\.functional|nn)\.)?(\w*[Dd]ropout\w*)
""", re.VERBOSE)  # fmt: skip
_LAYERS = re.compile(r"""
    torch\.nn\.(Bilinear|Conv\w+|Embedding\w*|GRU\w*|LSTM\w*|Linear|MultiheadAttention|RNN\w*
        |Transformer\w*)
""", re.VERBOSE)  # fmt: skip


def unseeded(tree: ast.Module) -> list[tuple[int, str]]:
    """The draws of a file that no seed decides: line, and what draws."""
    names = imported_names(tree)
    calls = {id(node.func): node for node in every_node(tree) if isinstance(node, ast.Call)}
    spans = list(_below_a_seed(tree, names))
    found = set(_unseeded_examples(tree, names))
    for node in every_node(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = called(node, names)
            seeded = any(first < node.lineno <= last for first, last in spans)
            if _draws(name, calls.get(id(node))) and not (seeded and name.startswith("torch.")):
                found.add((node.lineno, name))
    return sorted(found)


def _draws(name: str, call: ast.Call | None) -> bool:
    """Whether a name, called or passed on, draws chance without a seed."""
    given = {word.arg: word.value for word in call.keywords} if call else {}
    if _GENERATORS.fullmatch(name):
        first = next(iter([*call.args, *given.values()] if call else []), None)
        return call is not None and (first is None or ast.unparse(first) == "None")
    if _LAYERS.fullmatch(name):
        on_meta = "device" in given and ast.unparse(given["device"]) == "'meta'"
        return call is not None and not on_meta
    of_something = call is not None and _METHODS.fullmatch(name.rpartition(".")[2])
    if of_something or _SEEDED.fullmatch(name):
        return not any(ast.unparse(given[word]) != "None" for word in _SEEDS & given.keys())
    return bool(_NEVER.fullmatch(name))


def _below_a_seed(tree: ast.Module, names: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """From each ``torch.manual_seed`` to the end of the function that it stands in."""
    for scope in every_node(tree):
        if isinstance(scope, ast.FunctionDef):
            for node in ast.walk(scope):
                if isinstance(node, ast.Call) and dotted(node.func, names) == "torch.manual_seed":
                    yield node.lineno, scope.end_lineno or node.lineno


def _unseeded_examples(tree: ast.Module, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Tests whose examples hypothesis chooses anew each time."""
    for node in every_node(tree):
        if isinstance(node, ast.FunctionDef):
            said = {
                dotted(d.func, names): d for d in node.decorator_list if isinstance(d, ast.Call)
            }
            settings = said.get("hypothesis.settings")
            fixed = settings is not None and "derandomize=True" in ast.unparse(settings)
            if "hypothesis.given" in said and not (fixed or "hypothesis.seed" in said):
                yield node.lineno, "hypothesis.given"
