"""The words by which a text is found: the page's search cuts a query in the same way.

``web/src/search/words_of.ts`` is this file in the language of the page, and
``tests/vectors/search.json`` holds both to the same answers. Chinese is not cut into words, since
the end of a word is looked for as often as its beginning (批量 in 小批量): every two characters
that stand together are a key, and so is the last of a run. Of everything else a key is a word,
and, so that mathematics is found as it is written, a power (``2^k``), an index (``x1``), a signed
number (``-1``) and a compound word (``crossentropy``).
"""

import re
import unicodedata
from collections.abc import Iterator

# In the front matter of a page that nobody wrote: it stands below what others say as well.
BELOW = {"boost": 0.08}
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵏᵐᵈˣ]+")
_MARKS = re.compile("[\u0300-\u036f\u200b-\u200d\ufeff]")
_SIGNS = str.maketrans("−–‐⁄’", "---/'")
HAN = r"[\u3400-\u9fff]"
_ATOM = r"(?:[0-9]+(?:\.[0-9]+)+|[a-z0-9]+|[\u0370-\u03ff]|∞)"
_RUN = re.compile(HAN + "+")
_WORD = re.compile(_ATOM)
_POWER = re.compile(rf"{_ATOM}\^-?{_ATOM}")
_INDEX = re.compile(r"(?<![a-z0-9\u0370-\u03ff])([a-z\u0370-\u03ff])_([a-z0-9])(?![a-z0-9])")
_SIGNED = re.compile(r"(?<![a-z0-9\u0370-\u03ff∞^)\]}])-(?:[0-9]+(?:\.[0-9]+)*|∞)(?![a-z0-9])")
_COMPOUND = re.compile(r"(?<![a-z-])[a-z]+(?:-[a-z]+)+(?![a-z-])")


def plain_form(text: str) -> str:
    """A text in the one form in which texts and queries are compared."""
    raised = _RAISED.sub(lambda found: f"^{found[0]}", text)
    taken_apart = unicodedata.normalize("NFKD", raised.lower())
    return _MARKS.sub("", taken_apart).lower().translate(_SIGNS)


def search_keys(text: str) -> Iterator[str]:
    """Every key of a text, as often as it is there."""
    whole = plain_form(text)
    for run in _RUN.findall(whole):
        yield from (run[place : place + 2] for place in range(len(run)))
    yield from _WORD.findall(whole)
    yield from compounds(whole)


def compounds(whole: str) -> Iterator[str]:
    """What is more than the words that it is made of, in a text in plain form."""
    yield from _POWER.findall(whole)
    yield from (letter + index for letter, index in _INDEX.findall(whole))
    yield from _SIGNED.findall(whole)
    yield from (word.replace("-", "") for word in _COMPOUND.findall(whole))


def head(key: str) -> str:
    """What decides in which part a key is kept: all that begins so is kept together."""
    return key[:1] if is_han(key) else key[:2]


def is_han(key: str) -> bool:
    """Whether a key is one of Chinese characters."""
    return re.match(HAN, key) is not None


def part(key: str, parts: int) -> int:
    """In which of so many parts a key is kept."""
    number = 0
    for character in head(key):
        number = (number * 31 + ord(character)) % 65521
    return number % parts
