"""The part of a lab about one figure: what is claimed, what to change and to try, code, findings.

What the book found is folded, numbers and picture as well as words, so that a reader guesses first.
"""

import json
from collections.abc import Mapping
from typing import Any

from dlbook.base.lookup import unknown
from dlbook.record.bound_words import bound_and_reason
from dlbook.record.registrations import FIRST_SEED
from dlbook.site.labs import kept
from dlbook.site.labs.cut import Cells
from dlbook.site.labs.notebook import Cell, Code, Prose
from dlbook.site.labs.tasks import LABS, Changes, Task, checked, read_changes
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.said_in import said_in
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.source import Source
from dlbook.site.reading.words import writer

_RUN = """\
book = Config({seeds})
config = lab.changed(SMALL if QUICK else book, book, CHANGE)
result = run(config)
check(result)
lab.show("{name}", result, JUDGES, draw, LABELS)"""
_NOTHING = Changes({}, (), 1)


def section(book: Book, figure: Figure, number: int, chapter: str) -> list[Cell]:
    """The cells about a figure; ``chapter`` is the way to its page.

    Raises:
        PageError: its script cannot be read, or what may be changed of it is no part of it.
    """
    name, lang, word = figure.name, book.lang, writer(book.lang)
    cells, changes = _cut(book, name), _changes(book, figure)
    label = word("figure", number=number)
    opening = (
        f"## {label}{word('numbered')}{dollars(figure.text('title', lang))}",
        word("lab_figure", number=number, place=f"{chapter}#fig-{name}"),
        *_said(figure, book, chapter),
    )
    return [
        Prose(f"fig-{name}", opening),
        *_tasks(name, changes, lang),
        Code(f"{name}-change", _change(figure, changes, lang)),
        Code(f"{name}-setup", cells.setup),
        Code(f"{name}-experiment", cells.experiment),
        Code(f"{name}-drawing", cells.drawing, folded=True),
        *_claims(figure, lang),
        Code(f"{name}-judging", cells.judging),
        Code(f"{name}-run", _RUN.format(name=name, seeds=_seeds(figure)), figure),
        Prose(f"{name}-found", _found(figure, lang), folded=word("lab_found_words")),
    ]


def dollars(text: str) -> str:
    r"""A text of a record as notebooks read it: one line, formulas between dollar signs."""
    parts, last = [], 0
    for token in Source(text, "").tokens:
        if token.kind in ("display", "inline"):
            parts += [text[last : token.start], f"${token.body.strip()}$"]
            last = token.end
    return " ".join("".join([*parts, text[last:]]).split())


def _cut(book: Book, name: str) -> Cells:
    return kept.cells(book.shelf.project, book.shelf.source(name), book.lang)


def _changes(book: Book, figure: Figure) -> Changes:
    found = read_changes(book.shelf.project.root)
    for name, each in found.items():
        if name not in book.shelf.names:
            raise PageError(f"{LABS}:{each.line - 1}: {unknown('figure', name, book.shelf.names)}")
    if figure.name not in found:
        return _NOTHING
    own = checked(found[figure.name], figure.name, figure.record["config"])
    for said in (*own.names.values(), *(task.asks for task in own.tasks)):
        for text in said.values():
            _refuse_formulas(book, text, own.line)
    return own


def _refuse_formulas(book: Book, text: str, line: int) -> None:
    try:
        for formula in inline.formulas(text):
            book.typesetter.html(formula)
    except PageError as error:
        raise PageError(f"{LABS}:{line}: in '{text}': {error}") from error


def _said(figure: Figure, book: Book, chapter: str) -> tuple[str, ...]:
    """What is claimed, before anything is run."""
    lang, word = book.lang, writer(book.lang)
    items = [
        word(
            "lab_said",
            id=claim["id"],
            place=f"{chapter}#{claim_anchor(claim['id'])}",
            source=said_in(claim["source"], book.library, lang),
            statement=dollars(claim["statement"][lang]),
        )
        for claim in _judged(figure)
    ]
    return (word("lab_claims"), _listed(items)) if items else ()


def _tasks(name: str, changes: Changes, lang: str) -> list[Prose]:
    if not changes.tasks:
        return []
    word = writer(lang)
    items = [_task(task, lang) for task in changes.tasks]
    return [Prose(f"{name}-tasks", (f"### {word('lab_tasks')}", _listed(items)))]


def _task(task: Task, lang: str) -> str:
    if not task.settings:
        return task.asks[lang]
    settings = writer(lang)("list").join(
        f"`{key}`: `{_literal(value)}`" for key, value in task.settings.items()
    )
    return writer(lang)("lab_task", asks=task.asks[lang], settings=settings)


def _change(figure: Figure, changes: Changes, lang: str) -> str:
    """The settings that a reader may change, as the book has them, each with its meaning."""
    word, config = writer(lang), figure.record["config"]
    lines = "".join(
        f'    "{key}": {_literal(config[key])},  # {names[lang]}\n'
        for key, names in changes.names.items()
    )
    return f"# {word('lab_change')}\nCHANGE = {{\n{lines}}}" if lines else "CHANGE = {}"


def _literal(value: Any) -> str:
    """A value of a record as Python writes it; what a record lists is a tuple in ``Config``."""
    if isinstance(value, list):
        inner = ", ".join(map(_literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _seeds(figure: Figure) -> str:
    """What a lab tells ``Config`` so that it trains the book's own runs: their registered seeds."""
    config = figure.record["config"]
    return f"{FIRST_SEED}={config[FIRST_SEED]}" if config.get(FIRST_SEED) else ""


def _claims(figure: Figure, lang: str) -> list[Prose]:
    """What is measured of each claim, and the bound that was written down before."""
    word = writer(lang)
    items = [
        word(
            "lab_claim",
            id=claim["id"],
            quantity=dollars(claim["quantity"][lang]),
            bound=dollars(bound_and_reason(claim["bound"], lang, claim["estimate"])),
        )
        for claim in _judged(figure)
    ]
    return [Prose(f"{figure.name}-claims", (word("lab_bounds"), _listed(items)))] if items else []


def _found(figure: Figure, lang: str) -> tuple[str, ...]:
    """What the book's run came to: its caption, each verdict, and what is true."""
    word = writer(lang)
    items = [
        word(
            "lab_verdict",
            id=claim["id"],
            verdict=word(claim["verdict"]),
            truth=dollars(claim["truth"][lang]) if claim["truth"] else "",
        ).strip()
        for claim in _judged(figure)
    ]
    caption = dollars(figure.text("caption", lang))
    return (caption, _listed(items)) if items else (caption,)


def _judged(figure: Figure) -> list[Mapping[str, Any]]:
    return [claim for claim in figure.claims if claim["verdict"] is not None]


def _listed(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
