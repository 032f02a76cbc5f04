"""What one build has read, of both languages: the manuscript, the bundles, and what is wrong."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs.exceptions import Abort

from dlbook.base.counting import counted
from dlbook.record import page_types
from dlbook.record.records import Project
from dlbook.site.building.check import Manuscript, read_manuscript
from dlbook.site.building.making import FileStates, file_states
from dlbook.site.building.places import Places
from dlbook.site.building.reuse import bundled_scripts
from dlbook.site.pages import explorables
from dlbook.site.pages.cloth import Cloth
from dlbook.site.reading.figure_texts import text_problems
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.terms import read_terms

_log = logging.getLogger("mkdocs.hooks.dlbook")
_bundled: dict[Path, tuple[FileStates, Mapping[str, bytes]]] = {}


@dataclass(frozen=True)
class Draft:
    """The pages as they are now; ``problems`` of all files are shown on the pages of a server."""

    manuscript: Manuscript
    problems: tuple[Problem, ...]
    bundles: Mapping[str, bytes]
    serving: bool

    def complain(self, found: Iterable[object], summary: str) -> None:
        """Say what is wrong, if anything is.

        Raises:
            Abort: it is, and this is not a server.
        """
        _complain(found, summary, self.serving)


def read_draft(
    project: Project, serving: bool, places: Places, kept: Mapping[str, Mapping[str, Cloth]]
) -> Draft:
    """Read and check every page of both languages, and bundle the explorables.

    ``kept`` holds, for languages of whose pages nothing has changed, what they were woven into.

    Raises:
        Abort: something is not in order, and this is not a server.
    """
    manuscript = read_manuscript(project.root, places, kept)
    terms = project.root / "docs" / "terms.yml"
    problems = (*read_terms(terms, "docs/terms.yml")[1], *manuscript.problems)
    _complain(problems, f"{counted(len(problems), 'problem')} in the pages.", serving)
    bundles: Mapping[str, bytes] = {}
    try:
        bundles = _bundles(project)
    except explorables.BundleError as error:
        _complain([error], "The explorables are not in order.", serving)
    return Draft(manuscript, problems, bundles, serving)


def tell_texts(project: Project) -> None:
    """Say what is wrong with the texts of figures, where a build ends before its pages are read."""
    for problem in text_problems(Shelf(project), Typesetter(project)):
        _log.error(str(problem))


def _bundles(project: Project) -> Mapping[str, bytes]:
    """The scripts of the explorables; a server makes them anew if what they come from changed."""
    read = _read_by_bundles(project)
    if _bundled.get(project.root, (None,))[0] != read:
        _bundled[project.root] = (read, bundled_scripts(project))
    return _bundled[project.root][1]


def _read_by_bundles(project: Project) -> FileStates:
    web = project.root / "web"
    written = tuple(str(project.root / made) for made in (page_types.FOLDER, explorables.BINARIES))
    own = [path for path in web.glob("*") if path.name != "node_modules"]
    packages = web / "node_modules" / ".package-lock.json"  # written by every installation
    states = file_states([*own, packages, project.scripts_folder, project.root / "dlbook"])
    return frozenset(state for state in states if not state[0].startswith(written))


def _complain(found: Iterable[object], summary: str, serving: bool) -> None:
    lines = [str(each) for each in found]
    for line in lines:
        (_log.warning if serving else _log.error)(line)
    if lines and not serving:
        raise Abort(f"{summary} Nothing was published.")
