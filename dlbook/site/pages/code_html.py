"""Python code as HTML, with the markup of every other page's code."""

from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from dlbook.site.labs.lab_html import light


@cache  # across languages and, in a server, across builds: it is most of such a page's work
def code_html(code: str) -> str:
    """The code in colours; the theme adds the button that copies it."""
    inner = highlight(code, PythonLexer(stripall=False), HtmlFormatter(nowrap=True))
    return light(f'<div class="highlight"><pre><span></span><code>{inner}</code></pre></div>')
