import pytest
from mkdocs.exceptions import Abort

from dlbook.site.building.unwritten import tell_todos, todos

FILES = {
    "docs/en/a.md": "# A\n\nTODO: say it.\nAll done. <!-- TODO -->\n",
    "docs/zh/b/c.md": "这里TODO：说清楚\n",
    "figures_src/f.py": '"""TODO: claim."""\nx = ("TODO：甲", "b")\nTODOS = xTODO\n',
    "figures_src/f.md": "# title\n\nTODO\n\nA\n",
    "tests/figures/test_f.py": 'fail("TODO: compare")\n',
    "tests/test_a_page.py": 'fail("TODO: compute")\n',
    "tests/site/test_other.py": "TODO = 1\n",
    "docs/terms.yml": "- TODO\n",
}
FOUND = [
    "docs/en/a.md:3: still to do: say it.",
    "docs/en/a.md:4: still to do: this",
    "docs/zh/b/c.md:1: still to do: 说清楚",
    "figures_src/f.md:3: still to do: this",
    "figures_src/f.py:1: still to do: claim.",
    "figures_src/f.py:2: still to do: 甲\", \"b",
    "tests/figures/test_f.py:1: still to do: compare",
    "tests/test_a_page.py:1: still to do: compute",
]  # fmt: skip


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_every_line_that_is_still_to_be_written_is_told_with_its_place(root):
    assert [str(problem) for problem in todos(root)] == FOUND


def test_a_draft_may_be_looked_at_but_not_published(root, caplog):
    tell_todos(root, refuse=False)
    assert [record.levelname for record in caplog.records] == ["WARNING"] * len(FOUND)
    caplog.clear()
    with pytest.raises(Abort, match=f"{len(FOUND)} lines are still to be written"):
        tell_todos(root, refuse=True)
    assert [record.getMessage() for record in caplog.records] == FOUND
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_a_book_that_is_written_is_passed_over_in_silence(tmp_path, caplog):
    tell_todos(tmp_path, refuse=True)
    assert not caplog.records
