"""The two configurations of MkDocs as files: what is wrong with them, and the lines of names."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import yaml

from dlbook.base.language import LANGUAGES
from dlbook.site.building.english import CONFIG as ENGLISH
from dlbook.site.building.navigation import CONFIG
from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.yaml_source import compose_as_mkdocs, every_mapping, wrong_keys

EXTENSION = "dlbook.site.pages.markdown"
HOOKS = "dlbook/site/hooks.py"
WITHOUT_HOOKS = f"hooks does not list {HOOKS}, which builds the book; list it"
_Found = tuple[int, yaml.Node]


def file_problems(root: Path) -> list[Problem]:
    """What is wrong with the files themselves: YAML, keys, and the languages they are for."""
    found: list[Problem] = []
    for shown, lang in zip((CONFIG, ENGLISH), LANGUAGES, strict=True):
        try:
            node = compose_as_mkdocs(root / shown, shown)
        except InputError as error:
            found.append(error.problem)
        else:
            found += [*_problems(node, shown, lang), *_without_hooks(root, node, shown)]
    return sorted(set(found))


def hooks_problems(root: Path) -> list[Problem]:
    """That MkDocs would build the Chinese half without us, if it would; no file, no problem."""
    try:
        return list(_without_hooks(root, compose_as_mkdocs(root / CONFIG, CONFIG), CONFIG))
    except InputError:
        return []


def _without_hooks(root: Path, node: yaml.Node | None, shown: str) -> Iterator[Problem]:
    """Without them MkDocs knows nothing of the book, and begins by emptying its site."""
    found = _child(node, "hooks") if isinstance(node, yaml.MappingNode) else None
    if found is None and (node is None or shown != CONFIG):
        return  # said of an empty file otherwise; the English one has those of the other
    line, listed = found or (1, None)
    inside = listed.value if isinstance(listed, yaml.SequenceNode) else []
    paths = [root / each.value for each in inside if isinstance(each, yaml.ScalarNode)]
    if (root / HOOKS).resolve() not in [path.resolve() for path in paths]:
        yield Problem(shown, line, WITHOUT_HOOKS)


def place(root: Path, shown: str, names: Iterable[str]) -> tuple[str, int]:
    """File and line of the last of these names, each looked for within what the one before holds.

    What the English configuration does not say stands in the other; line 1 if neither has it.
    """
    for file in dict.fromkeys((shown, CONFIG)):
        try:
            node = compose_as_mkdocs(root / file, file)
        except InputError:
            continue
        if line := _line(node, names):
            return file, line
    return shown, 1


def _line(node: yaml.Node | None, names: Iterable[str]) -> int:
    line = 0
    for name in names:
        found = _find(node, name) if node else None
        if found:
            line, node = found
        elif not line:
            return 0
    return line


def _find(node: yaml.Node, name: str) -> _Found | None:
    """The line of a key, or of a value, and what it holds; the outermost first."""
    waiting = [node]
    for each in waiting:  # grows while it is read
        inside = each.value if isinstance(each, yaml.MappingNode | yaml.SequenceNode) else []
        for part in inside:
            key, value = part if isinstance(part, tuple) else (part, part)
            for written in (key, value):
                if _is_called(written, name):
                    return written.start_mark.line + 1, value
            waiting.append(value)
    return None


def _is_called(node: yaml.Node, name: str) -> bool:
    """Whether messages call a node by that name; of a path they show the whole."""
    if not isinstance(node, yaml.ScalarNode):
        return False
    if node.tag.endswith(":null"):
        return name == "None"
    return node.value == name or (bool(node.value) and name.endswith(f"/{node.value}"))


def _problems(node: yaml.Node | None, shown: str, lang: str) -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode):
        yield Problem(shown, 1, "not a mapping; write 'name: value', one to a line")
        return
    for mapping in every_mapping(node):
        for message, line in wrong_keys(mapping):
            yield Problem(shown, line + 1, message)
    if lang == "en":
        yield from _of_english(node, shown)
    yield from _language(node, shown, ("extra", "lang"), lang)
    yield from _language(node, shown, ("markdown_extensions", EXTENSION, "lang"), lang)


def _of_english(node: yaml.MappingNode, shown: str) -> Iterator[Problem]:
    """What only the second of the two files has to say."""
    if not _child(node, "site_name"):
        yield Problem(shown, 1, "site_name is missing; write the title of the English book there")
    line, whence = _child(node, "INHERIT") or (1, None)
    if whence is None or whence.value != CONFIG:
        yield Problem(
            shown, line, f"this half takes the rest from the other; write INHERIT: {CONFIG}"
        )


def _language(
    node: yaml.MappingNode, shown: str, keys: tuple[str, ...], lang: str
) -> Iterator[Problem]:
    """The language at that place, which the rest of the build goes by."""
    line, value = 1, cast(yaml.Node, node)
    for key in keys:
        found = _child(value, key)
        if found is None:
            message = f"{'.'.join(keys[1:])} is missing in {keys[0]}; write 'lang: {lang}' there"
            yield Problem(shown, line, message)
            return
        line, value = found
    if value.value != lang:
        yield Problem(shown, line, f"{keys[-2]}.lang is '{lang}' in this file; write that")


def _child(node: yaml.Node, name: str) -> _Found | None:
    """The same for a key of this mapping, or of one of these mappings, and no deeper."""
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for part in parts:
        for key, value in part.value if isinstance(part, yaml.MappingNode) else ():
            if key.value == name:
                return key.start_mark.line + 1, value
    return None
