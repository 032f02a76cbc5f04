import os
import shutil
import subprocess
import sys

import pytest

from dlbook import cli
from dlbook.base.evidence import Estimate
from dlbook.engine import workpiece
from dlbook.engine.agreement import Agreement, Judgement
from tests.engine.conftest import ROOT, Book


@pytest.fixture
def desk(tmp_path, monkeypatch, remembered):
    """A book with two figures, ``alpha`` and ``beta``, and the command line in its folder."""
    monkeypatch.setattr(workpiece, "_seen", {})
    monkeypatch.chdir(tmp_path)
    book = Book(tmp_path)
    book.project.cache.mkdir(parents=True)
    shutil.copy(remembered, book.project.cache)
    book.script("alpha")
    book.script("beta", ('"A25"', '"A26"'), ("# A25", "# A26"), ("0.25, because", "0.95, because"))
    return book


@pytest.fixture
def call(capsys):
    """Run a command: its exit code, and what it wrote."""

    def run(*arguments):
        capsys.readouterr()
        try:
            code = cli.main(arguments)
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


USAGE = [
    ((), "required: COMMAND"),
    (("paint",), "invalid choice: 'paint'"),
    (("run",), "required: NAME"),
    (("run", "alpah"), "no figure 'alpah'; did you mean 'alpha'? there are alpha, "),
    (("run", "zzz"), "no figure 'zzz'; there are alpha, "),
    (("run", "alpha", "--set", "seeds"), "'seeds' is not like field=value"),
    (("run", "alpha", "--set", "=3"), "'=3' is not like field=value"),
    (("run", "alpha", "--small", "--set", "seeds=3"), "exclude each other"),
    (("run", "alpha", "--replay", "seed"), "'seed' is not like field=value"),
    (("run", "alpha", "--replay", "seed=1", "--small"), "--replay excludes --set and --small"),
    (("run", "alpha", "--replay", "--set", "seeds=3"), "--replay excludes --set and --small"),
    (("run", "alpha", "--set", "seeds=3", "--set", "seeds=4"), "'seeds' is set 2 times"),
    (("run", "alpha", "--replay", "seed=1", "seed=1"), "'seed' is set 2 times; set it once"),
    (("build", "gamma"), "no figure 'gamma'"),
    (("build", "--jobs", "0"), "'0' is not a number of processes"),
    (("build", "--jobs", "many"), "'many' is not a number of processes"),
    (("build", "--scheduler", "tcp://x:1"), "--scheduler needs --backend dask"),
    (("why", "gamma"), "no figure 'gamma'"),
    (("verify",), "name the figures, or say --all"),
    (("verify", "alpha", "--draw", "1"), "--draw needs --by"),
    (("verify", "alpha", "--by", "jax"), "invalid choice: 'jax'"),
    (("verify", "alpha", "--by", "torch", "--draw", "-1"), "'-1' is not the number of a draw"),
    (("accept", "alpha", "--all"), "name the figures, or say --all"),
    (("claims", "--verdict", "perhaps"), "invalid choice: 'perhaps'"),
    (("claims", "--figure", "gamma"), "no figure 'gamma'"),
    (("new",), "required: chapter|figure"),
    (("new", "page", "x"), "invalid choice: 'page'"),
    (("new", "chapter"), "required: NAME"),
    (("new", "figure", "x"), "required: --chapter"),
]


@pytest.mark.parametrize(("arguments", "line"), USAGE)
def test_what_is_not_understood_is_one_line_and_exit_code_2(desk, call, arguments, line):
    code, out, err = call(*arguments)
    assert code == 2
    assert line in err.splitlines()[-1]
    assert not out
    assert not (desk.root / ".cache" / "dlbook" / "made").exists()


def test_a_folder_that_is_no_book_is_told(tmp_path, call):
    code, _, err = call("list", "--project", str(tmp_path))
    assert code == 1
    assert err.count("\n") == 1
    assert "no folder 'figures_src'" in err


