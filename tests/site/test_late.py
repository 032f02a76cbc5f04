from dlbook.site.reading.late import Piece, Section, fill, stub

INLINE = Piece("x < y", "<i>x</i>", block=False)
BLOCK = Piece("words", "<table></table>")


def test_a_stub_holds_escaped_words_and_is_replaced_whole():
    assert stub(INLINE, 3) == '<span data-late="3">x &lt; y</span>'
    html = f"a {stub(INLINE, 0)} b {stub(BLOCK, 1)}"
    assert fill(html, [INLINE, BLOCK]) == "a <i>x</i> b <table></table>"


def test_a_formula_holds_on_to_the_punctuation_after_it():
    for closing in "，。）,.)":
        bound = f'<span class="dl-bound"><i>x</i>{closing}</span> b'
        assert fill(f"{stub(INLINE, 0)}{closing} b", [INLINE]) == bound


def test_a_formula_holds_on_to_the_bracket_before_it():
    for opening in "（(“":
        begun = f'a <span class="dl-begun">{opening}<i>x</i></span> b'
        assert fill(f"a {opening}{stub(INLINE, 0)} b", [INLINE]) == begun
    both = '<span class="dl-bound">（<i>x</i>）</span>'
    assert fill(f"（{stub(INLINE, 0)}）", [INLINE]) == both


def test_a_verdict_holds_on_to_the_bracket_before_it():
    badge = '<a href="#claim"><span class="dl-verdict dl-verdict--refuted"><svg/>no</span></a>'
    begun = f'see <span class="dl-begun">({badge}</span>), (<a href="#b">b</a>) and {badge}'
    assert fill(f'see ({badge}), (<a href="#b">b</a>) and {badge}', []) == begun


def test_a_long_bound_formula_may_still_be_broken_between_its_bases():
    base = '<span class="katex-base">{}</span>'.format
    long = Piece("abc", f"{base('a')}{base('b')}{base('c')}", block=False)
    bound = fill(f"{stub(long, 0)}，", [long])
    assert f"{base('a')}<wbr>{base('b')}<wbr>{base('c')}，" in bound


def test_what_is_no_punctuation_and_what_is_a_block_is_not_bound():
    assert fill(f"{stub(INLINE, 0)}是", [INLINE]) == "<i>x</i>是"
    assert fill(f"{stub(BLOCK, 0)}，", [BLOCK]) == "<table></table>，"


def test_the_search_sees_sections_and_nothing_of_them_is_left():
    found = (Section("a", "x < y", "one & two"), Section("b", "second", "on\ntwo lines"))
    piece = Piece("words", "<table></table>", sections=found)
    assert stub(piece, 0) == (
        '<div data-late="0">words<h6 id="a">x &lt; y</h6>one &amp; two'
        '<h6 id="b">second</h6>on\ntwo lines</div>'
    )
    assert fill(f"{stub(piece, 0)} and {stub(piece, 0)}", [piece]) == (
        "<table></table> and <table></table>"
    )
