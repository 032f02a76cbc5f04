"""Running, judging, recording, drawing and showing a toy figure, and how each fails."""

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.figures import contract, figure, style
from tests.toy import executed, line_of, refused, through_files

ROOT = Path(__file__).parent.parent.parent


# Running


def test_run_uses_one_torch_thread_and_the_given_config(load):
    torch.set_num_threads(2)
    script = load()
    assert len(executed(script, points=9).x) == 9
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('first\\n  second')", "run raised ValueError: first second"),
        ("assert cfg is None", "run raised AssertionError: no message"),
        ("torch.ones(2) @ torch.ones(3)", "run raised RuntimeError: "),
    ],
)
def test_an_exception_in_run_is_told_with_its_line(load, body, message):
    script = load(("    x = torch.linspace", f"    {body}\n    x = torch.linspace"))
    assert refused(lambda: executed(script)).startswith(f":{line_of('x = torch.lin')}: {message}")


def test_an_exception_below_run_is_told_with_the_deepest_line_of_the_script(load):
    script = load(
        ("def run(cfg):\n", "def inner():\n    int('x')\n\n\ndef run(cfg):\n    inner()\n")
    )
    assert refused(lambda: executed(script)).startswith(f":{line_of('def run') + 1}: run raised")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("0.1 + 0.2", "float('nan')", "twice"),
        ("0.1 + 0.2", "-float('inf')", "twice"),
        ("Estimate(2.0012345, 1.9123456, 2.0987654, 64)",
         "Estimate(2.0, -float('inf'), 3.0, 64)", "slope"),
        ("Estimate(2.0012345, 1.9123456, 2.0987654, 64)",
         "Estimate(2.0, 1.0, float('inf'), 64)", "slope"),
        ("(1 / 3, ", "(float('nan'), ", "rates.0"),
        ("0.4, 0.6, 3)", "0.4, float('inf'), 3)", "rates.1"),
        ('(7, "ReLU")', '(float("inf"), "ReLU")', "rates.2.0"),
        ("x, 2 * x)", "x, x / 0)", "y"),
        ("x, 2 * x)", "x, (x / 0).numpy())", "y"),
        ("x, 2 * x)", "x, x / 0 * 1j)", "y"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_finite_is_refused_by_name(load, old, new, field):
    script = load((old, new))
    assert refused(lambda: executed(script)) == f"run returned NaN or infinity in '{field}'"


def test_run_must_return_its_result(load):
    script = load(("    return Result(", "    Result("))
    assert refused(lambda: executed(script)) == "run returned NoneType, not Result"


@pytest.mark.parametrize(
    ("value", "kind"),
    [("[1]", "list"), ("{'a': 1}", "dict"), ("None", "NoneType"), ("(1, [2])", "tuple"),
     ("1j", "complex")],
)  # fmt: skip
def test_a_field_that_no_record_can_hold_is_refused(load, value, kind):
    script = load(("True, ", f"{value}, "))
    assert refused(lambda: executed(script)) == (
        f"Result.sure is a {kind}; use a number, a string, an Estimate, a tuple of these,"
        " or a tensor"
    )


# Judging


def test_a_claim_is_judged_by_its_judge(load):
    script = load()
    ((claim, verdict),) = figure.judge(script, executed(script))
    assert (claim.id, verdict.outcome, verdict.effect) == ("A01/toy", "supported", 1.5)


def test_a_check_that_refuses_is_told_with_its_line_and_reason(load):
    script = load(("x, 2 * x)", "x, 3 * x)"))
    message = refused(lambda: figure.judge(script, executed(script)))
    assert message == f":{line_of('torch.equal')}: check raised AssertionError: twice is twice"


def test_a_claim_without_a_verdict_is_named(load):
    script = load(('    return Verdict("supported", res.slope, 1.5)', "    res.slope"))
    message = refused(lambda: figure.judge(script, executed(script)))
    assert message == (
        f":{line_of('A01/toy')}: claim A01/toy has no verdict; its judge returned NoneType"
    )


def test_a_judge_that_raises_is_told_with_its_line(load):
    script = load(("res.slope, 1.5", "res.incline, 1.5"))
    message = refused(lambda: figure.judge(script, executed(script)))
    where = f":{line_of('return Verdict')}: the judge of claim A01/toy raised AttributeError: "
    assert message.startswith(where)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [("1.5)", "float('nan'))", "effect"), ("res.slope, 1.5",
      "Estimate(1.0, 1.0, float('inf'), 1), 1.5", "estimate")],
)  # fmt: skip
def test_a_verdict_that_json_cannot_hold_is_refused(load, old, new, part):
    script = load((old, new))
    message = refused(lambda: figure.judge(script, executed(script)))
    assert message == f"the verdict on A01/toy has NaN or infinity in '{part}'"


