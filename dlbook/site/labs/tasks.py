"""What a reader may change in the lab of a figure, and what is asked of them: ``docs/labs.yml``.

For each figure, in both languages::

    finding_xor_takes_luck_or_width:
      change:
        adam_steps: {zh: Adam 走多少步, en: steps of Adam}
      tasks:
        - set: {adam_steps: 16000}
          zh: 步数加倍，学会的会变多吗？先猜。
          en: Twice the steps. Do more of them learn? Guess first.

``change`` names fields of the script's ``Config``; ``set`` is what a task changes of them, and may
be left out. The file may be missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dlbook.base.language import LANGUAGES
from dlbook.base.lookup import unknown
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.slips import text_slips
from dlbook.site.reading.source import Source
from dlbook.site.reading.yaml_source import compose_text, constructed

LABS = "docs/labs.yml"
_FORM = "write 'FIGURE:', below it 'change:' and 'tasks:', as other figures have them"
InBothLanguages = Mapping[str, str]  # by language


@dataclass(frozen=True)
class Task:
    """What a reader is asked, and the settings that it takes, by their names in ``Config``."""

    asks: InBothLanguages
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """What may be changed of one figure, in words, and the tasks."""

    names: Mapping[str, InBothLanguages]
    tasks: tuple[Task, ...]
    line: int


def read_changes(root: Path) -> Mapping[str, Changes]:
    """By figure, what the file says.

    Raises:
        PageError: it is not such a file; the message names the line.
    """
    path = root / LABS
    if not (path.exists() or path.is_symlink()):
        return {}
    try:
        return _parsed(read_text(path, LABS))
    except InputError as error:
        raise PageError(str(error)) from error


def checked(found: Changes, figure: str, config: Mapping[str, Any]) -> Changes:
    """The same, once its names and kinds are those of the figure's ``Config``.

    Raises:
        PageError: they are not.
    """
    asked = {name: config.get(name) for name in found.names}
    for name, value in (*asked.items(), *(s for t in found.tasks for s in t.settings.items())):
        if name not in config:
            raise _refused(found.line, f"{figure}: {unknown('setting', name, config)}")
        if name not in found.names:
            raise _refused(found.line, f"{figure}: a task sets {name}; name it under 'change' too")
        if not _alike(value, config[name]):
            raise _refused(
                found.line, f"{figure}: {name} is {config[name]!r} in the book, not {value!r}"
            )
    return found


def _alike(value: Any, other: Any) -> bool:
    """Whether a value may stand in the place of another: whole numbers may stand for others."""
    if isinstance(value, list) and isinstance(other, list):
        return bool(value) and all(_alike(each, other[0]) for each in value)
    return type(value) is type(other) or (type(value), type(other)) == (int, float)


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, Changes]:
    tree = compose_text(text, LABS)
    if tree is None:
        return {}
    if not isinstance(tree, yaml.MappingNode):
        raise InputError(Problem(LABS, 1, f"not a mapping; {_FORM}"))
    constructed(tree, LABS)  # every key once, and plain data only
    return {key.value: _changes(key.value, node) for key, node in tree.value}


def _changes(figure: str, node: yaml.Node) -> Changes:
    line, said = node.start_mark.line + 1, constructed(node, LABS)
    if not isinstance(said, dict) or said.keys() - {"change", "tasks"} or "change" not in said:
        raise InputError(Problem(LABS, line, f"{figure}: {_FORM}"))
    names, tasks = said["change"], said.get("tasks", [])
    if not isinstance(names, dict) or not all(map(_is_told, names.values())):
        message = f"{figure}: 'change' gives each setting its name: seeds: {{zh: …, en: …}}"
        raise InputError(Problem(LABS, line, message))
    if not isinstance(tasks, list) or not all(map(_is_task, tasks)):
        message = f"{figure}: a task is {{set: {{seeds: 64}}, zh: …, en: …}}"
        raise InputError(Problem(LABS, line, message))
    for text in _texts(node):
        _refuse_slips(text)
    return Changes(names, tuple(_task(each) for each in tasks), line)


def _texts(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """What is said in words, at any depth."""
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _texts(each)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in LANGUAGES and isinstance(value, yaml.ScalarNode):
                yield value
            elif key.value != "set":
                yield from _texts(value)


def _refuse_slips(node: yaml.ScalarNode) -> None:
    line, source = node.start_mark.line + 1, Source(node.value, LABS)
    for problem in text_slips(source):
        raise InputError(Problem(LABS, line, problem.message))
    for token in source.tokens:
        if token.kind == "bracket":
            message = f"'[[{token.body}]]' would tell what a reader is to find; say it in words"
            raise InputError(Problem(LABS, line, message))


def _task(said: Mapping[str, Any]) -> Task:
    return Task({lang: said[lang] for lang in LANGUAGES}, said.get("set", {}))


def _is_task(said: Any) -> bool:
    if not isinstance(said, dict) or not isinstance(said.get("set", {}), dict):
        return False
    return _is_told({key: each for key, each in said.items() if key != "set"})


def _is_told(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and said.keys() == set(LANGUAGES)
        and all(isinstance(each, str) and each.strip() for each in said.values())
    )


def _refused(line: int, message: str) -> PageError:
    problem = Problem(LABS, line, message)
    error = PageError(str(problem))
    error.problem = problem
    return error
