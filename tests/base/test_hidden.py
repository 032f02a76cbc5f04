from pathlib import Path, PurePath

import pytest

from dlbook.base.hidden import is_hidden
from dlbook.site.reading.chapter_order import misnamed_pages, read_pages


@pytest.mark.parametrize("name", [".#saw.md", "._saw.py", ".ipynb_checkpoints/saw.md", "a/.b/c"])
def test_what_editors_and_systems_lay_beside_files_is_hidden(name: str):
    assert is_hidden(PurePath(name))


@pytest.mark.parametrize("name", ["saw.md", "a.b/saw.md", "saw", "_saw.py"])
def test_other_files_are_not(name: str):
    assert not is_hidden(PurePath(name))


def test_a_page_that_is_open_in_an_editor_is_one_page(tmp_path: Path):
    folder = tmp_path / "docs" / "zh"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "saw.md").write_text("# x {#x}\n")
    (folder / ".#saw.md").symlink_to("who@where.7")
    (folder / "._saw.md").write_bytes(b"\0\5\26\7")
    (folder / ".ipynb_checkpoints" / "lab.ipynb").write_text("{}")
    assert list(read_pages(tmp_path, "zh", [])) == ["saw.md"]
    assert misnamed_pages(tmp_path) == []
