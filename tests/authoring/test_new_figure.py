import pytest

from dlbook.authoring.changeset import ChangesetError
from dlbook.authoring.new_figure import new_figure
from dlbook.record.records import Project

PAGE = """---
summary: x
---

# One {#one}

```
## No heading {#limits}
```

## More {#more}

Text.

## Limits {#limits}

## Exercises {#exercises}

1. One.
"""
BLOCK = "[[figure rates_fall]]\n\n"


@pytest.fixture
def project(tmp_path):
    for lang in ("zh", "en"):
        page = tmp_path / "docs" / lang / "one.md"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE, encoding="utf-8")
    (tmp_path / "docs" / "chapters.yml").write_text("- one\n")
    (tmp_path / "figures_src").mkdir()
    return Project(tmp_path)


def edit(project, lang, old, new):
    page = project.root / "docs" / lang / "one.md"
    assert old in page.read_text()
    page.write_text(page.read_text().replace(old, new))


def test_a_figure_is_a_script_its_texts_a_test_and_a_place_on_both_pages(project):
    changeset = new_figure(project, "rates_fall", "one")
    assert list(changeset.new) == [
        "figures_src/rates_fall.py",
        "figures_src/rates_fall.md",
        "tests/figures/test_rates_fall.py",
    ]
    assert list(changeset.changed) == ["docs/zh/one.md", "docs/en/one.md"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_comes_before_the_closing_sections_and_the_lab_before_the_exercises(project, lang):
    text = new_figure(project, "rates_fall", "one").changed[f"docs/{lang}/one.md"]
    assert f"Text.\n\n{BLOCK}TODO" in text
    assert "[[claims rates_fall]]\n\n## Limits {#limits}\n" in text
    assert text.endswith("## Exercises {#exercises}\n\n[[lab]]\n\n1. One.\n")
    assert text.startswith(PAGE[: PAGE.index("Text.")])


def test_a_second_figure_comes_after_the_first_and_brings_no_second_lab(project):
    new_figure(project, "rates_fall", "one").write(project.root)
    text = new_figure(project, "rates_rise", "one").changed["docs/en/one.md"]
    assert text.index("[[claims rates_fall]]") < text.index("[[figure rates_rise]]")
    assert text.index("[[claims rates_rise]]") < text.index("{#limits}\n\n## Ex")
    assert text.count("[[lab]]") == 1


def test_a_page_without_closing_sections_gets_it_at_its_end(project):
    for lang in ("zh", "en"):
        edit(project, lang, PAGE[PAGE.index("## Limits") :], "")
    text = new_figure(project, "rates_fall", "one").changed["docs/en/one.md"]
    assert text.endswith("ci%]].\n\n[[claims rates_fall]]\n")
    assert "[[lab]]" not in text


def test_the_claims_of_drafts_have_ids_of_their_own_until_they_get_their_source_s(project):
    for name, claim in (("rates_fall", "Z01"), ("rates_rise", "Z02")):
        new_figure(project, name, "one").write(project.root)
        script = (project.root / "figures_src" / f"{name}.py").read_text()
        assert f'id="{claim}",' in script
        assert f"# {claim} truth" in (project.root / "figures_src" / f"{name}.md").read_text()


@pytest.mark.parametrize(
    ("name", "chapter", "message"),
    [
        ("Rates", "one", "pages cannot cite 'Rates'; use lower-case letters, digits and single _"),
        ("rates-fall", "one", "pages cannot cite 'rates-fall'"),
        ("_rates", "one", "pages cannot cite '_rates'"),
        ("random", "one", "'random' is a module of Python's; name the figure by what it claims"),
        ("torch", "one", "'torch' is a module of Python's"),
        ("lambda", "one", "'lambda' is a module of Python's"),
        ("saw", "one", "there is a figure 'saw' already; nothing was written"),
        ("axe", "one", "there is a figure 'axe' already; nothing was written"),
        (
            "rates_fall",
            "won",
            "no chapter 'won'; did you mean 'one'? there are one; begin one with",
        ),
    ],
)
def test_what_pages_cannot_cite_and_what_there_is_already_is_refused(
    project, name, chapter, message
):
    (project.root / "figures_src" / "more").mkdir()
    (project.root / "figures_src" / "more" / "saw.py").write_text("")
    (project.root / "results").mkdir()
    project.accepted("axe").write_text("{}")
    with pytest.raises(ChangesetError) as caught:
        new_figure(project, name, chapter)
    assert str(caught.value).startswith(message)


def test_pages_that_differ_are_left_alone(project):
    edit(project, "en", "## Limits {#limits}\n\n", "")
    with pytest.raises(ChangesetError, match=r"one lacks the section \{#limits\}; nothing was"):
        new_figure(project, "rates_fall", "one")
    (project.root / "docs" / "en" / "one.md").unlink()
    with pytest.raises(ChangesetError, match=r"^docs/en/one.md:1: missing; .+nothing was written$"):
        new_figure(project, "rates_fall", "one")


def test_files_of_another_encoding_are_told_or_read_over(project):
    (project.root / "figures_src" / "axe.py").write_bytes("# 斧\nid='Z01'\n".encode("gb18030"))
    (project.root / "figures_src" / ".#axe.py").symlink_to("who@where.7")
    assert 'id="Z02' in new_figure(project, "rates_fall", "one").new["figures_src/rates_fall.py"]
    page = project.root / "docs" / "zh" / "one.md"
    page.write_bytes(page.read_bytes() + "末行\n".encode("gb18030"))
    with pytest.raises(
        ChangesetError, match=r"^docs/zh/one.md:\d+: not UTF-8 .+nothing was written$"
    ):
        new_figure(project, "rates_fall", "one")


def test_a_test_of_that_name_stops_all_of_it(project):
    test = project.root / "tests" / "figures" / "test_rates_fall.py"
    test.parent.mkdir(parents=True)
    test.write_text("")
    with pytest.raises(ChangesetError, match=r"test_rates_fall\.py stands there already"):
        new_figure(project, "rates_fall", "one").write(project.root)
    assert not (project.root / "figures_src" / "rates_fall.py").exists()
    assert (project.root / "docs" / "zh" / "one.md").read_text() == PAGE
