"""A toy book of two pages and one figure, so that no test of the site waits for training.

``project`` holds a figure that was never run (for everything that only reads); ``toy`` is the whole
book, its figure really made by the engine, once for all tests.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dlbook.record.records import EXPLORABLE, FILES, Project, sealed
from dlbook.record.registrations import LIST
from dlbook.site.building.reuse import BUNDLES, TEMPLATES
from dlbook.site.pages.weave import Weaver, Woven
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import fill
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from press.reader import Site, visited
from tests import scripts
from tests.site.forked_mkdocs import Forks

ROOT = Path(__file__).parent.parent.parent
TOY = Path(__file__).parent / "toy"
NAV = "  - index.md\n  - saw.md\n"
ADDRESSES = ("DLBOOK_SITE_URL", "DLBOOK_REPO_URL")
ENVIRONMENT = {  # a toy's pages speak of no place where the book may be published
    **{name: value for name, value in os.environ.items() if name not in ADDRESSES},
    "NO_MKDOCS_2_WARNING": "1",
    "DISABLE_MKDOCS_2_WARNING": "true",
}

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<path d="M0 0" stroke="var(--fig-deep, #0a5ba8)"/></svg>\n'
)
RECORD: dict[str, Any] = {
    "figure": "saw",
    "config": {"folds": 3, "seeds": 8},
    "values": {
        "teeth": 8,
        "tiny": 1.5e-6,
        "weights": 36710000,
        "share": {"mean": 0.578, "low": 0.561, "high": 0.596, "n": 8},
        "counts": {"along": [["k", [0, 1, 2, 3]]], "cells": [1, 2, 4, 8]},
    },
    "claims": [
        {
            "id": "A25/teeth",
            "row": "A25",
            "source": "Source A §6",
            "kind": "construction",
            "statement": {"zh": "折 \\(k\\) 次有 \\(2^k\\) 个齿。", "en": "\\(2^k\\) teeth."},
            "verdict": "supported",
            "estimate": {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 5},
            "bound": {"direction": "equal", "value": 1.0, "because": None},
            "quantity": {"zh": "所占比例", "en": "share"},
            "truth": {"zh": "恰好 < 如此。", "en": "Exactly < so."},
            "control": {"zh": "不折。", "en": "No fold."},
        },
        {
            "id": "A26",
            "row": "A26",
            "source": "Source A §6",
            "kind": "finding",
            "statement": {"zh": "一样高。", "en": "Equally high."},
            "verdict": "refuted",
            "estimate": {"mean": 0.578, "low": 0.561, "high": 0.596, "n": 8},
            "bound": {
                "direction": "at least",
                "value": 0.9,
                "because": {"zh": "差一成就看得出来。", "en": "A tenth can be seen."},
            },
            "quantity": {"zh": "比例", "en": "share"},
            "truth": {"zh": "不一样。", "en": "They differ."},
            "control": None,
        },
    ],
    "texts": {
        "title": {"zh": "锯齿翻倍", "en": "Teeth double"},
        "caption": {"zh": "共 8 个齿，\\(2^3\\)。", "en": "8 teeth, *that is* \\(2^3\\)."},
        "alt": {"zh": "一条“锯” & 齿", "en": 'A "saw" & \\(2^3\\) teeth'},
    },
}
PASSPORT = {
    "source": "figures_src/saw.py",
    "config": {"folds": 3, "seeds": 8},
    "seeds": 8,
    "trained": [],
    "versions": {"python": "3.11.7", "torch": "2.13.0"},
    "cpu_seconds": 0.25,
    "key": "0123456789abcdef0123456789abcdef",
}


def put_figure(
    root: Path,
    name: str = "saw",
    record: dict[str, Any] | None = None,
    content: dict[str, bytes] | None = None,
) -> Path:
    """Lay a made figure where the engine would, and return its folder."""
    project = Project(root)
    contents = dict.fromkeys(FILES, SVG.encode()) | {EXPLORABLE: b"null\n"} | (content or {})
    contents["record.json"] = json.dumps({**(record or RECORD), "figure": name}).encode()
    contents["data.npz"] = b"arrays"
    folder = project.made(name) / "drawn"
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    script = root / "figures_src" / f"{name}.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text('"""A script that is never run."""\n', encoding="utf-8")
    pointer = {
        "run_key": "run",
        "draw_key": "drawn",
        "parts": {},
        "files": {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()},
        "passport": PASSPORT,
    }
    project.pointer(name).write_text(json.dumps(sealed(pointer)), encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one made figure, ``saw``, and KaTeX."""
    put_figure(tmp_path)
    (tmp_path / "web").symlink_to(ROOT / "web")
    return Project(tmp_path)


Weave = Callable[..., Woven]


@pytest.fixture
def weave(project: Project) -> Weave:
    """Weave a text as a page; the HTML stands in the text where Markdown would see it."""

    def woven(
        text: str, lang: str = "zh", others: dict[str, str] | None = None, page: str = "saw.md"
    ) -> Woven:
        sources = {name: Source(other, name) for name, other in (others or {}).items()}
        source = Source(text, f"docs/zh/{page}")
        shelf = Shelf(project)
        book = Book(lang, shelf, Typesetter(project), {page: source, **sources})
        result = Weaver(book, source, Place(page, "../"), hold=str).weave()
        result.text = fill(result.text, result.pieces)
        return result

    return woven


