"""What a worker does with a figure: make it, verify it, or show it to a person.

With :mod:`dlbook.engine.workpiece` and :mod:`dlbook.engine.rerun` this is all of the engine that
loads scripts, and with them torch and matplotlib.
"""

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from dlbook.base import trouble
from dlbook.base.language import LANGUAGES
from dlbook.engine import files, made, store
from dlbook.engine.key import Key, Keys, version
from dlbook.engine.outcome import Done, FigureOutcome
from dlbook.engine.report import print_line
from dlbook.engine.review import review
from dlbook.engine.store import Circumstances
from dlbook.engine.workpiece import (
    Workpiece,
    refuse_moved,
    restore,
    stored,
    take,
    train_piece,
    within,
)
from dlbook.figures import (
    blaming,
    card,
    configuring,
    contract,
    fields,
    gridding,
    judging,
    loading,
    picture,
    showing,
    style,
)
from dlbook.record import exactness
from dlbook.record.grids import read_grid
from dlbook.record.moves import Record
from dlbook.record.records import DATA, EXPLORABLE, RECORD, Project, RecordError
from dlbook.record.registrations import REGISTERED
from dlbook.record.statements import SourceError

_DRAW_LESS = "draw fewer points or lines, or rasterise none of them"
# Bytes, some times what the heaviest figure of the book takes; who makes it, and what to do.
_LIMITS = {
    RECORD: (250_000, "Result", "cite fewer values, and keep the rest in tensors"),
    EXPLORABLE: (250_000, "explorable", "give fewer points, rounded to what is seen"),
    **{f"{lang}.svg": (400_000, "draw", _DRAW_LESS) for lang in LANGUAGES},
    **{f"{lang}.card.png": (100_000, "draw", _DRAW_LESS) for lang in LANGUAGES},
}

Pictures = Mapping[str, picture.Picture]
Drawings = Mapping[str, tuple[picture.Picture, Figure]]


def _make(piece: Workpiece, warnings: list[str]) -> Done:
    cfg = configuring.at_book_scale(piece.script)
    found = stored(piece, warnings)
    payload, circumstances = found or train_piece(piece, cfg, piece.budget)
    if found is None:
        refuse_moved(piece.project, piece.name, piece.key, drawn=False)
        store.save_result(piece.project, piece.name, payload, circumstances)
    result = restore(piece, cfg, payload)
    with within(piece.budget, piece.path, piece.shown, "check, judge and draw"):
        drawn = _drawn(piece, result)
        pictures = _pictures(drawn)
        record = _record(piece, result, pictures)
        contents = {
            RECORD: files.to_json(_signed(piece, record, circumstances)),
            DATA: store.pack({}, fields.arrays(result)),
            EXPLORABLE: judging.explorable_json(piece.script, result),
            **_svgs(pictures),
            **_cards(piece, drawn, record),
        }
        _refuse_heavy(piece, contents)
    refuse_moved(piece.project, piece.name, piece.key)
    passport = _passport(piece, cfg, record["config"], circumstances)
    if collisions := _collisions(piece, pictures):
        passport[made.COLLISIONS] = collisions
    made.make_current(piece.project, piece.name, piece.key, contents, passport)
    return "trained" if found is None else "redrawn"


def _signed(piece: Workpiece, record: Record, circumstances: Circumstances) -> Record:
    """The record with its registration; where the machine decides bits of it, with its kind."""
    bound = getattr(piece.script, exactness.ALLOWED, None)
    return {
        **record,
        **({"made_on": circumstances.made_on} if bound else {}),
        **({REGISTERED: piece.registration.mark} if piece.registration else {}),
    }


def _drawn(piece: Workpiece, result: Any) -> Drawings:
    """The pictures by language with their figures, which use every label of ``WORDS``.

    Raises:
        FigureError: they do not.
    """
    drawn = {lang: picture.drawn(piece.script, result, lang) for lang in LANGUAGES}
    unused = set(piece.script.WORDS).difference(*(each.used for each, _ in drawn.values()))
    for key in piece.script.WORDS:
        if key in unused:
            place = contract.where(piece.script, blaming.line_of_word(piece.script, key))
            raise contract.FigureError(
                f"{place}: draw uses WORDS['{key}'] in no language; delete it, or draw it"
            )
    return drawn


def _pictures(drawn: Drawings) -> Pictures:
    return {lang: each for lang, (each, _) in drawn.items()}


def _collisions(piece: Workpiece, pictures: Pictures) -> list[str]:
    """What of the pictures is hard to read: no failure, since it has to be seen to be mended."""
    place = blaming.place_of(piece.script, "draw")
    return [
        f"{place}: draw ({lang}): {told}; move a label"
        for lang, each in pictures.items()
        for told in each.collisions
    ]


def _refuse_heavy(piece: Workpiece, contents: Mapping[str, bytes]) -> None:
    """What a page carries is loaded by every reader, whether or not the figure is looked at.

    Raises:
        FigureError: a file of the figure is larger than its limit.
    """
    for file, (limit, maker, remedy) in _LIMITS.items():
        size = len(contents[file])
        if size > limit:
            place = blaming.place_of(piece.script, maker)
            raise contract.FigureError(
                f"{place}: {file} takes {size / 1000:,.0f} kB, and {limit / 1000:,.0f} kB is the"
                f" limit; {remedy}"
            )


def _record(piece: Workpiece, result: Any, pictures: Pictures) -> dict[str, Any]:
    labels = {lang: list(each.labels) for lang, each in pictures.items()}
    survived = gridding.survived_in(piece.script, read_grid(piece.project, piece.name))
    return judging.record_of(piece.script, result, labels, survived)