def test_a_build_from_anywhere_accepts_lists_and_tells_why(
    desk, call, monkeypatch, tmp_path_factory
):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    here = ("--project", str(desk.root / "figures_src"))
    assert call("build", "--jobs", "1", *here)[0] == 0
    code, _, err = call("build", "--strict", *here)
    assert code == 1
    assert err.splitlines() == [
        "2 figures up to date, nothing trained",
        *(f"ERROR: results/{name}.json: {name} has no accepted record; look at it, then dlbook"
          f" accept {name}" for name in ("alpha", "beta")),
    ]  # fmt: skip
    assert call("accept", "--all", *here)[0] == 0
    assert call("build", "--strict", *here) == (0, "", "2 figures up to date, nothing trained\n")

    code, out, _ = call("list", *here)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["alpha", "beta"]
    assert all("up to date" in line for line in out.splitlines())
    assert out.splitlines()[0].endswith("Squares add up.")

    assert call("why", "alpha", *here) == (0, "alpha: up to date\n", "")
    desk.script("alpha", ("seeds: int = 4", "seeds: int = 8"))
    assert call("why", "alpha", *here)[1] == "alpha: retrain\n  config: seeds 4 -> 8\n"

    code, out, _ = call("claims", "--verdict", "refuted", *here)
    assert code == 0
    judged, bound = out.splitlines()
    assert judged.startswith("A26  refuted  beta  ")
    assert bound == "     at least 0.95. Reason: half of a uniform's mean"


def test_moved_numbers_are_warnings_unless_the_build_is_strict(desk, call):
    call("build", "--jobs", "1")
    call("accept", "--all")
    desk.script("alpha", ("** 2", "** 3"))
    code, _, err = call("build", "--jobs", "1")
    assert code == 0
    assert "WARNING: results/alpha.json: total moved from 140 to 784" in err
    code, _, err = call("build", "--strict")
    assert code == 1
    assert "ERROR: results/alpha.json: total moved from 140 to 784" in err


def test_a_figure_that_fails_is_exit_code_1_without_strict(desk, call):
    desk.script("alpha", ("** 2", "/ 0"), ("int(sums.total(line))", "1"))
    code, _, err = call("build", "--jobs", "1")
    assert code == 1
    assert err.count("ERROR: ") == 1
    assert "ERROR: figures_src/alpha.py:31: run returned NaN or infinity in 'line'" in err


def test_why_tells_what_is_to_be_mended(desk, call):
    desk.script("alpha", ("assert res.total > 0", "assert = 0"))
    code, _, err = call("why", "alpha")
    assert code == 1
    assert err.startswith("ERROR: figures_src/alpha.py:58: not valid Python")


def test_run_prints_and_draws_and_a_wrong_setting_is_one_line(desk, call):
    code, out, err = call("run", "alpha", "--set", "length=3", "--set", "seeds=2")
    assert (code, err) == (0, "")
    assert "total = 5" in out
    assert {path.name for path in (desk.root / "out").iterdir()} == {"alpha.zh.svg", "alpha.en.svg"}
    assert "n=2" in call("run", "alpha", "--small")[1].replace(" ", "")
    code, _, err = call("run", "alpha", "--set", "width=3")
    assert code == 1
    assert err == "ERROR: figures_src/alpha.py: Config has no field 'width'; it has seeds, length\n"
    desk.script("alpha", ("assert res.total > 0", "assert = 0"))
    code, _, err = call("run", "alpha")
    assert (code, err.count("\n")) == (1, 1)


REPLAY = """
@dataclass(frozen=True)
class Replay:
    seed: int = 0
    width: int = 2


def replay(choice: Replay, cfg: Config) -> Run:
    return Run((2, choice.width, 1), "relu", ("he_normal",) * 2, "xor", 0, "hinge", "sgd", 0.1, 9)


def check("""


def test_a_run_is_repeated_with_a_reader_s_choices(desk, call):
    known = ("import torch\n", "import torch\nfrom dlbook.training.replay import Run\n")
    desk.script("alpha", known, ("\ndef check(", REPLAY))
    code, out, err = call("run", "alpha", "--replay", "seed=7", "width=3")
    assert (code, err) == (0, "")
    assert out.startswith("alpha --replay seed=7 width=3\n  widths=2,3,1\n")
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["7", "8", "9"]
    assert call("run", "alpha", "--replay")[1].startswith("alpha --replay seed=0 width=2\n")
    assert not (desk.root / "out").exists()
    code, out, err = call("run", "alpha", "--replay", "units=3")
    assert (code, out) == (1, "")
    assert err == ("ERROR: figures_src/alpha.py: Replay has no field 'units'; it has seed, width\n")


