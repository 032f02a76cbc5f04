import os
import time

from dlbook.base.whole import unfinished
from dlbook.engine import files


def test_json_has_sorted_keys_one_space_chinese_as_it_is_and_a_newline():
    assert files.to_json({"b": "中", "a": [1]}).decode() == '{\n "a": [\n  1\n ],\n "b": "中"\n}\n'


def test_discarding_takes_files_folders_and_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").write_text("")
    (tmp_path / "file").write_text("")
    for name in ("folder", "file", "neither"):
        files.discard(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_sweeping_takes_what_is_old_and_unfinished_and_nothing_else(tmp_path):
    old, new = unfinished(tmp_path / "made" / "a"), unfinished(tmp_path / "b")
    old.mkdir()
    (old / "record.json").write_text("")
    new.write_text("")
    (tmp_path / "finished").write_text("")
    for path in (old, tmp_path / "finished"):
        os.utime(path, (time.time() - 3600,) * 2)
    files.sweep(tmp_path)
    assert not old.exists()
    assert new.exists()
    assert (tmp_path / "finished").exists()


def test_the_newest_are_kept_and_what_must_always_be(tmp_path):
    paths = [tmp_path / str(i) for i in range(6)]
    for age, path in enumerate(paths):
        path.write_text("")
        os.utime(path, (1e9 - age,) * 2)
    half = unfinished(tmp_path / "x")
    half.write_text("")
    files.touch(paths[4])
    files.keep_newest(tmp_path.iterdir(), 3, always={paths[5]})
    assert sorted(tmp_path.iterdir()) == sorted([paths[0], paths[1], paths[4], paths[5], half])