# Recording


def test_the_record_holds_rounded_values_claims_texts_and_config(load):
    script = load()
    cfg = script.Config(rate=0.1 + 0.2)
    assert figure.record(script, cfg, figure.execute(script, cfg)) == {
        "figure": "toy",
        "config": {
            "points": 5, "rate": 0.1 + 0.2, "exact": True, "loss": "square", "widths": [4, 8],
        },
        "values": {
            "twice": 0.3,
            "slope": {"mean": 2.001, "low": 1.912, "high": 2.099, "n": 64},
            "steps": 7,
            "sure": True,
            "name": "toy",
            "rates": [
                0.3333333333, {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 3}, [7, "ReLU"],
            ],
        },
        "claims": [
            {
                "id": "A01/toy",
                "row": "A01",
                "source": "seed 000 §1",
                "kind": "theorem",
                "statement": {"zh": "翻倍得两倍。", "en": "Doubling gives twice."},
                "verdict": "supported",
                "estimate": {"mean": 2.001, "low": 1.912, "high": 2.099, "n": 64},
                "effect": 1.5,
                "quantity": {"zh": "斜率", "en": "slope"},
                "truth": {"zh": "是的。", "en": "It does."},
                "control": None,
            }
        ],
        "texts": {
            "title": {"zh": "翻倍", "en": "Doubling"},
            "caption": {"zh": "翻倍后是 0.3。", "en": "Doubled, it is 0.3."},
            "alt": {
                "zh": "一条直线，斜率 2.001（95% 区间 1.912–2.099）。",
                "en": "A line of slope 2.001 (95% CI 1.912–2.099).",
            },
            "labels": {"zh": ["输入 $x$"], "en": ["input $x$"]},
        },
    }  # fmt: skip


def test_a_negative_control_is_recorded_in_both_languages(load):
    control = '        control=("随机标签", "random labels"),\n    ),\n)\n\n\ndef run'
    script = load(("    ),\n)\n\n\ndef run", control))
    record = figure.record(script, script.SMALL, executed(script))
    assert record["claims"][0]["control"] == {"zh": "随机标签", "en": "random labels"}


def test_the_record_is_plain_json_and_the_same_bytes_each_time(load):
    texts = []
    for _ in range(2):
        script = load()
        record = figure.record(script, script.SMALL, figure.execute(script, script.SMALL))
        texts.append(json.dumps(record, sort_keys=True, allow_nan=False, ensure_ascii=False))
        assert json.loads(texts[-1]) == record
    assert texts[0] == texts[1]


def test_the_record_of_a_rebuilt_result_is_the_same(load):
    script = load()
    result = executed(script)
    cfg = script.Config()
    rebuilt = through_files(script, result)
    assert figure.record(script, cfg, rebuilt) == figure.record(script, cfg, result)


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.thrice]]", "caption",
         "WORDS['caption'] (en): [[.thrice]]: no field 'thrice'; the record has name, rates,"),
        ("斜率 [[.slope|ci]]", "斜率 [[.twice|ci]]", "alt",
         "WORDS['alt'] (zh): [[.twice|ci]]: format 'ci' needs an estimate with an interval"),
        ('"Doubling")', '"Doubling [[toy.twice]]")', "title",
         "WORDS['title'] (en): [[toy.twice]]: a figure's own texts cite it as [[.field]]"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.twice |%]]", "caption",
         "WORDS['caption'] (en): [[.twice |%]] is no citation"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.x]]", "caption",
         "WORDS['caption'] (en): [[.x]]: no field 'x'"),
    ],
)  # fmt: skip
def test_a_text_that_cites_what_the_record_lacks_is_told_with_its_line(
    load, old, new, key, message
):
    script = load((old, new))
    told = refused(lambda: figure.record(script, script.SMALL, executed(script)))
    line = line_of(f'"{key}":')
    assert told.startswith(f":{line}: {message}")


