"""Fixtures that write and load the toy figure with edits; the order and the halves of the tests."""

import shutil
import sys

import pytest
import torch

from dlbook.engine.memo import Memo
from dlbook.engine.modules import APART, PACKAGE, Modules
from dlbook.figures import generators, loading
from dlbook.record.records import Project
from tests import dear, halves, scripts, turns
from tests.toy import TEXTS, TOY

# Processes take file after file: whoever draws a long one last lets the others wait.
LONG_FIRST = (
    *("tests/test_every_", "tests/site/test_pages", "tests/web/", "tests/site/"),
    "tests/engine/",
)


def pytest_addoption(parser):
    parser.addoption("--half", choices=halves.HALVES, help="see tests/halves.py; else all")
    parser.addoption("--costs", action="store_true", help="measure them anew: tests/dear.py")


def pytest_configure(config):
    if config.getoption("half") == "early":
        sys.addaudithook(halves.refuse_the_book)


def pytest_ignore_collect(collection_path, config):
    half = config.getoption("half")
    return (half is not None and halves.half_of(collection_path) not in (None, half)) or None


def pytest_report_header(config):
    if config.getoption("half") and not turns.of_all():
        return f"dear tests: share {tried() + 1} of {dear.SHARES}; {turns.ALL}=all tries all"
    return None


def tried():
    """The share of the dear tests whose turn it is with this commit."""
    return turns.drawn("dear", range(dear.SHARES), 1, turns.commit())[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if not item.config.getoption("costs"):
        return (yield)
    before = dear.seconds()
    done = yield
    spent.append((item.nodeid, dear.seconds() - before))
    return done


spent = []


def pytest_sessionfinish(session):
    """Each process hands over what its tests cost; the one that started them all writes it down."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["spent"] = spent
    elif spent:
        dear.write(spent)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    spent.extend(node.workeroutput.get("spent", ()) if node.workeroutput else ())


def pytest_collection_modifyitems(config, items):
    """Leave out whose turn it is not, and bring the folders of the longest files to the front."""
    if config.getoption("half") and not turns.of_all():
        costs = dear.measured()
        waiting = [item for item in items if dear.waits(item.nodeid, costs, tried())]
        config.hook.pytest_deselected(items=waiting)
        items[:] = [item for item in items if item not in {*waiting}]
    items.sort(
        key=lambda item: next(
            (k for k, path in enumerate(LONG_FIRST) if item.nodeid.startswith(path)),
            len(LONG_FIRST),
        )
    )


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Tests run side by side, a process to a core, as figures do in a build."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _shared(tmp_path_factory, worker_id):
    """What the processes of this run share lies beside their own folders, and goes with them."""
    if worker_id != "master":
        scripts.shelf[:] = [tmp_path_factory.getbasetemp().parent / "shared"]


@pytest.fixture(autouse=True)
def _no_chance_without_a_seed():
    """What a library draws inside itself shows in the global generators, which nobody seeds."""
    before = generators.global_states()
    yield
    after = {**generators.global_states(), "random": before["random"]}  # by which servers wait
    assert after == before, "the test drew chance that no seed decides"


@pytest.fixture(scope="session")
def chromium():
    """A headless browser, one for each process; a test opens a context of its own.

    As long as it is there, nothing else in this process runs a loop of asyncio, nor another
    browser: what does (``test_every_lab.py``) comes before.
    """
    from press.reader import browser  # early tests know no browser
    from tests.browser import find

    with browser(find()) as launched:
        yield launched


@pytest.fixture
def write(tmp_path):
    """Write the toy and its texts with edits ``(old, new)``; every old must be in one of them."""

    def write(*edits, name="toy"):
        path = tmp_path / "figures_src" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        written = {path: TOY, path.with_suffix(".md"): TEXTS}
        for old, new in edits:
            place = next((file for file, text in written.items() if old in text), None)
            assert place is not None, old
            written[place] = written[place].replace(old, new, 1)
        for file, text in written.items():
            file.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(write):
    return lambda *edits: loading.load(write(*edits))


@pytest.fixture(scope="session")
def remembered(tmp_path_factory):
    """What the engine remembers of the package, so that not every test parses it again.

    What the book's own build has parsed is taken over: an entry is found by what it is about.
    """
    path = tmp_path_factory.mktemp("memo") / "syntax.json"
    path.write_bytes(scripts.shared(path.name, lambda: parsed(path)))
    return path


def parsed(path):
    known = Project(PACKAGE.parent).cache / path.name
    if known.is_file():
        shutil.copy(known, path)
    memo = Memo(path)
    modules = Modules(PACKAGE, memo)
    modules.everything()
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE)
        if place.parts[0] not in APART:
            name = ".".join([PACKAGE.name, *place.with_suffix("").parts])
            modules.definitions(name.removesuffix(".__init__"))
    memo.save()
    return path.read_bytes()
