"""A file that somebody wrote, as text; what keeps it from being text is said with its line."""

import re
from pathlib import Path

from dlbook.site.reading.problems import Problem

# Tab and line ends apart. Python-Markdown keeps its own marks in two of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class InputError(Exception):
    """A file cannot be used as it stands; ``problem`` says where and what to do."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_text(path: Path, shown: str) -> str:
    """The text of a file, without a mark of its byte order, its lines ended by a line feed.

    Raises:
        InputError: there is none, it cannot be read, it is not UTF-8, or a control character is
            in it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(shown, 1, _unreadable(path, error))) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 (byte 0x{error.object[error.start]:02x}); save the file as UTF-8"
        raise InputError(Problem(shown, line, message)) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"the control character U+{ord(found[0]):04X} stands here; delete it"
        raise InputError(Problem(shown, line, message))
    return text


def _unreadable(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "is a folder; a file is wanted here"
    if path.is_symlink():
        return f"is a link that leads to no file ({error.strerror}); put the file itself here"
    if not path.exists():
        return "missing; put the file back"
    return f"cannot be read ({error.strerror}); mend its permissions"
