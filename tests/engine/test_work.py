import json
import re

import pytest

from dlbook.engine import confined, work, workpiece
from dlbook.engine.survey import survey
from dlbook.record.records import EXPLORABLE, FILES, read_made
from tests.engine.conftest import MEASURED


@pytest.fixture
def unconfined(monkeypatch):
    """What an editor does meanwhile, a script of these tests does itself."""
    monkeypatch.setattr(confined, "_is_allowed", lambda path: True)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


def make(desk, *edits):
    if edits or not desk.project.scripts():
        desk.script("a", *edits)
    return work.make_figure(desk.project, "a", desk.key())


def test_a_figure_is_trained_once_and_drawn_again_from_the_stored_result(desk):
    assert make(desk) == work.FigureOutcome("a", "trained")
    first = desk.bytes()
    assert make(desk, ('"number")', '"a number")')) == work.FigureOutcome("a", "redrawn")
    assert {name for name in desk.bytes() if name.endswith(".bin")} < set(first)
    assert make(desk, ("** 2", "** 3")).done == "trained"


@pytest.mark.parametrize("place", ["figures_src/b.py", "figures_src/chapter/a.py"])
def test_a_script_that_was_renamed_or_moved_is_drawn_again_and_never_trained(finished, place):
    script = finished.root / place
    script.parent.mkdir(exist_ok=True)
    for suffix in (".py", ".md"):
        (finished.root / "figures_src" / f"a{suffix}").rename(script.with_suffix(suffix))
    for _ in range(2):  # once from where it lay, once from its own place
        (state,) = survey(finished.project)
        assert state.need == "draw"
        done = work.make_figure(finished.project, script.stem, finished.key(script.stem))
        assert done == work.FigureOutcome(script.stem, "redrawn")
        finished.project.pointer(script.stem).unlink()
        if script.stem != "a":
            for result in finished.project.cache.glob("results/a-*"):
                result.unlink()


def test_drawing_from_the_stored_result_gives_the_same_bytes_as_drawing_at_once(finished):
    first = finished.bytes()
    for path in finished.project.cache.glob("made/a/*/*"):
        path.unlink()
    assert make(finished).done == "redrawn"
    assert finished.bytes() == first
    assert {place.split("/")[-1] for place in first} > set(FILES)


def test_what_the_explorable_gets_is_made_with_the_figure_and_never_retrains_it(finished):
    assert read_made(finished.project, "a").read(EXPLORABLE) == b"null\n"
    given = "def explorable(res):\n    return {'total': res.total}\n\n\n"
    assert make(finished, ("def check", f"{given}def check")).done == "redrawn"
    assert read_made(finished.project, "a").read(EXPLORABLE) == b'{"total":140}\n'
    more = given.replace("res.total}", "res.total / 3}")
    assert make(finished, ("def check", f"{more}def check")).done == "redrawn"
    assert b"46.6" in read_made(finished.project, "a").read(EXPLORABLE)


def test_the_passport_tells_source_config_seeds_versions_time_and_key(finished):
    made = read_made(finished.project, "a")
    assert made is not None
    passport = made.passport
    assert passport["source"] == "figures_src/a.py"
    assert passport["config"] == {"seeds": 4, "length": 8}
    assert passport["seeds"] == 4
    assert set(passport["versions"]) == {"python", "torch", "numpy", "matplotlib", "dlbook"}
    assert passport["versions"]["python"].count(".") == 2
    assert passport["key"] == made.run_key
    assert 0 < passport["cpu_seconds"] < 60


def test_a_figure_without_seeds_has_none_in_its_passport(desk):
    make(desk, ("seeds: int = 4", "cases: int = 4"), ("cfg.seeds", "cfg.cases"),
         ("seeds=2", "cases=2"))  # fmt: skip
    made = read_made(desk.project, "a")
    assert made is not None
    assert made.passport["seeds"] is None


def test_a_record_is_of_no_machine(finished):
    made = read_made(finished.project, "a")
    assert made is not None
    assert "made_on" not in made.record()
    assert made.record()["values"]["total"] == 140


def test_a_record_says_on_what_kind_of_machine_it_was_made_where_that_decides_bits_of_it(desk):
    make(desk, ("int(sums.total(line))", "int(line.sum())"),
         ("\n\nWORDS", "\nMACHINE = {'sum': 'torch adds'}\n\nWORDS"))  # fmt: skip
    made = read_made(desk.project, "a")
    assert made is not None
    assert made.record()["made_on"] == workpiece.made_on()