def _svgs(pictures: Pictures) -> dict[str, bytes]:
    files = {}
    for lang, each in pictures.items():
        files[f"{lang}.svg"] = each.svg.encode()
        files[f"{lang}.standalone.svg"] = style.standalone(each.svg).encode()
    return files


def _cards(piece: Workpiece, drawn: Drawings, record: Record) -> dict[str, bytes]:
    """What stands for the figure where its page is shared, by language."""
    titles = record["texts"]["title"]
    return {
        f"{lang}.card.png": card.card(piece.script, figure, lang, titles[lang])
        for lang, (_, figure) in drawn.items()
    }


def _passport(
    piece: Workpiece, cfg: Any, config: dict[str, Any], circumstances: Circumstances
) -> dict[str, Any]:
    names = ("torch", "numpy", "matplotlib", "dlbook")
    return {
        "source": piece.shown,
        "config": config,
        "seeds": getattr(cfg, "seeds", None),
        "versions": {
            "python": piece.key.run_parts["python"],
            **{name: version(name) for name in names},
        },
        "cpu_seconds": circumstances.cpu_seconds,
        "trained": circumstances.trained,
        "key": circumstances.key,
    }


def blamed(project: Project, name: str, act: Callable[[list[str]], Done]) -> FigureOutcome:
    """Turn whatever goes wrong into one line, an interrupt that a script raises among it.

    A person's own interrupt reaches the building process too, which ends.
    """
    warnings: list[str] = []
    try:
        return FigureOutcome(name, act(warnings), warnings=tuple(warnings))
    except (contract.FigureError, RecordError, SourceError) as error:
        message = str(error)
    except OSError as error:
        message = f"{name}: {trouble.refusal(error, project.root)}"
    except BaseException as error:
        what = " ".join(str(error).split()) or "no message"
        place = _place(project, name, error)
        message = f"{place}: {name} raised {type(error).__name__}: {what}"
    return FigureOutcome(name, "failed", (message,), tuple(warnings))


def _place(project: Project, name: str, error: BaseException) -> str:
    """The last line of a figure's script that took part; else the script.

    A line of ours or of a library would lead nobody to what has to change.
    """
    frames = traceback.extract_tb(error.__traceback__)
    scripts = [frame for frame in frames if project.scripts_folder in Path(frame.filename).parents]
    if scripts:
        return f"{project.shown(Path(scripts[-1].filename))}:{scripts[-1].lineno}"
    return project.shown(project.script(name))


def make_figure(project: Project, name: str, key: Key) -> FigureOutcome:
    """Bring one figure up to date."""
    return blamed(project, name, lambda warnings: _make(take(project, name, key), warnings))


def verify_figure(project: Project, name: str, key: Key) -> FigureOutcome:
    """Train one figure from nothing; compare it with its stored result, to the bit, and record."""
    return blamed(project, name, lambda warnings: _verify(take(project, name, key), warnings))


def _verify(piece: Workpiece, warnings: list[str]) -> Done:
    before = stored(piece, warnings)
    cfg = configuring.at_book_scale(piece.script)
    payload, circumstances = train_piece(piece, cfg, piece.budget)
    if before is None:
        warnings.append(f"{piece.name}: no stored result to compare with")
    elif before[0] != payload:
        differing = _differing(before[0], payload)
        place = blaming.place_of(piece.script, "Result", differing[0])
        raise contract.FigureError(
            f"{place}: trained again, it gives another {', '.join(differing)};"
            " look for chance outside dlbook.mathematics.rng"
        )
    result = restore(piece, cfg, payload)
    with within(piece.budget, piece.path, piece.shown, "check, judge and draw"):
        record = _record(piece, result, _pictures(_drawn(piece, result)))
    moved = review(piece.project, piece.name, _signed(piece, record, circumstances))
    if moved and piece.project.accepted(piece.name).exists():
        raise contract.FigureError(moved[0])
    warnings += moved
    return "verified"


def show_result(project: Project, name: str, settings: Mapping[str, str], small: bool) -> str:
    """Run one figure for a person: its numbers and verdicts, and two pictures in ``out/``.

    The stored result serves where there is one; the accepted record and the made figure stay as
    they are. ``small`` runs the scale of the tests. There is no limit of time, so the sources may
    change meanwhile; then the result is shown but not stored.

    Raises:
        FigureError: the script or a setting is not as the contract wants it.
    """
    key = Keys(project).of(name, settings)
    path = project.script(name)
    with within(contract.BUDGET, path, project.shown(path), "import"):
        piece = Workpiece(project, name, key, loading.load(path))
    cfg = piece.script.SMALL if small else configuring.configure(piece.script, settings)
    warnings: list[str] = []
    found = None if small else stored(piece, warnings)
    for warning in warnings:
        print_line(f"WARNING: {warning}")
    payload, circumstances = found or train_piece(piece, cfg, budget=None)
    if not (found or small) and Keys(project).of(name, settings) == key:
        store.save_result(project, name, payload, circumstances)
    result = restore(piece, cfg, payload)
    with within(None, path, piece.shown, "check, judge and draw"):
        text = showing.summary(piece.script, result)
        files = showing.drawn_files(piece.script, result)
    paths = showing.write_pictures(files, Path("out"))
    return "\n".join([text, *(f"  {path}" for path in paths)])


def _differing(one: bytes, other: bytes) -> list[str]:
    """The fields in which two payloads differ."""
    (scalars, arrays), (scalars_, arrays_) = store.unpack(one), store.unpack(other)
    left = {**scalars, **{name: array.tobytes() for name, array in arrays.items()}}
    right = {**scalars_, **{name: array.tobytes() for name, array in arrays_.items()}}
    return [name for name in sorted({*left, *right}) if left.get(name) != right.get(name)]
