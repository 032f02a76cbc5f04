"""How long it takes to read a page: from its text, its formulas and its figures."""

import math
import re

from dlbook.site.reading.book import placed
from dlbook.site.reading.source import Source

# A minute's worth of a text that is not skimmed, slower than news is read.
_HAN_A_MINUTE, _WORDS_A_MINUTE = 300, 200
_FIGURE, _FORMULA = 0.75, 0.25  # minutes to look at one
_STEP = 5  # minutes: nobody reads more exactly than this
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_ATTRIBUTES = re.compile(r"\{:?#[^{}\n]*\}|\]\([^)\n]*\)")


def minutes(source: Source) -> int:
    """Minutes, in steps of five; what unfolds is not counted."""
    prose = _ATTRIBUTES.sub(" ", source.prose())
    text = len(_HAN.findall(prose)) / _HAN_A_MINUTE + len(_WORD.findall(prose)) / _WORDS_A_MINUTE
    formulas = sum(token.kind == "display" for token in source.tokens)
    found = text + _FORMULA * formulas + _FIGURE * len(placed(source, "figure"))
    return max(_STEP, _STEP * math.ceil(found / _STEP - 0.5))