FAILURES = [
    ((("line = squares(cfg.length)", "raise ValueError('too\\nlong')"),),
     r"figures_src/a.py:LINE: run raised ValueError: too long"),
    ((("float(sums", "0 * float('nan') * float(sums"),),
     r"figures_src/a.py.*(NaN|does not hold)"),
    ((("int(sums.total(line))", "float('inf')"),),
     r"figures_src/a.py:FIELD: run returned NaN or infinity in 'total'"),
    ((("    return res.mean", "    return None"),),
     r"figures_src/a.py:CLAIM: claim A25 has no verdict"),
    ((("# alt", "# title"),), r"figures_src/a.md:LINE: '# title' stands here again"),
    ((('("数", "number")', '("数", "")'),), r"figures_src/a.py:LINE: WORDS\['x'\] needs"),
    ((("def check", "def explorable(res):\n    return float('nan')\n\n\ndef check"),),
     r"figures_src/a.py:EXPLORABLE: explorable gave what JSON cannot hold: Out of range float"),
    ((("def check", "def explorable(res):\n    return list(range(99_999))\n\n\ndef check"),),
     r"figures_src/a.py:EXPLORABLE: explorable.json takes 589 kB, and 250 kB is the limit; give"),
    ((("ax.plot(res.line)", "ax.plot(range(7000), 'o')"),),
     r"figures_src/a.py:DRAW: (zh|en).svg takes \d,?\d+ kB, and 400 kB is the limit; draw fewer"),
    (((" total: int", " cells: Along[int]\n    total: int"),
      ("import torch\n", "import torch\n\nfrom dlbook.base.along import Along, along\n"),
      ("Result(cfg, ", "Result(cfg, along(range(50_000), at=range(50_000)), ")),
     r"figures_src/a.py:RESULT: record.json takes \d,?\d+ kB, and 250 kB is the limit; cite fewer"),
    ((('("数", "number"),', '("数", "number"),\n    "y": ("高", "height"),'),),
     r"figures_src/a.py:LINE: draw uses WORDS\['y'\] in no language; delete it, or draw it"),
    ((('t["x"]', 't["y"]'),), r"figures_src/a.py:LINE: draw \(zh\) raised KeyError: .*'y'"),
    ((("和为 [[.total]]", "和为 [[.totals]]"),), r"figures_src/a.md:CITED: caption .*totals"),
    ((("assert res.total > 0", "assert res.total < 0, 'sum'"),), r"a.py:LINE: check raised Assert"),
    ((("import torch\n", "import torch\nimport nothing_like_it\n"),),
     r"figures_src/a.py:LINE: import raised ModuleNotFoundError"),
    ((("import torch\n", "import torch\nraise SystemExit(3)\n"),),
     r"figures_src/a.py:LINE: import raised SystemExit: 3"),
    ((("line = squares(cfg.length)", "raise SystemExit('no')"),),
     r"figures_src/a.py:LINE: run raised SystemExit: no"),
    ((("line = squares(cfg.length)", "raise KeyboardInterrupt"),),
     r"figures_src/a.py:LINE: a raised KeyboardInterrupt: no message"),
    ((("line = squares(cfg.length)", "raise type('Odd', (BaseException,), {})('so')"),),
     r"figures_src/a.py:LINE: a raised Odd: so"),
    ((("def run(cfg: Config)", "BUDGET = 0.2\n\n\ndef run(cfg: Config)"),
      ("line = squares(cfg.length)", "__import__('time').sleep(60)")),
     r"^figures_src/a.py:LINE: run took longer than its budget of 0.2 s, which ended here; make"),
    ((("def run(cfg: Config)", "BUDGET = 0.2\n\n\ndef run(cfg: Config)"),
      ("assert res.total > 0", "while True: pass")),
     r"^figures_src/a.py:\d+: check, judge and draw took longer than its budget of 0.2 s"),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "line"), FAILURES)
def test_whatever_goes_wrong_becomes_one_line_and_nothing_is_made(desk, edits, line):
    outcome = make(desk, *edits)
    suffix = ".md" if "a.md" in line else ".py"
    text = (desk.root / "figures_src" / f"a{suffix}").read_text(encoding="utf-8")
    fragments = {
        "LINE": edits[-1][1].splitlines()[-1],
        "CLAIM": '"A25"',
        "CITED": "和为 [[",
        "FIELD": "    total: int",
        "EXPLORABLE": "def explorable",
        "DRAW": "def draw",
        "RESULT": "class Result",
    }
    for name, fragment in fragments.items():
        if name in line:
            line = line.replace(name, str(text[: text.rindex(fragment)].count("\n") + 1))
    (message,) = outcome.errors
    assert outcome.done == "failed"
    assert re.search(line, message), message
    assert "\n" not in message
    assert read_made(desk.project, "a") is None


def test_a_failing_check_does_not_lose_the_trained_result(desk):
    assert make(desk, ("assert res.total > 0", "assert res.total < 0")).done == "failed"
    assert make(desk, ("Squares add up", "Squares add up")).done == "redrawn"


def test_a_damaged_result_is_reported_discarded_and_recomputed(finished):
    first = finished.bytes()
    (path,) = finished.project.cache.glob("results/*")
    path.write_bytes(path.read_bytes()[:-20])
    outcome = make(finished)
    shown = f".cache/dlbook/results/{path.name}"
    assert outcome.done == "trained"
    assert outcome.warnings == (
        f"{shown} is damaged: its checksum is wrong; discarded and recomputed",
    )
    assert finished.bytes() == first


