import errno
import os

import pytest

from dlbook.base import whole
from dlbook.engine import build, files, made, store, work, workpiece
from dlbook.engine.outcome import FigureOutcome
from dlbook.engine.pool import Pool, WorkersError
from dlbook.figures import font
from dlbook.record.records import (
    FILES,
    RECORD,
    RecordError,
    read_accepted,
    read_failure,
    read_made,
)

HERE = Pool(backend="here")


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


def built(desk, *names):
    return build.build(desk.project, HERE, list(names))


def last(capsys):
    return capsys.readouterr().err.splitlines()[-1]


def test_a_build_trains_then_redraws_then_does_nothing_and_says_so(desk, capsys):
    desk.script("a")
    desk.script("b")
    built(desk)
    assert last(capsys).startswith("trained 2, up to date 0 (")
    desk.script("a", ('"number"', '"a number"'))
    built(desk)
    assert last(capsys).startswith("redrawn 1, up to date 1 (")
    built(desk)
    assert last(capsys) == "2 figures up to date, nothing trained"
    built(desk, "b")
    assert last(capsys) == "1 figure up to date, nothing trained"


def test_without_the_font_one_line_says_so_before_anything_is_trained(desk, monkeypatch):
    for name in "abc":
        desk.script(name)
    with monkeypatch.context() as lacking:
        lacking.setattr(font, "FILE", "nowhere.ttf")
        for act in (built, lambda desk: build.verify_all(desk.project, HERE, ["a"])):
            with pytest.raises(RecordError, match=f"^{font.LACKING}$"):
                act(desk)
    assert not list(desk.project.cache.glob("results/*"))
    assert read_failure(desk.project, "a") is None
    built(desk)
    monkeypatch.setattr(font, "FILE", "nowhere.ttf")
    assert not built(desk).failed, "who has the figures needs no font"


def test_what_the_book_s_functions_refuse_is_told_at_the_line_that_gave_it(desk):
    here = ("import torch\n", "import torch\n\nfrom dlbook.training import stats\n")
    desk.script("a", here, ("Estimate(mean, mean - 0.123, mean + 0.123, cfg.seeds)",
                            "stats.rate([mean, 1.0])"))  # fmt: skip
    (line,) = built(desk).failed
    lines = (desk.root / "figures_src" / "a.py").read_text("utf-8").splitlines()
    number = next(n for n, each in enumerate(lines, 1) if "stats.rate" in each)
    assert line.startswith(f"figures_src/a.py:{number}: run raised ValueError: case 0 is 0.")
    assert line.endswith("; give True or False, as in errors < 0.1")


def test_a_folder_of_records_that_cannot_be_read_is_told_once(desk):
    for name in "abc":
        desk.script(name)
    (desk.root / "results").write_text("x")
    assert [line.split(":")[0] for line in built(desk).moved] == ["results"]


def test_one_failure_is_told_and_left_for_its_page_and_the_others_are_made(desk, capsys):
    desk.script("a", ("** 2", "/ 0"), ("int(sums.total(line))", "1"))
    desk.script("b", ("assert res.total > 0", "assert = 0"))
    desk.script("c")
    desk.script("d").rename(desk.root / "figures_src" / "Bad.py")
    (desk.root / "figures_src" / "sub").mkdir()
    desk.script("e")
    desk.script("sub/e")
    summary = built(desk)
    shown = [line.split(": ", 1) for line in summary.failed]
    assert [place for place, _ in shown] == [
        "figures_src/Bad.py",
        "figures_src/a.py:31",
        "figures_src/b.py:58",
        "figures_src/e.py and figures_src/sub/e.py",
    ]
    assert "NaN or infinity" in shown[1][1]
    assert last(capsys).startswith("failed 4, trained 1, up to date 0 (")
    for name, (place, text) in zip(("Bad", "a", "b", "e"), shown, strict=True):
        failure = read_failure(desk.project, name)
        assert failure is not None
        assert failure["message"] == f"{place}: {text}"
    assert read_made(desk.project, "c") is not None


def test_a_mended_figure_recovers(desk):
    desk.script("a", ("** 2", "/ 0"), ("int(sums.total(line))", "1"))
    assert built(desk).failed
    desk.script("a")
    assert not built(desk).failed
    assert read_failure(desk.project, "a") is None


def test_a_module_that_does_not_parse_is_told_once(desk, monkeypatch):
    from dlbook.record.statements import SourceError

    def refuse(*_):
        raise SourceError("dlbook/mathematics/rng.py:3: not valid Python: no")

    monkeypatch.setattr("dlbook.engine.survey.Keys.of", refuse)
    desk.script("a")
    desk.script("b")
    assert built(desk).failed == ("dlbook/mathematics/rng.py:3: not valid Python: no",)


