"""What a build and an edit cost, beside plain MkDocs with Material on the same Markdown.

    python -m benchmarks.building [real] [thirteen]

Two books: the real one, and one of thirteen chapters and 76 figures (``benchmarks/thirteen.py``).
Both sides build the written and the generated pages of both languages; the plain side has no
figures, no labs, no checks and none of our extensions, and takes the double brackets for text.
The sides take turns. A cost is in CPU-seconds of a whole process tree; shown are the median of the
rounds and the median of the ratios of the pairs, beside the most that they may be.
"""

import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.thirteen import clone, lengthen
from dlbook.base.language import LANGUAGES
from dlbook.record.records import Project
from dlbook.site.building.check import read_manuscript
from dlbook.site.pages.generated import GeneratedPages

ROOT = Path(__file__).parent.parent
ROUNDS = 3
PATIENCE = 600.0  # seconds for a page to be served
BUILDS = 3.0  # times plain MkDocs' cost that ours may have
EDITS = {"zh": 1.5, "en": 2.0}
NOTHING, LABEL = 0.3, 2.0  # CPU-seconds of `dlbook build`
_PAGE, _FIGURE = "folding", "folding_doubles_pieces"
_TICK = os.sysconf("SC_CLK_TCK")
_PLAIN = """\
site_name: Plain
docs_dir: {lang}
site_dir: site-{lang}
theme: {{name: material, font: false, language: {language}}}
plugins: [search]
markdown_extensions:
  attr_list: {{}}
  tables: {{}}
  footnotes: {{}}
  admonition: {{}}
  pymdownx.details: {{}}
  pymdownx.superfences: {{}}
  pymdownx.highlight: {{anchor_linenums: false}}
  pymdownx.arithmatex: {{generic: true}}
  toc: {{permalink: "#", toc_depth: 3}}
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: seconds of ours and of the plain side, and what is allowed."""

    what: str
    ours: list[float]
    plain: list[float]
    target: float

    def __str__(self) -> str:
        ours = statistics.median(self.ours)
        if not self.plain:
            return (
                f"{self.what:<34}{ours:9.2f}{'':9}{'':8}{self.target:7.2f} s {self._verdict(ours)}"
            )
        ratio = statistics.median(a / b for a, b in zip(self.ours, self.plain, strict=True))
        plain = statistics.median(self.plain)
        return (
            f"{self.what:<34}{ours:9.2f}{plain:9.2f}{ratio:8.2f}{self.target:7.2f} x"
            f" {self._verdict(ratio)}"
        )

    def _verdict(self, measured: float) -> str:
        return "kept" if measured <= self.target else f"missed by {measured / self.target:.2f} x"


@dataclass(frozen=True)
class Sides:
    """A book, and the folder in which plain MkDocs has the same Markdown."""

    name: str
    ours: Path
    plain: Path


def sides(name: str, folder: Path) -> Sides:
    """A clone of the book, or one lengthened, and its Markdown for plain MkDocs."""
    project = clone(ROOT, folder / "ours")
    if name == "thirteen":
        lengthen(project)
    plain = folder / "plain"
    manuscript = read_manuscript(project.root)
    for lang, language in zip(LANGUAGES, ("zh", "en"), strict=True):
        book = manuscript.books[lang]
        written = {page: source.text for page, source in book.pages.items()}
        for page, text in {**written, **GeneratedPages(book).texts}.items():
            path = plain / lang / page
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        config = _PLAIN.format(lang=lang, language=language)
        (plain / f"{lang}.yml").write_text(config, encoding="utf-8")
    return Sides(name, project.root, plain)


def run(folder: Path, *arguments: str) -> float:
    """CPU-seconds of ``python -m …`` in a folder, with every process that it started."""

    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = spent()
    finished = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=_environment(folder),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True,
    )  # fmt: skip
    if finished.returncode:
        raise SystemExit(f"benchmarks: {' '.join(arguments)} failed:\n{finished.stdout[-2000:]}")
    return spent() - before


def _environment(folder: Path) -> dict[str, str]:
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return {**os.environ, **quiet, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""}


def warm_builds(book: Sides) -> list[Row]:
    """Nothing is to be made: what it costs to build the site again."""

    def ours() -> float:
        return run(book.ours, "mkdocs", "build", "--strict")

    def plain() -> float:
        return sum(run(book.plain, "mkdocs", "build", "-q", "-f", f"{x}.yml") for x in LANGUAGES)

    ours(), plain()
    return [Row(f"{book.name}: warm build", *_in_turn(ours, plain), target=BUILDS)]


Costs = tuple[list[float], list[float]]


