"""What is wrong with a page, said in one line: where, what, what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from dlbook.base.visible import visible
from dlbook.site.reading.words import word


class PageError(ValueError):
    """Something on a page cannot be done; the message says what and what to do instead.

    ``problem`` is set where the fault is not on the page itself.
    """

    problem: "Problem | None" = None


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: the file, its line (from 1, front matter counted) and the message.

    As text it shows characters that cannot be seen, or that look like others, by their numbers.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return visible(f"{self.path}:{self.line}: {self.message}")


class FaultyPageError(Exception):
    """A page that was asked to be faultless has these problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def problems_html(problems: Iterable[Problem], lang: str) -> str:
    """The box at the top of a page that lists what is wrong with it; nothing if all is well."""
    items = "".join(f"<li>{escape(str(problem))}</li>" for problem in problems)
    if not items:
        return ""
    title = word("problems", lang)
    return f'<div class="dl-error" role="alert"><strong>{title}</strong><ul>{items}</ul></div>\n'
