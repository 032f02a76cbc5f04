"""The little TeX of BibTeX's names and titles, as plain text."""

import re

from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from dlbook.site.reading.problems import PageError

# What pybtex leaves as it stands.
_FONTS = re.compile(r"\\(?:emph|text(?:it|bf|sc|tt|rm|sf)?|mbox|mathrm)\s*(?=\{)")
_DOTLESS = re.compile(r"(\\[\'`\"^~=.])\s*\{?\s*\\([ij])(?![A-Za-z])\s*\}?")
_SPACES = {r"\,": "\N{NARROW NO-BREAK SPACE}", r"\;": " ", r"\:": " ", r"\!": "", "\\ ": " "}
_DOLLAR = "\N{FULLWIDTH DOLLAR SIGN}"
_LEFT = re.compile(r"\\(?:[A-Za-z]+|.)?|[{}$]")


def tex_to_text(tex: str) -> str:
    """The text that a piece of TeX stands for.

    Raises:
        PageError: something in it stands for no text.
    """
    if "\\" not in tex and "{" not in tex and "$" not in tex and "}" not in tex:
        return str(Text.from_latex(tex))  # render_as() looks for its renderer anew each time
    plain = _DOTLESS.sub(r"\1{\2}", _FONTS.sub("", tex)).replace(r"\$", _DOLLAR)
    for command, space in _SPACES.items():
        plain = plain.replace(command, space)
    try:
        text = str(Text.from_latex(plain))
    except PybtexError as error:
        raise PageError(f"'{tex}': {error}; close every brace") from error
    if left := _LEFT.search(text):
        raise PageError(f"TeX '{left[0]}' stands for no text; write the characters themselves")
    return text.replace(_DOLLAR, "$")
