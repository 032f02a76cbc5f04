"""The code that stands in the chapters prints what the page says it prints, in both languages."""

import contextlib
import io
import re

import pytest

from dlbook.site.reading.chapter_order import read_chapters
from tests.site.conftest import ROOT

_FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PRINT = re.compile(r"^\s*print\(.*\)  # (.*)$", re.MULTILINE)
CHAPTERS = [chapter.name for chapter in read_chapters(ROOT)[0]]


def blocks(lang: str, chapter: str) -> list[str]:
    text = (ROOT / "docs" / lang / f"{chapter}.md").read_text(encoding="utf-8")
    return _FENCE.findall(text)


def without_comments(code: str) -> str:
    return "\n".join(re.sub(r"\s*#.*", "", line) for line in code.splitlines())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_has_code_and_both_languages_have_the_same(chapter):
    chinese, english = ([*map(without_comments, blocks(lang, chapter))] for lang in ("zh", "en"))
    assert chinese == english
    assert chinese


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_code_prints_what_stands_beside_it(lang, chapter):
    for code in blocks(lang, chapter):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"{lang}/{chapter}", "exec"), {})
        assert printed.getvalue().split("\n")[:-1] == _PRINT.findall(code) != []
