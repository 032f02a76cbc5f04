"""What a script says in both languages: its labels, and the texts beside it."""

import re
from collections.abc import Mapping
from typing import Any

from dlbook.base.language import LANGUAGES
from dlbook.figures.blaming import line_of_word, place_of
from dlbook.figures.contract import FigureError, Script, texts, where
from dlbook.record.claims import Claim
from dlbook.record.texts import CLAIM, FIGURE, Text, Texts

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WIDE = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
# What is in no language: formulas, citations, code, and what a label is given to write.
_APART = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|\[\[.*?\]\]|`[^`]*`|\{[^{}]*\}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z][a-z]+")
_ENOUGH = 3  # words without a Chinese character are English; fewer may be names
_FORMAT = re.compile(r"[｛｝＄]")
# What ``format`` fills in, and no group of TeX, which follows a command, a sign or a letter.
_PLACE = re.compile(r"(?<![\\\w^{}])\{([a-z]\w*)(?:[!:][^{}]*)?\}(?!\})")


def misplaced(pair: Any) -> tuple[str, str] | None:
    """What is wrong with a text in both languages, and in which it is; ``None`` if nothing is."""
    if not isinstance(pair, tuple) or len(pair) != 2 or not all(map(_is_text, pair)):
        return LANGUAGES[0], "needs a (zh, en) pair"
    zh, en = (_APART.sub(" ", text) for text in pair)
    strange = _WIDE.search(en)
    if not _HAN.search(zh):
        if _HAN.search(en):
            return LANGUAGES[0], "has its languages exchanged; write Chinese, then English"
        if len(_WORD.findall(zh)) >= _ENOUGH:
            return LANGUAGES[0], "has no Chinese; write Chinese, then English"
    if strange:
        return LANGUAGES[1], f"has '{strange[0]}' in its English; write that in English"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def refuse_words(script: Script) -> None:
    """Every label is a pair, in its languages, and is given the same to write in both.

    Raises:
        FigureError: one is not.
    """
    if not isinstance(script.WORDS, Mapping):
        raise FigureError(f"{place_of(script, 'WORDS')}: WORDS must be a dict of (zh, en) pairs")
    for key, pair in script.WORDS.items():
        wrong = misplaced(pair)
        told = f" {wrong[1]}" if wrong else _miswritten(pair)
        if told:
            raise FigureError(f"{where(script, line_of_word(script, key))}: WORDS['{key}']{told}")


def _miswritten(pair: tuple[str, str]) -> str | None:
    """What is wrong with the formulas or places of a label."""
    if wide := _FORMAT.search(pair[0]) or _FORMAT.search(pair[1]):
        plain = chr(ord(wide[0]) - 0xFEE0)  # ASCII lies as far below
        return f" has the full-width '{wide[0]}'; write '{plain}'"
    if any(_opens(each) for text in pair for each in text.splitlines()):
        return ": '$' is never closed in its line; close it, or write \\$ for the sign"
    zh, en = map(places_to_fill, pair)
    for name in sorted(zh ^ en):
        has, lacks = ("Chinese", "English") if name in zh else ("English", "Chinese")
        return f" has {{{name}}} in its {has} and not in its {lacks}; write the same in both"
    return None


def _opens(line: str) -> bool:
    """Whether a formula begins in a line of a label and does not end there."""
    return line.replace("\\$", "").count("$") % 2 == 1


def places_to_fill(text: str) -> set[str]:
    """The names that a label is given to write: ``calls`` of ``"{calls} calls"``."""
    return set(_PLACE.findall(text))


def refuse_texts(script: Script) -> None:
    """Every text that is owed is there, in its languages, and none that belongs to nothing.

    Raises:
        FigureError: one is not.
    """
    found = texts(script)
    owed, offered = list(FIGURE), set(FIGURE)
    for claim in script.CLAIMS:
        owed += [f"{claim.id} {part}" for part in CLAIM[:2]] if isinstance(claim, Claim) else []
        offered |= {f"{claim.id} {part}" for part in CLAIM}
    for name in owed:
        if name not in found.sections:
            raise FigureError(
                f"{found.shown}: no section '# {name}'; add it, Chinese, then English"
            )
    for name, text in found.sections.items():
        if name not in offered:
            owner = name.partition(" ")[0]
            raise FigureError(f"{found.where(name)}: '# {name}', but the script has no {owner}")
        _refuse_text(found, text)


def _refuse_text(found: Texts, text: Text) -> None:
    if wrong := misplaced(text.pair):
        lang, told = wrong
        strange = _WIDE.search(_APART.sub(" ", text.pair[1]))
        in_english = lang == LANGUAGES[1] and strange
        line = text.line_of(strange[0] if in_english and strange else "", lang)
        raise FigureError(f"{found.shown}:{line}: '# {text.name}' {told}")
