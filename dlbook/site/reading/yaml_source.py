"""YAML as authors write it: texts, numbers, lists and mappings, each fault with its line.

Nothing but plain data is taken: no tags, no dates, no merged mappings, and no key twice, of which
YAML would keep the last in silence. Where PyYAML has libyaml it scans, seven times as fast as
Python; what it refuses is read again by Python, whose messages are the same everywhere.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.odd_lines import merge_marks
from dlbook.site.reading.problems import Problem

_STANDARD = "tag:yaml.org,2002:"
_PLAIN = tuple(f"{_STANDARD}{kind}" for kind in ("str", "int", "float", "bool", "null"))
_MERGE, _DATE = f"{_STANDARD}merge", f"{_STANDARD}timestamp"


class _Scanned(Composer, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Scans in C and composes in Python, which notices when brackets stand too deep; C would die.

    The composer of libyaml calls itself without counting.
    """

    def __init__(self, stream: str) -> None:
        super(Composer, self).__init__(stream)
        Composer.__init__(self)


def compose(path: Path, shown: str) -> yaml.Node | None:
    """The tree of a file, ``None`` if it is empty; ``shown`` is how messages call it.

    Raises:
        InputError: it is no text, or not YAML.
    """
    return compose_text(read_text(path, shown), shown)


def compose_as_mkdocs(path: Path, shown: str) -> yaml.Node | None:
    """The same of a file that MkDocs reads too: by Python, since libyaml takes what that refuses.

    Raises:
        InputError: it is no text, or not YAML.
    """
    return compose_text(read_text(path, shown), shown, scanned_by=yaml.SafeLoader)


@lru_cache(maxsize=64)  # the tree is read and never changed; several ask for the same file
def compose_text(
    text: str, shown: str, first_line: int = 1, scanned_by: Any = None
) -> yaml.Node | None:
    """The tree of a text that begins in that line of a file.

    Raises:
        InputError: it is not YAML, or a merge left its marks in it.
    """
    for problem in merge_marks(text, shown, first_line):
        raise InputError(problem)
    try:
        return _composed(text, scanned_by or _Scanned)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, why = mark.line if mark else 0, f"{error.problem or error.context}"
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        line, why = text.count("\n", 0, position), str(getattr(error, "reason", "unreadable"))
    except RecursionError:
        line, why = 0, "brackets stand too deep in each other"
    message = f"not valid YAML: {why}; mend this line or the one before"
    raise InputError(Problem(shown, line + first_line, message))


def _composed(text: str, loader: Any) -> yaml.Node | None:
    try:
        return yaml.compose(text, loader)
    except yaml.YAMLError:
        if loader is yaml.SafeLoader:
            raise
    return yaml.compose(text, yaml.SafeLoader)


def constructed(node: yaml.Node, shown: str, first_line: int = 1) -> Any:
    """What a node holds, as Python's own data.

    Raises:
        InputError: something in it is not plain data, or a key stands twice.
    """
    return _plain(node, shown, first_line, (), {})


def _plain(
    node: yaml.Node, shown: str, first: int, around: tuple[int, ...], seen: dict[int, Any]
) -> Any:
    if id(node) in around:
        raise _wrong(node, shown, first, "an alias stands within what it repeats; write it out")
    if id(node) not in seen:
        inside = (*around, id(node))
        if isinstance(node, yaml.ScalarNode):
            seen[id(node)] = _scalar(node, shown, first)
        elif node.tag not in (f"{_STANDARD}seq", f"{_STANDARD}map"):
            raise _wrong(node, shown, first, f"the tag '{_short(node.tag)}' means nothing here")
        elif isinstance(node, yaml.SequenceNode):
            seen[id(node)] = [_plain(each, shown, first, inside, seen) for each in node.value]
        elif isinstance(node, yaml.MappingNode):
            for message, line in wrong_keys(node):
                raise InputError(Problem(shown, line + first, message))
            seen[id(node)] = {
                key.value: _plain(value, shown, first, inside, seen) for key, value in node.value
            }
    return seen[id(node)]


def _scalar(node: yaml.ScalarNode, shown: str, first: int) -> Any:
    if node.tag == _DATE:
        raise _wrong(node, shown, first, f"'{node.value}' is read as a date; put it in quotes")
    if node.tag not in _PLAIN:
        raise _wrong(node, shown, first, f"'{_short(node.tag)}' means nothing here; use quotes")
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, KeyError, yaml.YAMLError):
        wrong = f"'{node.value}' is not what its tag says; put it in quotes"
        raise _wrong(node, shown, first, wrong) from None


def wrong_keys(node: yaml.MappingNode) -> Iterator[tuple[str, int]]:
    """What is wrong with the keys of a mapping, and the line from 0."""
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line
        if key.tag == _MERGE:
            yield "'<<' takes in another mapping; write its keys out", line
        elif not isinstance(key, yaml.ScalarNode) or key.tag not in _PLAIN:
            yield "a key is a word; this is none", line
        elif key.value in lines:
            first = lines[key.value] + 1
            yield f"'{key.value}' stands in line {first} already; keep one", line
        else:
            lines[key.value] = line


def every_mapping(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """All mappings of a tree, each once."""
    seen, waiting = set[int](), [node] if node else []
    for each in waiting:  # grows while it is read
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, yaml.MappingNode):
            yield each
            waiting += [part for pair in each.value for part in pair]
        elif isinstance(each, yaml.SequenceNode):
            waiting += each.value


def _wrong(node: yaml.Node, shown: str, first: int, message: str) -> InputError:
    return InputError(Problem(shown, node.start_mark.line + first, message))


def _short(tag: str) -> str:
    return tag.replace(_STANDARD, "!!")
