"""Running, judging and recording a toy figure, and how each fails."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.figures import generators, judging
from tests.toy import TEXTS, executed, line_of, recorded, refused, through_files

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
    script = load(("    x = linspace", f"    {body}\n    x = linspace"))
    assert refused(lambda: executed(script)).startswith(f":{line_of('x = lin')}: {message}")


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
        ("0.4, 0.6, 3)", "0.4, float('inf'), 3)", "rates[4]"),
        ("x, 2 * x, rows)", "x, x / 0, rows)", "y"),
        ("x, 2 * x, rows)", "x, (x / 0).numpy(), rows)", "y"),
        ("x + 1]", "x / 0]", "rows"),
        ("x, 2 * x, rows)", "x, x / 0 * 1j, rows)", "y"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_finite_is_refused_by_name(load, old, new, field):
    script = load((old, new))
    told = refused(lambda: executed(script))
    assert re.fullmatch(rf":\d+: run returned NaN or infinity in '{re.escape(field)}'", told)


def test_run_must_return_its_result(load):
    script = load(("    return Result(", "    Result("))
    assert refused(lambda: executed(script)) == (
        f":{line_of('def run')}: run returned NoneType, not Result"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [("[1]", "list"), ("{'a': 1}", "dict"), ("(1, 2)", "tuple"), ("None", "NoneType"),
     ("1j", "complex")],
)  # fmt: skip
def test_a_field_that_no_record_can_hold_is_refused(load, value, kind):
    script = load(("True, ", f"{value}, "))
    told = refused(lambda: executed(script))
    assert told.startswith(f":{line_of('    sure: ')}: Result.sure is a {kind}")
    sequence = kind in ("list", "dict", "tuple")
    assert ("say along which axis" if sequence else "use a number, a string") in told


def test_the_result_holds_the_config_that_it_was_made_with(load):
    script = load(("return Result(cfg, ", "return Result(Config(points=2), "))
    message = refused(lambda: executed(script))
    assert message == f":{line_of('def run')}: run returned the Result of another config"


def test_a_result_has_a_limit_of_size_and_the_largest_field_is_named_before_it_is_copied(load):
    """The tensor of a million million numbers is one number, shown again and again."""
    large = "(x, 2 * x, rows)", "(x, x[:1].expand(10**12), rows)"
    script = load((large[0].strip("("), large[1].strip("(")))
    assert refused(lambda: executed(script)) == (
        f":{line_of('    y: ')}: Result.y takes 8e+06 MB of the result's 8e+06 MB; readers download"
        " it, so 8 MB is the limit: keep what is drawn or cited, of fewer points or in float32"
    )
    for values in ('"x" * 9_000_000', "2 ** 80_000_000"):
        told = refused(lambda values=values: executed(load(("7, True", f"{values}, True"))))
        assert re.match(rf":{line_of('    steps: ')}: Result.steps takes \d+(\.\d+)? MB of", told)
    along = "along([x.expand(500_000, 5), x.expand(500_000, 5)], way=('up', 'down'))"
    told = refused(lambda: executed(load(('along([x, x + 1], way=("up", "down"))', along))))
    assert told.startswith(f":{line_of('    rows: ')}: Result.rows takes 40 MB of")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("x.to(torch.bfloat16)", "is a tensor that cannot be kept: Got unsupported ScalarType"),
        ("x.to_sparse()", "is a tensor that cannot be kept: can't convert Sparse layout tensor"),
        ("x.to('meta')", "is a tensor that cannot be kept: "),
        ("__import__('numpy').array([None])", "is an array of object; use one of numbers"),
        ("__import__('numpy').array(['a'])", "is an array of <U1; use one of numbers"),
    ],
)
def test_a_tensor_that_no_file_holds_is_refused_with_its_field(load, value, why):
    told = refused(lambda: executed(load(("x, 2 * x, rows)", f"x, {value}, rows)"))))
    assert told.startswith(f":{line_of('    y: ')}: Result.y {why}")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("chr(0xd800)", "holds half of a character, which no file can"),
        ("-(10**5000)", "is an integer of more than 1000 digits, which no page could write"),
    ],
)
def test_a_value_that_no_file_holds_is_refused_with_its_field(load, value, why):
    told = refused(lambda: executed(load(('"toy", rates', f"{value}, rates"))))
    assert told == f":{line_of('    name: ')}: Result.name {why}"
    cells = "along(['a', VALUE], width=cfg.widths)".replace("VALUE", value)
    told = refused(lambda: executed(load(("rates, x,", f"{cells}, x,"))))
    assert told == f":{line_of('    rates: ')}: Result.rates {why}"


# Judging


def test_a_claim_is_judged_by_its_judge(load):
    script = load()
    (claim, verdict), _ = judging.judge(script, executed(script))
    assert (claim.id, verdict.outcome, verdict.bound.value) == ("A01/toy", "supported", 1.5)


@pytest.mark.parametrize(
    ("change", "verdict", "flat"),
    [
        ("Estimate(0.01, -0.02, 0.04, 64)", "supported", True),
        ("Estimate(0.6, 0.5, 0.7, 64)", "supported", False),  # runs away from the bound
        ("Estimate(-0.6, -0.7, -0.5, 64)", "inconclusive", False),
        ("Estimate(-0.01, -0.3, 0.28, 64)", "inconclusive", False),  # its mean looks flat
    ],
)
def test_a_verdict_stands_if_more_steps_would_not_turn_it(load, change, verdict, flat):
    budget = f"measure=slope_of, budget=Budget(change=lambda res: {change}, within=0.05),"
    script = load(
        ("import Claim, Remark", "import Budget, Claim, Remark"), ("measure=slope_of,", budget)
    )
    claim = recorded(script, executed(script))["claims"][0]
    assert (claim["verdict"], claim["budget"]["flat"]) == (verdict, flat)
    assert claim["budget"]["within"] == 0.05


def test_a_change_that_is_no_estimate_is_refused(load):
    budget = "measure=slope_of, budget=Budget(change=lambda res: 0.1, within=0.05),"
    script = load(
        ("import Claim, Remark", "import Budget, Claim, Remark"), ("measure=slope_of,", budget)
    )
    assert "returned float, not an Estimate" in refused(lambda: recorded(script, executed(script)))


def test_a_remark_has_no_verdict(load):
    script = load()
    _, (remark, verdict) = judging.judge(script, executed(script))
    assert (remark.id, verdict) == ("A02", None)


def test_a_check_that_refuses_is_told_with_its_line_and_reason(load):
    script = load(("x, 2 * x, rows)", "x, 3 * x, rows)"))
    message = refused(lambda: judging.judge(script, executed(script)))
    assert message == f":{line_of('torch.equal')}: check raised AssertionError: twice is twice"


def test_a_claim_without_a_verdict_is_named(load):
    script = load(("    return res.slope", "    res.slope"))
    message = refused(lambda: judging.judge(script, executed(script)))
    assert message == (
        f":{line_of('A01/toy')}: claim A01/toy has no verdict;"
        " its measure returned NoneType, not an Estimate"
    )


def test_a_judge_that_raises_is_told_with_its_line(load):
    script = load(("    return res.slope", "    return res.incline"))
    message = refused(lambda: judging.judge(script, executed(script)))
    where = f":{line_of('return res.slope')}: the measure of claim A01/toy raised AttributeError: "
    assert message.startswith(where)


def test_a_verdict_that_json_cannot_hold_is_refused(load):
    script = load(("    return res.slope", "    return Estimate(1.0, 1.0, float('inf'), 1)"))
    message = refused(lambda: judging.judge(script, executed(script)))
    assert (
        message
        == f":{line_of('A01/toy')}: " + "the verdict on A01/toy has NaN or infinity in 'estimate'"
    )


# Recording


def test_the_record_holds_rounded_values_claims_texts_and_config(load):
    script = load()
    cfg = script.Config(rate=0.1 + 0.2)
    assert recorded(script, judging.execute(script, cfg)) == {
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
            "rates": {
                "along": [["width", [4, 8]]],
                "cells": [
                    {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 3},
                    {"mean": 1, "low": 1, "high": 1, "n": 3},
                ],
            },
        },
        "arrays": {"rows": [["way", ["up", "down"]]]},
        "claims": [
            {
                "id": "A01/toy",
                "row": "A01",
                "source": "Source A §1",
                "kind": "theorem",
                "statement": {"zh": "翻倍得两倍。", "en": "Doubling gives twice."},
                "verdict": "supported",
                "estimate": {"mean": 2.001, "low": 1.912, "high": 2.099, "n": 64},
                "bound": {
                    "direction": "at least",
                    "value": 1.5,
                    "because": {"zh": "一半以上。", "en": "More than half."},
                },
                "quantity": {"zh": "斜率", "en": "slope"},
                "truth": {"zh": "是的。", "en": "It does."},
                "control": None,
            },
            {
                "id": "A02",
                "row": "A02",
                "source": "Source A §1",
                "kind": "definition",
                "statement": {"zh": "翻倍就是乘以二。", "en": "To double is to multiply by two."},
                "verdict": None,
                "estimate": None,
                "bound": None,
                "quantity": None,
                "truth": None,
                "control": None,
            },
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
    script = load(
        ("# A01/toy truth", "# A01/toy control\n\n随机标签\n\nrandom labels\n\n# A01/toy truth")
    )
    record = recorded(script, executed(script))
    assert record["claims"][0]["control"] == {"zh": "随机标签", "en": "random labels"}


def test_the_record_is_plain_json_and_the_same_bytes_each_time(load):
    texts = []
    for _ in range(2):
        script = load()
        record = recorded(script, judging.execute(script, script.SMALL))
        texts.append(json.dumps(record, sort_keys=True, allow_nan=False, ensure_ascii=False))
        assert json.loads(texts[-1]) == record
    assert texts[0] == texts[1]


def test_the_record_of_a_rebuilt_result_is_the_same(load):
    script = load()
    result = executed(script)
    rebuilt = through_files(script, result)
    assert recorded(script, rebuilt) == recorded(script, result)


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.thrice]]", "caption",
         "caption (en): [[.thrice]]: no field 'thrice'; the record has name, rates,"),
        ("斜率 [[.slope|ci]]", "斜率 [[.twice|ci]]", "alt",
         "alt (zh): [[.twice|ci]]: format 'ci' needs an estimate with an interval"),
        ("\n\nDoubling\n", "\n\nDoubling [[toy.twice]]\n", "title",
         "title (en): [[toy.twice]]: a figure's own texts cite it as [[.field]]"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.twice |%]]", "caption",
         "caption (en): [[.twice |%]] is no citation"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.rates.1]]", "caption",
         "caption (en): [[.rates.1]] cites by position; name the value"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.rates[5]]]", "caption",
         "caption (en): [[.rates[5]]]: field 'rates': no width 5; there are 4, 8"),
        ("Doubled, it is [[.twice]]", "Doubled, it is [[.x]]", "caption",
         "caption (en): [[.x]]: no field 'x'"),
    ],
)  # fmt: skip
def test_a_text_that_cites_what_the_record_lacks_is_told_with_its_line(
    load, old, new, key, message
):
    script = load((old, new))
    told = refused(lambda: recorded(script, executed(script)))
    assert message.startswith(key)
    line = line_of(new.strip(), TEXTS.replace(old, new))
    assert told.startswith(f"figures_src/toy.md:{line}: {message}")


def test_a_text_cites_a_value_by_name_and_the_config(load):
    cited = "[[.rates[8]]] at [[.points]] points, [[.widths[8]]]"
    script = load(("Doubled, it is [[.twice]].", cited))
    record = recorded(script, executed(script))
    assert record["texts"]["caption"]["en"] == "1 at 5 points, 8"


@pytest.mark.parametrize("field", ["statement", "quantity", "truth"])
def test_a_claim_cites_the_figures_own_numbers(load, field):
    old = {"statement": "Doubling gives twice.", "quantity": "\n\nslope\n", "truth": "It does."}
    cited = f"{old[field].rstrip()} [[.slope|.1]]" + "\n" * (field == "quantity")
    claim = recorded(script := load((old[field], cited)), executed(script))["claims"][0]
    assert claim[field]["en"].endswith(" 2.0")
    assert "2.0" not in claim[field]["zh"]


def test_a_claim_that_cites_what_the_record_lacks_is_told_with_its_line(load):
    script = load(("It does.", "It does [[.lack]]."))
    told = refused(lambda: recorded(script, executed(script)))
    line = line_of("It does.", TEXTS)
    assert told.startswith(
        f"figures_src/toy.md:{line}: A01/toy truth (en): [[.lack]]: no field 'lack'"
    )


# What the explorable gets


def test_a_script_without_an_explorable_gives_null(load):
    script = load()
    assert judging.explorable_json(script, executed(script)) == b"null\n"


OFFER = ("def draw(", "def explorable(res):\n    return {}\n\n\ndef draw(")


def offering(given):
    return (OFFER[0], OFFER[1].replace("{}", given))


def test_what_the_explorable_gets_is_compact_json_of_the_result(load):
    script = load(offering('{"x": tuple(res.x.tolist()), "of": "锯"}'))
    given = judging.explorable_json(script, executed(script, points=3))
    assert given == '{"x":[0.0,0.5,1.0],"of":"锯"}\n'.encode()


UNHELD = f":{line_of('def draw')}: explorable gave what JSON cannot hold: "


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            '{"x": float("nan")}',
            UNHELD + "Out of range float values",
        ),
        (
            "[float('inf')]",
            UNHELD + "Out of range float values",
        ),
        (
            "{'x': res.x}",
            UNHELD + "Object of type Tensor is not JSON",
        ),
        ("res.missing", f":{line_of('def draw') + 1}: explorable raised AttributeError: "),
    ],
)
def test_what_json_cannot_hold_is_refused(load, given, message):
    script = load(offering(given))
    assert refused(lambda: judging.explorable_json(script, executed(script))).startswith(message)


def test_an_exact_estimate_stays_exact_through_a_record(load):
    script = load(("Estimate(2.0012345, 1.9123456, 2.0987654, 64)", "Estimate(2, 2, 2, 64)"))
    result = executed(script)
    assert through_files(script, result).slope == Estimate(2, 2, 2, 64)
    record = recorded(script, result)
    assert record["values"]["slope"] == {"mean": 2, "low": 2, "high": 2, "n": 64}
    assert record["texts"]["alt"]["en"] == "A line of slope 2."


# What its type says


@pytest.mark.parametrize(
    ("field", "old", "new", "told"),
    [
        ("    steps: int", ", 7, True,", ", torch.tensor(7), True,", "steps is a Tensor, not int"),
        ("    steps: int", ", 7, True,", ', "7", True,', "steps is '7', not int"),
        ("    sure: bool", ", 7, True,", ", 7, 1,", "sure is 1, not bool"),
        ("    slope: Estimate", "slope, 7", "2.0, 7", "slope is 2.0, not Estimate"),
        ("    y: torch.Tensor", "2 * x, rows", "2.0, rows", "y is 2.0, not Tensor"),
        ("    rates: Along", "along([Estimate(0.5, 0.4, 0.6, 3), Estimate(1, 1, 1, 3)], w",
         "along([0.5, 1.0], w", "rates[4] is 0.5, not Estimate"),
    ],
)  # fmt: skip
def test_a_field_of_the_result_that_is_not_what_its_type_says_is_refused(
    load, field, old, new, told
):
    script = load((old, new))
    message = refused(lambda: executed(script))
    assert message == f":{line_of(field)}: Result.{told}"


def test_a_check_that_returns_something_is_refused_however_it_is_made(load):
    script = load(("def slope_of(res)", "check = bool\n\n\ndef slope_of(res)"))
    message = refused(lambda: judging.judge(script, executed(script)))
    assert message.endswith(": check returned bool, which nobody reads; assert it")


TYPED = (
    ("from dataclasses import dataclass\n",
     "from dataclasses import dataclass\nfrom typing import NotRequired, TypedDict\n"),
    ("def draw(",
     "class Inner(TypedDict):\n    at: list[float]\n\n\n"
     "class Explorable(TypedDict):\n    x: tuple[float, ...]\n    of: dict[str, Inner]\n"
     "    more: NotRequired[str]\n\n\n"
     "def explorable(res) -> Explorable:\n    return {}\n\n\ndef draw("),
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"x": [1.5]}', " lacks 'of', which Explorable has"),
        ('{"x": [1.5], "of": {}, "y": 3}', " holds 'y', which Explorable has not"),
        ('{"x": ["1.5"], "of": {}}', "['x'][0] is '1.5', not float"),
        ('{"x": [], "of": {"a": {"at": 3}}}', "['of']['a']['at'] is 3, not list[float]"),
        ('{"x": [], "of": {"a": {}}}', "['of']['a'] lacks 'at', which Inner has"),
        ('{"x": [], "of": {}, "more": 1}', "['more'] is 1, not str"),
        ("None", " is None, not Explorable"),
    ],
)
def test_what_the_explorable_gets_is_what_its_type_says(load, given, told):
    edits = [(old, new.replace("return {}", f"return {given}")) for old, new in TYPED]
    script = load(*edits)
    message = refused(lambda: judging.explorable_json(script, executed(script)))
    line = line_of("return", Path(script.__file__).read_text().partition("def explorable")[2])
    first = line_of("def explorable", Path(script.__file__).read_text())
    assert message == f":{first + line - 1}: what explorable returns{told}"


def test_an_explorable_of_its_type_is_given(load):
    edits = [
        (old, new.replace("return {}", "return {'x': (1, 2.5), 'of': {}}")) for old, new in TYPED
    ]
    script = load(*edits)
    given = judging.explorable_json(script, executed(script))
    assert given == b'{"x":[1,2.5],"of":{}}\n'


@pytest.mark.parametrize(
    ("old", "new", "stage"),
    [
        ("    assert torch.equal", "    torch.rand(1)\n    assert torch.equal", "check"),
        ("    return res.slope", "    torch.rand(1)\n    return res.slope",
         "the measure of claim A01/toy"),
    ],
)  # fmt: skip
def test_chance_that_no_seed_decides_is_refused_where_results_are_judged(load, old, new, stage):
    state = torch.get_rng_state()
    script = load((old, new))
    try:
        message = refused(lambda: judging.judge(script, executed(script)))
    finally:
        torch.set_rng_state(state)
    assert message.startswith(f":{line_of(old)}: {stage} draws chance that no seed decides; in run")


def test_an_error_outside_of_the_script_is_told_where_its_stage_is_defined(load):
    script = load(("measure=slope_of", "measure=len"))
    message = refused(lambda: judging.judge(script, executed(script)))
    assert message.startswith(
        f":{line_of('measure=')}: the measure of claim A01/toy raised TypeErr"
    )


def test_what_a_library_draws_inside_itself_while_run_computes_is_let_pass(load):
    before, state = generators.global_states(), np.random.get_state()
    drawing = "    from sklearn.utils import shuffle\n    shuffle([1, 2])\n    x = linspace"
    script = load(("    x = linspace", drawing))
    try:
        assert executed(script) is not None
        assert generators.global_states() != before
    finally:
        np.random.set_state(state)


def test_chance_that_a_script_draws_itself_in_run_is_told_before_it_runs(load):
    message = refused(lambda: load(("    x = linspace", "    torch.rand(1)\n    x = linspace")))
    assert message.startswith(f":{line_of('x = linspace')}: torch.rand draws chance that no")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "rng.stream(0, 'a').normal('b')",
            r"raised TypeError: .* \(in dlbook/.*/rng.py:\d+\)",
        ),
        ("rng.stream(-1, 'a')", r"raised ValueError: seeds must be one or more integers [^()]*"),
    ],
)
def test_a_line_of_the_package_is_named_where_it_went_wrong_and_not_where_it_refuses(
    load, call, said
):
    script = load(
        ("    x = linspace", f"    {call}\n    x = linspace"),
        ("import torch\n", "import torch\n\nfrom dlbook.mathematics import rng\n"),
    )
    message = refused(lambda: executed(script))
    assert re.fullmatch(rf":\d+: run {said}", message), message
