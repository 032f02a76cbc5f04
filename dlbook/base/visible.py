"""Names as messages write them: what cannot be seen, or looks like another letter, is spelt out."""

import re
import unicodedata

_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs")
# Letters taken for Latin ones: Greek, Cyrillic, Armenian, Cherokee, full-width, mathematical.
_ALIKE = re.compile("[\u0370-\u058f\u13a0-\u13ff\uab70-\uabbf\uff10-\uff5a\U0001d400-\U0001d7ff]")
_NAME = re.compile(r"[\w.\-]+")
_SEEN = " \n\t\u3000"


def visible(text: str) -> str:
    r"""The text with invisible characters, and look-alikes within a Latin name, as ``\u200b``."""
    shown = "".join(_escaped(each) if _is_unseen(each) else each for each in text)
    return _NAME.sub(_name, shown)


def _name(match: re.Match[str]) -> str:
    name = match[0]
    if re.search("[A-Za-z]{2}", name) is None:  # a formula's letters: xα, ∂y
        return name
    return _ALIKE.sub(lambda letter: _escaped(letter[0]), name)


def _is_unseen(character: str) -> bool:
    return character not in _SEEN and unicodedata.category(character) in _UNSEEN


def _escaped(character: str) -> str:
    return ascii(character)[1:-1]
