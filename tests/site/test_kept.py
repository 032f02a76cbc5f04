import pytest

from dlbook.record.records import Project
from dlbook.site.labs import kept as module
from dlbook.site.labs.kept import kept


def counted(project: Project, kind: str, text: str) -> int:
    asked: list[str] = []

    def make(given: str) -> str:
        asked.append(given)
        return f"{given}!\n"

    assert kept(project, kind, text, make) == f"{text}!\n"
    return len(asked)


def test_what_was_made_of_a_text_is_made_once(project: Project):
    assert [counted(project, "a", "text") for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(("kind", "text"), [("b", "text"), ("a", "texts"), ("a", "")])
def test_another_text_or_kind_is_made_for_itself(project: Project, kind, text):
    counted(project, "a", "text")
    assert counted(project, kind, text) == 1


def test_other_code_makes_it_anew(project: Project, monkeypatch: pytest.MonkeyPatch):
    counted(project, "a", "text")
    monkeypatch.setattr(module, "_MADE_BY", "other code")
    assert counted(project, "a", "text") == 1


@pytest.mark.parametrize("damage", [b"", b"\xff\xff", b"wrong\ntext!\n", b"text!\n"])
def test_a_damaged_entry_is_made_again(project: Project, damage):
    counted(project, "a", "text")
    (path,) = (project.cache / "scripts").iterdir()
    path.write_bytes(damage)
    assert [counted(project, "a", "text") for _ in range(2)] == [1, 0]