def test_a_figure_that_offers_no_run_says_so_in_one_line(desk, call):
    code, out, err = call("run", "alpha", "--replay", "seed=7")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "no Replay, so no run of this figure can be repeated" in err


def test_verify_says_that_all_is_the_same(desk, call):
    call("build", "--jobs", "1")
    call("accept", "--all")
    code, _, err = call("verify", "--all", "--jobs", "1")
    assert code == 0
    assert sorted(err.splitlines()) == [f"{n}: trained again, the same" for n in ("alpha", "beta")]


def opinion(standing):
    estimate = Estimate(0.5, 0.4, 0.6, 9)
    return Agreement("alpha", "A25", standing, "", Judgement("supported", estimate))


@pytest.mark.parametrize(
    ("standings", "errors", "wanted"),
    [
        (["agrees"], [], 0),
        (["agrees"] * 9 + ["not covered"], [], 0),
        (["agrees", "not covered"], [], 1),
        (["agrees", "disagrees"], [], 1),
        (["agrees"], ["alpha: no"], 1),
        ([], [], 0),
    ],
)
def test_a_second_opinion_is_a_table_and_fails_where_it_differs_or_is_missing(
    desk, call, monkeypatch, standings, errors, wanted
):
    asked = []

    def ask(_project, _pool, names, draw):
        asked.append((names, draw))
        return [opinion(standing) for standing in standings], list(errors)

    monkeypatch.setattr(cli.build, "ask_all", ask)
    code, out, err = call("verify", "--all", "--by", "torch", "--draw", "3")
    assert code == wanted
    assert asked == [(["alpha", "beta"], 3)]
    assert out.count("A25") == len(standings)
    covered = standings.count("not covered") < 2 and standings != ["agrees", "not covered"]
    assert ("ERROR: fewer than 90% of the findings have a second opinion" in err) == (not covered)
    assert all(line in err for line in errors)


def test_what_neither_trains_nor_draws_has_no_second_opinion_and_says_so(desk, call):
    drawn, computed = 'rng.stream(3, "noise").uniform(cfg.length)', "squares(cfg.length)"
    desk.edit(desk.project.script("alpha"), (drawn, computed))
    call("build", "alpha", "--jobs", "1")
    call("accept", "alpha")
    code, out, err = call("verify", "alpha", "--by", "torch", "--jobs", "1")
    assert (code, "nothing is trained through a Run" in out) == (1, True)
    *told, last = err.splitlines()
    assert [line.split()[:3] for line in told] == [["not", "covered", "A25"]], "at once"
    assert last == "ERROR: fewer than 90% of the findings have a second opinion"


@pytest.mark.parametrize("command", [("build",), ("accept", "alpha"), ("list",)])
def test_a_file_that_the_system_refuses_is_one_line_with_what_to_do(
    desk, call, monkeypatch, command
):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(desk.root / "results" / "alpha.json"))

    monkeypatch.setattr(cli.build, "build", refuse)
    monkeypatch.setattr(cli.build, "accept", refuse)
    monkeypatch.setattr(cli, "survey", refuse)
    code, out, err = call(*command)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "results/alpha.json: Permission denied; give yourself the right to it" in err


