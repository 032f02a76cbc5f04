import ast
import subprocess
import sys
import tomllib

import pytest

from dlbook.site.pages import reference
from dlbook.site.pages.reference_page import reference_page, reference_part
from dlbook.site.reading.book import Book
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import ROOT

SOURCE = '''"""About it."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Pair(Base):
    """Two."""

    a: int
    b: tuple[int, ...] = (1, 2)
    _hidden: int = 0

    @property
    def sum(self) -> int:
        """Both together."""

    def _private(self): ...


class Bag:
    """Many."""

    def __init__(self, *items: Item, size: int | None = None) -> None:
        self.items = items


def short(a, /, b=1, *, c: int = 2, **rest: int) -> str:
    """Says."""


def long(first: Callable[[Tensor], Tensor], second: Sequence[float], third: str = "x") -> Estimate:
    """Says more."""


def _private(): ...
'''


def test_public_names_have_their_heads_and_docstrings():
    module = reference.read_module("toys.toy", SOURCE)
    assert module.doc == "About it."
    heads = {member.name: member.head for member in module.members}
    assert heads == {
        "Pair": "@dataclass(frozen=True)\nclass Pair(Base):\n    a: int\n"
        "    b: tuple[int, ...] = (1, 2)",
        "Bag": "class Bag:\n    def __init__(*items: Item, size: int | None = None)",
        "short": "def short(a, /, b=1, *, c: int = 2, **rest: int) -> str",
        "long": "def long(\n    first: Callable[[Tensor], Tensor],\n    second: Sequence[float],\n"
        "    third: str = 'x',\n) -> Estimate",
    }
    (total,) = module.members[0].methods
    assert (total.head, total.doc) == ("@property\ndef sum() -> int", "Both together.")


def test_the_reference_is_of_the_packages_that_a_script_may_use():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = told["tool"]["importlinter"]["contracts"]
    (machinery,) = (
        contract["forbidden_modules"]
        for contract in contracts
        if contract.get("source_modules") == ["figures_src"]
    )
    packages = {path.parent.name for path in (ROOT / "dlbook").glob("*/__init__.py")}
    hidden = {name.removeprefix("dlbook.") for name in machinery}
    assert set(reference.PACKAGES) == packages - hidden


@pytest.mark.parametrize("package", reference.PACKAGES)
def test_every_public_name_is_on_its_page_once(package):
    book = Book("zh", None, None, {})  # type: ignore[arg-type]
    page = reference_page(book, package, reference.modules_of(package))
    expected = [
        f"{path.stem}-{node.name}"
        for path in sorted((ROOT / "dlbook" / package).glob("*.py"))
        if path.stem != "__init__"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    anchors = [line.partition("{#")[2][:-1] for line in page.splitlines() if line[:4] == "### "]
    assert anchors == expected
    assert len(anchors) == len(set(anchors))


def test_a_module_is_known_by_its_page_and_anchor():
    assert reference.has("mathematics.rng")
    assert not reference.has("mathematics.abacus")
    assert not reference.has("engine.build")
    assert reference.page_of("mathematics.rng") == "reference/mathematics.md"
    assert reference.anchor("mathematics.rng") == "rng"


def test_what_is_said_in_english_says_so(project):
    book = Book("zh", Shelf(project), Typesetter(project), {})
    modules = reference.modules_of("base")
    assert "说明是英文" in reference_page(book, "base", modules)
    for key in ("about", "base.evidence", "base.evidence:Estimate"):
        assert reference_part("base", modules, key).startswith('<div class="dl-doc" lang="en">')


def test_nothing_of_the_package_is_imported_to_describe_it():
    code = (
        "import sys; from dlbook.site.pages import reference;"
        "[reference.modules_of(p) for p in reference.PACKAGES];"
        "sys.exit(any(name in sys.modules for name in ('torch', 'numpy', 'matplotlib')))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
