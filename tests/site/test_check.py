from collections.abc import Mapping
from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.building.check import read_manuscript
from dlbook.site.reading.formulas import Typesetter
from tests.site.conftest import ROOT, TOY, put_figure


def problems(project: Project, pages: Mapping[str, str]) -> list[str]:
    for name, text in pages.items():
        path = project.root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read_manuscript(project.root).problems]


def both(text: str) -> dict[str, str]:
    return {"zh/a.md": text, "en/a.md": text}


def toy_pages() -> dict[str, str]:
    docs = TOY / "docs"
    return {p.relative_to(docs).as_posix(): p.read_text() for p in docs.rglob("*.md")}


def test_the_toy_book_has_no_problems(project: Project):
    assert problems(project, toy_pages()) == []


def test_problems_of_all_pages_of_both_languages_come_in_order(project: Project):
    pages = {
        "zh/a.md": "---\na: b\n---\n\n[[saw.tooth]]\n\n误差 0.5\n",
        "zh/b.md": "\\(\\foo\\)\n",
        "en/a.md": "## No anchor\n",
        "en/b.md": "A.\n",
    }
    found = problems(project, pages)
    assert [line.split(": ")[0] for line in found] == [
        "docs/en/a.md:1",
        "docs/en/a.md:1",
        "docs/zh/a.md:5",
        "docs/zh/a.md:7",
        "docs/zh/b.md:1",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## 甲\n", ":1: the heading '甲' needs an anchor; add {#name}"),
        ("## 甲 {#a}\n\n### 乙 {#a}\n", ":1: the anchor {#a} stands twice on this page"),
    ],
)
def test_every_section_has_an_anchor_of_its_own(project: Project, text, message):
    assert message in problems(project, both(text))[0]


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        ("claim-A26", "has already; rename it"),
        ("fig-saw", "has already; rename it"),
        ("eq-bill", "has already; rename it"),
        ("fn:1", "of footnotes or the theme; rename it"),
        ("__toc", "of footnotes or the theme; rename it"),
    ],
)
def test_no_anchor_is_that_of_what_a_page_is_made_of(project: Project, anchor, message):
    text = "[[figure saw]]\n\n[[claims saw]]\n\n$$\nx\n\\label{bill}\n$$\n\n"
    assert problems(project, both(f"{text}## 甲 {{#of-its-own}}\n")) == []
    found = problems(project, both(f"{text}## 甲 {{#{anchor}}}\n"))
    assert found[0].startswith(f"docs/en/a.md:10: the anchor {{#{anchor}}} is one ")
    assert found[0].endswith(message)


@pytest.mark.parametrize("anchor", ["小结", "Fold", "a.b", "a_b"])
def test_an_anchor_is_part_of_an_address(project: Project, anchor):
    found = problems(project, both(f"## 甲 {{#{anchor}}}\n"))
    assert f"zh/a.md:1: the anchor {{#{anchor}}} is part of an address; write small" in found[-1]


def test_a_chapter_without_a_title_is_told_below_its_front_matter(project: Project):
    (project.root / "docs").mkdir(exist_ok=True)
    (project.root / "docs" / "chapters.yml").write_text("- a\n", encoding="utf-8")
    found = problems(project, both("---\nsummary: a\n---\n\n## 甲 {#a}\n"))
    assert "docs/zh/a.md:5: the page has no title; begin it with '# … {#name}'" in found


def test_no_anchor_of_a_heading_is_that_of_something_else(project: Project):
    found = problems(project, both('## 甲 {#a}\n\n<span id="a">x</span>\n'))
    assert "zh/a.md:3: the anchor {#a} stands twice" in found[-1]


def test_a_verdict_may_point_to_another_page_of_its_language(project: Project):
    pages = both("[[verdict A26]]") | {"zh/b/c.md": "[[claims saw]]", "en/b/c.md": "[[claims saw]]"}
    assert problems(project, pages) == []
    del pages["en/b/c.md"]
    (project.root / "docs" / "en" / "b" / "c.md").write_text("C.\n")
    assert any("en/a.md:1: no page shows claim A26" in line for line in problems(project, pages))


def test_all_formulas_of_a_book_are_typeset_in_one_process(project: Project, monkeypatch):
    runs = []
    run = Typesetter._run

    def counted(self, formulas):
        runs.append(len(formulas))
        return run(self, formulas)

    monkeypatch.setattr(Typesetter, "_run", counted)
    assert problems(project, toy_pages()) == []
    assert len(runs) == 1


def test_without_katex_one_line_says_so_and_no_formula_is_blamed(tmp_path: Path):
    put_figure(tmp_path)
    found = problems(Project(tmp_path), toy_pages() | both("$x$, $y$\n\n[[figure saw]]\n"))
    assert found == ["web/node_modules/katex:1: KaTeX is not installed; run make env"]


def test_the_book_itself_has_no_problems():
    root = Path(ROOT)
    assert [str(problem) for problem in read_manuscript(root).problems] == []


@pytest.mark.parametrize(("has", "lacks"), [("zh", "en"), ("en", "zh")])
def test_a_chapter_of_one_language_is_one_line(project: Project, has, lacks):
    (project.root / "docs").mkdir()
    (project.root / "docs" / "chapters.yml").write_text("- a\n")
    text = "# 甲 {#a}\n\n[[figure saw]]\n\n[[claims saw]]\n\n[[lab]]\n"
    found = problems(project, {f"{has}/a.md": text})
    assert found == [f"docs/{has}/a.md:1: has no translation; write docs/{lacks}/a.md"]


