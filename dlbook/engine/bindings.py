"""The modules of the package and one script, and which definition a name in them stands for."""

import re
from dataclasses import dataclass
from typing import Literal

from dlbook.engine.memo import Facts
from dlbook.engine.modules import Modules
from dlbook.record.statements import SourceError

SCRIPT = "<script>"
# What an expression may call, while a module is imported, without changing anything else.
_HARMLESS = re.compile(
    r"(dataclasses|typing|types|contextlib|contextvars|re|pathlib|math|statistics|fractions"
    r"|itertools|collections|collections\.abc|operator|enum)\.\w+(\.\w+)?"
    r"|functools\.(cache|lru_cache|wraps|partial|cached_property|total_ordering|singledispatch)"
    r"|numpy\.(array|arange|zeros|ones|linspace|u?int\d+|float\d+)"
    r"|torch\.(tensor|arange|zeros|ones|linspace|dtype)"
    r"|str\.maketrans|\?\.(join|format|split|inv_cdf|union|square|sqrt|double|long)"
)
_BUILTIN = frozenset((
    "abs", "bool", "bytes", "complex", "dict", "enumerate", "float", "frozenset", "int", "len",
    "list", "object", "property", "classmethod", "staticmethod", "range", "reversed", "round",
    "set", "slice", "str", "sum", "tuple", "zip", "ValueError", "TypeError", "super",
))  # fmt: skip
# What changes something else even in a script, whose definitions are taken to do nothing else.
_CHANGING = re.compile(
    r"(^|\.)(set_\w+|setattr|delattr|setdefault|manual_seed|seed|seterr|register\w*|append|extend"
    r"|update|pop|insert|add|remove|clear|__setattr__|__setitem__|filterwarnings)$"
)
# Functions of compiled modules, and the text whose bits each gives: the text counts, they do not.
_TEXT, _FORMULAS = "dlbook.arithmetic.one_model", "dlbook.arithmetic.specification"
_LEARNER = ((_TEXT, "Learner"), ("dlbook.training.batches", "Order"))
BY_TEXT: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "dlbook.arithmetic.elementwise": {
        name: ((_FORMULAS, name),)
        for name in ("exp", "log", "log1p", "sigmoid", "tanh", "sin", "cos")
    },
    "dlbook.arithmetic.matrices": {"product": ((_FORMULAS, "product"),)},
    "dlbook.arithmetic.stack": {
        "Trainer": _LEARNER,
        "train_stack": ((_TEXT, "trained"),),
        "gradients": ((_TEXT, "backward"),),
    },
    "dlbook.arithmetic.wide": {"WideTrainer": _LEARNER, "fitting": _LEARNER, "suits": ()},
    "dlbook.arithmetic.prediction": {
        "signals": ((_TEXT, "forward"),),
        "outputs": ((_TEXT, "forward"),),
        "mean_losses": ((_TEXT, "mean_loss_of"),),
    },
}


@dataclass(frozen=True)
class Target:
    """What a name stands for: a definition, all of a module, or something outside the package.

    ``direct`` tells that the name is the definition itself and not an attribute of it.
    """

    kind: Literal["definition", "all", "outside"]
    module: str
    number: int = -1
    direct: bool = True


Edge = tuple[str, tuple[Target, ...]]  # how a name is used, and what it stands for


