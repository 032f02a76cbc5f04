"""Whether what decides a claim was written down before its result: read from the history.

A record names its registration by its digest. The commit that brought this registration has to be
an ancestor of every commit that brought a record which names it. So a bound that was chosen after
looking can only stand in a later registration, which asks for other seeds.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from dlbook.record.chronicle import Chronicle, read_chronicle
from dlbook.record.git import GitError
from dlbook.record.records import Project, RecordError, read_accepted
from dlbook.record.registrations import (
    FIRST_SEED,
    LIST,
    REGISTERED,
    Registration,
    listed_names,
    names_in,
    read_registration,
    registration_in,
)

RESULTS = "results"
_CUT = (
    "whether registrations came before results cannot be told: this copy lacks older commits;"
    " fetch them: git fetch --unshallow"
)
NO_HISTORY = (
    "whether registrations came before results cannot be told: this copy has no history; take a"
    " clone of the repository"
)


def not_written_before(project: Project) -> tuple[list[str], str | None]:
    """A line for each record that its registration did not precede, and why nothing can be told.

    Of a book without a folder ``registered`` nothing is asked; a copy that is cut off from older
    commits is refused, one without any history is told so where it has registrations.
    """
    if not (project.root / REGISTERED).is_dir():
        return [], None
    errors = list(_disagreements(project))
    try:
        chronicle = read_chronicle(project.root, REGISTERED, RESULTS)
    except GitError as error:
        return [*errors, str(error)], None
    if chronicle is None:
        has_some = any((project.root / REGISTERED).glob("*.json"))
        return errors, NO_HISTORY if has_some else None
    if chronicle.is_cut:
        return [*errors, f"{REGISTERED}: {_CUT}"], None
    return [*errors, *_late(project, chronicle), *_added(project, chronicle)], None


def is_committed(project: Project, digest: str) -> bool:
    """Whether a commit brought the registration of this digest, or no history can deny it.

    Raises:
        GitError: git fails in the repository that there is.
    """
    chronicle = read_chronicle(project.root, REGISTERED, RESULTS)
    return chronicle is None or bool(_brought_in(chronicle, digest))


def lacks_registration(project: Project, name: str, record: Mapping[str, Any]) -> str | None:
    """That a record judges claims which nobody registered, if it does and none lets it."""
    judged = any(claim.get("verdict") for claim in record.get("claims", ()))
    keeps = (project.root / REGISTERED).is_dir()
    if not keeps or not judged or record.get(REGISTERED) or name in listed_names(project):
        return None
    return (
        f"{project.shown(project.accepted(name))}: {name} is judged without a registration; dlbook"
        f" register {name}, commit it, then build and accept"
    )


def _records(project: Project) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted((project.root / RESULTS).glob("*.json")):
        try:
            record = read_accepted(project, path.stem)
        except RecordError:
            continue  # said where that figure is reviewed
        if record is not None:
            yield path.stem, record


def _disagreements(project: Project) -> Iterator[str]:
    """Records whose registration is not the one in the folder, or that have none and owe it."""
    for name, record in _records(project):
        shown = project.shown(project.accepted(name))
        try:
            registration = read_registration(project, name)
        except RecordError as error:
            yield str(error)
            continue
        if registration is None and record.get(REGISTERED) is None:
            if told := lacks_registration(project, name, record):
                yield told
        elif registration is None or not _agrees(record, registration):
            yield (
                f"{shown}: does not follow from {project.shown(project.registered(name))};"
                f" dlbook build {name}, then dlbook accept {name}"
            )


def _agrees(record: Mapping[str, Any], registration: Registration) -> bool:
    first = record.get("config", {}).get(FIRST_SEED, registration.first_seed)
    return record.get(REGISTERED) == registration.mark and first == registration.first_seed


def _late(project: Project, chronicle: Chronicle) -> Iterator[str]:
    """Records, as the folder holds them, whose registration came with them or after them."""
    for name, record in _records(project):
        digest = _digest_in(record)
        if digest is None:
            continue
        shown = project.shown(project.registered(name))
        commits = _brought_in(chronicle, digest)
        if not commits:
            yield f"{shown}: in no commit; commit it, since it has to precede its first record"
            continue
        results = (v for v in chronicle.within(RESULTS) if _said(v.data).digest == digest)
        late = (v.commit for v in results if not commits & chronicle.before(v.commit))
        for commit in list(late)[:1]:
            yield (
                f"{shown}: does not precede its record, which commit {commit[:12]} brought; write"
                f" it anew, with its reason: dlbook register {name} --because ZH EN"
            )
        yield from _known(project, chronicle, name, commits)


def _known(project: Project, chronicle: Chronicle, name: str, commits: set[str]) -> Iterator[str]:
    """Claims that had a result when they were registered, and do not say so."""
    registration = read_registration(project, name)
    if registration is None:
        return
    shown = project.shown(project.registered(name))
    before = set.intersection(*(chronicle.before(commit) for commit in commits))
    judged = _judged_in(chronicle, before)
    for claim in sorted(registration.claims.keys() & judged - set(registration.known)):
        yield (
            f"{shown}: the outcome of claim {claim} was known when it was registered, and this does"
            f" not say so; write it anew: dlbook register {name} --because ZH EN"
        )


def _judged_in(chronicle: Chronicle, commits: set[str]) -> set[str]:
    """The claims that had a verdict in a record of these commits."""
    versions = (each for each in chronicle.within(RESULTS) if each.commit in commits)
    return set[str]().union(*(_said(version.data).judged for version in versions))


def _brought_in(chronicle: Chronicle, digest: str) -> set[str]:
    """The commits that brought the registration of this digest, under whatever name."""
    return {
        version.commit
        for version in chronicle.within(REGISTERED)
        if _digest_of(version.data) == digest
    }


@cache
def _digest_of(data: bytes) -> str | None:
    """The digest of a version of a registration, if it is one."""
    found = registration_in(data)
    return found.digest if found else None


def _digest_in(record: Mapping[str, Any]) -> str | None:
    """The digest of the registration that a record names."""
    mark = record.get(REGISTERED)
    return mark.get("sha256") if isinstance(mark, dict) else None


class _Said(NamedTuple):
    """What is asked of a version of a record: the registration it names, and what it judges."""

    digest: str | None
    judged: frozenset[str]


@cache
def _said(data: bytes) -> _Said:
    """Read once, however many registrations are asked about; of a large record little is kept."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = {}
    content = content if isinstance(content, dict) else {}
    claims = content.get("claims")
    found = [each for each in claims if isinstance(each, dict)] if isinstance(claims, list) else []
    judged = frozenset(str(each.get("id")) for each in found if each.get("verdict"))
    return _Said(_digest_in(content), judged)


def _added(project: Project, chronicle: Chronicle) -> Iterator[str]:
    """Figures that were added to the list of those that need no registration."""
    versions = chronicle.of(LIST)
    commits = {version.commit for version in versions}
    began = [each for each in versions if not commits & chronicle.before(each.commit)]
    allowed = {name for each in began for name in names_in(each.data.decode(errors="replace"))}
    for name in sorted(listed_names(project) - allowed if began else ()):
        yield f"{LIST}: '{name}' was added, and nothing may be; dlbook register {name} instead"
