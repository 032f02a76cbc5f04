"""The keys of a figure: everything that its numbers, and then its pictures, depend on.

Two keys, each a hash over named parts, so that a change can be told by name.

The run key covers what is trained: the part of the script that ``run``, ``Config`` and ``Result``
reach by name, every ``dlbook`` module which that part reaches by import, the settings, and the
versions of Python, torch and numpy. The draw key adds the rest of the script, the texts beside it,
the modules that judge and draw, matplotlib and the font. Nothing heavy is imported here: checking
a whole book costs a fraction of a second.
"""

import ast
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from dlbook.engine.memo import Facts, Memo
from dlbook.engine.modules import PACKAGE, Modules
from dlbook.engine.syntax import fingerprint
from dlbook.record.records import Project
from dlbook.record.scripts import COMPUTED
from dlbook.record.statements import (
    SourceError,
    Statement,
    imported,
    parse,
    reached,
    statements,
)

Parts = dict[str, str]

FORMAT = "2"  # of the stored results; raise it when they change their shape
PRESENTATION = ("dlbook.figures.", "dlbook.record.")
FONT = "web/node_modules/@expo-google-fonts/noto-sans-sc/package.json"
_DISTRIBUTIONS = {"sklearn": ("scikit-learn", "scipy"), "scipy": ("scipy",)}
_HASH = "sha256:"
# What makes a record and a picture.
_DRAWING = ("dlbook.figures.judging", "dlbook.figures.picture")
_HEADING = re.compile(rb"^#+[ \t]+(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """The two keys of a figure and the named parts that each adds."""

    run: str
    draw: str
    run_parts: Parts
    draw_parts: Parts

    @property
    def parts(self) -> dict[str, Parts]:
        """The parts as a pointer stores them."""
        return {"run": self.run_parts, "draw": self.draw_parts}


def _hash(parts: Parts, *more: str) -> str:
    text = json.dumps([parts, *more], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def version(distribution: str) -> str:
    """The installed version of a distribution, or ``none``."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "none"


def _font_version() -> str:
    try:
        font = json.loads((PACKAGE.parent / FONT).read_bytes())
    except FileNotFoundError:
        return "none"
    return str(font["version"])


class Keys:
    """Keys of the figures of a project; a file that several need is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._memo = Memo(project.cache / "syntax.json")
        self._modules = Modules(PACKAGE, self._memo)

    def remember(self) -> None:
        """Keep what was found in the files for the next time."""
        self._memo.save()

    def of(self, name: str, settings: Mapping[str, str] | None = None) -> Key:
        """The keys of a figure, its config's fields replaced by ``settings``.

        Raises:
            RecordError: there is no script of that name, or several.
            SourceError: a file is not valid Python, or ``run`` reaches a presentation module.
        """
        path = self._project.script(name)
        source, shown = path.read_bytes(), self._project.shown(path)
        script = self._memo.facts(source, f"script {shown}", lambda: _script(source, shown))
        modules, outside = self._modules.closure(script["run_imports"])
        _refuse_presentation(shown, modules)
        run_parts = {
            "format": FORMAT,
            **script["run"],
            **self._module_parts(modules),
            **{f"--set {field}": value for field, value in (settings or {}).items()},
            **_version_parts(outside),
        }
        drawing, _ = self._modules.closure([*_DRAWING, *script["imports"]])
        draw_parts = {
            **script["rest"],
            **_text_parts(path.with_suffix(".md"), self._project),
            **self._module_parts(drawing - modules),
            "matplotlib": version("matplotlib"),
            "font": _font_version(),
        }
        run = _hash(run_parts)
        return Key(run, _hash(draw_parts, run, shown), run_parts, draw_parts)

    def _module_parts(self, names: Iterable[str]) -> Parts:
        return {
            self._modules.shown(name): _HASH + self._modules.fingerprint(name)
            for name in sorted(names)
        }


def _script(source: bytes, shown: str) -> Facts:
    """The parts of a script and the names that it imports, for running and in all."""
    script = statements(parse(source, shown))
    running = reached(script, COMPUTED)
    rest = [statement for statement in script if statement not in running]
    return {
        "run": _script_parts(shown, running),
        "rest": _script_parts(shown, rest),
        "run_imports": sorted(imported((statement.node for statement in running), "")),
        "imports": sorted(imported((statement.node for statement in script), "")),
    }


def _refuse_presentation(shown: str, modules: set[str]) -> None:
    wrong = sorted(name for name in modules if name.startswith(PRESENTATION))
    if wrong:
        raise SourceError(
            f"{shown}: run, Config or Result reaches {', '.join(wrong)}; run computes and never"
            " draws, so that a change of style retrains nothing: move the use to draw"
        )


def _version_parts(outside: set[str]) -> Parts:
    extra = {name for package in outside for name in _DISTRIBUTIONS.get(package, ())}
    names = ("torch", "numpy", *sorted(extra))
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _script_parts(shown: str, script: list[Statement]) -> Parts:
    """A part for each name that the statements bind, one for imports and one for effects."""
    groups: dict[str, list[ast.AST]] = {}
    parts: Parts = {}
    for statement in script:
        node: ast.AST = statement.node
        label = ", ".join(sorted(statement.binds)) if statement.defines else "a statement"
        if isinstance(node, ast.ClassDef) and node.name == "Config":
            defaults, node = _without_defaults(node)
            parts |= {f"config: {field}": value for field, value in defaults.items()}
        groups.setdefault("an import" if statement.imports else label, []).append(node)
    groups.get("an import", []).sort(key=ast.dump)
    return parts | {
        f"{shown}: {label}": _HASH + fingerprint(nodes) for label, nodes in groups.items()
    }


def _text_parts(path: Path, project: Project) -> Parts:
    """A part for each section of the texts beside a script, if there is such a file."""
    if not path.is_file():
        return {}
    opening, *rest = _HEADING.split(path.read_bytes())
    sections = [(b"the opening", opening)] if opening.strip() else []
    sections += zip(rest[::2], rest[1::2], strict=True)
    said: dict[str, bytes] = {}
    for heading, body in sections:
        name = f"{project.shown(path)}: {' '.join(heading.decode(errors='replace').split())}"
        said[name] = said.get(name, b"") + b"\0" + body.strip()
    return {name: _HASH + hashlib.sha256(text).hexdigest() for name, text in said.items()}


def _without_defaults(config: ast.ClassDef) -> tuple[Parts, ast.ClassDef]:
    """The written defaults of ``Config``, and the class without them."""
    defaults: Parts = {}
    body: list[ast.stmt] = []
    for node in config.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            defaults[node.target.id] = ast.unparse(node.value)
            node = ast.AnnAssign(node.target, node.annotation, None, node.simple)
        body.append(node)
    bare = ast.ClassDef(config.name, config.bases, config.keywords, body, config.decorator_list)
    return defaults, bare


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """What differs between the parts of two keys, one line each."""
    return [
        _change(part, old.get(part), new.get(part))
        for part in sorted({*old, *new})
        if old.get(part) != new.get(part)
    ]


def _change(part: str, old: str | None, new: str | None) -> str:
    if old is None or new is None:
        shown = "" if (old or new or "").startswith(_HASH) else f" ({old or new})"
        return f"{part} {'is no longer' if new is None else 'is newly'} part of it{shown}"
    if new.startswith(_HASH):
        return f"{part} changed"
    return f"{part} {old} -> {new}"
