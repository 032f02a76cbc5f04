import sys
from importlib import metadata

import pytest

from dlbook.engine import distributions


@pytest.mark.parametrize("name", ["torch", "numpy", "matplotlib", "scikit-learn", "nothing-at-all"])
def test_a_version_is_that_which_python_tells(name):
    try:
        told = metadata.version(name)
    except metadata.PackageNotFoundError:
        told = None
    assert distributions.installed_version(name) == told


@pytest.mark.parametrize("name", ["some-thing", "Some.Thing", "some_thing"])
def test_it_stands_in_the_headers_of_the_first_folder_that_has_it(tmp_path, monkeypatch, name):
    for number, body in (("1.2+local", "\nVersion: 9\n"), ("3", "")):
        folder = tmp_path / number / f"Some_thing-{number}.dist-info"
        folder.mkdir(parents=True)
        headers = f"Metadata-Version: 2.1\nName: some.thing\nVersion: {number}\n"
        (folder / "METADATA").write_text(headers + body)
    folders = [tmp_path / "none", tmp_path / "1.2+local", tmp_path / "3"]
    monkeypatch.setattr(sys, "path", [str(folder) for folder in folders])
    assert distributions.installed_version(name) == "1.2+local" == metadata.version(name)
