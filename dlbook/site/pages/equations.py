r"""Numbered equations: ``\label{pieces}`` in a display formula, ``[[eq pieces]]`` in the text."""

import re

from dlbook.base.lookup import unknown
from dlbook.site.reading.equation_numbers import LABEL
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.words import word

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def label(tex: str) -> str:
    r"""The label of a formula, ``""`` if it has none.

    Raises:
        PageError: it has several, or one that is no name.
    """
    names = LABEL.findall(tex)
    if len(names) > 1:
        raise PageError(rf"a formula has one number; leave one of its {len(names)} \label")
    if names and not _NAME.fullmatch(names[0]):
        raise PageError(rf"'\label{{{names[0]}}}' is no name; use small letters, digits and -")
    return names[0] if names else ""


def without_label(tex: str) -> str:
    """The formula as KaTeX gets it."""
    return LABEL.sub("", tex)


def equation_html(box: str, name: str, number: int, lang: str) -> str:
    """A typeset formula, ``box``, with its number at the right."""
    label = word("equation", lang, number=number)
    link = f'href="#eq-{name}" aria-label="{label}">({number})</a>'
    return (
        f'<div class="dl-numbered" id="eq-{name}">{box}<a class="dl-numbered__number" {link}</div>'
    )


def equation_link(name: str, numbers: dict[str, int], lang: str) -> str:
    """A link to a numbered equation of the page, as Markdown.

    Raises:
        PageError: no equation of the page has that label.
    """
    if name not in numbers:
        raise PageError(unknown("equation", name, numbers))
    return f"[{word('equation', lang, number=numbers[name])}](#eq-{name})"