@pytest.mark.parametrize("field", ["statement", "quantity", "truth"])
def test_a_claim_cites_the_figures_own_numbers(load, field):
    old = {"statement": "Doubling gives twice.", "quantity": '"slope")', "truth": "It does."}[field]
    new = '"slope [[.slope|.1]]")' if field == "quantity" else f"{old} [[.slope|.1]]"
    script = load((old, new))
    (claim,) = figure.record(script, script.SMALL, executed(script))["claims"]
    assert claim[field]["en"].endswith(" 2.0")
    assert "2.0" not in claim[field]["zh"]


def test_a_claim_that_cites_what_the_record_lacks_is_told_with_its_line(load):
    script = load(("It does.", "It does [[.lack]]."))
    told = refused(lambda: figure.record(script, script.SMALL, executed(script)))
    line = line_of('"A01/toy"')
    assert told.startswith(f":{line}: claim A01/toy: truth (en): [[.lack]]: no field 'lack'")


# Drawing


# What the explorable gets


def test_a_script_without_an_explorable_gives_null(load):
    script = load()
    assert figure.explorable(script, executed(script)) == b"null\n"


OFFER = ("def draw(", "def explorable(res):\n    return {}\n\n\ndef draw(")


def offering(given):
    return (OFFER[0], OFFER[1].replace("{}", given))


def test_what_the_explorable_gets_is_compact_json_of_the_result(load):
    script = load(offering('{"x": tuple(res.x.tolist()), "of": "锯"}'))
    given = figure.explorable(script, executed(script, points=3))
    assert given == '{"x":[0.0,0.5,1.0],"of":"锯"}\n'.encode()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('{"x": float("nan")}', "explorable raised ValueError: Out of range float values"),
        ("[float('inf')]", "explorable raised ValueError: Out of range float values"),
        ("{'x': res.x}", "explorable raised TypeError: Object of type Tensor is not JSON"),
        ("res.missing", f":{line_of('def draw') + 1}: explorable raised AttributeError: "),
    ],
)
def test_what_json_cannot_hold_is_refused(load, given, message):
    script = load(offering(given))
    assert refused(lambda: figure.explorable(script, executed(script))).startswith(message)


# Drawing


def test_both_languages_are_drawn_and_differ_in_their_words_only(load):
    script = load()
    result = executed(script)
    zh, en = (figure.svg(script, result, lang) for lang in contract.LANGUAGES)
    assert zh != en
    assert all('id="toy-figure_1"' in text for text in (zh, en))
    script = load(('("输入 $x$", "input $x$")', '("x", "x")'))
    assert figure.svg(script, result, "zh") == figure.svg(script, result, "en")


def test_a_draw_that_raises_is_told_with_line_and_language(load):
    script = load(('t["x"]', 't["z"]'))
    message = refused(lambda: figure.svg(script, executed(script), "en"))
    where = f":{line_of('set_xlabel')}: draw (en) raised KeyError: "
    assert message.startswith(where)
    assert "WORDS has no 'z'; add a (zh, en) pair" in message


def test_a_draw_that_returns_no_figure_is_refused(load):
    script = load(("    return fig\n", "    return ax\n"))
    message = refused(lambda: figure.svg(script, executed(script), "zh"))
    assert message == "draw (zh) returned Axes, not a Figure"
    script = load(("    return fig\n", "    fig.canvas\n"))
    message = refused(lambda: figure.svg(script, executed(script), "zh"))
    assert message == "draw (zh) returned NoneType, not a Figure"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("深 \\U0001f600", "Glyph 128512"),  # an emoji
        ("\\U00020bb7野家", "Glyph 134071"),  # a rare character
        ("$x$ \\U0001f600", "does not have a glyph for '\\U0001f600'"),  # beside a formula
        ("$\\\\mathrm{深}$", "Font 'rm' does not have a glyph for '\\u6df1'"),  # inside one
    ],
)
def test_a_missing_glyph_is_refused_even_where_warnings_are_silent(load, label, told):
    script = load(("输入 $x$", label))
    result = executed(script)
    message = refused(lambda: figure.svg(script, result, "zh"))
    assert told in message
    assert "(zh)" in message
    figure.svg(script, result, "en")


