"""The zip of the edition for a folder."""

import zipfile

import pytest

from press.bundle import bundle


def test_every_file_is_packed_under_the_name_of_the_zip(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("out") / "deeper" / "why.zip"
    assert bundle(folder, target) == target
    with zipfile.ZipFile(target) as packed:
        names = packed.namelist()
        assert packed.read("why/first/index.html") == (folder / "first/index.html").read_bytes()
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == sorted(f"why/{name}" for name in files)
    assert [path.name for path in target.parent.iterdir()] == ["why.zip"]


def test_the_same_book_makes_the_same_bytes(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    first = bundle(folder, out / "why.zip").read_bytes()
    (folder / "index.html").touch()
    assert bundle(folder, out / "why.zip").read_bytes() == first


def test_a_folder_without_a_site_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no site to pack; run make offline"):
        bundle(tmp_path, tmp_path / "why.zip")
