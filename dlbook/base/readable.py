"""Bytes that somebody wrote, as text; what keeps them from being text is said with its line."""

import re

# Tab and line ends apart. Python-Markdown keeps its own marks in two of them, and where a line ends
# nobody agrees in others.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


class NotTextError(ValueError):
    """Bytes that are no text; the message is what is wrong and what to do, ``line`` where."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def decoded(data: bytes) -> str:
    """Text without a mark of its byte order, its lines ended by a line feed.

    Raises:
        NotTextError: it is not UTF-8, or a control character is in it.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = _plain_ends(data[: error.start].decode(errors="replace"))
        byte = f"byte 0x{error.object[error.start]:02x}"
        raise NotTextError(
            before.count("\n") + 1, f"not UTF-8 ({byte}); save the file as UTF-8"
        ) from error
    text = _plain_ends(text)
    if found := _CONTROL.search(text):
        raise NotTextError(
            line_at(text, found.start()),
            f"the control character U+{ord(found[0]):04X} stands here; delete it",
        )
    return text


def line_at(text: str, place: int) -> int:
    """The line, from 1 on, of the character at ``place``."""
    return text.count("\n", 0, place) + 1


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
