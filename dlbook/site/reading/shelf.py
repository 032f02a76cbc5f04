"""What the figures of a book left behind, as pages look it up: by name, with helpful errors."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbook.record.records import EXPLORABLE, Made, Project, RecordError, read_failure, read_made
from dlbook.site.reading.problems import PageError, choose


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
        return [self.text("title", lang), self.text("caption", lang), *claims]

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
        self.names = tuple(project.scripts())
        self._read = functools.cache(self._take)

    def figure(self, name: str) -> Figure:
        """The figure of a name.

        Raises:
            PageError: there is no such figure, it failed, was never made, or is damaged.
        """
        if name not in self.names:
            raise PageError(choose("figure", "figures", name, self.names))
        return self._read(name)

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
    def claims(self) -> dict[str, tuple[Figure, dict[str, Any]]]:
        """Every judged claim by its id, with the first figure that judges it."""
        found: dict[str, tuple[Figure, dict[str, Any]]] = {}
        for name in self.names:
            try:
                figure = self.figure(name)
            except PageError:
                continue  # said where a page asks for the figure
            for claim in figure.claims:
                found.setdefault(claim["id"], (figure, claim))
        return found

    def claim(self, claim_id: str) -> tuple[Figure, dict[str, Any]]:
        """The claim of an id and the figure that judges it.

        Raises:
            PageError: no figure judges it.
        """
        if claim_id not in self.claims:
            raise PageError(choose("claim", "claims", claim_id, self.claims))
        return self.claims[claim_id]
