"""The one way to run a figure script, judge its claims, draw it and write down what it found."""

import dataclasses
import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import matplotlib.figure
import numpy as np
import torch

from dlbook.base import progress
from dlbook.base.evidence import Verdict
from dlbook.figures import fields, layout, style
from dlbook.figures.contract import (
    LANGUAGES,
    TEXTS,
    FigureError,
    Script,
    blame,
    conforming,
    line_of,
    name_of,
    where,
)
from dlbook.record import numbers
from dlbook.record.claims import Claim


def execute(script: Script, cfg: Any) -> Any:
    """``run(cfg)`` on one torch thread, refused where a number is not finite.

    Raises:
        FigureError: ``run`` raised, returned something else than ``Result``, or a NaN.
    """
    torch.set_num_threads(1)
    with blame(script, "run"):
        result = script.run(cfg)
    if not isinstance(result, script.Result):
        raise FigureError(f"{where(script)}: run returned {type(result).__name__}, not Result")
    for name, value in fields.scalars(script, result).items():
        fields.refuse_nonfinite(script, "run returned", name, value)
    for name, array in fields.arrays(result).items():
        if array.dtype.kind in "fc" and not np.isfinite(array).all():
            raise FigureError(f"{where(script)}: run returned NaN or infinity in '{name}'")
    return result


def judge(script: Script, result: Any) -> list[tuple[Claim, Verdict]]:
    """Hold what is provable, then judge every claim.

    Raises:
        FigureError: ``check`` refuses, or a claim comes without a verdict.
    """
    with blame(script, "check"):
        script.check(result)
    verdicts = []
    for claim in script.CLAIMS:
        with blame(script, f"the judge of claim {claim.id}"):
            verdict = claim.judge(result)
        if not isinstance(verdict, Verdict):
            line = line_of(script, f'"{claim.id}"')
            raise FigureError(
                f"{where(script, line)}: claim {claim.id} has no verdict;"
                f" its judge returned {type(verdict).__name__}"
            )
        fields.refuse_nonfinite(
            script, f"the verdict on {claim.id} has", "estimate", verdict.estimate
        )
        fields.refuse_nonfinite(script, f"the verdict on {claim.id} has", "effect", verdict.effect)
        verdicts.append((claim, verdict))
    return verdicts


def record(script: Script, cfg: Any, result: Any) -> dict[str, Any]:
    """The part of a figure that is committed and cited: values, claims, texts, configuration.

    Numbers are rounded to what their interval supports. The texts include what is written in the
    drawing, so that a changed label has to be accepted like a changed number.

    Raises:
        FigureError: as :func:`judge`, or a caption cites what the record lacks.
    """
    values = {
        name: fields.rounded(fields.to_json(value))
        for name, value in fields.scalars(script, result).items()
    }
    return {
        "figure": name_of(script),
        "config": {name: fields.plain(value) for name, value in fields.of(cfg).items()},
        "values": values,
        "claims": [_claim(script, *judged, values) for judged in judge(script, result)],
        "texts": {
            key: _written(script, script.WORDS[key], key, f"WORDS['{key}']", values)
            for key in TEXTS
        }
        | {"labels": {lang: labels(script, result, lang) for lang in LANGUAGES}},
    }


def explorable(script: Script, result: Any) -> bytes:
    """What the figure's explorable gets, as compact JSON; ``null`` if the script gives nothing.

    Raises:
        FigureError: ``explorable`` raised, or gave what JSON cannot hold, such as NaN.
    """
    give = getattr(script, "explorable", None)
    with blame(script, "explorable"):
        given = None if give is None else give(result)
        text = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _claim(
    script: Script, claim: Claim, verdict: Verdict, values: Mapping[str, Any]
) -> dict[str, Any]:
    def text(key: str) -> dict[str, str]:
        what = f"claim {claim.id}: {key}"
        return _written(script, getattr(claim, key), claim.id, what, values)

    return {
        "id": claim.id,
        "row": claim.row,
        "source": claim.source,
        "kind": claim.kind,
        "statement": text("statement"),
        "verdict": verdict.outcome,
        "estimate": fields.rounded(dataclasses.asdict(verdict.estimate)),
        "effect": verdict.effect,
        "quantity": text("quantity"),
        "truth": text("truth"),
        "control": text("control") if claim.control else None,
    }


