"""The keys of a figure: everything that its numbers, and then its pictures, depend on.

Two keys, each a hash, with named parts beside them, so that a change can be told by name. The run
key covers what is trained: all that ``run``, ``Config`` and ``Result`` reach, the settings, the
registration, and the versions of Python, torch and numpy. The draw key adds all that the rest of
the script and the engine's drawing and judging reach, the texts beside the script, its grid,
matplotlib and the font. Nothing heavy is imported here: checking a whole book costs a fraction of a
second.

**What counts.** The definitions at the top of the script and of the modules of ``dlbook`` that are
reached by name, one by one, a class as a whole; where a name leads is found through every import.
So a definition that nobody reaches, a comment, a docstring, and where a file lies do not count: the
hash is of what the definitions say and of which name in them stands for which of them.

**Why nothing is missed.** Code can only run a definition that it finds, by a name or in a value
that other code gives it. Names are resolved by Python's own symbol tables, so a name that is newly
bound counts for those who look it up. The rest is taken whole wherever it cannot be told apart:

- a module that is imported executes its statements: those that may do more than bind a name (calls
  of something that is not known to be harmless, decorators, defaults, patches of other modules,
  classes derived from one that listens) always count, with all they reach;
- a module that is used as a value (``getattr(module, name)``), by a star, or imported inside a
  function counts whole; code that finds names by text (``globals``, ``importlib``, ``sys.modules``,
  ``eval``, …) makes all of ``dlbook`` count;
- of compiled arithmetic the text counts whose bits it repeats (``BY_TEXT`` in
  :mod:`dlbook.engine.bindings`), function by function; its kernels do not, since tests hold them to
  the text;
- an entry of a table by name counts if the words that are written in what is reached, or given as
  settings, can spell its name: whole, in parts, put together, in any case. All entries count where
  the table is used in another way than by a name, or where code can make other texts (it replaces,
  strips or reads some);
- the wording of ``raise`` and ``assert`` does not count, unless something that is reached may read
  exceptions: then all wording and whole tables do.

Out of sight is what alters a definition from outside of what is reached: a library that patches
``dlbook``, or a text cut out of the middle of two words and put together.
"""

import ast
import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from dlbook.engine import distributions
from dlbook.engine.bindings import SCRIPT, Bindings
from dlbook.engine.closure import HASH, Closure
from dlbook.engine.definitions import of_script
from dlbook.engine.memo import Facts, Memo
from dlbook.engine.modules import PACKAGE, Modules
from dlbook.figures import font
from dlbook.record import exactness
from dlbook.record.records import Project
from dlbook.record.registrations import read_registration
from dlbook.record.scripts import COMPUTED, line_of_name, line_of_use, parse_script
from dlbook.record.statements import DEEP, SourceError, Statement, statements

Parts = dict[str, str]

