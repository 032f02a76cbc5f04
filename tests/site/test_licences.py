import shutil
from pathlib import Path

import pytest
from mkdocs.exceptions import Abort

from dlbook.site.building.licences import licences
from tests.site.conftest import ROOT

WEB = ROOT / "web" / "node_modules"


@pytest.fixture(scope="module")
def text() -> str:
    return licences(ROOT, WEB).decode()


@pytest.mark.parametrize(
    "words",
    [
        "Copyright (c) 2026 the dlbook authors",
        "Martin Donath",  # the theme
        "Khan Academy",
        "with Reserved Font Name KaTeX_Main",
        "SIL OPEN FONT LICENSE Version 1.1",
        "Mike Bostock",
        "Permission to use, copy, modify, and/or distribute this software for any purpose",  # D3
        "Icons: material",
        "Google, Inc., Netflix, Inc., Microsoft Corp. and contributors",  # RxJS
        "Zeno Rocha",  # clipboard
        "Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'",
        "contributions to AssemblyScript",
    ],
)
def test_every_work_in_a_site_has_its_notice_there(text: str, words: str):
    assert words in text


def test_what_a_bundled_package_depends_on_is_named_and_a_tool_is_not(text: str):
    titles = {line.rsplit(" ", 1)[0] for line in text.splitlines()}
    assert {"d3-contour", "d3-array", "internmap", "katex"} <= titles
    assert not {"commander", "esbuild", "typescript"} & titles


def test_a_package_without_its_licence_stops_the_build(tmp_path: Path):
    web = furnished(tmp_path)
    (web / "d3-array" / "LICENSE").unlink()
    with pytest.raises(Abort, match="d3-array: the package has no text of its licence"):
        licences(tmp_path, web)


def test_a_package_in_the_theme_s_scripts_that_nobody_pinned_stops_the_build(tmp_path: Path):
    web = furnished(tmp_path)
    shutil.rmtree(web / "clipboard")
    with pytest.raises(Abort, match="its scripts hold clipboard, whose licences are not installed"):
        licences(tmp_path, web)


def furnished(folder: Path) -> Path:
    shutil.copy(ROOT / "web" / "package.json", folder)
    web = folder / "node_modules"
    shutil.copytree(WEB, web, ignore=lambda folder, names: ["esbuild", "@typescript", "typescript"])
    return web
