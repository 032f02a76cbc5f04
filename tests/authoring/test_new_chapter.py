import pytest

from dlbook.authoring.changeset import ChangesetError
from dlbook.authoring.new_chapter import RESERVED, UNTITLED, new_chapter
from dlbook.base.language import LANGUAGES
from dlbook.site.building.unwritten import todos
from dlbook.site.reading.chapter_order import read_chapters
from dlbook.site.reading.parity import first_difference
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers
from tests.scripts import ROOT

LIST = "# In order.\n- one  # the first\n- two\n"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "chapters.yml").write_text(LIST)
    return tmp_path


def test_a_chapter_is_two_pages_a_test_and_one_line(root):
    changeset = new_chapter(root, "the-third", ("第三章", "The third"))
    assert list(changeset.new) == [
        "docs/zh/the-third.md", "docs/en/the-third.md", "tests/test_the_third_page.py",
    ]  # fmt: skip
    assert changeset.changed == {"docs/chapters.yml": f"{LIST}- the-third\n"}
    assert "\n# 第三章 {#the-third}\n" in changeset.new["docs/zh/the-third.md"]
    assert "\n# The third {#the-third}\n" in changeset.new["docs/en/the-third.md"]


def test_its_pages_are_alike_say_what_they_are_and_hold_no_typed_result(root):
    changeset = new_chapter(root, "third")
    zh, en = (Source(changeset.new[f"docs/{lang}/third.md"], lang) for lang in LANGUAGES)
    assert first_difference(zh, en) is None
    assert [heading.anchor for heading in en.headings] == [
        "third", "question", "first", "limits", "summary", "exercises", "sources",
    ]  # fmt: skip
    for source in (zh, en):
        assert source.front.keys() == {"description", "summary", "question", "needs"}
        assert typed_numbers(source) == []
    assert [source.headings[0].text for source in (zh, en)] == list(UNTITLED)


def test_its_test_fails_until_it_is_written(root, tmp_path):
    new_chapter(root, "third").write(root)
    space = {}
    exec((root / "tests" / "test_third_page.py").read_text(), space)
    with pytest.raises(pytest.fail.Exception, match="TODO"):
        space["test_exercise_1"]()


def test_every_line_that_is_to_be_written_is_found(root):
    changeset = new_chapter(root, "third", ("三", "Third"))
    changeset.write(root)
    marked = sum(text.count("TODO") for text in changeset.new.values())
    assert len(todos(root)) == marked > 15


@pytest.mark.parametrize("text", ["[]\n", "", None])
def test_the_first_chapter_of_a_book_begins_the_list(root, text):
    listed = root / "docs" / "chapters.yml"
    listed.unlink()
    if text is not None:
        listed.write_text(text)
    new_chapter(root, "third").write(root)
    assert listed.read_text() == "- third\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("The-Third", "no page can be called 'The-Third'; use lower-case letters"),
        ("third_one", "no page can be called 'third_one'"),
        ("../third", "no page can be called '../third'"),
        ("", "no page can be called ''"),
        ("en", "the site keeps 'en' for something else"),
        ("labs", "the site keeps 'labs' for something else"),
        ("two", "docs/chapters.yml: chapter 'two' is listed already; nothing was written"),
    ],
)
def test_a_name_that_no_page_can_have_is_refused(root, name, message):
    with pytest.raises(ChangesetError) as caught:
        new_chapter(root, name)
    assert str(caught.value).startswith(message)


def test_a_title_is_a_line_and_a_broken_list_is_left_alone(root):
    with pytest.raises(ChangesetError, match="a title of one line is wanted"):
        new_chapter(root, "third", ("三", "Third\n# x"))
    (root / "docs" / "chapters.yml").write_text("- one\n- one\n")
    with pytest.raises(ChangesetError, match=r"^docs/chapters.yml:2: 'one' stands twice; nothing"):
        new_chapter(root, "third")


def test_nothing_that_the_site_publishes_is_taken_for_a_chapter():
    """What lies at the root of the site is a page, or a name that no chapter may or can have."""
    names = {path.name.partition(".")[0] for path in (ROOT / "site").iterdir()}
    names = {name for name in names if name == name.lower()}
    pages = {path.stem for path in (ROOT / "docs" / "zh").rglob("*.md")}
    assert names <= {*RESERVED, *LANGUAGES, *pages}


PLAN = """\
- one
- third:  # to come
    title: 三 | Three
    question: 么？ | Why?
{kept}# the last
- two
"""


@pytest.mark.parametrize(
    ("kept", "entry"),
    [("", "- third\n"), ("    after: [one]\n", "- third:  # to come\n    after: [one]\n")],
)
def test_a_chapter_of_the_plan_takes_its_place_and_its_page_says_its_title(root, kept, entry):
    listed = root / "docs" / "chapters.yml"
    listed.write_text(PLAN.format(kept=kept))
    new_chapter(root, "third").write(root)
    assert listed.read_text() == f"- one\n{entry}# the last\n- two\n"
    assert [chapter.name for chapter in read_chapters(root)[0]] == ["one", "third", "two"]