FORMAT = "3"  # of the stored results; raise it when they change their shape
PRESENTATION = ("dlbook.figures.", "dlbook.record.")
PAINTERS = ("PIL", "matplotlib", "mpl_toolkits", "pylab")
_DISTRIBUTIONS = {"sklearn": ("scikit-learn", "scipy"), "scipy": ("scipy",)}
# What makes a record, arrays and pictures of a result.
DRAWING = {
    "judging": ("execute", "explorable_json", "record_of"),
    "picture": ("drawn",),
    "card": ("card",),
    "fields": ("arrays", "packed", "rebuild"),
    "style": ("standalone",),
}
NAMES = "which definition each name stands for"
_HEADING = re.compile(rb"^#+[ \t]+(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """The two keys of a figure and the named parts that each adds."""

    run: str
    draw: str
    run_parts: Parts
    draw_parts: Parts
    sources: Parts = field(default_factory=dict, compare=False)  # the modules that were read

    @property
    def parts(self) -> dict[str, Parts]:
        """The parts as a pointer stores them."""
        return {"run": self.run_parts, "draw": self.draw_parts}


def _hash(*told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


@cache
def version(distribution: str) -> str:
    """The installed version of a distribution, or ``none``."""
    return distributions.installed_version(distribution) or "none"


class Keys:
    """Keys of the figures of a project; a file that several need is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._scripts = project.scripts()
        self._font = version(font.PACKAGE)
        self._memo = Memo(project.cache / "syntax.json")
        self._modules = Modules(PACKAGE, self._memo)
        self._library = Bindings(self._modules)

    def remember(self, *, others: bool = False) -> None:
        """Keep what was found in the files for the next time, and what of ``others`` was known."""
        if self._memo.has_news:
            self._modules.hold()
            self._memo.save(others=others)

    def of(self, name: str, settings: Mapping[str, str] | None = None) -> Key:
        """The keys of a figure, its config's fields replaced by ``settings``.

        Raises:
            RecordError: there is no script of that name, or several, or no sound registration.
            SourceError: a file is not valid Python, ``run`` reaches what draws, or it computes with
                what the machine decides.
        """
        path, given = self._project.script(name, self._scripts), dict(settings or {})
        source, shown = path.read_bytes(), self._project.shown(path)
        script = self._memo.later(source, f"script {shown}", lambda: _script(source, shown))
        question = f"reach {shown} {sorted(given.items())} {self._modules.contents}"
        found = self._memo.facts(source, question, lambda: self._reach(script(), shown, given))
        drawn = [name for name in found["outside"] if name in PAINTERS]
        _refuse_presentation(source, shown, [*found["presentation"], *drawn])
        bound = self._memo.facts(source, f"exact {shown}", lambda: _bound(source, shown))
        if bound["told"]:
            raise SourceError(bound["told"])
        beside = {
            "format": FORMAT,
            **_registration_part(self._project, name),
            **{f"--set {name}": value for name, value in given.items()},
            **_version_parts(found["outside"]),
        }
        texts = {
            **_text_parts(path.with_suffix(".md"), self._project),
            **_grid_part(self._project, name),
            "matplotlib": version("matplotlib"),
            "font": self._font,
        }
        run = _hash(found["run"][NAMES], beside)
        draw = _hash(found["draw"][NAMES], texts, run, shown)
        sources = {module: self._modules.fingerprint(module) for module in found["modules"]}
        return Key(run, draw, {**beside, **found["run"]}, {**found["draw"], **texts}, sources)

    def _reach(self, script: Facts, shown: str, given: Mapping[str, str]) -> Facts:
        """The parts of a script for running and for drawing, and what they reach outside."""
        self._library.open(shown, script["definitions"])
        running = self._walk(tuple((SCRIPT, name) for name in COMPUTED), given, PRESENTATION)
        engine = tuple(
            (f"{PACKAGE.name}.figures.{module}", name)
            for module, names in DRAWING.items()
            for name in names
        )
        drawing = self._walk(((SCRIPT, None), *engine), given, ())
        run = self._parts(running)
        draw = {part: said for part, said in self._parts(drawing).items() if part not in run}
        used = {module for module, _ in running.places()} | running.taken_whole
        return {
            "run": {**run, NAMES: HASH + running.meaning()},
            "draw": {**draw, NAMES: HASH + drawing.meaning()},
            "outside": sorted(running.outside),
            "presentation": sorted(name for name in used if name.startswith(PRESENTATION)),
            "modules": sorted({*running.modules, *drawing.modules} - {SCRIPT}),
        }

    def _walk(
        self,
        roots: tuple[tuple[str, str | None], ...],
        given: Mapping[str, str],
        skip: tuple[str, ...],
    ) -> Closure:
        words = tuple(given.values())
        found = Closure(self._library, roots, words, skip=skip)
        return Closure(self._library, roots, words, True, skip) if found.reads_errors else found

    def _parts(self, found: Closure) -> Parts:
        if not found.dynamic:
            return found.parts()
        why = f"all of {PACKAGE.name}, in which {min(found.dynamic)} looks for names as it runs"
        return {**found.parts(), why: HASH + self._library.whole()}


@lru_cache(maxsize=1)
def _statements(source: bytes, shown: str) -> list[Statement]:
    """The statements of the script that is in hand, of which two things are asked."""
    return statements(parse_script(source, shown))


def _script(source: bytes, shown: str) -> Facts:
    try:
        return {"definitions": of_script(_statements(source, shown))}
    except RecursionError as error:
        deepest = _deepest(parse_script(source, shown))
        raise SourceError(f"{shown}:{deepest}: {DEEP}") from error


def _deepest(tree: ast.Module) -> int:
    """The line of the statement with most inside."""
    sizes = {node.lineno: sum(1 for _ in ast.walk(node)) for node in tree.body}
    return max(sizes, key=sizes.__getitem__, default=1)


def _refuse_presentation(source: bytes, shown: str, wrong: list[str]) -> None:
    """Refuse a ``run`` that draws.

    Raises:
        SourceError: it reaches what only drawing needs.
    """
    if wrong:
        line = line_of_use(parse_script(source, shown), COMPUTED, tuple(wrong))
        raise SourceError(
            f"{shown}:{line}: run, Config or Result reaches {', '.join(wrong)}; run computes and"
            " never draws, so that a change of style retrains nothing: move the use to draw"
        )


def _bound(source: bytes, shown: str) -> Facts:
    """What of a script's numbers the machine would decide, as one line; nothing if none."""
    script = _statements(source, shown)
    reasons, found = exactness.allowed(script), exactness.uses(script, COMPUTED)
    for use in found:
        if not reasons.get(use.name, "").strip():
            told = f"run, Config or Result uses '{use.name}', whose bits depend on the machine"
            remedy = f"use {use.instead}, or give the reason: {exactness.ALLOWED} = {{'{use.name}'"
            return {"told": f"{shown}:{use.line}: {told}; {remedy}: '…'}}"}
    for name in reasons.keys() - {use.name for use in found}:
        line = line_of_name(parse_script(source, shown), exactness.ALLOWED) or 1
        told = f"{exactness.ALLOWED} gives a reason for '{name}', which run does not use: delete it"
        return {"told": f"{shown}:{line}: {told}"}
    return {"told": None}


def _registration_part(project: Project, name: str) -> Parts:
    """The registration of a figure, from which its seeds follow, if it has one."""
    found = read_registration(project, name)
    return {} if found is None else {"registration": HASH + found.digest}


def _version_parts(outside: list[str]) -> Parts:
    extra = {name for package in outside for name in _DISTRIBUTIONS.get(package, ())}
    names = ("torch", "numpy", *sorted(extra))
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _text_parts(path: Path, project: Project) -> Parts:
    """A part for each section of the texts beside a script, if there is such a file."""
    if not path.is_file():
        return {}
    opening, *rest = _HEADING.split(path.read_bytes())
    sections = [(b"the opening", opening)] if opening.strip() else []
    sections += zip(rest[::2], rest[1::2], strict=True)
    said: dict[str, bytes] = {}
    shown = project.shown(path)
    for heading, body in sections:
        name = f"{shown}: {' '.join(heading.decode(errors='replace').split())}"
        said[name] = said.get(name, b"") + b"\0" + body.strip()
    return {name: HASH + hashlib.sha256(text).hexdigest() for name, text in said.items()}


def _grid_part(project: Project, name: str) -> Parts:
    """A part for the committed grid of a figure, if there is one: its record tells of it."""
    path = project.grid(name)
    if not path.is_file():
        return {}
    return {project.shown(path): HASH + hashlib.sha256(path.read_bytes()).hexdigest()}


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """What differs between the parts of two keys, one line each."""
    differing = [part for part in sorted({*old, *new}) if old.get(part) != new.get(part)]
    told = [part for part in differing if part != NAMES] or differing
    return [_change(part, old.get(part), new.get(part)) for part in told]


def _change(part: str, old: str | None, new: str | None) -> str:
    if old is None or new is None:
        shown = "" if (old or new or "").startswith(HASH) else f" ({old or new})"
        return f"{part} {'is no longer' if new is None else 'is newly'} part of it{shown}"
    if new.startswith(HASH):
        return f"{part} changed"
    return f"{part} {old} -> {new}"