def test_listening_to_matplotlib_ends_with_the_picture_whether_it_succeeds_or_not(load):
    before = list(logging.getLogger("matplotlib").handlers)
    for script in (load(), load(('t["x"]', 't["z"]'))):
        with contextlib.suppress(contract.FigureError):
            figure.svg(script, executed(script), "en")
        assert logging.getLogger("matplotlib").handlers == before


def test_an_axis_squeezed_to_nothing_is_refused(load):
    script = load(("style.panels()", "style.panels(height=0.2)"))
    message = refused(lambda: figure.svg(script, executed(script), "en"))
    assert "axes sizes collapsed to zero" in message


def test_a_picture_without_the_font_is_told_in_one_line(load, monkeypatch):
    script = load()
    result = executed(script)
    monkeypatch.setattr(style, "_FACES", ("400Regular/Nowhere.ttf",))
    style._register_fonts.cache_clear()
    message = refused(lambda: figure.svg(script, result, "en"))
    style._register_fonts.cache_clear()
    assert "Nowhere.ttf is not installed: run `make env`" in message


def test_pictures_are_written_whole_or_not_at_all(load, tmp_path):
    script = load(("input $x$", "\\U0001f600"))
    result = executed(script)
    out = tmp_path / "deep" / "out"
    refused(lambda: figure.write_pictures(script, result, out))
    assert [path.name for path in out.iterdir()] == ["toy.zh.svg"]
    paths = figure.write_pictures(load(), result, out)
    assert sorted(out.iterdir()) == sorted(paths)
    assert [path.name for path in paths] == ["toy.zh.svg", "toy.en.svg"]
    for path in paths:
        assert "var(" not in path.read_text(encoding="utf-8")
        ET.parse(path)


# Showing


SLOW = (
    "    x = torch.linspace",
    "    import time\n    for _ in progress.steps(3, 'counting'):\n        time.sleep(0.51)\n"
    "    x = torch.linspace",
)


def run_elsewhere(path, folder):
    folder.mkdir()
    return subprocess.run(
        [sys.executable, os.path.relpath(path, folder)],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_a_script_shows_itself_from_any_directory(write, tmp_path):
    shown = run_elsewhere(write(SLOW), tmp_path / "elsewhere")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == "toy"
    assert "  twice = 0.30000000000000004" in lines
    assert "  A01/toy      supported    slope: 2.00123 [1.91235, 2.09877], n = 64, against 1.5" in (
        lines
    )
    assert lines[-2:] == ["  out/toy.zh.svg", "  out/toy.en.svg"]
    assert re.search(r"^  counting: step [123]/3, 0:0\d left$", shown.stderr, re.MULTILINE)
    for lang in contract.LANGUAGES:
        ET.parse(tmp_path / "elsewhere" / "out" / f"toy.{lang}.svg")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("x, 2 * x)", "x, 3 * x)"), f":{line_of('torch.equal')}: check raised AssertionError: "),
        (('"alt":', '"all":'), ": WORDS lacks 'alt'"),
    ],
)
def test_a_script_that_fails_exits_with_one_line(write, tmp_path, edit, message):
    shown = run_elsewhere(write(edit), tmp_path / "elsewhere")
    assert shown.returncode == 1
    assert len(shown.stderr.splitlines()) == 1
    assert shown.stderr.startswith(f"figures_src/toy.py{message}")


def test_a_folder_that_cannot_be_written_ends_show_in_one_line(load, tmp_path, monkeypatch):
    script = load()
    monkeypatch.chdir(tmp_path)
    Path("out").write_text("in the way")
    with pytest.raises(SystemExit, match=r"^\[Errno 17\] File exists: 'out'$"):
        figure.show(script.__name__)


def test_progress_tells_minutes_and_seconds(capsys):
    figure.say(figure.progress.Report("training", 5, 100, 83.4))
    assert capsys.readouterr().err == "  training: step 5/100, 1:23 left\n"


def test_an_exact_estimate_stays_exact_through_a_record(load):
    script = load(("Estimate(2.0012345, 1.9123456, 2.0987654, 64)", "Estimate(2, 2, 2, 64)"))
    result = executed(script)
    assert through_files(script, result).slope == Estimate(2, 2, 2, 64)
    record = figure.record(script, script.SMALL, result)
    assert record["values"]["slope"] == {"mean": 2, "low": 2, "high": 2, "n": 64}
    assert record["texts"]["alt"]["en"] == "A line of slope 2."