def test_figures_to_train_come_first_unknown_ones_before_long_ones(desk, monkeypatch):
    for name, spent in {"a": 1, "b": 30, "c": 2, "drawn": 99}.items():
        desk.script(name)
        key, contents = desk.key(name), dict.fromkeys(FILES, b"{}")
        made.make_current(desk.project, name, key, contents, {"cpu_seconds": spent})
        desk.script(name, ("seeds: int = 4", "seeds: int = 5"))
    whole.write(desk.project.result("drawn", key.run), b"")
    desk.script("drawn", ('"number"', '"a number"'))
    desk.script("unknown")
    order = []

    def fail(_project, name, _key):
        order.append(name)
        return FigureOutcome(name, "failed", ("it is not made here",))

    monkeypatch.setattr(work, "make_figure", fail)
    built(desk)
    assert order == ["unknown", "b", "c", "a", "drawn"]


CROWDED = ("    return picture", "    ax.text(0.4, 0, 'one label')\n    ax.text(0.5, 0, 'two')\n"
           "    return picture")  # fmt: skip


def test_labels_that_cannot_be_read_are_told_at_each_build_until_they_are_moved(finished):
    build.accept(finished.project, "a")
    text = finished.script("a", CROWDED).read_text(encoding="utf-8")
    place = f"figures_src/a.py:{text.partition('def draw')[0].count(chr(10)) + 1}"
    told = "'one label' overlaps 'two'; move a label"
    lines = [f"{place}: draw ({lang}): {told}" for lang in ("zh", "en")]
    for _ in "twice":
        summary = built(finished)
        assert not summary.failed
        assert [line for line in summary.moved if "overlaps" in line] == lines
    assert read_made(finished.project, "a") is not None, "it has to be seen to be mended"
    finished.script("a")
    assert built(finished).moved == ()


def test_a_damaged_picture_is_reported_and_drawn_again(finished, capsys):
    before = finished.bytes()
    (picture,) = finished.project.made("a").glob("*/zh.svg")
    picture.write_text("half")
    built(finished)
    lines = capsys.readouterr().err.splitlines()
    warnings = [line for line in lines if line.startswith("WARNING: ")]
    assert len(warnings) == 1
    assert "zh.svg: damaged, its checksum is wrong; discarded and made again" in warnings[0]
    assert lines[-1].startswith("redrawn 1")
    assert finished.bytes() == before


def test_records_are_accepted_and_then_guarded(desk):
    desk.script("a")
    desk.page("zh/x.md", "和为 [[a.total]]。\n")
    assert built(desk).moved == (
        "results/a.json: a has no accepted record; look at it, then dlbook accept a",
    )
    assert build.accept(desk.project, "a") is None
    assert built(desk).moved == ()
    record = read_accepted(desk.project, "a")
    assert record is not None
    assert record["values"]["total"] == 140
    desk.script("a", ("** 2", "** 3"))
    moved = built(desk).moved
    assert moved[0] == (
        "results/a.json: total moved from 140 to 784; cited by docs/zh/x.md:1;"
        " if this is right: dlbook accept a"
    )
    assert build.accept(desk.project, "a") is None
    assert built(desk).moved == ()


def test_a_figure_that_failed_is_not_compared(finished):
    build.accept(finished.project, "a")
    finished.script("a", ("** 2", "** 3"))
    assert built(finished).moved
    finished.script("a", ("** 2", "/ 0"), ("int(sums.total(line))", "1"))
    assert built(finished).failed
    assert built(finished).moved == ()


def test_only_what_the_present_sources_give_is_accepted(desk):
    desk.script("a")
    refusal = build.accept(desk.project, "a")
    assert refusal == "a: it was never made; first: dlbook build a"
    built(desk)
    desk.script("a", ("** 2", "** 3"))
    assert build.accept(desk.project, "a") == (
        "a: figures_src/a.py: squares changed; first: dlbook build a"
    )
    assert not desk.project.accepted("a").exists()


def test_a_record_and_a_made_figure_outlive_their_script_only_as_a_complaint(finished):
    build.accept(finished.project, "a")
    (finished.root / "figures_src" / "a.py").unlink()
    lines = iter(built(finished).moved)
    assert next(lines).startswith("figures_src/a.md: there is no script beside these texts")
    assert next(lines).startswith("results/a.json: there is no figure 'a'")
    assert read_made(finished.project, "a") is None


