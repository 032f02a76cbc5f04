"""A caption in two parts: the finding, which is its first sentence, and how to read the picture."""

import re

from dlbook.site.reading.source import Source

# The end of a sentence. English has points elsewhere too, but what follows begins a sentence with
# a capital letter, a numeral or a formula (\x00 where one was), and initials are no sentence.
_ENDS = {
    "zh": re.compile(r"[。！？][”）]?"),
    "en": re.compile(r"(?<![A-Z])(?<!\bal)(?<!\bEq)[.!?][”)]?(?=\s+[A-Z\d\x00])"),
}


def parts(caption: str, lang: str) -> tuple[str, str]:
    """The first sentence, and the rest, which may be empty."""
    blank = _without_formulas(caption)
    end = _ENDS[lang].search(blank)
    if end is None:
        return caption, ""
    return caption[: end.end()], caption[end.end() :].strip()


def _without_formulas(text: str) -> str:
    """The text with every formula blanked, and as long as it was."""
    for token in reversed(Source(text, "").tokens):
        if token.kind in ("display", "inline"):
            blank = "\x00" * (token.end - token.start)
            text = text[: token.start] + blank + text[token.end :]
    return text