def test_an_interrupt_is_one_line(desk, call, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.build, "build", interrupt)
    code, _, err = call("build")
    assert (code, err) == (cli.INTERRUPTED, "dlbook: interrupted\n")


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252", "big5", "gb18030"])
def test_a_terminal_that_lacks_a_character_does_not_end_a_command(desk, encoding):
    edit = ("Squares add up.", "Squares n² ᵏ − 平方 add up.")
    desk.script("alpha", edit)
    listed = subprocess.run(
        [sys.executable, "-m", "dlbook.cli", "list", "--project", str(desk.root)],
        env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=False,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    assert b"add up." in listed.stdout


@pytest.mark.parametrize("level", ["1", "2"])
def test_nothing_is_made_where_assert_is_switched_off(desk, level):
    desk.script("alpha")
    built = subprocess.run(
        [sys.executable, "-m", "dlbook.cli", "build", "--project", str(desk.root)],
        env={**os.environ, "PYTHONOPTIMIZE": level}, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert (built.returncode, built.stderr.count("\n")) == (1, 1)
    assert "PYTHONOPTIMIZE switch off what scripts assert; unset them" in built.stderr
    assert not (desk.project.cache / "made").exists()


LIGHT = """
import sys
from dlbook import cli
code = cli.main(sys.argv[1:])
heavy = {"torch", "numpy", "matplotlib", "joblib", "sklearn"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else code)
"""


def test_what_finds_nothing_to_do_imports_nothing_heavy(desk, call):
    call("build", "--jobs", "1")
    call("accept", "--all")
    for command in (("list",), ("build",), ("why", "alpha"), ("claims",)):
        done = subprocess.run(
            [sys.executable, "-c", LIGHT, *command], capture_output=True, check=False
        )
        found = done.returncode, done.stderr.decode().partition("imported")[2]
        assert found == (0, ""), command


def test_the_outline_shows_both_languages_on_one_line(desk, call):
    for lang, title in (("zh", "甲"), ("en", "A")):
        page = desk.root / "docs" / lang / "one.md"
        page.parent.mkdir(parents=True)
        page.write_text(f"# {title} {{#one}}\n", encoding="utf-8")
    for config in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / config, desk.root)
    (desk.root / "dlbook").symlink_to(ROOT / "dlbook")
    assert call("outline") == (0, "one.md\n  #one  甲  A\n", "")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mkdocs.yml", b"nav:\n\t- index.md\n", "mkdocs.yml:2: not valid YAML: "),
        ("mkdocs.yml", "site_name：a\nnav: b\n".encode(), "mkdocs.yml:2: not valid YAML: "),
        ("mkdocs.yml", "site_name: 书\n".encode("gb18030"), "mkdocs.yml:1: not UTF-8"),
        ("mkdocs.yml", b"", "mkdocs.yml:1: not a mapping; "),
        ("mkdocs.en.yml", None, "mkdocs.en.yml:1: missing; put the file back"),
    ],
)
def test_the_outline_tells_of_a_configuration_that_mkdocs_would_refuse(
    desk, call, name, text, said
):
    for config in {"mkdocs.yml", "mkdocs.en.yml"} - ({name} if text is None else set()):
        shutil.copy(ROOT / config, desk.root)
    (desk.root / "dlbook").symlink_to(ROOT / "dlbook")
    if text is not None:
        (desk.root / name).write_bytes(text)
    code, _, err = call("outline")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith(f"ERROR: {said}")


def test_a_chapter_and_a_figure_are_begun_from_anywhere(desk, call, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    here = ("--project", str(desk.root))
    code, out, err = call("new", "chapter", "third", "--title-en", "The third", *here)
    assert (code, err) == (0, "")
    assert out.splitlines()[:4] == [
        "new: docs/zh/third.md",
        "new: docs/en/third.md",
        "new: tests/test_third_page.py",
        "new: docs/chapters.yml",
    ]
    assert "# The third {#third}" in (desk.root / "docs" / "en" / "third.md").read_text()
    code, out, err = call("new", "figure", "gamma", "--chapter", "third", *here)
    assert (code, err) == (0, "")
    assert "changed: docs/en/third.md" in out.splitlines()
    assert "gamma" in desk.project.scripts()


def test_what_cannot_be_begun_is_one_line_and_nothing_is_written(desk, call):
    before = sorted(desk.root.rglob("*"))
    for arguments, line in (
        (("chapter", "Third"), "no page can be called 'Third'"),
        (("figure", "alpha", "--chapter", "third"), "there is a figure 'alpha' already"),
        (("figure", "gamma", "--chapter", "third"), "no chapter 'third'; there is none yet"),
    ):
        code, out, err = call("new", *arguments)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert err.startswith(f"ERROR: {line}")
    assert sorted(desk.root.rglob("*")) == before


def test_whoever_has_read_enough_is_not_told_of_an_error(desk):
    desk.script("alpha")
    command = f"{sys.executable} -m dlbook.entry list --project {desk.root} | true"
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        env=desk.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode in (0, 141), done.stderr) == (True, "")


def test_a_title_without_words_is_refused(desk, call):
    code, _, err = call("new", "chapter", "gradient", "--title-zh", "", "--title-en", "Gradients")
    assert (code, err) == (1, "ERROR: a title of one line is wanted, not ''\n")
    assert not (desk.root / "docs" / "zh" / "gradient.md").exists()
