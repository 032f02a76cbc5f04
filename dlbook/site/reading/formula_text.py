r"""A formula as a line of text, for titles, attributes and the search: ``\lVert w\rVert -> ‖w‖``.

What a reader sees is written with the characters that a reader would copy or type: Greek letters
and signs as themselves, powers and indices after ``^`` and ``_``, a fraction with a stroke.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from unicodedata import lookup

_TOKEN = re.compile(r"\\[A-Za-z]+\*?\s*|\\.|\s+|.", re.S)  # blanks after a command belong to it
_SIGNS = {
    "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "ell": "ℓ",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "equiv": "≡", "sim": "∼", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈", "notin": "∉",
    "subset": "⊂", "cup": "∪", "cap": "∩", "to": "→", "rightarrow": "→", "mapsto": "↦",
    "Rightarrow": "⇒", "iff": "⇔", "implies": "⇒", "times": "×", "cdot": "·", "circ": "∘",
    "pm": "±", "mp": "∓", "oplus": "⊕", "odot": "⊙", "div": "÷", "forall": "∀", "exists": "∃",
    "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "lnot": "¬", "neg": "¬", "emptyset": "∅",
    "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "lvert": "|", "rvert": "|", "vert": "|",
    "mid": "|", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "lbrace": "{", "rbrace": "}", "dots": "…", "ldots": "…", "cdots": "…",
    "vdots": "…", "top": "T", "intercal": "T", "prime": "′", "star": "*", "ast": "*",
    "colon": ":", "setminus": "∖", "perp": "⊥", "degree": "°", "blacksquare": "∎",
}  # fmt: skip
_SPACES = frozenset((*",;: >", "quad", "qquad", "thinspace", "enspace", "\\", "newline", "space"))
# What changes the looks of its argument, or puts a mark above it.
_STYLES = frozenset((
    "text", "textbf", "textit", "textrm", "texttt", "textsf", "mathrm", "mathbf", "mathit",
    "mathsf", "mathtt", "mathbb", "mathcal", "mathfrak", "boldsymbol", "bm", "operatorname",
    "mbox", "hat", "widehat", "bar", "overline", "underline", "tilde", "widetilde", "vec", "dot",
    "ddot", "underbrace", "overbrace", "boxed", "mathop", "mathbin", "mathrel",
))  # fmt: skip
_NOTHING = frozenset((
    "!", "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    "biggl", "biggr", "Biggl", "Biggr", "limits", "nolimits", "displaystyle", "textstyle",
    "scriptstyle", "hline", "allowbreak", "nobreak", "bigm", "Bigm",
))  # fmt: skip
_DELIMITED = ("left", "right", "middle")
_UNSEEN = frozenset(("label", "tag", "begin", "end", "hspace", "vspace", "phantom", "color"))
_FRACTIONS = frozenset(("frac", "tfrac", "dfrac", "cfrac"))
_AFTER_NAME = "\0"  # no letter may join a function's name or a power; brackets and signs may
_END_OF_NAME = re.compile(rf"{_AFTER_NAME}(?=_|[^\w∑∏∫√]|$)")
_SIMPLE = re.compile(r"-?[\w.∞]+|.?", re.S)


@cache
def tex_to_plain(tex: str) -> str:
    r"""The formula as a line of text: ``\tfrac12\alpha^{2} -> 1/2α^2``."""
    said = _END_OF_NAME.sub("", _Reader(tex).rest()).replace(_AFTER_NAME, " ")
    return " ".join(said.split())


class _Reader:
    """Reads the tokens of a formula, groups by braces."""

    def __init__(self, tex: str) -> None:
        self._tokens: Iterator[str] = iter(_TOKEN.findall(tex))

    def rest(self) -> str:
        """Everything up to the end, or up to the brace that closes a group."""
        parts = []
        for token in self._tokens:
            if token == "}":
                break
            parts.append(self._said(token))
        return "".join(parts)

    def _said(self, token: str) -> str:
        if token == "{":
            return self.rest()
        if token in ("^", "_"):
            return self._raised(token)
        if token.startswith("\\"):
            return self._command(token[1:].rstrip().removesuffix("*"))
        return " " if token in ("&", "~") or token.isspace() else token

    def _argument(self) -> str:
        token = next((each for each in self._tokens if not each.isspace()), "")
        return self._said(token) if token else ""

    def _raised(self, sign: str) -> str:
        said = self._argument().strip()
        if said in ("′", "°") or not said:
            return said
        return f"{sign}{_bound(said)}{_AFTER_NAME}"

    def _command(self, name: str) -> str:
        if name in _FRACTIONS:
            return f"{_bound(self._argument())}/{_bound(self._argument())}"
        if name == "binom":
            return f"C({self._argument()}, {self._argument()})"
        if name == "sqrt":
            return f"√{_bound(self._argument())}"
        if name in _UNSEEN:
            self._argument()
            return " "
        if name in _DELIMITED:
            sign = self._argument()
            return "" if sign == "." else sign
        if name in _SPACES:
            return " "
        return "" if name in _NOTHING else self._named(name)

    def _named(self, name: str) -> str:
        if found := _SIGNS.get(name) or _greek(name):
            return found
        if name in _STYLES:
            return self._argument()
        return f" {name}{_AFTER_NAME}" if name.isalpha() else name  # a function, or unknown


def _greek(name: str) -> str:
    """The letter that a command names, ``""`` if it names none: ``varphi -> φ``."""
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    letter = name.removeprefix("var").upper().replace("LAMBDA", "LAMDA")
    with suppress(KeyError):
        return lookup(f"GREEK {size} LETTER {letter}")
    return ""


def _bound(said: str) -> str:
    """In brackets, unless it is one thing."""
    said = said.replace(_AFTER_NAME, " ").strip()
    return said if _SIMPLE.fullmatch(said) else f"({said})"
