import grimp
import pytest

from dlbook.engine.memo import Memo
from dlbook.engine.modules import PACKAGE, Modules
from dlbook.record.statements import SourceError

GRAPH = grimp.build_graph("dlbook", include_external_packages=True, cache_dir=None)


@pytest.fixture
def modules(tmp_path):
    return Modules(PACKAGE, Memo(tmp_path / "memo"))


def packages(name):
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def upstream(name):
    """What ``name`` reaches according to grimp, with the packages on the way, to a fixed point."""
    found = packages(name)
    while True:
        more = set(found)
        for module in found:
            if module in GRAPH.modules and module.split(".")[0] == "dlbook":
                for other in GRAPH.find_modules_directly_imported_by(module):
                    more |= packages(other)
        if more == found:
            return found
        found = more


@pytest.mark.parametrize(
    "name", sorted(name for name in GRAPH.modules if name.split(".")[0] == "dlbook")
)
def test_the_closure_is_what_grimp_finds(modules, name):
    inside, outside = modules.closure([name])
    found = upstream(name)
    assert inside == {module for module in found if module.split(".")[0] == "dlbook"}
    assert outside == {module for module in found if module.split(".")[0] != "dlbook"}


def test_a_name_that_is_no_module_has_no_file(modules):
    assert modules.path("dlbook.mathematics.rng.stream") is None
    assert modules.path("torch") is None
    assert modules.path("dlbook") == PACKAGE / "__init__.py"
    with pytest.raises(KeyError):
        modules.fingerprint("dlbook.nothing")


def test_a_broken_module_is_named_with_its_line(tmp_path):
    package = tmp_path / "dlbook"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "broken.py").write_text("x = 1\ndef f(:\n")
    with pytest.raises(SourceError, match=r"^dlbook/broken.py:2: not valid Python"):
        Modules(package, Memo(tmp_path / "memo")).closure(["dlbook.broken"])
