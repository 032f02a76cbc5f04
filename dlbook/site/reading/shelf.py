"""What the figures of a book left behind, as pages look it up: by name, with helpful errors."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbook.base.lookup import unknown
from dlbook.base.readable import NotTextError, decoded
from dlbook.record.records import EXPLORABLE, Made, Project, RecordError, read_failure, read_made
from dlbook.record.scripts import place_of_claim
from dlbook.site.reading.problems import PageError, Problem


@dataclass(frozen=True)
class Figure:
    """A made figure. ``failure`` says why its last attempt failed, ``""`` if it did not."""

    name: str
    made: Made
    record: Mapping[str, Any]
    failure: str

    @property
    def values(self) -> Mapping[str, Any]:
        """What prose may cite."""
        values: Mapping[str, Any] = self.record["values"]
        return values

    @property
    def claims(self) -> list[dict[str, Any]]:
        """The judged claims, as the record holds them."""
        claims: list[dict[str, Any]] = self.record["claims"]
        return claims

    def text(self, key: str, lang: str) -> str:
        """Its ``title``, ``caption`` or ``alt`` in one language."""
        text: str = self.record["texts"][key][lang]
        return text

    def sentences(self, lang: str) -> list[str]:
        """Every text of the figure and of its claims that may hold formulas."""
        keys = ("statement", "quantity", "truth", "control")
        claims = [claim[key][lang] for claim in self.claims for key in keys if claim[key]]
        bounds = (claim["bound"] for claim in self.claims if claim["bound"])
        reasons = [bound["because"][lang] for bound in bounds if bound["because"]]
        return [self.text("title", lang), self.text("caption", lang), *claims, *reasons]

    def picture(self, lang: str) -> str:
        """Its themed ``<svg>`` element.

        Raises:
            PageError: the file is damaged.
        """
        try:
            return self.made.read(f"{lang}.svg").decode()
        except RecordError as error:
            raise PageError(str(error)) from error

    @property
    def explorable(self) -> bytes:
        """What the page's explorable gets of it, as JSON; empty if its script gives nothing.

        Raises:
            PageError: the file is damaged.
        """
        try:
            given = self.made.read(EXPLORABLE).strip()
        except RecordError as error:
            raise PageError(str(error)) from error
        return b"" if given == b"null" else given


class Shelf:
    """The made figures of a project, each read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._scripts = project.scripts()
        self.names = tuple(self._scripts)
        self._read = functools.cache(self._take)

    def figure(self, name: str) -> Figure:
        """The figure of a name.

        Raises:
            PageError: there is no such figure, it failed, was never made, or is damaged.
        """
        if name not in self.names:
            raise PageError(unknown("figure", name, self.names))
        return self._read(name)

    def script(self, name: str) -> Path:
        """The script of a figure.

        Raises:
            RecordError: there is none, there are several, or pages could not cite its name.
        """
        return self.project.script(name, self._scripts)

    def source(self, name: str) -> str:
        """The text of that script, without a mark of its byte order, which Python skips too.

        Raises:
            PageError: there is no such script, several, or one that is no text.
        """
        try:
            return decoded(self.script(name).read_bytes())
        except (RecordError, NotTextError) as error:
            raise PageError(str(error)) from error

    def _take(self, name: str) -> Figure:
        failure = read_failure(self.project, name)
        why = failure["message"] if failure else ""
        try:
            made = read_made(self.project, name)
            if made is None:
                raise PageError(why or f"figure '{name}' is not made yet; run dlbook build {name}")
            return Figure(name, made, made.record(), why)
        except RecordError as error:
            raise PageError(str(error)) from error

    @functools.cached_property
    def judges(self) -> dict[str, list[tuple[Figure, dict[str, Any]]]]:
        """Every judged claim by its id, with each figure that judges it: one, if all is well."""
        found: dict[str, list[tuple[Figure, dict[str, Any]]]] = {}
        for name in self.names:
            try:
                figure = self.figure(name)
            except PageError:
                continue  # said where a page asks for the figure
            for claim in figure.claims:
                found.setdefault(claim["id"], []).append((figure, claim))
        return found

    @functools.cached_property
    def claims(self) -> dict[str, tuple[Figure, dict[str, Any]]]:
        """Every judged claim by its id, with its figure; of :attr:`clashes` the first."""
        return {claim_id: judged[0] for claim_id, judged in self.judges.items()}

    @functools.cached_property
    def clashes(self) -> list[Problem]:
        """A problem for every figure that judges a claim whose id another figure has."""
        problems = []
        for claim_id, ((first, _), *others) in self.judges.items():
            for figure, _ in others:
                taken = ":".join(map(str, written(self.project, first.name, claim_id)))
                message = (
                    f"claim '{claim_id}' is judged in {taken} already; give it an id of its own"
                )
                problems.append(Problem(*written(self.project, figure.name, claim_id), message))
        return problems

    def claim(self, claim_id: str) -> tuple[Figure, dict[str, Any]]:
        """The claim of an id and the figure that judges it.

        Raises:
            PageError: no figure judges it.
        """
        if claim_id not in self.claims:
            raise PageError(unknown("claim", claim_id, sorted(self.claims)))
        return self.claims[claim_id]


def written(project: Project, name: str, claim_id: str) -> tuple[str, int]:
    """The script of a figure and the line that writes a claim's id; 1 if none writes it out."""
    script = project.script(name)
    return place_of_claim(script.read_bytes(), project.shown(script), claim_id)