def rewriting(desk, line, more):
    """A script that adds ``more`` to itself at ``line``, as an author may while it runs."""
    path = desk.script("a")
    late = f"with open(__file__, 'a') as own: own.write({more!r})"
    return desk.edit(path, (f"    {line}", f"    {late}\n    {line}"))


COMPUTED = ("\nsquares = str\n", "squares changed")
DRAWN = ("\nMORE = 1\n", "MORE is newly part of it")


@pytest.mark.parametrize(
    ("line", "more", "results"),
    [("line = squares(", COMPUTED, 0), ("line = squares(", DRAWN, 1), ("picture, ax =", DRAWN, 1)],
)
@pytest.mark.usefixtures("unconfined")
def test_a_source_that_changes_meanwhile_is_not_kept_under_the_old_key(desk, line, more, results):
    text, why = more
    rewriting(desk, line, text)
    assert work.make_figure(desk.project, "a", desk.key()).errors == (
        f"a: figures_src/a.py: {why} since this build started; build again",
    )
    assert len(list(desk.project.cache.glob("results/*"))) == results
    assert read_made(desk.project, "a") is None


@pytest.mark.usefixtures("unconfined")
def test_a_run_for_a_person_whose_source_changes_is_shown_but_not_stored(desk, monkeypatch):
    monkeypatch.chdir(desk.root)
    rewriting(desk, "line = squares(", COMPUTED[0])
    assert "total = 140" in work.show_result(desk.project, "a", {}, small=False)
    assert not list(desk.project.cache.glob("results/*"))


def verify(desk):
    return work.verify_figure(desk.project, "a", desk.key())


def test_verifying_trains_again_and_finds_the_same_bits(finished):
    made = read_made(finished.project, "a")
    assert made is not None
    finished.project.accepted("a").parent.mkdir()
    finished.project.accepted("a").write_bytes(made.read("record.json"))
    assert verify(finished) == work.FigureOutcome("a", "verified")


def test_verifying_without_a_stored_result_or_a_record_says_so(desk):
    desk.script("a")
    assert verify(desk).warnings == (
        "a: no stored result to compare with",
        "results/a.json: a has no accepted record; look at it, then dlbook accept a",
    )


def test_verifying_discards_a_damaged_result(finished):
    (path,) = finished.project.cache.glob("results/*")
    path.write_bytes(b"half")
    assert "has no header; discarded" in verify(finished).warnings[0]
    assert not path.exists()


def test_verifying_finds_chance_outside_the_streams(desk):
    chance = ("return torch.arange(length, dtype=torch.float64) ** 2",
              "own = torch.Generator()\n    own.seed()\n"
              "    return torch.rand(length, dtype=torch.float64, generator=own)")  # fmt: skip
    desk.script("a", chance, ("int(sums.total(line))", "1"))
    work.make_figure(desk.project, "a", desk.key())
    (message,) = verify(desk).errors
    assert message.startswith("figures_src/a.py:31: trained again, it gives another line;")


def test_verifying_finds_a_number_that_is_not_the_accepted_one(finished):
    made = read_made(finished.project, "a")
    assert made is not None
    record = made.record()
    record["values"]["total"] = 141
    finished.project.accepted("a").parent.mkdir()
    finished.project.accepted("a").write_text(json.dumps(record))
    (message,) = verify(finished).errors
    assert message.startswith("results/a.json: total moved from 141 to 140")


def test_running_for_a_person_prints_draws_and_leaves_the_records_alone(desk, monkeypatch):
    monkeypatch.chdir(desk.root)
    desk.script("a")
    text = work.show_result(desk.project, "a", {"length": "3"}, small=False)
    assert "total = 5" in text
    assert "A25" in text
    assert (desk.root / "out" / "a.zh.svg").read_text(encoding="utf-8").startswith("<svg")
    assert not desk.project.pointer("a").exists()
    assert not desk.project.accepted("a").exists()


def test_running_twice_trains_once(desk, monkeypatch):
    monkeypatch.chdir(desk.root)
    desk.script("a")
    work.show_result(desk.project, "a", {}, small=True)
    assert not list(desk.project.cache.glob("results/*"))
    trained = []
    real = work.train_piece
    monkeypatch.setattr(work, "train_piece", lambda *a, **k: trained.append(1) or real(*a, **k))
    for settings, small in (({}, False), ({}, False), ({"length": "3"}, False), ({}, True)):
        work.show_result(desk.project, "a", settings, small)
    assert len(trained) == 3


def test_a_module_of_the_package_that_raises_is_named_beside_the_line_that_imports_it(book):
    book.script("a", *MEASURED)
    module = book.package / "measuring.py"
    module.write_text(module.read_text("utf-8") + "\n\nraise ValueError('boom')\n", "utf-8")
    said = book.dlbook("build", "a", "--jobs", "1").err
    line = module.read_text("utf-8").count("\n")
    assert f": import raised ValueError: boom (in dlbook/measuring.py:{line})" in said
    assert "ERROR: figures_src/a.py:" in said
