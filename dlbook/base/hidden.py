"""What editors and systems lay beside the files that somebody wrote: ``.#saw.md``, ``._saw.py``."""

from pathlib import PurePath


def is_hidden(path: PurePath) -> bool:
    """Whether a path, seen from a folder of the book, begins with a dot anywhere.

    Emacs marks a file that is being edited by such a link to nowhere, macOS keeps what it knows of
    a file in such a copy, Jupyter its checkpoints in such a folder. None of it is part of the book.
    """
    return any(part.startswith(".") for part in path.parts)
