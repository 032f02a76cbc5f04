"""What figures give to the page, typed on both sides: ``Explorable`` of scripts, in TypeScript.

``python -m dlbook.record.page_types`` writes ``web/src/records/``: a file for every script that has
``explorable(res)``, one for each module whose types these share, and ``index.ts``, where all of
them lie by the names of their figures. The site build does the same before it bundles.
"""

import ast
import sys
from pathlib import Path

from dlbook.base import whole
from dlbook.record.records import Project
from dlbook.record.typescript import Declarations, TypeSource, TypeSourceError

FOLDER = Path("web", "src", "records")
COMMAND = "python -m dlbook.record.page_types"
_TYPE, _FUNCTION, _INDEX = "Explorable", "explorable", "index"


def page_types(root: Path) -> dict[str, str]:
    """The files of all records, by name.

    Raises:
        TypeSourceError: a script gives its explorable something that the page has no type for.
    """
    found = _of_scripts(root)
    figures = sorted(found)
    asked = [(source, pair) for source in found.values() for pair in source.foreign]
    for asking, (module, name) in asked:  # grows while it is read
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        if path.stem in (*figures, _INDEX):
            raise TypeSourceError(f"{asking.shown}:1: {module} has the name of another record")
        if path.stem not in found:
            found[path.stem] = _read(root, path)
        shared = found[path.stem]
        before = len(shared.foreign)
        shared.add(name, ast.parse(""))
        asked += [(shared, pair) for pair in shared.foreign[before:]]
    files = {f"{stem}.ts": _file(declared) for stem, declared in found.items()}
    return files | {f"{_INDEX}.ts": _index(figures)}


def _of_scripts(root: Path) -> dict[str, Declarations]:
    found = {}
    for name, paths in Project(root).scripts().items():
        if not _may_give(paths[0]):
            continue  # as most, which need not be parsed
        declared = _read(root, paths[0])
        given = declared.definition(_FUNCTION)
        if not isinstance(given, ast.FunctionDef):
            continue
        if given.returns is None or ast.unparse(given.returns) != _TYPE:
            raise declared.problem(given, f"{_FUNCTION}(res) gives -> {_TYPE}, a TypedDict")
        declared.add(_TYPE, given)
        found[name] = declared
    return found


def _may_give(path: Path) -> bool:
    try:
        return _FUNCTION.encode() in path.read_bytes()
    except OSError:
        return True  # said where it is read


def _read(root: Path, path: Path) -> Declarations:
    return Declarations(TypeSource(path, path.relative_to(root).as_posix()))


def _file(declared: Declarations) -> str:
    parts = [f"// From {declared.shown}, by {COMMAND}: what is changed here is lost.\n"]
    for module, name in declared.foreign:
        parts.append(f'import type {{ {name} }} from "./{module.rpartition(".")[2]}.ts";\n')
    return "".join([*parts, "\n", declared.text])


def _index(figures: list[str]) -> str:
    fields = [f'  readonly {name}: import("./{name}.ts").{_TYPE};\n' for name in figures]
    return (
        f"// By {COMMAND}: what is changed here is lost.\n\n"
        "/** What figures give to their explorables, by figure. */\n"
        f"export interface Records {{\n{''.join(fields)}}}\n"
    )


def write_types(root: Path) -> None:
    """Write the files where the page's sources find them; nothing else stays in their folder.

    Raises:
        TypeSourceError: a script gives its explorable something that the page has no type for.
    """
    files = {root / FOLDER / name: text.encode() for name, text in page_types(root).items()}
    for path, data in files.items():
        if not path.exists() or path.read_bytes() != data:
            whole.write(path, data)
    for stranger in set((root / FOLDER).glob("*.ts")) - set(files):
        stranger.unlink(missing_ok=True)  # of a script that is gone


def main() -> int:
    """Write them for the book of this folder; what is wrong is one line on standard error."""
    try:
        write_types(Path.cwd())
    except TypeSourceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
