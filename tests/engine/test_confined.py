"""A script leaves no file behind, whichever way it writes and whatever it makes of a refusal."""

import threading
from pathlib import Path

import pytest

from dlbook.engine import work, workpiece
from dlbook.engine.rerun import show_replay
from dlbook.figures.contract import FigureError

COMPUTING = "    line = squares(cfg.length)\n"
END = "; a figure keeps what run returns and nothing else: return it, or delete this"


@pytest.fixture(autouse=True)
def own_folder(desk, monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})
    monkeypatch.chdir(desk.root)


def made(desk, *edits):
    """The one error of a figure, if any, and what is in the working directory besides the book."""
    desk.script("a", *edits)
    errors = work.make_figure(desk.project, "a", desk.key()).errors
    left = {path.name for path in desk.root.iterdir()} - {".cache", "figures_src"}
    return errors, left


WRITING = [
    ("open('x', 'w')", "'x' is written"),
    ("open('x', 'a')", "'x' is written"),
    ("open('/tmp/../x', 'wb')", "'/tmp/../x' is written"),
    ("torch.save(line, 'x')", "'x' is written"),
    ("torch.jit.save(None, 'x')", "'x' is written"),
    ("__import__('numpy').save('x', line.numpy())", "'x.npy' is written"),
    ("line.numpy().tofile('x')", "'x' is written"),
    ("__import__('os').mkdir('x')", "'x' is made"),
    ("__import__('os').rename('figures_src', 'x')", "'figures_src' is renamed"),
    ("__import__('os').remove(__file__)", "is removed"),
    ("__import__('os').symlink('x', 'y')", "'x' is linked"),
    ("__import__('shutil').rmtree('figures_src')", "'figures_src' is removed"),
    ("__import__('sqlite3').connect('x')", "'x' is written"),
    ("__import__('os').system('touch x')", "calls the program 'touch'"),
    ("__import__('subprocess').run(['touch', 'x'])", "calls the program 'touch'"),
    ("__import__('os').chdir('/tmp')", "goes to another folder, for other figures too"),
    ("__import__('os').environ['ODD'] = '1'", "changes the environment, for other figures too"),
    ("__import__('os').environ.pop('PATH')", "changes the environment, for other figures too"),
    ("__import__('tempfile').NamedTemporaryFile()", "is written"),
]


@pytest.mark.parametrize(("code", "told"), WRITING)
def test_a_run_that_changes_a_file_or_calls_a_program_is_one_line(desk, code, told):
    (error,), left = made(desk, (COMPUTING, f"{COMPUTING}    {code}\n"))
    assert error.startswith("figures_src/a.py:40: run: ")
    assert error.endswith(f"{told}{END}")
    assert not left
    assert (desk.root / "figures_src" / "a.py").exists()


def test_a_library_may_write_when_it_is_loaded_however_late(desk, tmp_path, monkeypatch):
    kept = tmp_path / "kept by the library"
    (tmp_path / "loaded_late.py").write_text(
        f"def keep():\n    open({str(kept)!r}, 'a').close()\n\n\nkeep()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    load = "__import__('loaded_late')"
    errors, _ = made(desk, (COMPUTING, f"{COMPUTING}    {load}\n"))
    assert not errors
    assert kept.exists()
    (error,), _ = made(desk, (COMPUTING, f"{COMPUTING}    {load}.keep()\n"))
    assert error.startswith("figures_src/a.py:40: run: ")


SWALLOWING = f"    try:\n        open('x', 'w')\n    except Exception:\n        pass\n{COMPUTING}"
THREAD = (
    f"    import threading\n    t = threading.Thread(target=lambda: open('x', 'w'))\n"
    f"    t.start()\n    t.join()\n{COMPUTING}"
)


@pytest.mark.parametrize(("code", "line"), [(SWALLOWING, 40), (THREAD, 40)])
def test_neither_a_handler_nor_a_thread_gets_round_it(desk, capfd, code, line):
    (error,), left = made(desk, (COMPUTING, code))
    assert error == f"figures_src/a.py:{line}: run: 'x' is written{END}"
    assert not left
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("old", "stage"),
    [("import torch\n", "import"), ("    assert res.total > 0\n", "check, judge and draw"),
     ("    return res.mean\n", "check, judge and draw"),
     ("    ax.plot(res.line)\n", "check, judge and draw")],
)  # fmt: skip
def test_the_other_stages_write_nothing_either(desk, old, stage):
    indent = old[: len(old) - len(old.lstrip())]
    (error,), left = made(desk, (old, f"{indent}open('x', 'w')\n{old}"))
    assert error.endswith(f": {stage}: 'x' is written{END}")
    assert not left


def test_what_draw_reads_and_what_is_no_file_are_allowed(desk):
    code = "    open(__file__).close()\n    open('/dev/null', 'w').close()\n"
    assert made(desk, ("    ax.plot(res.line)\n", f"{code}    ax.plot(res.line)\n")) == ((), set())


def test_a_thread_that_ends_in_an_error_is_one_line(desk, capfd):
    code = "    import threading\n    t = threading.Thread(target=lambda: 1 / 0)\n    t.start()\n"
    before = threading.excepthook
    (error,), _ = made(desk, (COMPUTING, f"{code}    t.join()\n{COMPUTING}"))
    assert error == "figures_src/a.py:40: run: a thread raised ZeroDivisionError: division by zero"
    assert "Traceback" not in capfd.readouterr().err
    assert threading.excepthook is before


def test_outside_of_a_stage_files_are_written_as_ever(desk):
    made(desk, (COMPUTING, f"    open('x', 'w')\n{COMPUTING}"))
    Path("y").write_text("", encoding="utf-8")
    assert Path("y").exists()


def test_a_run_or_a_replay_by_hand_is_confined_too(desk):
    desk.script("a", (COMPUTING, f"    open('x', 'w')\n{COMPUTING}"))
    with pytest.raises(FigureError, match=r"^figures_src/a.py:39: run: 'x' is written"):
        work.show_result(desk.project, "a", {}, small=True)
    for old in ("    assert res.total > 0\n", "    ax.plot(res.line)\n"):
        desk.script("a", (old, f"    open('x', 'w')\n{old}"))
        with pytest.raises(FigureError, match=r"^figures_src/a.py:\d+: check, .* 'x' is written"):
            work.show_result(desk.project, "a", {}, small=True)
    replay = (
        "@dataclass(frozen=True)\nclass Replay:\n    seed: int = 0\n\n\n"
        "def replay(choice, cfg):\n    open('x', 'w')\n\n\n"
    )
    desk.script("a", ("def check", f"{replay}def check"))
    with pytest.raises(FigureError, match=r"^figures_src/a.py:\d+: replay: 'x' is written"):
        show_replay(desk.project, "a", {})
    assert not Path("x").exists()
