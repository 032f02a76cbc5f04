"""Where on a page a link or a picture leads to a given place, as whoever wrote it wrote it."""

import re

from dlbook.site.reading.source import Source

_BEFORE = r"""(?:\]\(\s*<?|^[ ]{0,3}\[[^\[\]\n]+\]:\s*<?|(?:href|src)\s*=\s*["']?)"""
_AFTER = r"""(?=[\s)>"'}]|$)"""


def lines_of_links(source: Source, target: str) -> list[int]:
    """The line of each link to ``target``, in order; links within code are none."""
    hidden = [(token.start, token.end) for token in source.tokens if token.kind == "code"]
    pattern = re.compile(f"{_BEFORE}(?P<target>{_as_written(target)}){_AFTER}", re.MULTILINE)
    return [
        source.line_of(match.start("target"))
        for match in pattern.finditer(source.text)
        if not any(start <= match.start() < end for start, end in hidden)
    ]


def _as_written(target: str) -> str:
    """A pattern of what Markdown reads as that target: signs may be escaped."""
    return "".join(
        "&(?:amp;)?" if each == "&" else each if each.isalnum() else rf"\\?{re.escape(each)}"
        for each in target
    )
