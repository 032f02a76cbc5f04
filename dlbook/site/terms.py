"""The field's terms in both languages, read for the search's word splitter."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from dlbook.site.problems import Problem


@dataclass(frozen=True)
class Term:
    """One notion in Chinese and in English."""

    zh: str
    en: str


def read_terms(path: Path, shown: str) -> tuple[list[Term], list[Problem]]:
    """The terms of a file, and what is wrong with it; ``shown`` is how messages call it."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return [], [Problem(shown, line, "not valid YAML; write a list of {zh: …, en: …}")]
    terms, problems = [], []
    for number, entry in enumerate(entries or [], 1):
        zh, en = (entry.get("zh"), entry.get("en")) if isinstance(entry, dict) else (None, None)
        if isinstance(zh, str) and isinstance(en, str):
            terms.append(Term(zh, en))
        else:
            problems.append(Problem(shown, 1, f"entry {number} needs zh and en"))
    return terms, problems


def user_dictionary(terms: list[Term]) -> str:
    """The Chinese terms, one to a line, as jieba reads them."""
    return "".join(f"{term.zh}\n" for term in dict.fromkeys(terms))
