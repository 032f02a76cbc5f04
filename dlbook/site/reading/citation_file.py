"""What is wrong with ``CITATION.cff``, which every site carries and other programs read.

It is YAML after the Citation File Format, 1.2; the site adds what it knows of its own address.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

from dlbook.base.lookup import unknown
from dlbook.site.reading.address import CITATION
from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.yaml_source import compose, constructed

_NEEDED = ("cff-version", "message", "title", "authors")
_ADDED = ("url", "repository-code", "commit")
_KEYS = (
    *(*_NEEDED, *_ADDED, "abstract", "contact", "date-released", "doi", "identifiers", "keywords"),
    *("license", "license-url", "preferred-citation", "references", "repository"),
    *("repository-artifact", "type", "version"),
)


def citation_problems(root: Path) -> list[Problem]:
    """A problem for each slip, in order; no file, no problem."""
    path = root / CITATION
    if not path.exists():
        return []
    try:
        node = compose(path, CITATION)
        if not isinstance(node, yaml.MappingNode):
            return [Problem(CITATION, 1, "not a mapping; write 'title: text', one to a line")]
        constructed(node, CITATION)  # what is no plain data, or stands twice, is refused here
    except InputError as error:
        return [error.problem]
    return sorted(_slips(node))


def _slips(node: yaml.MappingNode) -> Iterator[Problem]:
    found = {str(key.value): value for key, value in node.value}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.value not in _KEYS:
            yield Problem(CITATION, line, unknown("key", str(key.value), _KEYS))
        elif key.value in _ADDED:
            message = f"the site adds '{key.value}', from mkdocs.yml or git; take the line away"
            yield Problem(CITATION, line, message)
    for name in _NEEDED:
        if name not in found:
            yield Problem(CITATION, 1, f"'{name}' is missing; who cites the book needs it")
        elif not found[name].value:
            yield Problem(CITATION, found[name].start_mark.line + 1, f"'{name}' says nothing")
    authors = found.get("authors")
    people = authors.value if isinstance(authors, yaml.SequenceNode) else []
    if authors is not None and authors.value and not all(map(_is_somebody, people or [authors])):
        message = "an author is '- name: …', or '- family-names: …' with given-names"
        yield Problem(CITATION, authors.start_mark.line + 1, message)


def _is_somebody(node: yaml.Node) -> bool:
    names = {key.value for key, _ in node.value} if isinstance(node, yaml.MappingNode) else set()
    return bool(names & {"name", "family-names", "given-names", "alias"})
