from dlbook.site.pages.work_html import work_html
from dlbook.site.reading.literature import Author, CitableWork

ASH, BO, CY = Author("Ash", "Ann"), Author("Bo", "Ben Q."), Author("Cy & Co")


def test_a_paper_has_authors_year_title_journal_and_addresses():
    fields = {
        **{"title": "Waves < particles", "year": "2016", "journal": "Neural Networks"},
        **{"volume": "94", "pages": "103–114", "eprint": "1610.01145", "doi": "10.1/a<b"},
    }
    assert work_html(CitableWork("k", (ASH, BO, CY), fields), "en") == (
        "Ash, A., Bo, B. Q. &amp; Cy &amp; Co (2016). "
        '<cite lang="en">Waves &lt; particles</cite>. Neural Networks 94: 103–114. '
        '<a href="https://arxiv.org/abs/1610.01145">arXiv:1610.01145</a>. '
        '<a href="https://doi.org/10.1/a&lt;b">doi:10.1/a&lt;b</a>.'
    )


def test_a_source_in_chinese_has_its_shorthand_and_says_its_language():
    fields = {
        **{"title": "为什么？", "title_en": "Why?", "year": "n.d.", "shorthand": "Source B"},
        **{"langid": "chinese", "author_zh": "李", "howpublished": "notes"},
        **{"howpublished_zh": "笔记", "url": "https://example.org/a"},
    }
    lee = CitableWork("k", (Author("Lee", "Hung-yi"),), fields)
    tag = '<span class="dl-works__tag">Source B</span> '
    link = '<a href="https://example.org/a">example.org/a</a>.'
    assert work_html(lee, "zh") == (
        f'{tag}李 (无日期). <cite lang="zh-Hans">为什么？</cite> 笔记. {link}'
    )
    assert work_html(lee, "en") == (
        f'{tag}Lee, H.-y. (n.d.). <cite lang="en">Why?</cite> notes. {link}'
    )
