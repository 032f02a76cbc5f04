import pytest

from dlbook.record.records import Project
from dlbook.site.pages.counts import count
from dlbook.site.reading.problems import PageError
from tests.site.conftest import Weave
from tests.site.test_chapter_cards import ONE, book
from tests.site.test_tally import book as judged_book


def test_claims_are_counted_by_verdict_and_what_has_none_is_not(project: Project):
    made = judged_book(project, "en")
    names = ("claims", "figures", "supported", "refuted", "conditional", "contested")
    assert [count(made, name) for name in names] == [2, 1, 1, 1, 0, 1]


def test_chapters_are_counted_as_written_and_as_planned(project: Project):
    made = book(project, one=ONE)
    assert (count(made, "chapters"), count(made, "planned")) == (1, 2)


def test_a_sentence_cites_a_count_and_an_unknown_one_is_refused(weave: Weave, project: Project):
    cited = '<data class="dl-number" value="count refuted">1</data>'
    assert cited in weave("[[count refuted]]").text
    (problem,) = weave("A [[count refused]] b").problems
    assert problem.message.startswith(
        "no count 'refused'; did you mean 'refuted'? there are claims,"
    )
    with pytest.raises(PageError, match="no count 'x'"):
        count(book(project), "x")
