import pytest

from dlbook.site.pages.reading_time import minutes
from dlbook.site.reading.source import Source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 5),
        ("字" * 300 * 10, 10),
        ("word " * 200 * 20, 20),
        ("字" * 300 * 5 + " word" * 200 * 5, 10),
        ("字" * 300 * 12, 10),
        ("字" * 300 * 13, 15),
        ("---\nsummary: a\n---\n" + "```py\n" + "word " * 9000 + "\n```\n" + "字" * 3000, 10),
        ("字" * 3000 + "\n\n$$\nx\n$$\n" * 20, 15),
        ("字" * 3000 + "".join(f"\n\n[[figure a{k}]]\n" for k in range(13)), 20),
        ("字" * 3000 + "[a](" + "x/" * 20_000 + "y)", 10),
    ],
)
def test_text_formulas_and_figures_take_time_and_what_is_not_read_takes_none(text, expected):
    assert minutes(Source(text, "x.md")) == expected
