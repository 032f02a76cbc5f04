r"""Which number each equation of a page has: ``\label{pieces}`` in a display formula."""

import re

from dlbook.site.reading.source import Source

LABEL = re.compile(r"\s*\\label\s*\{([^{}]*)\}")


def numbered(source: Source) -> dict[str, int]:
    """The number of each labelled equation of a page, in order."""
    found: dict[str, int] = {}
    for token in source.tokens:
        for name in LABEL.findall(token.body) if token.kind == "display" else ():
            found.setdefault(name, len(found) + 1)
    return found
