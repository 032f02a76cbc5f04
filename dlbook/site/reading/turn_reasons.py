"""Why a verdict changed, where no registration says it: ``results/turned.yml``, a line a change.

It is a list of ``{claims: [A26], from: supported, to: refuted, zh: …, en: …}``, and may be missing.
A claim without a verdict, as a definition, stands at ``remark``; one that is judged no more at
``gone``.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dlbook.base.evidence import OUTCOMES
from dlbook.base.language import LANGUAGES
from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.yaml_source import compose, constructed

TURNED = "results/turned.yml"
REMARKED, GONE = "remark", "gone"
WhyTurned = Mapping[tuple[str, str, str], Mapping[str, str]]  # by claim, before and after
_ENDS = (*OUTCOMES, REMARKED, GONE)
_FORM = "- {claims: [A26], from: supported, to: refuted, zh: …, en: …}"


def read_turn_reasons(root: Path) -> WhyTurned:
    """The reason, in both languages, of each change that the file tells.

    Raises:
        PageError: the file is not such a list; the message names the line.
    """
    path = root / TURNED
    if not (path.exists() or path.is_symlink()):
        return {}
    try:
        return _told_once(_entries(path))
    except InputError as error:
        raise PageError(str(error.problem)) from error


def _told_once(nodes: Iterable[yaml.Node]) -> WhyTurned:
    found: dict[tuple[str, str, str], Mapping[str, str]] = {}
    for node in nodes:
        for turn, why in _entry(node):
            if turn in found:
                message = f"claim {turn[0]} has a reason, {turn[1]} to {turn[2]}, already; keep one"
                raise InputError(Problem(TURNED, node.start_mark.line + 1, message))
            found[turn] = why
    return found


def _entries(path: Path) -> list[yaml.Node]:
    tree = compose(path, TURNED)
    if not isinstance(tree, yaml.SequenceNode):
        raise InputError(Problem(TURNED, 1, f"not a list; write '{_FORM}'"))
    nodes: list[yaml.Node] = tree.value
    return nodes


def _entry(node: yaml.Node) -> Iterator[tuple[tuple[str, str, str], dict[str, str]]]:
    entry = constructed(node, TURNED)
    wrong = _wrong(entry)
    if wrong:
        raise InputError(Problem(TURNED, node.start_mark.line + 1, wrong))
    why = {lang: entry[lang] for lang in LANGUAGES}
    for claim in entry["claims"]:
        yield (claim, entry["from"], entry["to"]), why


def _wrong(entry: Any) -> str:
    if not isinstance(entry, dict) or entry.keys() != {"claims", "from", "to", *LANGUAGES}:
        return f"an entry is {_FORM}"
    claims = entry["claims"]
    if not (isinstance(claims, list) and claims and all(isinstance(one, str) for one in claims)):
        return "claims is a list of ids, [A26]"
    for end in ("from", "to"):
        if entry[end] not in _ENDS:
            return f"'{entry[end]}' is no standing; use {', '.join(_ENDS)}"
    if entry["from"] == entry["to"]:
        return f"'{entry['to']}' to '{entry['to']}' is no change; mend it, or delete the entry"
    if not all(isinstance(entry[lang], str) and entry[lang].strip() for lang in LANGUAGES):
        return "a reason is a sentence in zh and in en"
    return ""
