"""What a term's entry holds that its fields do not mean: markup, results, another language."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers

_HAN, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile("[A-Za-z]")
_MARKUP = re.compile(
    r"\[\[.*?(?:\]\]|$)|\$(?=\S)[^$]*(?<=[^$\s])\$|\\[(\[]|\\[A-Za-z]{2,}|\*\*|`|\]\(|&\w{2,8};"
    r"|<(?:b|i|em|strong|su[bp]|code|br ?/?)>|</\w+>"
)
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ün|er|ia|ie|iu"
    "|ua|uo|ui|ue|üe|ve|a|o|e|i|u|ü|v|n|ng)r?"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE}[ '’-]*)+", re.IGNORECASE)
_SORTED = re.compile(r"[A-Za-z0-9ü '’.+-]*[A-Za-zü0-9][A-Za-z0-9ü '’.+-]*", re.IGNORECASE)


def term_slips(entry: Mapping[str, Any], node: yaml.MappingNode, shown: str) -> Iterator[Problem]:
    """A problem for each field of an entry, whose fields are texts, that holds something else."""
    lines = _lines(node)
    definitions = _lines(next(value for key, value in node.value if key.value == "definition"))
    called = f"entry '{entry['id']}'"

    def problem(line: int, message: str) -> Problem:
        return Problem(shown, line, f"{called}: {message}")

    if wrong := _pinyin(entry["pinyin"], entry["zh"]):
        yield problem(lines["pinyin"], wrong)
    if _HAN.search(entry["en"]):
        yield problem(lines["en"], f"'{entry['en']}' is Chinese; en is the English name")
    for form in filter(_HAN.search, entry.get("also", {}).get("en", ())):
        yield problem(lines["also"], f"'{form}' is Chinese; move it to also.zh")
    for lang in LANGUAGES:
        text, line = entry["definition"][lang], definitions[lang]
        if wrong := _markup(text) or _language(text, lang):
            yield problem(line, f"definition.{lang}: {wrong}")
        else:
            for each in typed_numbers(Source(text.replace("95%", "  "), shown, line)):
                yield problem(line, f"definition.{lang}: {each.message.partition(';')[0]}; {_SAY}")
        if found := _MARKUP.search(entry[lang]):
            yield problem(lines[lang], f"a name is plain text; write {lang} without '{found[0]}'")


_SAY = "a definition cites nothing; say it without the number"


def _lines(node: yaml.Node) -> dict[str, int]:
    return {key.value: value.start_mark.line + 1 for key, value in node.value}


def _markup(text: str) -> str:
    found = _MARKUP.search(text)
    return f"a definition is plain text; write it without '{found[0][:40]}'" if found else ""


def _language(text: str, lang: str) -> str:
    """Whether a definition is in the other language, a word of which it may quote."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if lang == "zh" and not han and latin > 3:
        return f"'{text[:30]}' is not Chinese"
    if lang == "en" and han > latin:
        return f"'{text[:30]}' is not English"
    return ""


def _pinyin(pinyin: str, name: str) -> str:
    only_han = all(map(_HAN.match, name))
    if (_PINYIN if only_han else _SORTED).fullmatch(pinyin):
        return ""
    return f"'{pinyin}' is no pinyin to sort by; write syllables without tones, 'shen du'"
