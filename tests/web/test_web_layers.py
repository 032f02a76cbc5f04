"""The page's sources have layers too: each knows those before it, type-only imports included.

What the contracts are is said here once, in the tables; ``tsc`` would let any of them pass.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from dlbook.record import page_types
from tests.scripts import ROOT

SRC = ROOT / "web" / "src"
# From the ground up; a layer knows itself and those above it here. `records` are written types.
LAYERS = ("search", "records", "engine", "kit", "explore", "loader")
# What a layer may take from npm, or from the build.
PACKAGES = {
    "kit": ("d3-array", "engine-source"),
    "explore": ("d3-contour",),
}
# Modules that stand in more than one folder, because they are one idea of many explorables.
SHARED = {"pictures.ts", "sentences.ts"}

SAID = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*(["'`])([^"'`\n]+)\1""")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)
EXPORT = re.compile(
    r"^export (?:async |abstract )?(?:(?:const|let|function|class|interface|type|enum) |(?=\{))"
    r"(\{[^}]*\}|\[[^\]]*\]|\w+)",
    re.M,
)


def code(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def imports(src: Path) -> dict[str, list[str]]:
    """What every file of ``src`` imports: files by their path in it, packages by name."""
    found = {}
    for path in sorted(src.rglob("*")):
        if path.is_file():
            said = [name for _, name in SAID.findall(code(path))] if path.suffix == ".ts" else []
            found[path.relative_to(src).as_posix()] = [_target(src, path, name) for name in said]
    return found


def _target(src: Path, path: Path, name: str) -> str:
    if not name.startswith("."):
        return name
    return (path.parent / name).resolve().relative_to(src.resolve()).as_posix()


def layer(name: str) -> int:
    """The place of a file, -1 if it has none."""
    first = name.removesuffix(".ts").split("/")[0]
    return LAYERS.index(first) if first in LAYERS else -1


def explorable(name: str) -> str:
    """The explorable that a file belongs to: ``explore/xor.ts`` and all of ``explore/xor/``."""
    parts = name.removesuffix(".ts").split("/")
    return parts[1] if parts[0] == "explore" else ""


def breaches(src: Path) -> list[str]:
    """Imports that the contracts do not allow, and files without a place."""
    return [*_homeless(src), *_upward(imports(src)), *_circle(imports(src))]


def _homeless(src: Path) -> Iterator[str]:
    for name in imports(src):
        if layer(name) < 0:
            yield f"{name}: belongs to no layer"
        elif explorable(name) and not (src / "explore" / f"{explorable(name)}.ts").exists():
            yield f"{name}: belongs to no explorable"


def _upward(known: Mapping[str, list[str]]) -> Iterator[str]:
    for name, targets in known.items():
        for target in targets:
            if target not in known and target not in PACKAGES.get(LAYERS[layer(name)], ()):
                yield f"{name} -> {target}: there is no such file, and no such package for it"
            elif target in known and layer(target) > layer(name):
                yield f"{name} -> {target}: upwards"
            elif explorable(target) and explorable(target) != explorable(name):
                yield f"{name} -> {target}: one explorable does not know another"
            elif re.fullmatch(r"explore/\w+\.ts|loader\.ts", target):
                yield f"{name} -> {target}: nobody knows what the page loads"


def _circle(known: Mapping[str, list[str]]) -> Iterator[str]:
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        yield f"a circle: {' -> '.join(error.args[1])}"


def doubles(src: Path) -> list[str]:
    """Names that two files export, or that two files have, with more than one meaning."""
    users: dict[str, set[str]] = {}
    for path in sorted(src.rglob("*.ts")):
        name = path.relative_to(src).as_posix()
        if layer(name) == LAYERS.index("records"):
            continue  # as in the scripts, which do not know one another
        # What is handed on in braces has its one meaning already, unless it is renamed.
        exported = {
            each
            for found in EXPORT.findall(code(path))
            for each in re.findall(r"\bas (\w+)" if found[0] == "{" else r"\w+", found)
        }
        for each in exported | ({path.name} - SHARED):
            users.setdefault(each, set()).add(name)
    return [
        f"{each}: {', '.join(sorted(files))}" for each, files in users.items() if len(files) > 1
    ]


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """The types of the records, which a fresh clone does not have yet."""
    return page_types.page_types(ROOT)


@pytest.fixture
def copy(tmp_path: Path, written: dict[str, str]) -> Path:
    """The sources with their written types, in a place where a test may break them."""
    ignored = shutil.ignore_patterns("node_modules", "records")
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=ignored)
    records = tmp_path / page_types.FOLDER
    records.mkdir()
    for name, text in written.items():
        (records / name).write_text(text, encoding="utf-8")
    return tmp_path / "web" / "src"


