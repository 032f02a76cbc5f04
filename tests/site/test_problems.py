from dlbook.site.reading.problems import FaultyPageError, Problem, problems_html


def test_a_faulty_page_lists_each_problem_once_in_order():
    twice = [Problem("b.md", 2, "x"), Problem("a.md", 9, "y"), Problem("b.md", 2, "x")]
    assert str(FaultyPageError(twice)) == "a.md:9: y\nb.md:2: x"


def test_the_box_escapes_what_it_quotes_and_is_absent_when_all_is_well():
    assert "a.md:1: &lt;b&gt;" in problems_html([Problem("a.md", 1, "<b>")], "en")
    assert problems_html([], "en") == ""
