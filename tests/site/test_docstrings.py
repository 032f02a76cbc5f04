import ast
from xml.etree import ElementTree

import pytest

from dlbook.site.pages import docstrings, reference

DOC = ast.get_docstring(
    ast.parse('''
def f():
    """The first *line*, of ``(n, 2)`` and :func:`~dlbook.training.train.fit`.

    More of `it`, see :mod:`dlbook.mathematics.rng`: a < b. For instance::

        x = [[1]]

        y = x

    - one, which
      goes on
    - two

    Args:
        x: what goes in; may
            go on.
        *rest: the rest.

    Raises:
        ValueError: always: really.
    """
''').body[0]  # type: ignore[arg-type]
)


def test_a_docstring_becomes_paragraphs_lists_code_and_sections():
    assert docstrings.docstring_html(DOC or "").splitlines() == [
        "<p>The first *line*, of <code>(n, 2)</code> and <code>fit</code>.</p>",
        "<p>More of <code>it</code>, see <code>dlbook.mathematics.rng</code>: a &lt; b."
        " For instance:</p>",
        "<pre><code>x = [[1]]</code></pre>",
        "<pre><code>y = x</code></pre>",
        "<ul><li>one, which goes on</li><li>two</li></ul>",
        '<p class="dl-doc__section">Args</p>',
        "<dl><div><dt><code>x</code></dt><dd>what goes in; may go on.</dd></div>"
        "<div><dt><code>*rest</code></dt><dd>the rest.</dd></div></dl>",
        '<p class="dl-doc__section">Raises</p>',
        "<dl><div><dt><code>ValueError</code></dt><dd>always: really.</dd></div></dl>",
    ]


def test_a_section_without_names_is_a_paragraph():
    html = docstrings.docstring_html("It gives.\n\nReturns:\n    A number, or two\n    of them.")
    assert html.endswith("Returns</p>\n<p>A number, or two of them.</p>")


def test_the_first_paragraph_is_what_a_method_is_told_by():
    assert (
        docstrings.first_sentence("One ``x``,\nand on.\n\nMore.") == "One <code>x</code>, and on."
    )


def test_what_a_package_says_of_itself_keeps_its_lines():
    assert docstrings.docstring_html(
        "For: all.\nMay know: `base`,\nand more.\nKnown by: none."
    ) == ("<p>For: all.<br>May know: <code>base</code>, and more.<br>Known by: none.</p>")


@pytest.mark.parametrize("package", reference.PACKAGES)
def test_no_markup_of_docstrings_is_left_on_a_page(package):
    for module in reference.modules_of(package):
        for doc in (module.doc, *(each.doc for each in module.members)):
            html = docstrings.docstring_html(doc).replace("<br>", "<br/>")
            text = "".join(
                "".join(element.itertext())
                for element in ElementTree.fromstring(f"<div>{html}</div>").iter("p")
            )
            assert "`" not in text, (module.name, text)
            assert not any(mark in html for mark in (":func:", ":class:", ":mod:", ":data:"))