def plant(src: Path, place: str, line: str) -> None:
    path = src / place
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")


def test_every_file_has_its_place_and_knows_what_is_below_it(copy):
    known = imports(copy)
    assert sum(map(len, known.values())) > 100, "imports are found"
    assert {LAYERS[layer(name)] for name in known} == set(LAYERS)
    assert breaches(copy) == []


@pytest.mark.parametrize(
    ("place", "line", "told"),
    [
        ("engine/streams.ts", 'import { say } from "../kit/words.ts";', "kit/words.ts: upwards"),
        ("kit/plot.ts", 'import type { Bit } from "../explore/parity/circuits.ts";', ": upwards"),
        ("kit/plot.ts", 'export type { Bit } from "../explore/parity/circuits.ts";', ": upwards"),
        ("kit/plot.ts", 'type T = import("../explore/parity/circuits.ts").Bit;', ": upwards"),
        ("kit/plot.ts", 'import {\n  tree,\n} from "../explore/parity/circuits.ts";', ": upwards"),
        ("records/index.ts", 'import type { Run } from "../engine/train.ts";', ": upwards"),
        ("explore/fold/zigzag.ts", 'import type { Bit } from "../parity/circuits.ts";',
         "one explorable does not know another"),
        ("explore/fold/zigzag.ts", 'import "../fold.ts";', "nobody knows what the page loads"),
        ("explore/curve/scene.ts", 'import type { Pair } from "./sentences.ts";', "a circle: "),
        ("engine/streams.ts", 'import type { unit } from "./net.ts";', "a circle: "),
        ("kit/dom.ts", 'await import("../loader.ts");', "upwards"),
        ("engine/streams.ts", 'import { max } from "d3-array";', "no such package"),
        ("kit/dom.ts", 'import { a } from "./gone.ts";', "no such file"),
        ("misc/words.ts", "export {};", "misc/words.ts: belongs to no layer"),
        ("stray.css", "", "stray.css: belongs to no layer"),
        ("explore/knot/tie.ts", "export {};", "explore/knot/tie.ts: belongs to no explorable"),
    ],
)  # fmt: skip
def test_each_contract_can_be_broken(copy, place, line, told):
    plant(copy, place, line)
    found = breaches(copy)
    assert any(told in each for each in found), found
    assert any(place in each for each in found), found


def test_a_comment_that_tells_of_an_import_is_none(copy):
    plant(
        copy, "engine/names.ts", '/* import { say } from "../kit/words.ts"; */ // from "../kit/dom"'
    )
    assert breaches(copy) == []


def test_no_two_files_export_one_name_with_two_meanings():
    assert doubles(SRC) == []


@pytest.mark.parametrize(
    ("place", "line", "told"),
    [
        ("explore/fold/zigzag.ts", "export const gates = 1;", "gates: explore/fold/zigzag.ts"),
        ("explore/fold/zigzag.ts", "export const [other, gates] = [1, 2];", "gates: explore/fold"),
        ("explore/fold/zigzag.ts", "export type Run = string;", "Run: engine/train.ts, explore"),
        ("explore/fold/zigzag.ts", "export { HALF as gates };", "gates: explore/fold/zigzag.ts"),
        ("explore/fold/words.ts", "", "words.ts: explore/fold/words.ts, kit/words.ts"),
    ],
)
def test_a_second_use_of_a_name_is_found(copy, place, line, told):
    plant(copy, place, line)
    assert any(told in each for each in doubles(copy)), doubles(copy)