def _written(
    script: Script, pair: tuple[str, str], name: str, what: str, values: Mapping[str, Any]
) -> dict[str, str]:
    """A text in both languages, its citations of the figure's own values written out.

    ``name`` is what the script quotes where the text stands; ``what`` is how an error calls it.
    """

    def own(figure: str | None) -> Mapping[str, Any]:
        if figure is not None:
            raise numbers.CitationError("a figure's own texts cite it as [[.field]]")
        return values

    written = {}
    for lang, text in zip(LANGUAGES, pair, strict=True):
        try:
            written[lang] = numbers.resolve(text, own, lang)
        except numbers.CitationError as error:
            place = where(script, line_of(script, f'"{name}"'))
            raise FigureError(f"{place}: {what} ({lang}): {error}") from error
    return written


def drawing(script: Script, result: Any, lang: str) -> matplotlib.figure.Figure:
    """The figure in one language, in the house style (call inside :func:`style.context`).

    Raises:
        FigureError: ``draw`` raised, or returned something else than a figure.
    """
    with blame(script, f"draw ({lang})"):
        figure = script.draw(result, style.Words(lang, script.WORDS))
    if not isinstance(figure, matplotlib.figure.Figure):
        kind = type(figure).__name__
        raise FigureError(f"{where(script)}: draw ({lang}) returned {kind}, not a Figure")
    return figure


def labels(script: Script, result: Any, lang: str) -> list[str]:
    """What is written in the drawing, see :func:`dlbook.figures.layout.labels`.

    Raises:
        FigureError: as :func:`svg`.
    """
    with _house_style(script, lang):
        return layout.labels(drawing(script, result, lang))


def svg(script: Script, result: Any, lang: str) -> str:
    """The picture in one language, themed, for inlining.

    Raises:
        FigureError: ``draw`` raised, or the font lacks a character.
    """
    with _house_style(script, lang):
        figure = drawing(script, result, lang)
        with blame(script, f"saving the picture ({lang})"):
            return style.to_svg(figure, name_of(script))


@contextmanager
def _house_style(script: Script, lang: str) -> Iterator[None]:
    """Draw in the house style; whatever matplotlib warns of or logs is an error."""
    with (
        blame(script, "the house style"),
        style.context(),
        _complaints() as complaints,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        yield
    if complaints:
        raise FigureError(f"{where(script)}: draw ({lang}): {complaints[0]}")


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What matplotlib logs, such as a missing glyph, which it never raises."""
    heard: list[str] = []
    handler = _Ear(heard)
    logger = logging.getLogger("matplotlib")
    logger.addHandler(handler)
    try:
        yield heard
    finally:
        logger.removeHandler(handler)


def say(report: progress.Report) -> None:
    """Write one progress line to the terminal."""
    minutes, seconds = divmod(round(report.left), 60)
    print(
        f"  {report.what}: step {report.done}/{report.total}, {minutes}:{seconds:02d} left",
        file=sys.stderr,
        flush=True,
    )


def summary(script: Script, result: Any) -> str:
    """The numbers and verdicts of a result as lines for a terminal."""
    values = [f"  {name} = {value}" for name, value in fields.scalars(script, result).items()]
    verdicts = [
        f"  {claim.id:<12} {verdict.outcome:<12} {claim.quantity[1]}: {verdict.estimate.mean:.6g}"
        f" [{verdict.estimate.low:.6g}, {verdict.estimate.high:.6g}], n = {verdict.estimate.n},"
        f" against {verdict.effect:.6g}"
        for claim, verdict in judge(script, result)
    ]
    return "\n".join([f"{name_of(script)}", *values, "claims", *verdicts])


def write_pictures(script: Script, result: Any, folder: Path) -> list[Path]:
    """Write ``NAME.zh.svg`` and ``NAME.en.svg`` into ``folder``, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for lang in LANGUAGES:
        path = folder / f"{name_of(script)}.{lang}.svg"
        unfinished = path.with_suffix(".svg.tmp")
        unfinished.write_text(style.standalone(svg(script, result, lang)), encoding="utf-8")
        paths.append(unfinished.replace(path))
    return paths


def show(module: str) -> None:
    """Run a script at the book's scale, print what it found, draw it into ``out/``."""
    script = cast(Script, sys.modules[module])
    try:
        with progress.listen(say):
            result = execute(conforming(script), script.Config())
        print(summary(script, result))
        for path in write_pictures(script, result, Path("out")):
            print(f"  {path}")
    except (FigureError, OSError) as error:
        raise SystemExit(str(error)) from error
