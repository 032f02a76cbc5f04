"""Write down what decides a figure's claims, before it is run."""

from collections.abc import Collection, Iterator
from typing import Any

from dlbook.base.language import LANGUAGES, Pair
from dlbook.base.lookup import unknown
from dlbook.base.whole import write
from dlbook.engine import files
from dlbook.engine.workpiece import within
from dlbook.figures import contract, loading
from dlbook.figures.registering import written_down
from dlbook.record.precedence import is_committed
from dlbook.record.records import Project, read_accepted, read_made
from dlbook.record.registrations import Registration, read_registration

_ELSEWHERE = "seen elsewhere"


def register(
    project: Project, name: str, because: Pair | None = None, known: Collection[str] = ()
) -> str:
    """Write ``registered/NAME.json`` and say what follows from it.

    A claim that a record has judged already is marked as one whose outcome was known; so are those
    of ``known``, whose outcome was seen elsewhere.

    Raises:
        FigureError: the script is not as it should be, or a later registration lacks its reason.
        GitError: git fails in the repository that there is.
    """
    path = project.script(name)
    with within(contract.BUDGET, path, project.shown(path), "import"):
        script = loading.load(path)
    now = written_down(script)
    for claim in known:
        if claim not in now["claims"]:
            raise contract.FigureError(f"{name}: {unknown('claim', claim, now['claims'])}")
    before = read_registration(project, name)
    binds = before is not None and is_committed(project, before.digest)
    if before is not None and binds and because is None:
        raise contract.FigureError(
            f"{project.shown(project.registered(name))}: {name} is registered already; a later"
            " registration says why, in both languages, and asks for new runs:"
            f" dlbook register {name} --because ZH EN"
        )
    seen = {**dict.fromkeys(known, _ELSEWHERE), **_judged(project, name)}
    for claim, written in now["claims"].items():
        written["known"] = seen.get(claim)
    data = files.to_json({**now, **_later(before, binds, because)})
    write(project.registered(name), data)
    return "\n".join(_told(project, name))


def _later(before: Registration | None, binds: bool, because: Pair | None) -> dict[str, Any]:
    """What a registration says of the one that it replaces; a draft is replaced in silence."""
    if before is None:
        replaces, reason = None, None
    elif binds:
        replaces, reason = before.digest, None
    else:
        replaces, reason = before.content.get("replaces"), before.content.get("because")
    given = because and dict(zip(LANGUAGES, because, strict=True))
    return {"replaces": replaces, "because": given or reason}


def _judged(project: Project, name: str) -> dict[str, str]:
    """The verdicts that stand in a record already: accepted of any figure, or made of this one."""
    records = [read_accepted(project, each) for each in project.scripts()]
    made = read_made(project, name)
    records.append(made.record() if made else None)
    return {
        claim["id"]: claim.get("book") or claim["verdict"]  # in the book's own setting
        for record in records
        for claim in (record or {}).get("claims", ())
        if claim.get("verdict")
    }


def _told(project: Project, name: str) -> Iterator[str]:
    written = read_registration(project, name)
    if written is None:
        return
    yield f"{project.shown(project.registered(name))}: {written.digest}"
    yield f"  its seeds begin at {written.first_seed}"
    if written.known:
        yield f"  outcome known already: {', '.join(written.known)}"
    grid = f"dlbook grid {name}, commit that, and " if written.content["grid"] else ""
    yield f"  commit it, then {grid}dlbook build {name}: a registration precedes its first record"
