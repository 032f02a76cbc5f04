"""What a terminal or a pipe cannot show must not end a command."""

import sys
from io import TextIOWrapper


def forgive() -> None:
    """From now on a character that standard output cannot encode is printed as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
