"""What was written down before a figure was run: ``registered/NAME.json``, and what it decides.

A registration is known by the SHA-256 of its file. The seeds of the figure's runs follow from it
and the record carries it, so that a bound cannot be changed and its result kept. Figures that were
judged before there were registrations stand in a list that can only become shorter.

Standard library only, as all of this package.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbook.base.readable import NotTextError, decoded
from dlbook.base.seeds import first_seed
from dlbook.base.trouble import refusal
from dlbook.record.records import Project, RecordError

FIRST_SEED = "first_seed"  # the field of a ``Config`` that a registration sets
REGISTERED = "registered"  # the folder, and the part of a record that names its registration
# Figures whose bounds entered together with their results, one to a line.
LIST = f"{REGISTERED}/entered_with_results.txt"


@dataclass(frozen=True)
class Registration:
    """What was written down of one figure; ``digest`` is the SHA-256 of its file."""

    digest: str
    content: Mapping[str, Any]

    @property
    def claims(self) -> Mapping[str, Mapping[str, Any]]:
        """What was written down of each claim, by its id."""
        claims: Mapping[str, Mapping[str, Any]] = self.content["claims"]
        return claims

    @property
    def known(self) -> list[str]:
        """The claims whose outcome was known when they were registered."""
        return sorted(name for name, claim in self.claims.items() if claim.get("known"))

    @property
    def first_seed(self) -> int:
        """Where the seeds begin that this registration gives."""
        return first_seed(self.digest)

    @property
    def mark(self) -> dict[str, Any]:
        """What the record of a figure says of its registration."""
        return {"sha256": self.digest, "known": self.known}


def registration_in(data: bytes) -> Registration | None:
    """The registration that a file holds, or ``None`` if it holds none."""
    try:
        content = json.loads(data)
        claims = content["claims"]
        sound = isinstance(content["config"], dict) and all(
            isinstance(claim["bound"], dict) for claim in claims.values()
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Registration(hashlib.sha256(data).hexdigest(), content) if sound else None


def read_registration(project: Project, name: str) -> Registration | None:
    """The registration of a figure, or ``None`` if it has none.

    Raises:
        RecordError: the file cannot be read, or is no registration.
    """
    path = project.registered(name)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordError(refusal(error, project.root)) from error
    found = registration_in(data)
    lacking = _lacking(found.content) if found else ""
    if found is None or lacking:
        raise RecordError(
            f"{project.shown(path)}: not a registration{lacking}; restore it: git checkout --"
            f" {project.shown(path)}"
        )
    return found


def _lacking(content: Mapping[str, Any]) -> str:
    """What of a file that somebody has cut is no longer there."""
    if not isinstance(content.get("grid"), dict):
        return ": it has no grid"
    for name, claim in content["claims"].items():
        code = claim.get("code")
        if not isinstance(code, list) or not all(isinstance(each, str) for each in code):
            return f": its claim {name} has no code"
    return ""


def names_in(text: str) -> set[str]:
    """The names that such a list holds, one to a line; what begins with ``#`` is a remark."""
    lines = (line.strip() for line in text.splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def listed_names(project: Project) -> set[str]:
    """The names of :data:`LIST`; no file, no name.

    Raises:
        RecordError: it cannot be read, or is no text.
    """
    try:
        return names_in(decoded((project.root / LIST).read_bytes()))
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise RecordError(refusal(error, project.root)) from error
    except NotTextError as error:
        raise RecordError(f"{LIST}:{error.line}: {error}") from error


def entered_with_results(project: Project) -> set[str]:
    """The figures whose bounds entered together with their results; a registration ends that."""
    return {name for name in listed_names(project) if not project.registered(name).exists()}
