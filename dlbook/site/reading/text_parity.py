"""Whether a figure's text cites the same numbers in both languages."""

from collections.abc import Iterator

from dlbook.record import numbers
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source


def citations_that_differ(zh: Source, en: Source, what: str) -> Iterator[Problem]:
    """A problem for each number that one language alone cites; ``what`` names the text."""
    ours, theirs = _cited(zh), _cited(en)
    for have, lack, source, other in ((ours, theirs, zh, en), (theirs, ours, en, zh)):
        for name in have.keys() - lack.keys():
            where = f"{other.path}:{other.first_line}"
            message = f"{what}: {name} is missing in {where}; cite it in both languages"
            yield Problem(source.path, have[name], message)


def _cited(source: Source) -> dict[str, int]:
    """By what is cited, formats apart, the first line that cites it."""
    found: dict[str, int] = {}
    for match in numbers.CITATION.finditer(source.text):
        at = f"[{''.join(match['at'].split())}]" if match["at"] else ""
        name = f"[[{match['figure'] or ''}.{match['field']}{at}]]"
        found.setdefault(name, source.line_of(match.start()))
    return found
