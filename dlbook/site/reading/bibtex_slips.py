"""What BibTeX takes in an entry without a word, and what then leads nowhere or names nobody."""

import re
from collections.abc import Iterable, Iterator, Mapping

from dlbook.base.lookup import unknown
from dlbook.site.reading.bibtex_entries import BibtexEntry
from dlbook.site.reading.literature import CitableWork, without_signs

_HAN, _KANA = re.compile("[\u3400-\u9fff]"), re.compile("[\u3040-\u30ff]")
_PEOPLE = "write 'Family, Given and Family, Given'"
_PARTED = re.compile(
    r"[;；、，]|\s(?:\\?&|＆|und|et|[和与及])\s|(?<=[\u3400-\u9fff])[和与及](?=\s)|\\&"
)
_AND_OTHERS = re.compile(r"\bet\.?\s+al\b\.?|等$|\betc\b", re.IGNORECASE)
_GENERATION = re.compile(r"\s*(?:(?:Jr|Sr)\.?|[IVX]+|\d(?:st|nd|rd|th))\s*", re.IGNORECASE)
_INITIALS = re.compile(r"[^,]*[a-z][^,]*\s(?:[A-Z]\.?[ -]?){1,3}")
_LANGUAGES = (
    *("chinese", "english", "american", "british", "german", "ngerman", "french", "italian"),
    *("spanish", "portuguese", "russian", "japanese", "korean", "dutch", "polish", "czech"),
)
_PAGE = r"(?:[A-Za-z]{0,4}[0-9]+(?:[.:/][A-Za-z]?[0-9]+)*[A-Za-z]?|[ivxlcdm]+)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|0?[1-9]|1[0-2])\.?"
)
_FORMS: Mapping[str, tuple[str, str]] = {
    "doi": (r"10\.[0-9][0-9.]*/[!-~]*[!-+\--~]", "the number alone, 10.1109/18.256500"),
    "eprint": (
        r"[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+(?:\.[A-Za-z-]+)?/[0-9]{7}(?:v[0-9]+)?",
        "the number of arXiv alone, 1602.04485",
    ),
    "url": (
        r"(?:https?|ftp)://[A-Za-z0-9\[][^\s<>\"{}|\\^`]*(?<![。，；、）])",
        "a whole address, https://…",
    ),
    "volume": (r"(?![Vv]ol).+", "the number alone"),
    "month": (
        rf"(?i:{_MONTH}(?:(?: ?(?:/|-{{1,3}}|\N{{EN DASH}}) ?|,? | and )"
        rf"(?:{_MONTH}|[0-9]{{1,2}}))*)",
        "a month; write month = jan, without braces",
    ),
    "title": (r"(?s:.*)(?<![a-z]{4}[.,;])(?<![。，；])", "a title; it ends without a stop"),
    "pages": (
        rf"{_PAGE}(?:(?:-{{1,3}}|\N{{EN DASH}}){_PAGE})?\+?"
        rf"(?:, ?{_PAGE}(?:(?:-{{1,3}}|\N{{EN DASH}}){_PAGE})?\+?)*",
        "numbers, 930--945",
    ),
}
# In which language a field's letters are.
_TRANSLATIONS = {"title_zh": True, "howpublished_zh": True, "title_en": False}


def entry_slips(entry: BibtexEntry, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The fields of an entry that hold what they cannot mean, and what is wrong with each.

    ``keys`` are those of all entries.
    """
    fields = entry.fields
    for name, (form, wanted) in _FORMS.items():
        if name in fields and not re.fullmatch(form, _plain(fields[name])):
            yield name, f"{name}: '{fields[name]}' is not {wanted}"
    if "langid" in fields and fields["langid"] not in _LANGUAGES:
        yield "langid", unknown("language", fields["langid"], _LANGUAGES)
    if "crossref" in fields and fields["crossref"] not in keys:
        yield "crossref", unknown("work", fields["crossref"], keys)
    for name, is_chinese in _TRANSLATIONS.items():
        text = fields.get(name, "")
        han = len(_HAN.findall(text))
        if text and (not han if is_chinese else han > len(re.findall("[A-Za-z]", text))):
            other = "Chinese" if is_chinese else "English"
            yield name, f"{name}: '{text[:30]}' is not {other}; the title as it appeared is 'title'"
    title = fields.get("title", "")
    is_han = len(_HAN.findall(title)) > len(re.findall("[A-Za-z]", title))
    if is_han and not _KANA.search(title) and "langid" not in fields:
        yield "title", "the title is Chinese; add langid = {chinese}"


def name_slip(name: str) -> str:
    """What keeps a name from being one person's, ``""`` if nothing does; braces keep a body's."""
    outside = _outside(name)
    if found := _AND_OTHERS.search(outside):
        return f"'{found[0]}' is no name; write 'and others' behind the last one"
    if found := _PARTED.search(outside):
        return (
            f"'{found[0].strip()}' parts no names in '{name}'; {_PEOPLE}, or {{a body}} in braces"
        )
    if _INITIALS.fullmatch(outside):
        return f"'{name}' ends in initials, which would be the family's name; {_PEOPLE}"
    parts = outside.split(",")
    if len(parts) == 3 and not _GENERATION.fullmatch(parts[1]):
        return f"commas part no names in '{name}'; {_PEOPLE}"
    return ""


def clash(work: CitableWork, seen: dict[tuple[str, str], str]) -> tuple[str, str] | None:
    """The field of a work that names another already, and what is wrong; ``None`` if it is new.

    ``seen`` holds by field and value the keys of the works before, and takes this one in.
    """
    for name in ("shorthand", "doi", "eprint"):
        value = without_signs(work.fields.get(name, "")).casefold()
        other = seen.setdefault((name, value), work.key)
        if value and other != work.key:
            called = f"'{work.fields[name]}' is the {name} of {other} already"
            return name, f"{called}, and claims would be credited to both; rename one"
    return None


def _plain(value: str) -> str:
    return value.replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")


def _outside(name: str) -> str:
    """A name without what stands in braces, that is without its accents and bodies."""
    while (shorter := re.sub(r"\{[^{}]*\}", "x", name)) != name:
        name = shorter
    return name