def test_a_page_that_is_no_text_is_one_line(project: Project):
    docs = project.root / "docs"
    (docs / "zh" / "c.md").mkdir(parents=True)
    (docs / "zh" / "b.md").symlink_to("b.md")
    (docs / "en").mkdir()
    (docs / "zh" / "a.md").write_bytes("# 甲\n\n乙\n".encode("gb18030"))
    for name in "abc":
        (docs / "en" / f"{name}.md").write_text("# A\n\n## B {#b}\n")
    assert [line.partition(";")[0] for line in problems(project, {})] == [
        "docs/zh/a.md:1: not UTF-8 (byte 0xbc)",
        "docs/zh/b.md:1: is a link that leads to no file (Too many levels of symbolic links)",
        "docs/zh/c.md:1: is a folder",
    ]


@pytest.mark.parametrize(
    ("name", "block"),
    [("terms.yml", "glossary"), ("references.bib", "bibliography"), ("chapters.yml", "chapters")],
)
def test_a_file_that_a_page_shows_has_to_be_there(project: Project, name, block):
    (line,) = problems(project, both(f"# A\n\n[[{block}]]\n"))
    assert line.startswith(f"docs/{name}:1: missing, and docs/zh/a.md shows it, [[{block}]]")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b.markdown", "the name of a page ends in .md; rename it"),
        ("b.ipynb", "the name of a page ends in .md; rename it"),
        ("B.MD", "the name of a page ends in .md; rename it"),
        ("a/index.md", "becomes the same page as docs/{lang}/a.md; rename one"),
        ("a/index.html", "becomes the same page as docs/{lang}/a.md; rename one"),
        ("a/README.md", "becomes the same page as docs/{lang}/a.md; rename one"),
    ],
)
def test_a_page_that_would_be_another_one_is_one_line_in_each_language(project, name, message):
    pages = {**both("# A {#a}\n"), **{f"{lang}/{name}": "# B {#b}\n" for lang in ("zh", "en")}}
    assert problems(project, pages) == [
        f"docs/{lang}/{name}:1: {message.format(lang=lang)}" for lang in ("en", "zh")
    ]


def test_a_folder_that_mkdocs_leaves_out_is_one_line(project: Project):
    hidden = {f"{lang}/templates/b.md": "# B {#b}\n" for lang in ("zh", "en")}
    assert problems(project, {**both("# A {#a}\n"), **hidden, "zh/c/templates/d.txt": "d"}) == [
        f"docs/{lang}/templates:1: MkDocs publishes nothing of a folder of this name; rename it"
        for lang in ("en", "zh")
    ]


def test_of_a_language_without_pages_that_alone_is_said(project: Project):
    assert problems(project, {"zh/a.md": "# A {#a}\n", "zh/b.md": "# B {#b}\n"}) == [
        "docs/en:1: no page can be read here; put the folder docs/en back"
    ]


@pytest.mark.parametrize("empty", [" \n\n", "---\nsummary: a\n---\n\n"])
def test_an_empty_page_is_said_where_it_is(project: Project, empty):
    pages = {**both("# A {#a}\n\n## B {#b}\n\n[[figure saw]]\n"), "en/a.md": empty}
    assert problems(project, pages) == [
        "docs/en/a.md:1: the page is empty; write it, or delete it in both languages"
    ]


@pytest.mark.parametrize("text", ["", "% nothing but a remark\n"])
def test_works_that_are_all_gone_are_said_once(project: Project, text):
    (project.root / "docs").mkdir()
    (project.root / "docs" / "references.bib").write_text(text)
    cited = both("# A {#a}\n\n[[cite one]] [[citep one two]]\n\n[[bibliography]]\n")
    assert problems(project, cited) == [
        "docs/references.bib:1: holds no work, and pages cite some; put the file back"
    ]


@pytest.mark.parametrize("text", ["", "# nothing but a remark\n", "---\n"])
def test_terms_that_are_all_gone_are_said_where_a_page_shows_them(project: Project, text):
    (project.root / "docs").mkdir()
    (project.root / "docs" / "terms.yml").write_text(text)
    assert problems(project, both("# A {#a}\n\n[[glossary]]\n")) == [
        "docs/terms.yml:1: holds no term, and docs/zh/a.md shows them; put the file back"
    ]
    assert problems(project, both("# A {#a}\n\nNo glossary here.\n")) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("a.md", "'a.md' is a path; a chapter is its id, write 'a'"),
        ("zh/a", "'zh/a' is a path; a chapter is its id, write 'a'"),
        ("a: 甲", "what is said of a chapter are lines of about, after, picture, title, question"),
    ],
)
def test_of_a_chapter_that_is_not_understood_nothing_else_is_said(project, entry, message):
    (project.root / "docs").mkdir()
    (project.root / "docs" / "chapters.yml").write_text(f"- {entry}\n")
    found = problems(project, both("# A {#a}\n\n[[figure saw]]\n\n[[claims saw]]\n\n[[lab]]\n"))
    assert found == [f"docs/chapters.yml:1: {message}"]
