import pytest

from dlbook.site.reading.literature import Author, CitableWork, Library
from dlbook.site.reading.problems import PageError


def work(*families: str, year: str = "2016", suffix: str = "", **fields: str) -> CitableWork:
    authors = tuple(Author(family) for family in families)
    return CitableWork("k", authors, {"title": "T", "year": year, **fields}, suffix)


@pytest.mark.parametrize(
    ("families", "zh", "en", "bracketed"),
    [
        (["Ash"], "Ash（2016）", "Ash (2016)", "Ash, 2016"),
        (["Ash", "Bo"], "Ash 和 Bo（2016）", "Ash and Bo (2016)", "Ash & Bo, 2016"),
        (
            ["Ash", "Bo", "Cy"],
            "Ash、Bo 和 Cy（2016）",
            "Ash, Bo and Cy (2016)",
            "Ash, Bo & Cy, 2016",
        ),
        (["Ash", "Bo", "Cy", "Di"], "Ash 等（2016）", "Ash et al. (2016)", "Ash et al., 2016"),
    ],
)
def test_up_to_three_authors_are_named(families, zh, en, bracketed):
    assert work(*families).narrative("zh") == zh
    assert work(*families).narrative("en") == en
    assert work(*families).parenthetical("en") == bracketed
    assert work(*families).parenthetical("zh") == zh.replace("（", "，").rstrip("）")


def test_a_suffix_stands_at_the_year_and_no_date_is_said_in_words():
    assert work("Ash", suffix="b").narrative("en") == "Ash (2016b)"
    assert work("Ash", year="n.d.").parenthetical("zh") == "Ash，无日期"


def test_a_chinese_author_keeps_the_name_in_chinese_only():
    lee = work("Lee", author_zh="李宏毅", title_en="Two", langid="chinese")
    assert lee.narrative("zh") == "李宏毅（2016）"
    assert lee.narrative("en") == "Lee (2016)"
    assert (lee.title("zh"), lee.title_lang("zh")) == ("T", "zh-Hans")
    assert (lee.title("en"), lee.title_lang("en")) == ("Two", "en")


@pytest.mark.parametrize(
    ("author", "listed"),
    [
        (Author("Telgarsky", "Matus"), "Telgarsky, M."),
        (Author("Lee", "Hung-yi"), "Lee, H.-y."),
        (Author("Lin", "Vladimir Ya."), "Lin, V. Y."),
        (Author("YJango"), "YJango"),
    ],
)
def test_lists_give_initials(author, listed):
    assert author.listed == listed


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("Source A §6", ["s"]),
        ("Source A §1; Ash & Bo (2016), Lemma 1", ["p", "s"]),
        ("Ash and Bo 2016", ["p"]),
        ("Someone 2015, arXiv:1503.00036", ["p"]),
        ("Ash 2016", []),
        ("seed 0001", []),
    ],
)
def test_a_claims_source_finds_its_works(source, keys):
    paper = work("Ash", "Bo", eprint="1503.00036")
    seed = work("Lee", shorthand="Source A")
    library = Library({"p": paper, "s": seed})
    assert library.sources(source) == tuple(library.works[key] for key in keys)
    assert seed.narrative("zh") == seed.parenthetical("en") == "Source A"


def test_an_unknown_key_is_answered_with_the_nearest():
    with pytest.raises(PageError, match=r"no work 'telgarski'; did you mean 'telgarsky'\?"):
        Library({"telgarsky": work("T")}).work("telgarski")