def test_verifying_tells_what_differs(desk, capsys):
    desk.script("a")
    desk.script("b", ("assert res.total > 0", "assert = 0"))
    built(desk, "a")
    (error,) = build.verify_all(desk.project, HERE, ["a", "b"])
    assert error.startswith("figures_src/b.py:58: not valid Python")
    assert "a: trained again, the same" in capsys.readouterr().err


def test_workers_that_are_lost_are_told_for_each_figure_that_waits(desk, monkeypatch):
    def lose(_pool, _act, _project, keys):
        yield FigureOutcome(keys[0][0], "trained")
        raise WorkersError("gone")

    monkeypatch.setattr(Pool, "each", lose)
    desk.script("a")
    desk.script("b")
    assert built(desk).failed == ("figures_src/b.py: not made: gone",)
    assert read_failure(desk.project, "b") is not None


def test_a_build_sweeps_up_after_one_that_was_killed(desk):
    left = files.unfinished(desk.project.made("a") / "x")
    left.mkdir()
    os.utime(left, (1e9, 1e9))
    built(desk)
    assert not left.exists()


def _empty(path):
    path.write_bytes(b"")


def _cut(path):
    path.write_bytes(path.read_bytes()[:200])


def _other_digit(path):
    path.write_text(path.read_text().replace('"seeds": 4', '"seeds": 5'))


def _other_name(path):
    path.write_text(path.read_text().replace("cpu_seconds", "cpu_secondr"))


def _number(path):
    path.write_text("3")


def _deep(path):
    path.write_text("[" * 100000)


def _folder(path):
    files.discard(path)
    path.mkdir()


def _file(path):
    files.discard(path)
    path.write_text("x")


def _dangling(path):
    files.discard(path)
    path.symlink_to("nowhere")


DAMAGES = [
    *(("made/a.json", harm) for harm in (_empty, _cut, _other_digit, _other_name, _number, _deep)),
    *(("made/a.json", harm) for harm in (_folder, _dangling)),
    *(("made/a.error.json", harm) for harm in (_folder, _dangling, _file, _number)),
    *((place, harm) for place in ("made", "made/a", "results", "made/a/KEY")
      for harm in (_file, _dangling)),
    *(("made/a/KEY/en.svg", harm) for harm in (_folder, _dangling, _empty)),
    *((place, harm) for place in ("syntax.json", "results/KEY") for harm in (_folder, _dangling)),
]  # fmt: skip


@pytest.mark.parametrize(("place", "harm"), DAMAGES)
def test_whatever_is_done_to_the_cache_is_healed_and_the_same_is_published(
    finished, capsys, place, harm
):
    before = read_made(finished.project, "a")
    record = before.read(RECORD)
    (result,) = (finished.project.cache / "results").iterdir()
    key = result.name if place.startswith("results") else before.folder.name
    finished.project.cache.joinpath("made/a.error.json").touch()
    harm(finished.project.cache / place.replace("KEY", key))
    assert built(finished).failed == ()
    after = read_made(finished.project, "a")
    assert after.read(RECORD) == record
    assert {**after.passport, "cpu_seconds": 0} == {**before.passport, "cpu_seconds": 0}
    assert "Traceback" not in capsys.readouterr().err
    built(finished)
    assert "1 figure up to date" in capsys.readouterr().err
    assert read_failure(finished.project, "a") is None


def test_a_disk_without_room_is_told_and_so_is_that_no_word_can_be_left(desk, capsys, monkeypatch):
    desk.script("a")
    real = whole.write

    def full(path, data):
        if "made" in path.parts or path.suffix == ".bin":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        real(path, data)

    for module in (made, files, store):
        monkeypatch.setattr(module, "write", full, raising=False)
    (line,) = built(desk).failed
    assert line.startswith("a: .cache/dlbook/results/a-")
    assert line.endswith(".bin: No space left on device; make room on the disk")
    told = capsys.readouterr().err
    assert "WARNING: a: .cache/dlbook/made/a.error.json: No space left" in told
    monkeypatch.undo()
    assert built(desk).failed == ()


def test_a_claim_of_another_figure_is_said_and_not_taken_for_a_move(finished):
    assert build.accept(finished.project, "a") is None
    path = finished.script("b")
    lines = built(finished).moved
    own = {claim["id"] for claim in read_made(finished.project, "b").record()["claims"]}
    source = path.read_text(encoding="utf-8")
    assert sorted(lines) == [
        f"figures_src/b.py:{source[: source.index(each)].count(chr(10)) + 1}: claim '{each}' is"
        " judged in figures_src/a.py already; give it an id of its own"
        for each in sorted(own)
    ]
    assert build.accept(finished.project, "b") in lines
