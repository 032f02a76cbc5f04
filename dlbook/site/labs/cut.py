"""A figure script cut into the cells of a notebook, along its own order.

Only the syntax is read; nothing is run. What a reader of one language does not need is left out:
texts that stand in Markdown beside the code, words of the other language, imports of no use there,
and what the script offers to readers of the site, with whatever serves that alone.
"""

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from dlbook.base.language import LANGUAGES

_LABELS = "LABELS = {{key: pair[{}] for key, pair in WORDS.items()}}"
_OWED = ("Config", "SMALL", "Result", "run", "check", "draw")
_OFFERED = ("Replay", "replay", "outcome", "explorable", "Explorable")
_JUDGES = (
    "JUDGES = {claim.id: (claim.measure, claim.bound) for claim in CLAIMS"
    " if isinstance(claim, Claim)}"
)


@dataclass(frozen=True)
class Cells:
    """The code of one figure: what a reader sets, what is computed, drawn and judged."""

    setup: str
    experiment: str
    drawing: str
    judging: str


@dataclass(frozen=True)
class _Part:
    """A statement at the top of a script, with the lines that it fills and those above it."""

    node: ast.stmt
    lines: str

    @cached_property
    def binds(self) -> set[str]:
        if isinstance(self.node, ast.FunctionDef | ast.ClassDef):
            return {self.node.name}
        if isinstance(self.node, ast.Import | ast.ImportFrom):
            return {(alias.asname or alias.name).partition(".")[0] for alias in self.node.names}
        return {name.id for name in _names(self.node) if isinstance(name.ctx, ast.Store)}

    @cached_property
    def needs(self) -> set[str]:
        return {name.id for name in _names(self.node) if isinstance(name.ctx, ast.Load)}

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def is_code(self) -> bool:
        """Whether a notebook runs it: not a docstring, the main guard, or what is rewritten."""
        if isinstance(self.node, ast.Expr | ast.If):
            return False
        return not {"WORDS", "CLAIMS", "BUDGET"} & (self.binds | self.needs)


@cache
def cut(source: str, lang: str) -> Cells:
    """The cells of a script that keeps the contract, its labels in one language."""
    parts = _parts(source)
    code = _without_offers([part for part in parts if part.is_code], parts)
    small, draw = (_place(code, name) for name in ("SMALL", "draw"))
    drawn = _reached(["draw"], code)
    after = code[draw:]
    drawing = _joined(part for part in after if part.binds & drawn)
    judging = _joined(part for part in after if not part.binds & drawn)
    labels, judges = _labels(parts, lang), _judges(parts, source)
    needed = set[str]().union(*(part.needs for part in code))
    needed |= {name.id for name in _names(ast.parse(judges))}
    setup = [part for part in code[: small + 1] if not part.is_import or part.binds & needed]
    return Cells(
        setup=_joined(setup),
        experiment=_joined(code[small + 1 : draw]),
        drawing=f"{labels}\n\n\n{drawing}",
        judging=f"{judging}\n\n\n{judges}" if judging else judges,
    )


def _parts(source: str) -> list[_Part]:
    lines, last, parts = source.splitlines(), 0, []
    for node in ast.parse(source).body:
        end = node.end_lineno or node.lineno
        parts.append(_Part(node, "\n".join(lines[last:end])))
        last = end
    return parts


def _names(node: ast.AST) -> Iterable[ast.Name]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))


def _place(parts: list[_Part], name: str) -> int:
    return next(place for place, part in enumerate(parts) if name in part.binds)


def _reached(names: Iterable[str], parts: list[_Part]) -> set[str]:
    """The names at the top of the script on which ``names`` depend, themselves among them."""
    reached, todo = set[str](), set(names)
    while todo:
        reached |= todo
        todo = set().union(*(part.needs for part in parts if part.binds & todo)) - reached
    return reached


def _without_offers(code: list[_Part], parts: list[_Part]) -> list[_Part]:
    """The code less what only the offers to readers of the site depend on."""
    offered = _reached(_OFFERED, code)
    rest = [part for part in parts if not part.binds & offered]
    served = _reached(set(_OWED).union(*(part.needs for part in rest)), parts)
    return [part for part in code if part.is_import or not part.binds & offered - served]


def _joined(parts: Iterable[_Part]) -> str:
    return "\n".join(part.lines for part in parts).strip("\n")


def _touching(name: str, parts: list[_Part]) -> str:
    return _joined(part for part in parts if name in part.binds | part.needs)


def _value(parts: list[_Part], name: str) -> ast.expr | None:
    """What is assigned to a name, if that is all that happens to it."""
    binding = [part.node for part in parts if name in part.binds | part.needs]
    only = binding[0] if len(binding) == 1 else None
    return only.value if isinstance(only, ast.Assign | ast.AnnAssign) else None


def _labels(parts: list[_Part], lang: str) -> str:
    """The words that are written in the drawing, in one language."""
    words, index = _value(parts, "WORDS"), LANGUAGES.index(lang)
    try:
        pairs = ast.literal_eval(words) if words else {}
    except ValueError:  # the words are computed: take them as they are
        return f"{_touching('WORDS', parts)}\n{_LABELS.format(index)}"
    lines = [
        f"    {json.dumps(key)}: {json.dumps(pair[index], ensure_ascii=False)},\n"
        for key, pair in pairs.items()
    ]
    return f"LABELS = {{\n{''.join(lines)}}}" if lines else "LABELS = {}"


def _judges(parts: list[_Part], source: str) -> str:
    """What measures each claim, and its bound, by the claim's id; remarks are not judged."""
    claims = _value(parts, "CLAIMS")
    listed = claims.elts if isinstance(claims, ast.List | ast.Tuple) else [None]
    entries = [_judge(claim, source) for claim in listed if not _is_remark(claim)]
    if None in entries:  # the claims are computed: take them as they are
        return f"{_touching('CLAIMS', parts)}\n{_JUDGES}"
    return f"JUDGES = {{\n{''.join(map(str, entries))}}}" if entries else "JUDGES = {}"


def _is_remark(claim: ast.expr | None) -> bool:
    return isinstance(claim, ast.Call) and ast.unparse(claim.func) == "Remark"


def _judge(claim: ast.expr | None, source: str) -> str | None:
    """One line of the dictionary, or ``None`` if the claim is not written out."""
    if not isinstance(claim, ast.Call):
        return None
    given = {keyword.arg: keyword.value for keyword in claim.keywords}
    name, parts = given.get("id"), [given.get("measure"), given.get("bound")]
    if not isinstance(name, ast.Constant) or None in parts:
        return None
    texts = ["\n".join(_written(part, source)) for part in parts if part is not None]
    inner = "".join(f"        {text},\n" for text in texts)
    return f"    {json.dumps(name.value)}: (\n{inner}    ),\n"


def _written(node: ast.expr, source: str) -> list[str]:
    """The lines of an expression (``ast.get_source_segment`` reads the whole source each time)."""
    rows = [line.encode() for line in source.splitlines()[node.lineno - 1 : node.end_lineno]]
    rows[-1] = rows[-1][: node.end_col_offset]
    rows[0] = rows[0][node.col_offset :]
    return [row.decode() for row in rows]
