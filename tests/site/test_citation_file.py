"""What ``CITATION.cff`` may say, and the one line about each slip."""

from pathlib import Path

import pytest

from dlbook.site.reading.citation_file import citation_problems
from tests.site.conftest import ROOT

GOOD = """\
cff-version: 1.2.0
title: A book
message: Cite it so.
authors:
  - family-names: Ash
    given-names: A.
"""


def told(root: Path, text: str) -> list[str]:
    (root / "CITATION.cff").write_text(text, encoding="utf-8")
    return list(map(str, citation_problems(root)))


def test_that_of_the_book_is_in_order_and_none_is_needed(tmp_path):
    assert citation_problems(ROOT) == citation_problems(tmp_path) == told(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: A book", "title: [A book", "3: not valid YAML"),
        ("title: A book", "- A book", "2: not valid YAML"),
        (GOOD, "A book\n", "1: not a mapping; write 'title: text', one to a line"),
        (GOOD, "", "1: not a mapping"),
        ("title:", "titel:", "2: no key 'titel'; did you mean 'title'?"),
        ("message:", "title:", "3: 'title' stands in line 2 already"),
        ("cff-version: 1.2.0\n", "", "1: 'cff-version' is missing; who cites the book needs it"),
        ("A book", "", "2: 'title' says nothing"),
        ("cff-version", "url: https://a.b\ncff-version", "1: the site adds 'url'"),
        ("cff-version", "date-released: 2026-01-02\ncff-version", "1: '2026-01-02' is read as"),
        (
            "  - family-names: Ash\n    given-names: A.\n",
            "  - Ash\n",
            "5: an author is '- name: …'",
        ),
        ("\n  - family-names: Ash\n    given-names: A.\n", " Ash\n", "4: an author is '- name: …'"),
    ],
)
def test_a_slip_is_one_line_with_its_place(tmp_path, old, new, problem):
    assert old in GOOD
    found = told(tmp_path, GOOD.replace(old, new, 1))
    assert any(each.startswith(f"CITATION.cff:{problem}") for each in found), found
