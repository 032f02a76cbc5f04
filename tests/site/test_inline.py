from dlbook.record.records import Project
from dlbook.site.reading import inline
from dlbook.site.reading.formulas import Typesetter


def test_markdown_and_formulas_of_a_caption_become_html(project: Project):
    html = inline.to_html("*甲* $x^2$ < `$y$` & 乙", Typesetter(project))
    assert html.startswith('<em>甲</em> <span class="katex">')
    assert html.endswith("</span> &lt; <code>$y$</code> &amp; 乙")


def test_texts_do_not_leak_into_one_another(project: Project):
    typesetter = Typesetter(project)
    first, second = (inline.to_html(tex, typesetter) for tex in ("$a$", "$b$"))
    assert "<mi>a</mi>" in first
    assert "<mi>b</mi>" in second


def test_a_formula_is_joined_to_the_stop_after_it(project: Project):
    assert inline.to_html("是 $x$。", Typesetter(project)).endswith("</span>。</span>")
    assert inline.to_plain("是 $x$。") == "是 x。"


def test_an_attribute_is_one_escaped_line():
    assert inline.attribute('a "b"\n  <c> \\(x^{2}\\)') == "a &quot;b&quot; &lt;c&gt; x^2"
