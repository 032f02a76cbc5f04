import pytest

from dlbook.site.reading.parity import first_difference, missing_pages
from dlbook.site.reading.source import Source

ZH = r"""# 锯齿 {#saw}

折 [[saw.folds]] 次，见 [[ref saw]] 和[别处](a.md#b)，[[verdict A26]]。

## 齿 {#teeth}

$$
\text{齿数} = 2^k
$$

[[figure saw]]

[[claims saw]]

### 来源

\(2^{[[saw.teeth|big]]}\)，[论文](https://a.example/1)
"""
EN = r"""# A saw {#saw}

Folded [[saw.folds]] times, [[verdict A26]], [elsewhere](a.md#b) and [[ref saw]].


## Teeth {#teeth}

$$ \text{teeth}   = 2^k $$

[[figure saw]]

[[claims saw]]

### Sources

The [paper](https://a.example/1) has \(2^{[[saw.teeth]]}\)
"""


def difference(en: str) -> str:
    found = first_difference(Source(ZH, "docs/zh/saw.md"), Source(en, "docs/en/saw.md"))
    return str(found)


def test_pages_that_say_the_same_in_two_languages_are_alike():
    assert difference(EN) == "None"


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("{#teeth}", "{#tooth}", "docs/zh/saw.md:5", "{#teeth} stands against a level 2 heading {"),
        ("## Teeth", "### Teeth", "docs/zh/saw.md:5", "stands against a level 3 heading {#teeth}"),
        (" {#saw}\n", "\n", "docs/zh/saw.md:1", "stands against a level 1 heading without an anc"),
        ("[[figure saw]]\n\n", "", "docs/zh/saw.md:11", "[[figure saw]] stands against [[claims"),
        ("[[claims saw]]\n", "", "docs/zh/saw.md:13", "[[claims saw]] stands against a level 3"),
        ("2^k", "2^n", "docs/zh/saw.md:7", r"the formula \text{…} = 2^k stands against the formu"),
        ("$$ \\text{teeth}   = 2^k $$\n", "", "docs/zh/saw.md:7", "stands against [[figure saw]]"),
        ("[[saw.folds]]", "3", "docs/zh/saw.md:3", "[[saw.folds]] is missing in docs/en/saw.md:3"),
        ("[[saw.folds]]", "[[saw.teeth]]", "docs/zh/saw.md:3", "[[saw.folds]] is missing in docs"),
        ("[[ref saw]]", "it", "docs/zh/saw.md:3", "[[ref saw]] is missing in docs/en/saw.md:3"),
        ("A26", "A27", "docs/zh/saw.md:3", "[[verdict A26]] is missing in docs/en/saw.md:3"),
        ("a.md#b", "a.md", "docs/zh/saw.md:3", "a link to a.md#b is missing in docs/en/saw.md:3"),
        ("{[[saw.teeth]]}", "8", "docs/zh/saw.md:17", "[[saw.teeth]] is missing in docs/en/saw.m"),
        ("example/1", "example/2", "docs/zh/saw.md:17", "a link to https://a.example/1 is missing"),
        ("Folded", "[[saw.teeth]]", "docs/en/saw.md:3", "[[saw.teeth]] is missing in docs/zh/saw"),
        ("Folded", "All 12 folded", "docs/en/saw.md:3", "the number 12 is missing in docs/zh/saw"),
    ],
)
def test_the_first_difference_is_named_with_both_lines(old, new, where, what):
    assert old in EN
    found = difference(EN.replace(old, new, 1))
    assert found.startswith(f"{where}: ")
    assert what in found
    assert found.endswith("make the two pages alike")


def test_a_number_written_in_digits_stands_in_both_languages():
    zh, en = (text.replace("\n## ", "\nSee 5.\n\n## ", 1) for text in (ZH, EN))
    assert first_difference(Source(zh, "zh.md"), Source(en, "en.md")) is None
    other = Source(en.replace("See 5", "See 6"), "en.md")
    assert "the number 5 is missing" in str(first_difference(Source(zh, "zh.md"), other))


def test_a_section_that_only_one_language_has_is_named():
    assert (
        "docs/en/saw.md:19: a level 2 heading {#more} is missing in docs/zh/saw.md"
        in difference(EN + "\n\n## More {#more}\n")
    )
    shorter = EN[: EN.index("### Sources")]
    assert "docs/zh/saw.md:15: a level 3 heading" in difference(shorter)


def test_what_moved_to_another_section_is_a_difference():
    moved = EN.replace("[[verdict A26]], ", "").replace(
        "### Sources", "### Sources\n\n[[verdict A26]]"
    )
    assert "[[verdict A26]] is missing" in difference(moved)


def test_a_page_without_translation_is_named_from_either_side():
    zh = {"a.md": Source("", "docs/zh/a.md"), "b.md": Source("", "docs/zh/b.md")}
    en = {"a.md": Source("", "docs/en/a.md"), "c.md": Source("", "docs/en/c.md")}
    assert list(map(str, missing_pages(zh, en))) == [
        "docs/en/c.md:1: has no translation; write docs/zh/c.md",
        "docs/zh/b.md:1: has no translation; write docs/en/b.md",
    ]
