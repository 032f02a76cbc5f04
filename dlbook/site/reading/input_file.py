"""A file that somebody wrote, as text; what keeps it from being text is said with its line."""

from pathlib import Path

from dlbook.base.readable import NotTextError, decoded
from dlbook.site.reading.problems import Problem


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
        return decoded(data)
    except NotTextError as error:
        raise InputError(Problem(shown, error.line, str(error))) from error


def _unreadable(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "is a folder; a file is wanted here"
    if path.is_symlink():
        return f"is a link that leads to no file ({error.strerror}); put the file itself here"
    if not path.exists():
        return "missing; put the file back"
    return f"cannot be read ({error.strerror}); mend its permissions"