class Bindings:
    """Definitions by module, and a script's under :data:`SCRIPT`."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._items: dict[str, list[Facts]] = {}
        self._index: dict[str, dict[str, list[int]]] = {}
        self._resolved: dict[tuple[str, str, str], tuple[Target, ...]] = {}
        self._always: dict[tuple[str, int], bool] = {}
        self._edges: dict[tuple[str, int], tuple[Edge, ...]] = {}
        self._shown = ""

    def open(self, shown: str, items: list[Facts]) -> None:
        """Take another script in hand, which messages call ``shown``."""
        self._resolved = {k: v for k, v in self._resolved.items() if k[0] != SCRIPT}
        self._always = {k: v for k, v in self._always.items() if k[0] != SCRIPT}
        self._edges = {k: v for k, v in self._edges.items() if k[0] != SCRIPT}
        self._index.pop(SCRIPT, None)
        self._items[SCRIPT], self._shown = items, shown

    def whole(self) -> str:
        """A hash of everything that a script can know."""
        return self._modules.everything()

    def inside(self, name: str) -> bool:
        """Whether a dotted name begins with the package."""
        return name == SCRIPT or self._modules.inside(name)

    def is_module(self, name: str) -> bool:
        """Whether a dotted name is a module of the package that counts, or the script."""
        known = name == SCRIPT or self._modules.path(name) is not None
        return known and name not in BY_TEXT

    def items(self, module: str) -> list[Facts]:
        """The statements of a module."""
        if module not in self._items:
            self._items[module] = self._modules.definitions(module)
        return self._items[module]

    def label(self, module: str, number: int) -> str:
        """A definition as messages name it: ``dlbook.mathematics.losses.loss``."""
        label = str(self.items(module)[number]["label"])
        return f"{self._shown}: {label}" if module == SCRIPT else f"{module}.{label}"

    def index(self, module: str) -> dict[str, list[int]]:
        """The statements that bind each name of a module."""
        if module not in self._index:
            found: dict[str, list[int]] = {}
            for number, item in enumerate(self.items(module)):
                for name in [item["import"][0]] if "import" in item else item["binds"]:
                    found.setdefault(name, []).append(number)
            self._index[module] = found
        return self._index[module]

    def resolve(self, module: str, root: str, chain: str) -> tuple[Target, ...]:
        """What a name at the top of a module, with attributes taken of it, stands for."""
        asked = (module, root, chain)
        if asked not in self._resolved:
            self._resolved[asked] = ()  # of modules that import each other in a circle
            self._resolved[asked] = tuple(dict.fromkeys(self._resolve(*asked)))
        return self._resolved[asked]

    def _resolve(self, module: str, root: str, chain: str) -> list[Target]:
        found: list[Target] = []
        for number in self.index(module).get(root, ()):
            item = self.items(module)[number]
            if "import" not in item:
                found.append(Target("definition", module, number, not chain))
                continue
            _, source, name = item["import"]
            path = ".".join(filter(None, [name, chain]))
            found += self._attribute(source, path) if path else self._module(source)
        if not found and self.is_module(f"{module}.{root}"):
            found = self._below(f"{module}.{root}", chain)
        return found

    def _module(self, name: str) -> list[Target]:
        if name in BY_TEXT:
            return self._texts(name, "")
        return [Target("all" if self.is_module(name) else "outside", name)]

    def _texts(self, module: str, path: str) -> list[Target]:
        """What a compiled module's function repeats; all that the module does where none is named.

        Raises:
            SourceError: nothing is known of a function of that name.
        """
        name, texts = path.partition(".")[0], BY_TEXT[module]
        if name and name not in texts:
            shown = self._modules.shown(module)
            raise SourceError(f"{shown}: no text is named that '{name}' repeats; see BY_TEXT")
        places = texts[name] if name else {place for each in texts.values() for place in each}
        return [target for place in sorted(places) for target in self.resolve(*place, "")]

    def _below(self, module: str, chain: str) -> list[Target]:
        return self._attribute(module, chain) if chain else [Target("all", module)]

    def _attribute(self, module: str, path: str) -> list[Target]:
        first, _, rest = path.partition(".")
        if module in BY_TEXT:
            return self._texts(module, path)
        if f"{module}.{first}" in BY_TEXT:
            return self._texts(f"{module}.{first}", rest)
        if not self.is_module(module):
            return [Target("outside", f"{module}.{path}")]
        if first in self.index(module):
            return list(self.resolve(module, first, rest))
        if self.is_module(f"{module}.{first}"):
            return self._below(f"{module}.{first}", rest)
        return [Target("all", module)]  # a star, or a module that answers for any name

    def edges(self, module: str, piece: Facts) -> tuple[Edge, ...]:
        """What each name that a piece of a module uses stands for, in the order of its uses."""
        asked = (module, id(piece))  # which lives as long as the items that hold it
        if asked not in self._edges:
            self._edges[asked] = tuple(
                (
                    "" if how == "lookup" and not self.is_lookup(module) else how,
                    self.resolve(module, root, chain),
                )
                for root, chain, how in piece["uses"]
            )
        return self._edges[asked]

    def roots(self, module: str, name: str | None) -> tuple[Target, ...]:
        """What a root stands for."""
        return (Target("all", module),) if name is None else self.resolve(module, name, "")

    def everything(self, module: str) -> tuple[Target, ...]:
        """All definitions of a module, and what it imports by name."""
        found: dict[Target, None] = {}
        for number, item in enumerate(self.items(module)):
            if "import" not in item:
                found[Target("definition", module, number)] = None
            elif module != SCRIPT:
                found.update(dict.fromkeys(self.resolve(module, item["import"][0], "")))
        return tuple(found)

    def effects(self, module: str) -> list[int]:
        """The statements of a module that always count."""
        numbers = range(len(self.items(module)))
        return [n for n in numbers if self.always(module, n)]

    def always(self, module: str, number: int) -> bool:
        """Whether a statement, executed on import, may change more than the names it binds."""
        place = (module, number)
        if place not in self._always:
            self._always[place] = True  # for one that needs itself to tell
            self._always[place] = self._is_effect(module, self.items(module)[number])
        return self._always[place]

    def _is_effect(self, module: str, item: Facts) -> bool:
        if "import" in item:
            return False
        if item["effect"]:
            return True
        if module == SCRIPT:
            foreign = any(self._is_imported(module, name) for name in item["binds"])
            changing = any(_CHANGING.search(call) for call in item["calls"])
            return (item["patches"] and foreign) or changing or item["binds"] == ["_"]
        hooked = any(self._is_hooked(module, base) for base in item.get("bases", ()))
        calls = (not self._is_harmless(module, call) for call in item["calls"])
        return item["patches"] or hooked or any(calls)

    def _is_imported(self, module: str, name: str) -> bool:
        return any("import" in self.items(module)[n] for n in self.index(module).get(name, ()))

    def _found(self, module: str, dotted: str) -> tuple[Target, ...]:
        root, _, chain = dotted.partition(".")
        return self.resolve(module, root, chain)

    def _is_hooked(self, module: str, base: str) -> bool:
        """Whether to derive from a class of the package may run code."""
        for target in self._found(module, base):
            if target.kind == "all":
                return True
            if target.kind == "definition":
                item = self.items(target.module)[target.number]
                deeper = item.get("bases", ())
                if item.get("hooked", True) or any(
                    self._is_hooked(target.module, name) for name in deeper
                ):
                    return True
        return False

    def _is_harmless(self, module: str, call: str) -> bool:
        found = self._found(module, call)
        if not found:
            return call in _BUILTIN or bool(_HARMLESS.fullmatch(call))
        return all(
            bool(_HARMLESS.fullmatch(target.module))
            if target.kind == "outside"
            else target.kind == "definition" and target.direct and self._is_plain(target)
            for target in found
        )

    def _is_plain(self, target: Target) -> bool:
        item = self.items(target.module)[target.number]
        return bool(item["plain"]) and not self.always(target.module, target.number)

    def is_lookup(self, module: str) -> bool:
        """Whether ``lookup`` in a module is that of :mod:`dlbook.base.lookup`."""
        found = self.resolve(module, "lookup", "")
        return [self.label(t.module, t.number) for t in found if t.kind == "definition"] == [
            f"{self._modules.name}.base.lookup.lookup"
        ]

    def is_table(self, module: str, number: int) -> bool:
        """Whether entries of a definition can be told apart when they are taken by name."""
        item = self.items(module)[number]
        if module == SCRIPT or "import" in item or self.always(module, number):
            return False
        if item["binds"] != [item["label"]] or len(self.index(module)[item["label"]]) > 1:
            return False
        if "made_from" in item:
            source, attribute = item["made_from"]
            found = self.resolve(module, source, "")
            return len(found) == 1 and self._is_listed(found[0], attribute)
        return "entries" in item

    def _is_listed(self, target: Target, attribute: str) -> bool:
        """Whether the entries of a table are records whose first field is that attribute."""
        if target.kind != "definition" or not self.is_table(target.module, target.number):
            return False
        entries = self.items(target.module)[target.number].get("entries", ())
        return bool(entries) and all(
            maker is not None
            and any(
                found.kind == "definition"
                and found.direct
                and self._is_plain(found)
                and self.items(found.module)[found.number].get("fields", [None])[0] == attribute
                for found in self._found(target.module, maker)
            )
            for _, maker, _ in entries
        )
