"""Slips in what a figure says: in ``figures_src/NAME.md``, and in the statements of its script.

A number that looks like a result is cited there as on a page. A statement quotes its source, whose
numbers are the source's own.

Such a text is one paragraph that stands on several pages, so it has no blocks and no ways of its
own. Its citations are the engine's business, which writes the numbers into the record; here the
text is read as it was written, and its formulas as the record has them.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from dlbook.base.language import LANGUAGES
from dlbook.record.records import RecordError
from dlbook.record.texts import Text, TextError, read_texts
from dlbook.site.reading import inline
from dlbook.site.reading.formulas import Formula, Typesetter
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.shelf import Figure, Shelf, written
from dlbook.site.reading.slips import text_slips
from dlbook.site.reading.source import Source
from dlbook.site.reading.text_parity import citations_that_differ
from dlbook.site.reading.typed_numbers import typed_numbers


def text_formulas(shelf: Shelf) -> Iterator[Formula]:
    """Every formula in the texts of figures that are made."""
    for figure in _made(shelf):
        for lang in LANGUAGES:
            for sentence in figure.sentences(lang):
                yield from inline.formulas(sentence)


def text_problems(shelf: Shelf, typesetter: Typesetter) -> list[Problem]:
    """What is wrong with the texts of all figures that are made, each with file and line.

    From now on the typesetter says of a formula that it refuses where in these texts it stands.
    """
    typesetter.prepare(text_formulas(shelf))
    found: list[Problem] = []
    for figure in _made(shelf):
        found += _of_figure(figure, shelf, typesetter)
    return sorted(set(found))


def _made(shelf: Shelf) -> Iterator[Figure]:
    for name in shelf.names:
        try:
            yield shelf.figure(name)
        except PageError:
            continue  # said where a page asks for the figure


def _of_figure(figure: Figure, shelf: Shelf, typesetter: Typesetter) -> Iterator[Problem]:
    project = shelf.project
    try:
        path = project.script(figure.name).with_suffix(".md")
        texts = read_texts(path, project.shown(path))
    except (RecordError, TextError):
        return  # said by the engine
    for text in texts.sections.values():
        for lang in LANGUAGES:
            source = _paragraph(text, texts.shown, lang)
            said = _said(figure, text.name, lang)
            yield from _problems(source, said, typesetter, f"{text.name} ({lang})")
            yield from _typed(source, f"{text.name} ({lang})")
        zh, en = (_paragraph(text, texts.shown, lang) for lang in LANGUAGES)
        yield from citations_that_differ(zh, en, text.name)
    for claim in figure.claims:
        for lang, said in claim["statement"].items():
            what = f"claim {claim['id']}: statement ({lang})"
            if any(_problems(Source(said, ""), said, typesetter, what)):  # the place takes time
                place = written(project, figure.name, claim["id"])
                yield from _problems(Source(said, *place), said, typesetter, what)


def _paragraph(text: Text, shown: str, lang: str) -> Source:
    """One language of a section as it is written."""
    start, lines = text.paragraph(lang)
    return Source("\n".join(lines), shown, start)


def _said(figure: Figure, name: str, lang: str) -> str:
    """The same with its numbers, as the record has it; ``""`` if the record has none."""
    claim_id, _, part = name.partition(" ")
    texts = {each["id"]: each for each in figure.claims}.get(claim_id) if part else None
    pair = (texts or {}).get(part) if part else figure.record["texts"].get(name)
    return pair[lang] if pair else ""


def _problems(source: Source, said: str, typesetter: Typesetter, what: str) -> Iterator[Problem]:
    """What is wrong with one text; ``what`` is how messages call it."""
    for problem in _slips(source.text, source.path, source.first_line):
        yield replace(problem, message=f"{what}: {problem.message}")
    formulas = inline.formulas(said)
    places = [each.line for each in source.tokens if each.kind in ("display", "inline")]
    for number, formula in enumerate(formulas):
        try:
            typesetter.html(formula)
        except PageError as error:
            if str(error).startswith("TeX"):  # and KaTeX itself is there
                line = places[number] if len(places) == len(formulas) else source.first_line
                error.problem = Problem(source.path, line, f"{what}: {error}")
                yield error.problem


def _typed(source: Source, what: str) -> Iterator[Problem]:
    """The numbers that were typed where the figure's own should have been cited."""
    for problem in _numbers(source.text, source.path, source.first_line):
        message = problem.message.replace("[[name.field]]", "[[.field]]")
        yield replace(problem, message=f"{what}: {message}")


@cache  # across languages and, in a server, builds
def _numbers(text: str, path: str, first_line: int) -> list[Problem]:
    return typed_numbers(Source(text, path, first_line))


@cache
def _slips(text: str, path: str, first_line: int) -> list[Problem]:
    return text_slips(Source(text, path, first_line))
