"""Where a claim was said, in the reader's language: ``材料 B，第三种方式``, ``Source B, way 3``.

Scripts name a source in one short way for both languages, ``Source B, way 3`` or ``Telgarsky
2015``, and what the book itself asks ``this book, after Telgarsky 2015``. What the table does not
know stays as it is written.
"""

import re
from collections.abc import Iterator

from dlbook.base.language import Pair, say
from dlbook.site.reading.literature import Library
from dlbook.site.reading.words import word

_ORDINALS = dict(zip("123456789", "一二三四五六七八九", strict=True))
_LOCATORS: tuple[tuple[str, Pair], ...] = (
    (r"§ ?(?P<n>[\d.]+)", ("第 {n} 节", "section {n}")),
    (r"¶ ?(?P<n>\d+)", ("第 {n} 段", "paragraph {n}")),
    (r"Q(?P<n>\d+)", ("第 {n} 问", "question {n}")),
    (r"step (?P<n>\d+)", ("第 {n} 步", "step {n}")),
    (r"way (?P<n>[1-9])", ("第{ordinal}种方式", "way {n}")),
    (r"summary (?P<n>\d+)", ("小结第 {n} 条", "summary, point {n}")),
    ("summary", ("小结", "summary")),
    ("entropy", ("谈熵的一节", "on entropy")),
    ("conditions of use", ("谈适用条件的一节", "conditions of use")),
    ("mitigation", ("谈缓解办法的一节", "on mitigation")),
    ("UAT", ("谈通用近似的一节", "on universal approximation")),
    ("Maxout", ("谈 Maxout 的一节", "on Maxout")),
    ("backpropagation", ("谈反向传播的一节", "on back-propagation")),
    (r"tip (?P<n>[1-9])", ("第 {n} 条窍门", "tip {n}")),
)
_OWN = "this book, after "
_ADDRESS = re.compile(r", (arXiv|doi):\S+")
_PAPERS: tuple[tuple[str, str], ...] = (
    (" et al.", " 等"),
    (" & ", "、"),
)


def said_in(source: str, library: Library, lang: str) -> str:
    """A claim's source in words, for several sources one after the other."""
    return word("semicolon", lang).join(_one(part, library, lang) for part in source.split("; "))


def _one(source: str, library: Library, lang: str) -> str:
    if source.startswith(_OWN):  # the book asks, after what others have said
        after = _one(source.removeprefix(_OWN), library, lang)
        return word("own_after", lang, source=after)
    return _material(source, library, lang) or _paper(source, lang)


def _material(source: str, library: Library, lang: str) -> str:
    """Named material, by its name and the place in it; ``""`` for a paper."""
    for work in library.sources(source):
        if work.shorthand and (match := re.match(re.escape(work.shorthand) + r"\b", source)):
            name, place = work.called(lang), source[match.end() :].strip(" ,")
            if not place:
                return name
            return word("place_in", lang, name=name, place=_place(place, lang))
    return ""


def _place(place: str, lang: str) -> str:
    for pattern, pair in _LOCATORS:
        if match := re.fullmatch(pattern, place):
            number = match.groupdict().get("n", "")
            return say(pair, lang).format(n=number, ordinal=_ORDINALS.get(number, ""))
    return place


def _paper(source: str, lang: str) -> str:
    source = _ADDRESS.sub("", source)
    if lang == "zh":
        for english, chinese in _PAPERS:
            source = source.replace(english, chinese)
    return source


def unsaid(source: str, library: Library) -> Iterator[str]:
    """The places in named material that the table does not know."""
    for part in source.replace(_OWN, "").split("; "):
        for work in library.sources(part):
            place = part.removeprefix(work.shorthand).strip(" ,") if work.shorthand else ""
            if place and _place(place, "zh") == place:
                yield place
