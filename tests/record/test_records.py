import errno
import hashlib
import json
from contextlib import suppress

import pytest

from dlbook.record import records
from dlbook.record.records import FILES, Project, RecordError, find_project

POINTER = {
    "run_key": "r",
    "draw_key": "d",
    "parts": {"run": {}, "draw": {}},
    "files": {file: hashlib.sha256(b'{"figure": "a"}').hexdigest() for file in FILES},
    "passport": {"cpu_seconds": 1.5},
}


@pytest.fixture
def project(tmp_path):
    """A project with one made figure, ``a``."""
    project = Project(tmp_path)
    for folder in ("figures_src", "results", "docs"):
        (tmp_path / folder).mkdir()
    (project.made("a") / "d").mkdir(parents=True)
    for file in FILES:
        (project.made("a") / "d" / file).write_text('{"figure": "a"}')
    project.pointer("a").write_text(json.dumps(records.sealed(POINTER)))
    return project


def test_the_project_is_found_from_below_and_not_from_above(project):
    assert find_project(project.root / "docs").root == project.root.resolve()
    assert find_project(project.root).root == project.root.resolve()
    with pytest.raises(RecordError, match=r"no folder 'figures_src'.*--project"):
        find_project(project.root.parent)


def test_scripts_are_listed_by_name_with_those_in_folders_but_not_private_ones(project):
    (project.root / "figures_src" / "sub").mkdir()
    (project.root / "figures_src" / ".ipynb_checkpoints").mkdir()
    hidden = ("._b.py", ".ipynb_checkpoints/b-checkpoint.py")
    for place in ("b.py", "sub/a.py", "_c.py", "sub/__init__.py", "d.txt", *hidden):
        (project.root / "figures_src" / place).write_text("")
    (project.root / "figures_src" / ".#b.py").symlink_to("who@where.7")
    assert list(project.scripts()) == ["a", "b"]
    assert project.script("a") == project.root / "figures_src" / "sub" / "a.py"


def test_two_scripts_of_one_name_are_both_named(project):
    (project.root / "figures_src" / "sub").mkdir()
    for place in ("a.py", "sub/a.py"):
        (project.root / "figures_src" / place).write_text("")
    with pytest.raises(RecordError) as caught:
        project.script("a")
    assert str(caught.value) == (
        "figures_src/a.py and figures_src/sub/a.py: two scripts of one name; rename one"
    )


@pytest.mark.parametrize("name", ["Folds", "two-words", "2fold", "größe"])
def test_a_name_that_pages_cannot_cite_is_refused(project, name):
    (project.root / "figures_src" / f"{name}.py").write_text("")
    with pytest.raises(RecordError, match="pages cannot cite"):
        project.script(name)


def test_a_script_that_is_not_there_is_named(project):
    with pytest.raises(RecordError, match=r"figures_src/b.py: there is no such figure"):
        project.script("b")


@pytest.mark.parametrize("files", [FILES[:-1], (*FILES, "more.txt"), ()])
def test_what_a_version_of_the_book_with_other_files_made_is_not_made_here(project, files):
    pointer = {**POINTER, "files": dict.fromkeys(files, "")}
    project.pointer("a").write_text(json.dumps(records.sealed(pointer)))
    assert records.read_made(project, "a") is None


def test_a_made_figure_is_read_with_its_checksums(project):
    made = records.read_made(project, "a")
    assert made is not None
    assert made.record() == {"figure": "a"}
    assert (made.run_key, made.draw_key) == ("r", "d")
    assert made.passport["cpu_seconds"] == 1.5


def test_a_figure_that_was_never_made_is_none(project):
    assert records.read_made(project, "b") is None


def test_a_changed_file_is_noticed(project):
    made = records.read_made(project, "a")
    assert made is not None
    (made.folder / "zh.svg").write_text("<svg/>")
    with pytest.raises(RecordError, match=r"zh.svg: damaged, its checksum is wrong"):
        made.read("zh.svg")


def test_a_missing_file_is_noticed(project):
    made = records.read_made(project, "a")
    assert made is not None
    (made.folder / "data.npz").unlink()
    with pytest.raises(RecordError, match=r"^\.cache/dlbook/made/a/[^/]+/data.npz: cannot be read"):
        made.read("data.npz")


BROKEN = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    "[" * 100000,
    json.dumps(POINTER),
    json.dumps(records.sealed({**POINTER, "more": 1})),
    json.dumps(records.sealed({key: POINTER[key] for key in ("run_key", "draw_key")})),
    json.dumps({**records.sealed(POINTER), "run_key": "s"}),
    json.dumps({**records.sealed(POINTER), "passport": {}}),
    json.dumps({**records.sealed(POINTER), "passport": {"cpu_seconds": 1.6}}),
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_damaged_pointer_is_noticed(project, text):
    project.pointer("a").write_text(text)
    with pytest.raises(RecordError, match=r"^.cache/dlbook/made/a.json: damaged"):
        records.read_made(project, "a")


