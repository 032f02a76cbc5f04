"""A chapter as ``docs/chapters.yml`` has it: its id, and what belongs to no language.

Of a chapter that is still to be written it says in both languages what its pages will say::

    - folding                       # written, and nothing more to say of it here
    - hidden-layer:
        about: [representable, reachable]
        after: [neuron]
        picture: finding_xor_takes_luck_or_width
    - capacity:                     # to come
        title: 容量与数据 | Capacity and data
        question: 多少数据才够？ | How many data are enough?
        about: [generalising]
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from dlbook.base.language import LANGUAGES, Pair
from dlbook.base.lookup import unknown
from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.yaml_source import constructed

LISTED = "docs/chapters.yml"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SIDES = ("representable", "reachable", "generalising")
"""What the book tells apart; a chapter is about one of them, or several."""
_BETWEEN = " | "
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>|&#?\w+;|\[\[|\]\(|\*\*|`|\$|\\[(\[]")
_LISTS = ("about", "after")
_PAIRS = ("title", "question")
_KEYS = (*_LISTS, "picture", *_PAIRS)


@dataclass(frozen=True)
class Chapter:
    """An id of the list and its line there.

    ``about`` are of :data:`SIDES`, ``after`` the ids of chapters that are read before it,
    ``picture`` the figure that stands for it, ``""`` for the first on its page. ``title`` and
    ``question`` are those of a chapter to come.
    """

    name: str
    line: int
    about: tuple[str, ...] = field(default=(), kw_only=True)
    after: tuple[str, ...] = field(default=(), kw_only=True)
    picture: str = field(default="", kw_only=True)
    title: Pair | None = field(default=None, kw_only=True)
    question: Pair | None = field(default=None, kw_only=True)

    @property
    def page(self) -> str:
        """Its Markdown path in either language."""
        return f"{self.name}.md"

    @property
    def is_to_come(self) -> bool:
        """Whether it has no pages yet."""
        return self.title is not None


def chapter_of(node: yaml.Node) -> Chapter:
    """One entry of the list.

    Raises:
        InputError: it is not in order.
    """
    if isinstance(node, yaml.ScalarNode):
        return Chapter(_name(node), node.start_mark.line + 1)
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        raise _refused(node, "an entry is one id, alone or with what is said of it below")
    ((key, said),) = node.value
    if not isinstance(said, yaml.MappingNode):
        raise _refused(node, f"what is said of a chapter are lines of {', '.join(_KEYS)}")
    return _described(_name(key), said, node.start_mark.line + 1)


def _name(node: yaml.Node) -> str:
    value = str(node.value)
    own = value.rpartition("/")[2].removesuffix(".md")
    if own != value and NAME.fullmatch(own):
        raise _refused(node, f"'{value}' is a path; a chapter is its id, write '{own}'")
    if not isinstance(node, yaml.ScalarNode) or not NAME.fullmatch(value):
        raise _refused(
            node, f"'{value}' is no id; use lower-case letters, digits and single hyphens"
        )
    return value


def _described(name: str, said: yaml.MappingNode, line: int) -> Chapter:
    found: dict[str, Any] = {}
    constructed(said, LISTED)  # what is no plain data, or stands twice, is refused here
    for key, node in said.value:
        if key.value not in _KEYS:
            raise _refused(key, unknown("key", str(key.value), _KEYS))
        found[key.value] = _value(key.value, node)
    lacking = [key for key in _PAIRS if key not in found]
    if len(lacking) == 1:
        raise _refused(
            said,
            f"'{name}' is to come, and has no {lacking[0]}; write {lacking[0]}: 中文 | English",
        )
    return Chapter(name, line, **found)


def _value(key: str, node: yaml.Node) -> Any:
    value = constructed(node, LISTED)
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _refused(node, f"'{key}' is a list; write {key}: [{value}]")
        for each in value if key == "about" else ():
            if each not in SIDES:
                raise _refused(node, unknown("side", each, SIDES))
        return tuple(value)
    if not isinstance(value, str) or not value.strip():
        raise _refused(node, f"'{key}' is not text; put it in quotes")
    if key not in _PAIRS:
        return value
    if found := _MARKUP.search(value):
        raise _refused(node, f"'{key}' is words only; write it without '{found[0]}'")
    both = tuple(part.strip() for part in value.split(_BETWEEN))
    if len(both) != len(LANGUAGES) or not all(both):
        raise _refused(
            node, f"'{key}' is said in both languages; write {key}: 中文{_BETWEEN}English"
        )
    return both


def _refused(node: yaml.Node, message: str) -> InputError:
    return InputError(Problem(LISTED, node.start_mark.line + 1, message))