@pytest.fixture(scope="session")
def toy_template(tmp_path_factory: pytest.TempPathFactory, remembered: Path) -> Path:
    """The toy book with the real configuration and looks, its figure made and accepted.

    One of the processes of this run makes it, and each has a copy.
    """
    root = tmp_path_factory.mktemp("toy") / "book"
    if not scripts.shelf:
        return make_toy(root, remembered)
    shared = scripts.shelf[0] / "toy"
    with scripts.alone(shared):
        if not shared.exists():
            make_toy(root, remembered)
            half = shutil.copytree(root, shared.with_name("toy.made"), symlinks=True)
            half.rename(shared)
            return root
    return Path(shutil.copytree(shared, root, symlinks=True))


def make_toy(root: Path, remembered: Path) -> Path:
    """The toy book in a folder that is not there yet."""
    shutil.copytree(TOY, root)
    shutil.copy(ROOT / "mkdocs.en.yml", root)
    config, found = re.subn(
        r"(?<=\nnav:\n)(?: +- .*\n)+", NAV, (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    )
    assert found == 1
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    for folder in ("overrides", "assets"):
        shutil.copytree(ROOT / "docs" / folder, root / "docs" / folder)
    for name in ("LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, root / name)
    for name in ("terms.yml", "references.bib"):
        shutil.copy(ROOT / "docs" / name, root / "docs" / name)
    (root / "docs" / "chapters.yml").write_text("[]\n", encoding="utf-8")
    for linked in ("dlbook", "web"):
        (root / linked).symlink_to(ROOT / linked)
    (root / "results").mkdir()
    (root / LIST).parent.mkdir()
    (root / "grids").mkdir()
    names = sorted(path.stem for path in (root / "figures_src").glob("*.py"))
    (root / LIST).write_text("\n".join(names), encoding="utf-8")
    Project(root).cache.mkdir(parents=True)
    shutil.copy(remembered, Project(root).cache)
    take_over(root)
    for command in ("build", "accept"):
        names = ["--all"] if command == "accept" else []
        arguments = [sys.executable, "-m", "dlbook.cli", command, *names, "--project", str(root)]
        subprocess.run(arguments, check=True, capture_output=True)
    return root


def take_over(root: Path) -> None:
    """Give a toy what the book's own build has kept for the next one, of its theme and scripts."""
    ours, theirs = Project(ROOT).cache, Project(root).cache
    if (ours / TEMPLATES).is_dir():
        shutil.copytree(ours / TEMPLATES, theirs / TEMPLATES)
    if (ours / BUNDLES).is_file():
        shutil.copy(ours / BUNDLES, theirs)


@pytest.fixture
def toy(toy_template: Path, tmp_path: Path) -> Path:
    """A copy of the toy book to spoil."""
    shutil.copytree(toy_template, tmp_path / "book", symlinks=True)
    return tmp_path / "book"


def list_pages(root: Path, chapters: Iterable[str], *others: str) -> None:
    """Let the toy's chapters be these, and list these pages after its home page."""
    listed = "".join(f"- {name}\n" for name in chapters)
    (root / "docs" / "chapters.yml").write_text(listed or "[]\n", encoding="utf-8")
    config = (root / "mkdocs.yml").read_text(encoding="utf-8")
    assert NAV in config
    entries = ("index.md", '"[[chapters]]"', *(f"{page}.md" for page in others), '"[[labs]]"')
    nav = "".join(f"  - {entry}\n" for entry in entries)
    (root / "mkdocs.yml").write_text(config.replace(NAV, nav), encoding="utf-8")


@pytest.fixture(scope="module")
def site(chromium: Browser) -> Iterator[Site]:
    """The built book, served."""
    assert (ROOT / "site" / "index.html").is_file(), "there is no site; run make site"
    with visited(ROOT / "site", chromium) as site:
        yield site


UNHURRIED = """const Whole = Blob;
const later = "const later = setTimeout; self.setTimeout = then => later(then, 200);";
globalThis.Blob = class extends Whole {
  constructor(parts, options) {
    super(options?.type === "text/javascript" ? [later, ...parts] : parts, options);
  }
};"""


@contextmanager
def unhurried(site: Site, path: str) -> Iterator[Page]:
    """A page whose workers rest after every slice, lest a run end before a test has looked."""
    with site.context() as context:
        context.add_init_script(UNHURRIED)
        page = context.new_page()
        page.goto(site.url + path)
        yield page


def explored(figure: str) -> dict[str, Any]:
    """What a figure gives to its explorable, as the built site sends it to the page."""
    text = (ROOT / "site" / "assets" / "explore" / "data" / f"{figure}.js").read_text("utf-8")
    data: dict[str, Any] = json.loads(text[text.index("]=") + 2 :].rstrip().rstrip(";"))
    return data


_forks: list[Forks] = []


@pytest.fixture(scope="session", autouse=True)
def _forks_end() -> Iterator[None]:
    """What has been started for :func:`mkdocs` ends with the tests."""
    yield
    while _forks:
        _forks.pop().close()


def mkdocs(
    root: Path, *arguments: str, env: Mapping[str, str] = ENVIRONMENT
) -> subprocess.CompletedProcess[str]:
    """``mkdocs …`` in a folder, forked; both its streams come back in ``stdout``."""
    if not _forks:
        _forks.append(Forks(ENVIRONMENT))
    return _forks[0].run(root, arguments, env)


def mkdocs_from_nothing(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same as an author starts it, with a seed of its own for what Python hashes."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=root,
        env=ENVIRONMENT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
