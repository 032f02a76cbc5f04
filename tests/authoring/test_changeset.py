import os
from pathlib import Path

import pytest

from dlbook.authoring.changeset import Changeset, ChangesetError, filled_in


def snapshot(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "list").write_text("- one\n")
    (tmp_path / "other").write_text("other\n")
    return tmp_path


CHANGES = Changeset({"a/b": "甲\n", "c": "c\n"}, {"list": "- one\n- two\n", "other": "more\n"})


def test_a_changeset_writes_new_files_and_changes_others_and_leaves_nothing_else(root):
    assert CHANGES.write(root) == ["a/b", "c", "list", "other"]
    assert snapshot(root) == {
        "a/b": "甲\n".encode(), "c": b"c\n", "list": b"- one\n- two\n", "other": b"more\n",
    }  # fmt: skip


def test_where_one_file_exists_nothing_is_written(root):
    (root / "c").write_text("mine")
    before = snapshot(root)
    with pytest.raises(ChangesetError, match=r"^c stands there already; nothing was written$"):
        CHANGES.write(root)
    assert snapshot(root) == before


@pytest.mark.parametrize("name", ["c", "list", "other"])
def test_what_the_disk_refuses_half_way_is_taken_back(root, monkeypatch, name):
    """New files are linked into place, others renamed: one of these fails at one of the names."""
    before, link, replace = snapshot(root), os.link, Path.replace

    def refuse(act):
        def acting(source, target, *rest):
            if Path(target).name == name and not refused:
                refused.append(target)
                raise OSError(28, "No space left on device", str(target))
            return act(source, target, *rest)

        return acting

    refused = []
    monkeypatch.setattr(os, "link", refuse(link))
    monkeypatch.setattr(Path, "replace", refuse(replace))
    with pytest.raises(ChangesetError, match="No space left on device; nothing was written"):
        CHANGES.write(root)
    assert refused
    assert snapshot(root) == before


def test_a_file_that_appears_meanwhile_is_not_written_over(root, monkeypatch):
    link = os.link

    def late(source, target):
        if Path(target).name == "c":
            Path(target).write_text("somebody else's")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(ChangesetError, match="File exists"):
        CHANGES.write(root)
    assert (root / "c").read_text() == "somebody else's"
    assert not (root / "a" / "b").exists()


def test_a_template_with_a_part_left_out_is_a_mistake():
    with pytest.raises(KeyError):
        filled_in("chapter.en.md", name="x")
