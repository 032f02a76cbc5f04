"""What names at the top of a script reach, definition by definition, through all of the package."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from dlbook.engine.bindings import SCRIPT, Bindings, Edge, Target
from dlbook.engine.memo import Facts
from dlbook.engine.saying import spelt

Roots = tuple[tuple[str, str | None], ...]
Spot = tuple[str, int]  # a module, and the number of a statement in it
HASH = "sha256:"
_REFLECTING = ("importlib", "inspect", "pkgutil", "runpy", "gc.", "ctypes", "pickle", "builtins",
               "sys.modules", "sys._getframe")  # fmt: skip


@dataclass
class Closure:
    """Everything that ``roots`` reach; see :mod:`dlbook.engine.key` for what counts and why.

    Args:
        library: the modules, and the script under its name there.
        roots: pairs of a module and a name in it, or ``None`` for all of it.
        given: texts that come from outside, such as the settings of a command.
        strict: whether the wording of errors counts, and every table as a whole.
        skip: beginnings of modules that do not count where the script imports and never uses them.
    """

    library: Bindings
    roots: Roots
    given: tuple[str, ...] = ()
    strict: bool = False
    skip: tuple[str, ...] = ()
    whole: set[Spot] = field(default_factory=set)
    by_key: dict[Spot, set[int]] = field(default_factory=dict)
    modules: dict[str, None] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    dynamic: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._words = {word for text in self.given for word in text.casefold().split()}
        self.taken_whole: set[str] = set()
        self._keyed: set[Spot] = set()
        self._spells = self.reads_errors = False
        for module, name in self.roots:
            if name is None:
                self._take(Target("all", module), "")
            else:
                for target in self.library.resolve(module, name, ""):
                    self._take(target, "")
        while self._open_entries():
            pass

    # --- the walk ---

    def _load(self, module: str) -> None:
        """Importing a module imports others, and executes what it does beside defining."""
        if module in self.modules:
            return
        self.modules[module] = None
        parent = module.rpartition(".")[0]
        if parent:
            self._load(parent)
        for number, item in enumerate(self.library.items(module)):
            if "import" in item:
                self._import(self._loaded(module, item["loads"]))
            elif self.library.always(module, number):
                self._visit((module, number), keyed=False)

    def _loaded(self, module: str, names: Iterable[str]) -> list[str]:
        """Of what a script imports, only what it uses counts beside what importing ours does."""
        here = self.library.inside
        wanted = (n for n in names if here(n) and not n.startswith(self.skip))
        return list(wanted if module == SCRIPT else names)

    def _import(self, names: Iterable[str]) -> None:
        for name in names:
            if self.library.is_module(name):
                self._load(name)
            elif not self.library.inside(name):
                self.outside.add(name.partition(".")[0])

    def _take(self, target: Target, how: str) -> None:
        if target.kind == "outside":
            self.outside.add(target.module.partition(".")[0])
            if target.module.startswith(_REFLECTING):
                self.dynamic.add(target.module)
        elif target.kind == "all":
            self._take_all(target.module)
        else:
            self._visit((target.module, target.number), keyed=bool(how) and target.direct)

    def _take_all(self, module: str) -> None:
        if module in self.taken_whole:
            return
        self.taken_whole.add(module)
        self._load(module)
        for target in self.library.everything(module):
            self._take(target, "")

    def _visit(self, place: Spot, keyed: bool) -> None:
        item = self.library.items(place[0])[place[1]]
        self._load(place[0])
        keyed = keyed and not self.strict and self.library.is_table(*place)
        if place in self.whole and (keyed or place not in self._keyed):
            return
        if keyed and "entries" in item:
            self.by_key.setdefault(place, set())
            return
        self.by_key.pop(place, None)
        self._keyed.discard(place)
        self.whole.add(place)
        if keyed:
            self._keyed.add(place)
        self._read(place, self._piece(item))

    def _piece(self, item: Facts) -> Facts:
        piece: Facts = item["strict" if self.strict else "loose"]
        return piece

    def _read(self, place: Spot, piece: Facts) -> None:
        self._words.update(piece["words"])
        self._spells |= piece["spells"]
        self.reads_errors |= piece["reads_errors"]
        if piece["dynamic"]:
            self.dynamic.add(self.library.label(*place))
        for name in piece["loads"]:
            if self.library.is_module(name):
                self._take_all(name)
        self._import(piece["loads"])
        for how, targets in self._edges(place, piece):
            for target in targets:
                self._take(target, how)

    def _edges(self, place: Spot, piece: Facts) -> tuple[Edge, ...]:
        module, number = place
        edges = self.library.edges(module, piece)
        if place not in self._keyed:
            return edges
        made_from = self.library.items(module)[number].get("made_from", [None])[0]
        pairs = zip(piece["uses"], edges, strict=True)
        return tuple(("key" if root == made_from else how, to) for (root, *_), (how, to) in pairs)

    def _open_entries(self) -> bool:
        """Count the entries whose names can be spelt by now; whether there are more of them."""
        running, more = " ".join(self._words), False
        for place, taken in list(self.by_key.items()):
            entries = self.library.items(place[0])[place[1]]["entries"]
            for number, (name, _, piece) in enumerate(entries):
                if place not in self.by_key or number in taken:
                    continue
                if self._spells or spelt(name, self._words, running):
                    taken.add(number)
                    more = True
                    self._read(place, piece)
        return more

    # --- what was found ---

    def places(self) -> set[Spot]:
        """Every statement of which something counts."""
        return self.whole | {place for place, taken in self.by_key.items() if taken}

    def _counts(self, place: Spot) -> bool:
        """Whether something of a statement counts."""
        return place in self.whole or bool(self.by_key.get(place))

    def parts(self) -> dict[str, str]:
        """A part for each definition, and for each entry of a table of which only some count."""
        said: dict[str, list[str]] = {}
        plain: dict[str, str] = {}
        for place in sorted(self.places()):
            item = self.library.items(place[0])[place[1]]
            plain |= {f"config: {name}": value for name, value in item.get("defaults", {}).items()}
            for label, says, _ in self._told(place):
                said.setdefault(label, []).append(item.get("bare", says))
        return plain | {label: HASH + _of_texts(*texts) for label, texts in said.items()}

    def _told(self, place: Spot) -> Iterator[tuple[str, str, Facts]]:
        item, label = self.library.items(place[0])[place[1]], self.library.label(*place)
        if place in self.whole:
            piece = self._piece(item)
            yield label, piece["says"], piece
            return
        for number in sorted(self.by_key[place], key=lambda n: str(item["entries"][n][0])):
            name, _, piece = item["entries"][number]
            yield f"{label}[{name!r}]", _of_texts(item["shell"], name, piece["says"]), piece

    def meaning(self) -> str:
        """A hash of all that counts and of which name stands for what, blind to where it lies."""
        numbers: dict[Any, int] = {}
        waiting: list[Any] = []

        def number(node: Any) -> int:
            if node not in numbers:
                numbers[node] = len(numbers)
                waiting.append(node)
            return numbers[node]

        for module, name in self.roots:
            for target in self.library.roots(module, name):
                number(self._node(target))
        for place in self._effects():
            number(place)
        everything = self.library.whole() if self.dynamic else ""
        return _digest([everything, *(self._spoken(node, number) for node in waiting)])

    def _effects(self) -> list[Spot]:
        """What importing does: in order, and definitions that may do something in any order."""
        places = [(m, n) for m in self.modules for n in self.library.effects(m)]
        items = {place: self.library.items(place[0])[place[1]] for place in places}
        pure = [p for p in places if not items[p]["effect"] and not items[p]["patches"]]
        ordered = [p for p in places if p not in pure]
        return ordered + sorted(pure, key=lambda place: str(self._piece(items[place])["says"]))

    def _node(self, target: Target) -> Any:
        if target.kind == "definition":
            return target.module, target.number
        return target.kind, target.module, "" if target.kind == "all" else target.module

    def _spoken(self, node: Any, number: Any) -> Any:
        if len(node) == 3:
            kind, module, name = node
            inner = self.library.everything(module) if kind == "all" else ()
            return [kind, name, [number(self._node(target)) for target in inner]]
        told = []
        for _, says, piece in self._told(node) if self._counts(node) else ():
            edges = [
                [use, [number(self._node(target)) for target in targets]]
                for use, (_, targets) in zip(piece["uses"], self._edges(node, piece), strict=True)
            ]
            whole = [("all", name, "") for name in piece["loads"] if self.library.is_module(name)]
            told.append([says, edges, [number(each) for each in whole]])
        return told


@cache
def _of_texts(*texts: str) -> str:
    """The hash of some texts, which figure after figure has in common."""
    return _digest(texts)


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