def test_no_flipped_bit_of_a_pointer_changes_what_is_read(project):
    before, whole = records.read_made(project, "a"), project.pointer("a").read_bytes()
    for place in range(0, 8 * len(whole), 7):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        project.pointer("a").write_bytes(flipped)
        with suppress(RecordError):
            assert records.read_made(project, "a") == before


def test_a_failure_is_read_even_where_its_file_is_damaged(project):
    assert records.read_failure(project, "a") is None
    project.error("a").write_text('{"message": "no", "where": "x.py:1"}')
    assert records.read_failure(project, "a") == {"message": "no", "where": "x.py:1"}
    project.error("a").write_text("{")
    failure = records.read_failure(project, "a")
    assert failure is not None
    assert "damaged" in failure["message"]
    for other in ("[]", "3", "{}", '{"message": 1, "where": 2}', '{"message": "no"}'):
        project.error("a").write_text(other)
        assert "damaged" in (records.read_failure(project, "a") or {})["message"]


def test_an_accepted_record_is_read(project):
    assert records.read_accepted(project, "a") is None
    project.accepted("a").write_text('{"values": {}}')
    assert records.read_accepted(project, "a") == {"values": {}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'{\n"a": 1\n<<<<', ":3: not a record: not JSON"),
        (b"[]", ":1: not a record: not an object"),
        (b"", ":1: not a record: not JSON"),
        (b'{"a": 1}\n\0', ":2: the control character U\\+0000"),
        ("{\n\n'a': '甲'}".encode("gb18030"), ":3: not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), ":1: not UTF-8"),
        (b"[" * 100_000, ":1: not a record: brackets"),
        (b'{\n"a": 1,\n"b": 2,\n"a": 1}', ":4: not a record: 'a' stands in it twice"),
        (b'{"values": {"a": 1,\n"b": {"a": 2},\n "a": 3},\n"a": 1}', ":3: not a record: 'a'"),
        (b'{"values": {\n"a": NaN}}', ":2: not a record: NaN"),
        (b'{"values":\n{"x":\n-Infinity, "y": "-Infinity"}}', ":3: not a record: -Infinity"),
        (b'{"values": {\n"a": ' + b"1" * 5001 + b"}}", ":2: not a record: a number in it has too"),
        (b'{\n"values": 3}', ":2: not a record: its values"),
        (b'{\n"config": []}', ":2: not a record: its config"),
        (b'{\n"txets": {}}', ":2: not a record: it has no part 'txets'; did you mean 'texts'"),
        (b'{\n"texts": null}', ":2: not a record: its texts"),
        (b'{\n"claims": {"a": 1}}', ":2: not a record: its claims"),
        (b'{\n"claims": [{"a": 1}]}', ":2: not a record: a claim of it has no id"),
        (b'{\n"claims": ["A25"]}', ":2: not a record: a claim of it has no id"),
        (b'{"claims": [{"id": "A"},\n {"id": "A"}]}', ":2: not a record: claim 'A'"),
    ],
)
def test_a_damaged_accepted_record_is_named_with_its_line(project, text, line):
    project.accepted("a").write_bytes(text)
    with pytest.raises(RecordError, match=rf"^results/a.json{line}.*accept a") as caught:
        records.read_accepted(project, "a")
    assert "\n" not in str(caught.value)


def test_a_folder_or_a_link_to_nothing_is_no_accepted_record(project):
    project.accepted("a").mkdir()
    with pytest.raises(RecordError, match=r"^results/a.json: Is a directory; .* move it away"):
        records.read_accepted(project, "a")
    project.accepted("b").symlink_to("c.json")
    with pytest.raises(RecordError, match=r"^results/b.json: a link that leads to no file; "):
        records.read_accepted(project, "b")


def test_what_keeps_every_record_from_being_read_is_said_of_the_folder(project):
    folder = project.accepted("a").parent
    folder.rmdir()
    folder.write_text("x")
    told = "^results: Not a directory; there is a file where a folder belongs; move it away$"
    for name in "ab":
        with pytest.raises(RecordError, match=told):
            records.read_accepted(project, name)


def test_a_folder_of_scripts_that_cannot_be_read_is_not_empty(project, monkeypatch):
    project.scripts_folder.mkdir(exist_ok=True)

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(records.os, "scandir", refuse)
    with pytest.raises(PermissionError):
        project.scripts()
