"""A figure script cut into the cells of a notebook, along its own order.

Only the syntax is read; nothing is run. What a reader of one language does not need is left out:
texts that stand in Markdown beside the code, words of the other language, imports of no use there,
and what the script offers to readers of the site, with whatever serves that alone.
"""

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from dlbook.base.language import LANGUAGES
from dlbook.record.scripts import COMPUTED, OFFERED, OWED, Said, claims, labels
from dlbook.record.statements import Statement, reach, statements
from dlbook.site.labs.excerpt import Excerpts

_LABELS = "LABELS = {{key: pair[{}] for key, pair in WORDS.items()}}"
_JUDGES = (
    "JUDGES = {claim.id: (claim.measure, claim.bound, claim.factors, claim.budget)"
    " for claim in CLAIMS"
    " if isinstance(claim, Claim)}"
)


@dataclass(frozen=True)
class Cells:
    """The code of one figure: what a reader sets, what is computed, drawn and judged."""

    setup: str
    experiment: str
    drawing: str
    judging: str


@cache
def cut(source: str, lang: str) -> Cells:
    """The cells of a script that keeps the contract, its words in one language."""
    written = Excerpts(source, LANGUAGES.index(lang))
    script = statements(written.tree)
    code = _without_offers(_without_words(script), script)
    labelled, judged = _labels(script, code, written), _judges(script, written)
    setup, experiment, drawing, judging = _divided(
        _without_idle_imports(code, f"{labelled}\n{judged}")
    )
    return Cells(
        setup=written.text(setup),
        experiment=written.text(experiment),
        drawing=_stacked(labelled, written.text(drawing)),
        judging=_stacked(written.text(judging), judged),
    )


def _stacked(*pieces: str) -> str:
    return "\n\n\n".join(filter(None, pieces))


def _without_words(script: list[Statement]) -> list[Statement]:
    """The code less what is rewritten: words and claims, and what is done to them."""
    texts = {"WORDS", "CLAIMS"}
    return [
        each
        for each in script
        if not (each.binds & texts or (not each.defines and each.touches(texts)))
    ]


def _without_offers(code: list[Statement], script: list[Statement]) -> list[Statement]:
    """The code less what only the offers to readers of the site depend on."""
    offered = reach(code, OFFERED)
    rest = (each for each in script if not each.binds & offered)
    served = reach(script, set(OWED).union(*(each.needs for each in rest)))
    return [each for each in code if each.imports or not each.binds & offered - served]


def _without_idle_imports(code: list[Statement], more: str) -> list[Statement]:
    """The code less the names that neither it nor ``more`` code needs."""
    needed = set[str]().union(*(each.needs for each in [*code, *statements(ast.parse(more))]))
    return [each for each in code if not (each.imports and each.defines) or each.binds & needed]


def _divided(code: list[Statement]) -> list[list[Statement]]:
    """What stands above the experiment, the experiment, the drawing and the judging."""
    small, draw = (_place(code, name) for name in ("SMALL", "draw"))
    computed, drawn = reach(code, {*COMPUTED, "check"}), reach(code, ["draw"])
    cells: list[list[Statement]] = [code[: small + 1], [], [], []]
    for place, each in enumerate(code[small + 1 :], small + 1):
        rest = 3 if place >= draw else 1  # what serves nobody is left beside its neighbours
        cells[1 if each.binds & computed else 2 if each.binds & drawn else rest].append(each)
    return cells


def _place(code: list[Statement], name: str) -> int:
    return next(place for place, each in enumerate(code) if name in each.binds)


def _labels(script: list[Statement], code: list[Statement], written: Excerpts) -> str:
    """The words that are written in the drawing, in one language."""
    words = labels(script)
    if words is None or any("WORDS" in each.needs for each in code):  # take them as they are
        return f"{_touching('WORDS', script, written)}\n{_LABELS.format(written.own)}"
    lines = [
        f"    {json.dumps(key)}: {json.dumps(pair[written.own], ensure_ascii=False)},\n"
        for key, pair in words.items()
    ]
    return f"LABELS = {{\n{''.join(lines)}}}" if lines else "LABELS = {}"


def _judges(script: list[Statement], written: Excerpts) -> str:
    """What judges each claim, by the claim's id; remarks are not judged."""
    own, said = _touching("CLAIMS", script, written), claims(script)
    entries = [_judge(each, written) for each in said or () if each.call != "Remark"]
    if said is None or None in entries:  # the claims are computed: take them as they are
        return f"{own}\n{_JUDGES}"
    return f"JUDGES = {{\n{''.join(map(str, entries))}}}" if entries else "JUDGES = {}"


def _judge(said: Said, written: Excerpts) -> str | None:
    """One line of the dictionary, or ``None`` if the claim is not written out."""
    if not {"measure", "bound"} <= said.given.keys():
        return None
    given = ["measure", "bound", *(part for part in ("factors", "budget") if part in said.given)]
    parts = [written.expression(said.given[part], 2) for part in given]
    if given[-1] == "budget" and "factors" not in given:
        parts.insert(2, "()")
    inner = "".join(f"        {part},\n" for part in parts)
    return f"    {json.dumps(said.id)}: (\n{inner}    ),\n"


def _touching(name: str, script: Iterable[Statement], written: Excerpts) -> str:
    """What binds a name at the top of a script, and what is done to it there."""
    return written.text(
        [each for each in script if name in each.binds or (not each.defines and name in each.needs)]
    )
