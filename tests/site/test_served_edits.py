"""What a server remembers between two builds answers for nothing that was edited."""

import filecmp
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site.conftest import ENVIRONMENT

# Builds as ``mkdocs serve`` does; after that, at each line of a number, again.
SERVER = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config

def read():
    return load_config("mkdocs.yml", site_dir=sys.argv[1], site_url="http://127.0.0.1:8000/")

class Server:
    def builder(self):
        build(read(), serve_url="http://127.0.0.1:8000/")

config, server = read(), Server()
config.plugins.on_startup(command="serve", dirty=False)
server.builder()
server = config.plugins.on_serve(server, config=config, builder=server.builder)
print("built", flush=True)
for line in sys.stdin:
    server.builder()
    print("built", flush=True)
"""
EDITS = (
    ("docs/zh/saw.md", "两次过拟合", "新的一句，说激活函数"),
    ("docs/en/saw.md", "# A saw {#saw}", "# A saw, renamed {#saw}"),
    ("docs/terms.yml", "  en: deep network", "  en: very deep network"),
    ("docs/zh/saw.md", "用 \\(2^k\\) 来数 {#teeth}", "用 \\(3^k\\) 来数 {#cogs}"),
    ("docs/en/saw.md", "{#teeth}", "{#cogs}"),
    ("docs/en/saw.md", "overfitting", "overfitting, 12.5 % of it [[saw.tooth]]"),
    ("docs/references.bib", "title", "TITLE"),
    ("figures_src/saw.md", "锯齿", "锯齿新"),
    ("results/saw.json", '"bound"', '"bound" '),
    ("docs/zh/saw.md", "description: 锯齿", "description: 新的锯齿"),
)


@contextmanager
def serving(root: Path, site: Path) -> Iterator[Callable[[], None]]:
    """A process that has built once; what is given builds again."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(site)],
        cwd=root,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        asked, told = process.stdin, process.stdout

        def build_again() -> None:
            asked.write("again\n")
            asked.flush()
            wait()

        def wait() -> None:
            assert told is not None
            assert told.readline() == "built\n"

        wait()
        yield build_again
        asked.close()
        assert process.wait(60) == 0


def differing(one: Path, other: Path) -> list[str]:
    files = {
        path.relative_to(top)
        for top in (one, other)
        for path in top.rglob("*")
        if path.is_file() and path.name != "sitemap.xml.gz"
    }  # which holds the second
    return sorted(
        str(file) for file in files
        if not ((one / file).exists() and (other / file).exists())
        or not filecmp.cmp(one / file, other / file, shallow=False)
    )  # fmt: skip


def test_a_site_after_edits_is_to_the_byte_what_a_new_server_makes_of_the_text(
    toy: Path, tmp_path: Path
):
    edited, fresh = tmp_path / "edited", tmp_path / "fresh"
    with serving(toy, edited) as build_again:
        before = (edited / "saw" / "index.html").read_bytes()
        for name, old, new in EDITS:
            path = toy / name
            text = path.read_text(encoding="utf-8")
            assert old in text, name
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            build_again()
    with serving(toy, fresh):
        pass
    assert (edited / "saw" / "index.html").read_bytes() != before
    assert differing(edited, fresh) == []
