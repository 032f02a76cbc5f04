"""A site of three small pages, served, to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from press.reader import Site, visited

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta name="description" content="About teeth."></head>
<body><header class="md-header__topic">Saw</header>
<main><article>{body}</article></main></body></html>"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'
HOME = "<h1 id='saw'>Saw</h1><p>Words.</p>"
FIRST = (
    "<h1 id='first'>First</h1><p id='tip'>See <a href='../second/#end'>the end</a>, "
    "<a href='#first'>the start</a>, <a href='../other/'>elsewhere</a>.</p>"
    "<details class='dl-about'><summary>About</summary></details>"
    "<details><summary>Answer</summary>42</details>"
    "<img class='dl-picture--light' src='../a.svg' alt='A' width='9' height='9' loading='lazy'>"
    "<img class='dl-picture--dark' src='../a.svg' alt='A' width='9' height='9'>"
)
SECOND = "<h1 id='second'>Second</h1><h2 id='end'>End</h2>"


def write(folder: Path, path: str, body: str) -> None:
    """One page of the toy site."""
    place = folder / path
    place.mkdir(parents=True, exist_ok=True)
    (place / "index.html").write_text(PAGE.format(title=path or "home", body=body), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, body in (("", HOME), ("first", FIRST), ("second", SECOND), ("other", HOME)):
        write(tmp_path, path, body)
        write(tmp_path, f"en/{path}".rstrip("/"), body.replace("../a.svg", "../../a.svg"))
    (tmp_path / "a.svg").write_text(PICTURE, encoding="utf-8")
    (tmp_path / "404.html").write_text("no such page", encoding="utf-8")
    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>https://deep.example/book/</loc></url>"
        "<url><loc>https://deep.example/book/first/</loc></url></urlset>",
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def site(folder: Path, chromium: Browser) -> Iterator[Site]:
    with visited(folder, chromium) as site:
        yield site
