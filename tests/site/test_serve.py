"""``mkdocs serve`` on the toy book: edits appear, mistakes are shown and do not end it."""

import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.site.conftest import ENVIRONMENT

PATIENCE = 90.0  # seconds; on a busy machine a first build has taken thirty
SOON = 10.0  # seconds for prose; about two on a machine at rest


class Server:
    """A running ``mkdocs serve``: its pages and what it has said so far."""

    def __init__(self, root: Path, process: "subprocess.Popen[str]", port: int) -> None:
        self.root, self.process, self.port = root, process, port
        self.said = ""
        self._originals: dict[Path, str] = {}
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self._listener.join()

    def hear(self) -> str:
        while not self._lines.empty():
            self.said += self._lines.get()
        return self.said

    def page(self, path: str) -> str:
        assert self.process.poll() is None, self.hear()
        url = f"http://127.0.0.1:{self.port}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def wait(self, holds: Callable[[], bool], seconds: float) -> float:
        start = time.monotonic()
        while not holds():
            assert time.monotonic() - start < seconds, self.hear()
            time.sleep(0.05)
        return time.monotonic() - start

    def shows(self, path: str, text: str, seconds: float = PATIENCE) -> float:
        return self.wait(lambda: text in self.page(path), seconds)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        self._originals.setdefault(path, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def is_whole(self) -> bool:
        chinese, english = self.page("saw/"), self.page("en/saw/")
        known = ("两次过拟合" in chinese, "锯齿翻倍" in chinese, "overfitting" in english)
        return all(known) and "dl-error" not in chinese + english

    def rest(self) -> None:
        """Wait until all that was edited is built; it looks for edits twice a second."""
        began = calm = time.monotonic()
        while time.monotonic() - calm < 1.5:
            assert time.monotonic() - began < PATIENCE, self.hear()
            heard = self.hear()
            ended = ("Reloading browsers", "An error happened during the rebuild")
            if heard.count("Detected file changes") != sum(heard.count(end) for end in ended):
                calm = time.monotonic()
            time.sleep(0.05)

    def restore(self) -> None:
        for path, text in self._originals.items():
            path.write_text(text, encoding="utf-8")
        self._originals.clear()
        self.wait(self.is_whole, PATIENCE)


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(root, process, port)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def running(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("served") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    with serving(root) as server:
        server.shows("", "小书")
        yield server


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The one server, whose book each test finds whole."""
    yield running
    running.restore()


def test_an_edit_of_prose_is_soon_on_screen_in_either_language_and_asks_no_engine(server: Server):
    server.rest()
    asked = server.hear().count("nothing trained")
    for lang, path, old in (("zh", "saw/", "两次过拟合"), ("en", "en/saw/", "overfitting")):
        server.edit(f"docs/{lang}/saw.md", old, "新的一句")
        seconds = server.shows(path, "新的一句", SOON)
        print(f"{lang}: {seconds:.2f} s")
    assert "<data" in server.page("saw/")
    assert "livereload(" in server.page("en/saw/")
    assert server.hear().count("nothing trained") == asked


def test_a_mistake_on_a_page_is_shown_and_mended(server: Server):
    server.edit("docs/zh/saw.md", "[[saw.teeth]] 个齿", "[[saw.tooth]] 个齿")
    server.shows("saw/", 'class="dl-error"')
    where = "docs/zh/saw.md:7: [[saw.tooth]]: no field"
    assert server.page("saw/").count(where) == 2  # at the top of the page and in its place
    assert "<figure" in server.page("saw/")
    assert where in server.hear()
    server.restore()


def test_an_edit_of_a_script_reaches_the_page_that_shows_it(server: Server):
    server.edit("figures_src/saw.py", "    return figure", "    return figure  # a remark")
    for path in ("figures/saw/", "en/figures/saw/"):
        server.shows(path, "# a remark")


def test_broken_terms_do_not_end_the_server(server: Server):
    server.edit("docs/terms.yml", "  en: deep network", "  en: {deep network")
    server.wait(lambda: ": not valid YAML" in server.hear(), PATIENCE)
    assert "docs/terms.yml:" in server.hear()
    server.shows("saw/", "<figure")


def test_a_list_of_chapters_that_disagrees_does_not_end_the_server(server: Server):
    server.edit("docs/chapters.yml", "[]", "- whale")
    told = "docs/chapters.yml:1: chapter 'whale' has no page"
    server.wait(lambda: told in server.hear(), PATIENCE)
    server.shows("saw/", "<figure")


def test_a_mistake_at_the_first_start_does_not_end_the_server(toy: Path):
    page = toy / "docs" / "zh" / "saw.md"
    page.write_text(page.read_text() + "\n[[figure whale]]\n")
    (toy / "docs" / "en" / "alone.md").write_text("# Alone {#alone}\n")
    script = toy / "figures_src" / "saw.py"
    script.write_text(script.read_text().replace("teeth=2**cfg.folds,", "teeth=nothing,"))
    with serving(toy) as server:
        server.shows("saw/", "no figure &#x27;whale&#x27;")
        assert "NameError" in server.page("saw/")
        assert "has no translation" in server.page("en/alone/")
        server.edit("figures_src/saw.py", "teeth=nothing,", "teeth=2**cfg.folds,")
        server.edit("docs/zh/saw.md", "\n[[figure whale]]\n", "")
        (toy / "docs" / "en" / "alone.md").unlink()
        server.shows("saw/", "<figure")
        server.wait(lambda: "dl-error" not in server.page("saw/"), PATIENCE)


def test_an_edit_of_english_prose_does_not_build_the_chinese_half(server: Server):
    server.rest()
    built = server.hear().count("Documentation built in")
    began = server.hear().count("Building documentation...")
    server.edit("docs/en/saw.md", "overfitting", "a new sentence")
    server.shows("en/saw/", "a new sentence", SOON)
    assert server.hear().count("Building documentation...") == began
    assert server.hear().count("Documentation built in") == built
    assert "两次过拟合" in server.page("saw/")
    server.edit("docs/en/saw.md", "[[saw.teeth]]", "[[saw.tooth]]")
    server.shows("en/saw/", "docs/en/saw.md:7: [[saw.tooth]]")
    server.edit("docs/zh/saw.md", "两次过拟合", "新的一句")
    server.shows("saw/", "新的一句")
    assert "[[saw.tooth]]" in server.page("en/saw/"), "what is wrong there stays told there"


def test_an_edit_of_the_code_that_makes_pages_is_said(toy: Path):
    package = (toy / "dlbook").resolve()
    (toy / "dlbook").unlink()
    shutil.copytree(package, toy / "dlbook", ignore=shutil.ignore_patterns("__pycache__"))
    with serving(toy) as server:
        server.shows("saw/", "<figure")
        server.edit("dlbook/site/reading/words.py", '"""', '"""Words. ')
        told = "dlbook/site/reading/words.py: edited, and this server runs what was there before"
        server.wait(lambda: told in server.hear(), PATIENCE)
        server.edit("docs/zh/saw.md", "两次过拟合", "新的一句")
        server.shows("saw/", "新的一句")
        assert server.hear().count(told) == 1


def test_a_dead_link_is_told_with_its_place_in_either_language(server: Server):
    for lang, old in (("zh", "两次过拟合"), ("en", "overfitting")):
        server.edit(f"docs/{lang}/saw.md", old, f"[{old}](none.md)")
        text = (server.root / "docs" / lang / "saw.md").read_text(encoding="utf-8")
        line = text[: text.index("(none.md)")].count("\n") + 1
        told = f"docs/{lang}/saw.md:{line}: the link 'none.md' leads to no page"
        server.wait(lambda told=told: told in server.hear(), PATIENCE)


def test_a_configuration_that_is_no_yaml_is_one_line_and_what_was_there_stays(server: Server):
    server.edit("mkdocs.yml", "site_name:", "\tsite_name:")
    server.wait(lambda: "mkdocs.yml:3: not valid YAML" in server.hear(), PATIENCE)
    assert "Traceback" not in server.hear()
    assert "两次过拟合" in server.page("saw/")


def test_an_empty_page_and_one_that_is_no_text_do_not_end_it(server: Server):
    page, before = server.root / "docs" / "en" / "saw.md", len(server.hear())
    server.edit("docs/en/saw.md", page.read_text(encoding="utf-8"), "")
    server.wait(lambda: "docs/en/saw.md:1: the page is empty" in server.hear()[before:], PATIENCE)
    page.write_bytes("# 锯齿".encode("gb18030"))
    server.wait(lambda: "docs/en/saw.md:1: not UTF-8" in server.hear(), PATIENCE)
    assert "Traceback" not in server.hear()


def test_a_figure_that_fails_is_shown_in_its_place_and_mended_and_an_edit_of_it_reaches_the_page(
    running: Server,
):
    """The last of those that share a server: it leaves the figure redrawn, which takes long."""
    server = running
    server.edit("figures_src/saw.py", "teeth=2**cfg.folds,", "teeth=2**cfg.folds / 0,")
    server.shows("saw/", "ZeroDivisionError")
    script = (server.root / "figures_src" / "saw.py").read_text()
    line = f"figures_src/saw.py:{script[: script.index('/ 0')].count(chr(10)) + 1}: run raised Zero"
    pages = ("saw/", "en/saw/", "figures/saw/", "en/figures/saw/")
    for path in pages:
        assert line in server.page(path)
        assert "<figure" not in server.page(path)
    assert "SMALL" in server.page("figures/saw/"), "the script is shown all the same"
    assert line in server.hear()
    server.edit("figures_src/saw.md", "锯齿翻倍", "齿数翻倍")
    server.edit("figures_src/saw.py", "teeth=2**cfg.folds / 0,", "teeth=2**cfg.folds,")
    server.shows("saw/", "齿数翻倍")
    for path in pages:
        assert "<figure" in server.page(path)
