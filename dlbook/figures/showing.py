"""A script run by hand: its numbers and verdicts on the terminal, its pictures in ``out/``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from dlbook.base import progress, terminal
from dlbook.base.language import LANGUAGES
from dlbook.base.whole import write
from dlbook.figures import fields, style
from dlbook.figures.configuring import at_book_scale
from dlbook.figures.contract import FigureError, Script, name_of, where
from dlbook.figures.judgements import judgement
from dlbook.figures.judging import execute, judge
from dlbook.figures.loading import conforming
from dlbook.figures.picture import picture
from dlbook.record.records import RecordError
from dlbook.record.transcript import transcript


def print_progress(report: progress.Report) -> None:
    """Write one progress line to the terminal."""
    minutes, seconds = divmod(round(report.left), 60)
    print(
        f"  {report.what}: step {report.done}/{report.total}, {minutes}:{seconds:02d} left",
        file=sys.stderr,
        flush=True,
    )


def summary(script: Script, result: Any) -> str:
    """The numbers and verdicts of a result as lines for a terminal, as the labs print them."""
    values = {
        name: fields.rounded(fields.plain_scalar(value))
        for name, value in fields.scalars(lambda _: where(script), result).items()
    }
    claims = [{"id": claim.id, **judgement(verdict)} for claim, verdict in judge(script, result)]
    return f"{name_of(script)}\n{transcript(values, claims)}"


def drawn_files(script: Script, result: Any) -> dict[str, bytes]:
    """``NAME.zh.svg`` and ``NAME.en.svg``, for use outside the site."""
    return {
        f"{name_of(script)}.{lang}.svg": style.standalone(
            picture(script, result, lang).svg
        ).encode()
        for lang in LANGUAGES
    }


def write_pictures(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write what :func:`drawn_files` gave into ``folder``, each whole or not at all."""
    for name, data in files.items():
        write(folder / name, data)
    return [folder / name for name in files]


def show(module: str) -> None:
    """Run a script at the book's scale, print what it found, draw it into ``out/``."""
    script = cast(Script, sys.modules[module])
    terminal.forgive()
    try:
        with progress.listen(print_progress):
            conforming(script)
            result = execute(script, at_book_scale(script))
        print(summary(script, result))
        for path in write_pictures(drawn_files(script, result), Path("out")):
            print(f"  {path}")
    except (FigureError, RecordError, OSError) as error:
        raise SystemExit(str(error)) from error
