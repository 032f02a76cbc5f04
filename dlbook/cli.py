"""The command line: ``dlbook list | run | build | …``, as ``dlbook --help`` lists them.

Exit codes: 0 all is well, 1 a figure or a record is not, 2 the command was not understood. Torch is
loaded by the commands that run a script, and by no other.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from dlbook.base import terminal, trouble
from dlbook.base.evidence import OUTCOMES
from dlbook.base.language import LANGUAGES
from dlbook.base.lookup import unknown
from dlbook.engine import build
from dlbook.engine.agreement import COVERED, covered, side_by_side
from dlbook.engine.claims_table import table
from dlbook.engine.pool import Pool
from dlbook.engine.survey import survey
from dlbook.record.git import GitError
from dlbook.record.grids import declares_conventions
from dlbook.record.records import Project, RecordError, find_project
from dlbook.record.scripts import headline
from dlbook.record.statements import SourceError

INTERRUPTED, CLOSED, TERMINATED = 130, 141, 143
_NEEDS = {"nothing": "up to date", "draw": "redraw", "train": "retrain", "mend": "mend"}


class UsageError(Exception):
    """The command was not understood; the message is one line."""


def _known(project: Project, names: Sequence[str]) -> list[str]:
    """The names, once each, all of them figures of the project."""
    known = list(project.scripts())
    for name in names:
        if name not in known:
            raise UsageError(unknown("figure", name, known))
    return list(dict.fromkeys(names))


def _chosen(project: Project, args: argparse.Namespace) -> list[str]:
    """The names of a command that takes names or ``--all``."""
    if bool(args.names) == args.all:
        raise UsageError(f"{args.command}: name the figures, or say --all")
    return _known(project, args.names) or list(project.scripts())


def _pool(args: argparse.Namespace) -> Pool:
    if args.scheduler and args.backend != "dask":
        raise UsageError(f"{args.command}: --scheduler needs --backend dask")
    return Pool(args.jobs, args.backend, args.scheduler)


def _complain(lines: Sequence[str], grade: str = "ERROR") -> int:
    for line in lines:
        print(f"{grade}: {line}", file=sys.stderr)
    return int(bool(lines))


def _list(project: Project, _args: argparse.Namespace) -> int:
    states = survey(project)
    width = max((len(state.name) for state in states), default=0)
    for state in states:
        seconds = "" if state.seconds is None else f"{state.seconds:g} s"
        claim = headline(project.scripts()[state.name][0])
        print(f"{state.name:<{width}}  {_NEEDS[state.need]:<10}  {seconds:>8}  {claim}")
    return 0


def _run(project: Project, args: argparse.Namespace) -> int:
    from dlbook.engine import rerun, work
    from dlbook.figures.contract import FigureError

    (name,) = _known(project, [args.name])
    try:
        if args.replay is None:
            print(work.show_result(project, name, _settings(args), args.small))
        else:
            print(rerun.show_replay(project, name, _choices(args)))
    except FigureError as error:
        return _complain([str(error)])
    return 0


def _settings(args: argparse.Namespace) -> dict[str, str]:
    if args.small and args.set:
        raise UsageError("run: --small and --set exclude each other")
    return _pairs(args.set)


def _choices(args: argparse.Namespace) -> dict[str, str]:
    if args.small or args.set:
        raise UsageError("run: --replay excludes --set and --small")
    return _pairs(args.replay)


def _pairs(settings: Sequence[str]) -> dict[str, str]:
    for setting in settings:
        if not setting.partition("=")[0] or "=" not in setting:
            raise UsageError(f"run: '{setting}' is not like field=value")
    fields = [setting.partition("=")[0] for setting in settings]
    for field in fields:
        if fields.count(field) > 1:
            raise UsageError(f"run: '{field}' is set {fields.count(field)} times; set it once")
    return {field: value for field, _, value in (setting.partition("=") for setting in settings)}


def _register(project: Project, args: argparse.Namespace) -> int:
    from dlbook.engine.register import register
    from dlbook.figures.contract import FigureError

    (name,) = _known(project, [args.name])
    try:
        print(register(project, name, args.because and tuple(args.because), args.known))
    except FigureError as error:
        return _complain([str(error)])
    return 0


def _build(project: Project, args: argparse.Namespace) -> int:
    summary = build.build(project, _pool(args), _known(project, args.names))
    _complain(summary.failed)
    _complain(summary.moved, "ERROR" if args.strict else "WARNING")
    return int(bool(summary.failed or (args.strict and summary.moved)))


def _why(project: Project, args: argparse.Namespace) -> int:
    (state,) = survey(project, _known(project, [args.name]))
    if state.key is None:
        return _complain(state.why)
    print(f"{state.name}: {_NEEDS[state.need]}")
    for line in state.why:
        print(f"  {line}")
    return 0


def _verify(project: Project, args: argparse.Namespace) -> int:
    if args.by is not None:
        return _second_opinion(project, args)
    if args.draw is not None:
        raise UsageError("verify: --draw needs --by")
    return _complain(build.verify_all(project, _pool(args), _chosen(project, args)))


def _second_opinion(project: Project, args: argparse.Namespace) -> int:
    """Another trainer's verdicts beside the book's; 1 if they differ or too few are covered."""
    found, errors = build.ask_all(project, _pool(args), _chosen(project, args), args.draw or 0)
    for line in side_by_side(found):
        print(line)
    if covered(found) < COVERED:
        errors.append(f"fewer than {COVERED:.0%} of the findings have a second opinion")
    disagree = any(each.standing == "disagrees" for each in found)
    return int(bool(_complain(errors) or disagree))


def _grid(project: Project, args: argparse.Namespace) -> int:
    names = _chosen(project, args)
    if args.all:
        names = [name for name in names if declares_conventions(project, name)]
    return _complain(build.grid_all(project, _pool(args), names, args.fresh))


def _accept(project: Project, args: argparse.Namespace) -> int:
    refusals = (build.accept(project, name) for name in _chosen(project, args))
    return _complain([line for line in refusals if line])


def _claims(project: Project, args: argparse.Namespace) -> int:
    if args.figure:
        _known(project, [args.figure])
    for line in table(project, args.figure, args.verdict, args.lang):
        print(line)
    return 0


def _outline(project: Project, _args: argparse.Namespace) -> int:
    from dlbook.site.building.config_file import file_problems
    from dlbook.site.reading.outline import outline

    for line in outline(project.root):
        print(line)
    return _complain([str(problem) for problem in file_problems(project.root)])


def _new(project: Project, args: argparse.Namespace) -> int:
    from dlbook.authoring.changeset import ChangesetError
    from dlbook.authoring.new_chapter import UNTITLED, new_chapter
    from dlbook.authoring.new_figure import new_figure

    try:
        if args.what == "chapter":
            given = (args.title_zh, args.title_en)
            zh, en = (
                own if own is not None else todo for own, todo in zip(given, UNTITLED, strict=True)
            )
            changeset = new_chapter(project.root, args.name, (zh, en))
        else:
            changeset = new_figure(project, args.name, args.chapter)
        paths = changeset.write(project.root)
    except ChangesetError as error:
        return _complain([str(error)])
    for path in paths:
        print(f"{'new' if path in changeset.new else 'changed'}: {path}")
    print("Write what is marked TODO; a strict build lists what is left.")
    return 0


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of processes, 1 or more")
    return int(text)


def _any_draw(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not the number of a draw, 0 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dlbook", description="Make and judge the book's figures."
    )
    project = argparse.ArgumentParser(add_help=False)
    project.add_argument("--project", type=Path, default=Path(), help="a folder of the book")
    workers = argparse.ArgumentParser(add_help=False)
    workers.add_argument("--jobs", type=_at_least_one, help="processes at once")
    workers.add_argument("--backend", choices=("loky", "dask"), default="loky")
    workers.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        act: Callable[[Project, argparse.Namespace], int], text: str, pooled: bool = False
    ) -> argparse.ArgumentParser:
        parents = [project, workers] if pooled else [project]
        name = act.__name__.removeprefix("_")
        added = commands.add_parser(name, help=text, description=text, parents=parents)
        added.set_defaults(act=act)
        return added

    command(_list, "List the figures and how they stand.")
    run = command(_run, "Run one figure, print what it finds, draw it into out/.")
    run.add_argument("name", metavar="NAME")
    run.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    run.add_argument("--small", action="store_true", help="at the scale of the tests")
    run.add_argument(
        "--replay",
        nargs="*",
        metavar="FIELD=VALUE",
        help="train a single run of the figure, as its page does, and print its loss; the fields "
        "are those of Replay in the script",
    )
    registering = command(
        _register,
        "Write down what decides a figure's claims, before it is run.",
    )
    registering.add_argument("name", metavar="NAME")
    registering.add_argument(
        "--because", nargs=2, metavar=("ZH", "EN"), help="why it is registered anew"
    )
    registering.add_argument(
        "--known", nargs="+", default=[], metavar="CLAIM", help="whose outcome was seen elsewhere"
    )
    building = command(_build, "Make every figure that is stale; compare with the records.", True)
    building.add_argument("names", nargs="*", metavar="NAME")
    building.add_argument("--strict", action="store_true", help="fail if a number has moved")
    why = command(_why, "Say which part of a figure's key has changed.")
    why.add_argument("name", metavar="NAME")
    verifying = command(_verify, "Train again from nothing and compare, to the bit.", True)
    verifying.add_argument(
        "--by", choices=("torch",), help="another trainer, on fresh seeds, and compare verdicts"
    )
    verifying.add_argument(
        "--draw", type=_any_draw, metavar="N", help="which of its draws of seeds, 0 if not said"
    )
    gridding = command(_grid, "Judge claims in every cell of the grid of their conventions.", True)
    gridding.add_argument(
        "--fresh", action="store_true", help="on fresh seeds too, which confirm a condition"
    )
    for several in (
        verifying,
        gridding,
        command(_accept, "Make what was built the accepted record."),
    ):
        several.add_argument("names", nargs="*", metavar="NAME")
        several.add_argument("--all", action="store_true")
    claims = command(_claims, "Show the claims and their verdicts.")
    claims.add_argument("--figure", metavar="NAME")
    claims.add_argument("--verdict", choices=OUTCOMES)
    claims.add_argument("--lang", choices=LANGUAGES, default="en")
    command(_outline, "Show the sections of every page, both languages side by side.")
    _add_kinds(command(_new, "Begin a chapter or a figure: every file that a first build needs."))
    return parser


def _add_kinds(new: argparse.ArgumentParser) -> None:
    """What ``dlbook new`` begins."""
    project = argparse.ArgumentParser(add_help=False)
    project.add_argument("--project", type=Path, default=argparse.SUPPRESS)
    kinds = new.add_subparsers(dest="what", required=True, metavar="chapter|figure")
    chapter = kinds.add_parser("chapter", help="the last chapter of the book", parents=[project])
    chapter.add_argument("name", metavar="NAME", help="of its pages: docs/zh/NAME.md")
    for lang in LANGUAGES:
        chapter.add_argument(f"--title-{lang}", metavar="TITLE")
    figure = kinds.add_parser("figure", help="the last figure of a chapter", parents=[project])
    figure.add_argument("name", metavar="NAME", help="what it claims: figures_src/NAME.py")
    figure.add_argument("--chapter", metavar="CHAPTER", required=True)


class _TerminatedError(BaseException):
    """Somebody asked this process to end; no ``Exception``, so that no script stops it."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _TerminatedError


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """A request to end leaves through the pool, which ends its workers."""
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(arguments)
    terminal.forgive()
    if not __debug__:
        return _complain(
            ["python -O and PYTHONOPTIMIZE switch off what scripts assert; unset them"]
        )
    try:
        with _ended_by_signal():
            code: int = args.act(find_project(args.project), args)
    except UsageError as error:
        print(f"dlbook: {error}", file=sys.stderr)
        return 2
    except (RecordError, SourceError, GitError) as error:
        return _complain([str(error)])
    except BrokenPipeError:  # whoever read the lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED
    except OSError as error:
        return _complain([trouble.refusal(error, Path.cwd())])
    except KeyboardInterrupt:
        print("dlbook: interrupted", file=sys.stderr)
        return INTERRUPTED
    except _TerminatedError:
        return TERMINATED
    return code


if __name__ == "__main__":
    sys.exit(main())
