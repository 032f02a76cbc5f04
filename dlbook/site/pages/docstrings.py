"""A docstring as HTML: paragraphs, lists, code, and Google's sections for arguments and errors."""

import re
from html import escape

_SECTION = re.compile(r"(Args|Returns|Yields|Raises|Attributes):")
# What every package says of itself, each on a line of its own.
_HABIT = re.compile(r"\n(?=(?:For|May know|Known by|Start with)\b)")
_ENTRY = re.compile(r"(\*{0,2}[\w.]+(?: \([^)]*\))?): (.*)", re.S)
# ``code``, and roles such as :func:`~dlbook.training.train.fit`, of which the last part is read.
_CODE = re.compile(
    r"``(?P<code>.+?)``|:\w+:`(?P<tilde>~?)(?P<name>[^`]+)`|`(?P<plain>[^`]+)`", re.S
)


def docstring_html(doc: str) -> str:
    """The docstring (:func:`ast.get_docstring`) without the markup of its language."""
    blocks, literal = [], False
    for block in re.split(r"\n[ \t]*\n", doc.strip("\n")):
        if literal and block.startswith("    "):
            blocks.append(f"<pre><code>{escape(_dedent(block))}</code></pre>")
            continue
        literal = block.endswith("::")
        blocks.append(_block(block.removesuffix(":") if literal else block))
    return "\n".join(blocks)


def first_sentence(doc: str) -> str:
    """The first paragraph, as HTML without the paragraph."""
    return _inline(doc.partition("\n\n")[0])


def _block(block: str) -> str:
    first, _, rest = block.partition("\n")
    section = _SECTION.fullmatch(first)
    if section:
        return f'<p class="dl-doc__section">{section[1]}</p>\n{_entries(_dedent(rest))}'
    if first.startswith("- "):
        items = re.split(r"^- ", block, flags=re.M)[1:]
        return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>"
    return f"<p>{'<br>'.join(map(_inline, _HABIT.split(block)))}</p>"


def _entries(text: str) -> str:
    """Names with what is said of them; a section without names is a paragraph."""
    rows = []
    for entry in re.split(r"\n(?! )", text):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            return f"<p>{_inline(text)}</p>"
        rows.append(
            f"<div><dt><code>{escape(match[1])}</code></dt><dd>{_inline(match[2])}</dd></div>"
        )
    return f"<dl>{''.join(rows)}</dl>"


def _inline(text: str) -> str:
    def write(match: re.Match[str]) -> str:
        name = match["name"] or ""
        shown = name.rpartition(".")[2] if match["tilde"] else name
        return f"<code>{escape(match['code'] or shown or match['plain'])}</code>"

    parts, last = [], 0
    words = " ".join(text.split())
    for match in _CODE.finditer(words):
        parts += [escape(words[last : match.start()]), write(match)]
        last = match.end()
    return "".join([*parts, escape(words[last:])])


def _dedent(block: str) -> str:
    lines = block.splitlines()
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[depth:] for line in lines)
