"""A work as lists show it: authors, year, title, where it appeared, addresses."""

import re
from html import escape

from dlbook.site.reading.literature import CitableWork
from dlbook.site.reading.words import word

_STOPPED = re.compile(r"([?？]</cite>)\. ")


def work_html(work: CitableWork, lang: str) -> str:
    """The entry of a work in a list, closed by a full stop."""
    names = [escape(author.listed) for author in work.authors]
    if lang == "zh" and "author_zh" in work.fields:
        names = [escape(work.fields["author_zh"])]
    authors = _and_others(names, lang) if work.has_others else _joined(names)
    name = escape(work.called(lang))
    tag = f'<span class="dl-works__tag">{name}</span> ' if name else ""
    title = f'<cite lang="{work.title_lang(lang)}">{escape(work.title(lang))}</cite>'
    parts = [f"{tag}{authors} ({work.year(lang)})", title, *_venue(work, lang), *_addresses(work)]
    return _STOPPED.sub(r"\1 ", f"{'. '.join(parts)}.")


def _joined(names: list[str]) -> str:
    return " &amp; ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _and_others(names: list[str], lang: str) -> str:
    return word("et-al", lang, name=", ".join(names))


def _venue(work: CitableWork, lang: str) -> list[str]:
    fields = work.fields
    names = ("journal", "booktitle", "publisher", f"howpublished_{lang}", "howpublished")
    name = next((fields[name] for name in names if name in fields), "")
    volume = f" {fields['volume']}" if "volume" in fields else ""
    pages = f": {fields['pages']}" if "pages" in fields else ""
    return [escape(f"{name}{volume}{pages}")] if name else []


def _addresses(work: CitableWork) -> list[str]:
    fields = work.fields
    known = (
        ("eprint", "https://arxiv.org/abs/", "arXiv:"),
        ("doi", "https://doi.org/", "doi:"),
        ("url", "", ""),
    )
    return [
        f'<a href="{base}{escape(fields[name])}">{label}{escape(_short(fields[name]))}</a>'
        for name, base, label in known
        if name in fields
    ]


def _short(address: str) -> str:
    return address.removeprefix("https://")