def _in_turn(ours: Callable[[], float], plain: Callable[[], float]) -> Costs:
    return _by_side([(ours(), plain()) for _ in range(ROUNDS)])


def _by_side(pairs: list[tuple[float, float]]) -> Costs:
    return [first for first, _ in pairs], [second for _, second in pairs]


class Server:
    """A running ``mkdocs serve``."""

    def __init__(self, folder: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        address = f"127.0.0.1:{self._port}"
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", address, *options]
        self.process = subprocess.Popen(
            command, cwd=folder, env=_environment(folder),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def edit(self, page: Path, url: str, mark: str) -> float:
        """CPU-seconds from an edit until its page is served."""
        text = re.sub(r"\n+<!-- edited -->.*", "", page.read_text(encoding="utf-8"), flags=re.S)
        before = self._spent()
        page.write_text(f"{text.rstrip()}\n\n<!-- edited -->\n{mark}\n", encoding="utf-8")
        self.wait(url, mark)
        return self._spent() - before

    def wait(self, url: str, mark: str) -> None:
        """Wait until a page holds a text."""
        start = time.monotonic()
        while True:
            with (
                suppress(OSError),
                urllib.request.urlopen(
                    f"http://127.0.0.1:{self._port}/{url}", timeout=PATIENCE
                ) as answer,
            ):
                if mark in answer.read().decode():
                    return
            if time.monotonic() - start > PATIENCE or self.process.poll() is not None:
                raise SystemExit(f"benchmarks: {url} was not served")
            time.sleep(0.1)

    def _spent(self) -> float:
        """Of the server and all that it started, as far as the kernel remembers."""
        parents: dict[int, list[int]] = {}
        ticks: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                process = int(stat.parent.name)
                parents.setdefault(int(fields[1]), []).append(process)
                ticks[process] = sum(map(int, fields[11:15]))
        waiting, total = [self.process.pid], 0
        while waiting:
            process = waiting.pop()
            total += ticks.get(process, 0)
            waiting += parents.get(process, [])
        return total / _TICK


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """A server that is ended at last."""
    server = Server(folder, *options)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def edits(book: Sides) -> list[Row]:
    """A sentence is added to a chapter while both sides serve."""
    with serving(book.ours) as ours:
        ours.wait(f"{_PAGE}/", "<main")
        return [_edits_in(lang, book, ours) for lang in LANGUAGES]


def _edits_in(lang: str, book: Sides, ours: Server) -> Row:
    root = "" if lang == "zh" else f"{lang}/"
    docs = book.ours / "docs" / lang / f"{_PAGE}.md"
    with serving(book.plain, "-f", f"{lang}.yml") as plain:
        plain.wait(f"{_PAGE}/", "<main")
        pairs = []
        for mark in ("Warming", *(f"Marked-{'x' * (k + 1)}-" for k in range(ROUNDS))):
            first = ours.edit(docs, f"{root}{_PAGE}/", mark)
            second = plain.edit(book.plain / lang / f"{_PAGE}.md", f"{_PAGE}/", mark)
            pairs.append((first, second))
    return Row(f"{book.name}: prose edit served, {lang}", *_by_side(pairs[1:]), target=EDITS[lang])


def figures(book: Sides) -> list[Row]:
    """``dlbook build`` when there is nothing to do, and after a word in a picture has changed."""
    nothing = [run(book.ours, "dlbook.cli", "build") for _ in range(ROUNDS)]
    script = Project(book.ours).script(_FIGURE)
    source, labels = script.read_text(encoding="utf-8"), []
    for k in range(ROUNDS):
        edited = source.replace('"Layer one")', f'"Layer one{"." * (k + 1)}")')
        assert edited != source
        script.write_text(edited, encoding="utf-8")
        labels.append(run(book.ours, "dlbook.cli", "build"))
    script.write_text(source, encoding="utf-8")
    run(book.ours, "dlbook.cli", "build")
    return [
        Row(f"{book.name}: dlbook build, nothing", nothing, [], NOTHING),
        Row(f"{book.name}: dlbook build, a label", labels, [], LABEL),
    ]


def main() -> None:
    """Measure the books that are asked for, or both, and print the table."""
    print(f"{'CPU-seconds':<34}{'ours':>9}{'plain':>9}{'ratio':>8}{'target':>9}", flush=True)
    for name in sys.argv[1:] or ("real", "thirteen"):
        with tempfile.TemporaryDirectory() as folder:
            book = sides(name, Path(folder))
            for measure in (warm_builds, figures, edits):
                for row in measure(book):
                    print(row, flush=True)


if __name__ == "__main__":
    main()
