"""What every figure owes, whatever it shows."""

import ast
import json
import math
import re
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dlbook.base.along import Along
from dlbook.base.evidence import Estimate
from dlbook.base.language import LANGUAGES
from dlbook.figures import contract, fields, judging
from dlbook.figures.picture import picture
from dlbook.record.claims import Claim
from dlbook.record.statements import imported
from dlbook.record.texts import FIGURE
from dlbook.training.replay import Run
from tests.scripts import FINDING, NAMES, PATHS, REPLAYED, TWICE, record, script, shown, small
from tests.turns import turn

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def test_there_are_figures_and_their_names_are_unique():
    assert NAMES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_tests_read_of_a_script_is_what_it_says_when_it_runs(name):
    assert (name in REPLAYED) == hasattr(script(name), "Replay")
    assert (name in FINDING) == any(claim.kind == "finding" for claim in judged_claims(name))


def judged_claims(name):
    """The claims of a script that are judged."""
    return [claim for claim in script(name).CLAIMS if isinstance(claim, Claim)]


@cache
def again(name):
    """The result at the tests' scale, trained a second time."""
    return judging.execute(script(name), script(name).SMALL)


@pytest.mark.parametrize("name", TWICE)
def test_small_runs_twice_alike_to_the_bit(name):
    first, second = small(name), again(name)
    assert fields.scalars(str, first) == fields.scalars(str, second)
    for field, array in fields.arrays(first).items():
        np.testing.assert_array_equal(array, fields.arrays(second)[field], err_msg=field)


@pytest.mark.parametrize("name", NAMES)
def test_check_holds_and_every_claim_has_a_verdict(name):
    judged = judging.judge(script(name), small(name))
    assert len(judged) == len(script(name).CLAIMS) > 0
    for claim, verdict in judged:
        assert (verdict is not None) == isinstance(claim, Claim), claim.id


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_is_judged_on_both_sides_of_its_bound(name):
    """Whatever the measure gives, it decides by its bound alone, and can come out either way."""
    for claim in judged_claims(name):
        bound, unit = claim.bound, abs(claim.bound.value) or 1.0
        estimate = claim.measure(small(name))
        alone = replace(claim, kind="finding", factors=(), budget=None)
        assert alone.judge(small(name)) == bound.judge(estimate), claim.id
        for end, inside in ((bound.low, 1), (bound.high, -1)):
            if math.isinf(end):
                continue
            step = 0 if bound.low == bound.high else inside * min(unit, bound.high - bound.low) / 10
            good, bad = end + step, end - inside * unit / 10
            assert bound.judge(Estimate(good, good, good, 8)).outcome == "supported", claim.id
            assert bound.judge(Estimate(bad, bad, bad, 8)).outcome == "refuted", claim.id
            around = Estimate(end, min(good, bad, end), max(good, bad, end), 8)
            assert bound.judge(around).outcome == "inconclusive", claim.id


@pytest.mark.parametrize("name", NAMES)
def test_a_bound_says_why_in_both_languages_unless_it_is_all_cases(name):
    for claim in judged_claims(name):
        if claim.bound.because is None:
            assert (claim.bound.direction, claim.bound.value) == ("equal", 1), claim.id
            found = claim.measure(small(name))
            every = found if isinstance(found, Along) else [found]
            assert all(each.exact for each in every), claim.id
            continue
        zh, en = claim.bound.because
        assert CHINESE.search(zh), claim.id
        assert not CHINESE.search(en), claim.id
        assert zh.endswith("。"), claim.id
        assert en.endswith("."), claim.id


def test_no_claim_is_judged_twice():
    ids = [claim.id for name in NAMES for claim in script(name).CLAIMS]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_states_the_claim_in_one_line(name):
    first = (script(name).__doc__ or "").splitlines()[0]
    assert first.endswith(".")
    assert len(first) > 20


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_picture_has_every_glyph_and_no_colliding_labels(name, lang):
    assert len(shown(name, lang).svg) < 120_000, "a figure stays light"
    assert shown(name, lang).collisions == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_of_the_picture_belongs_to_a_role(name):
    svg = shown(name, "en").svg
    themed = re.sub(r"var\(--fig-[a-z]+, #[0-9a-f]{6}\)", "", svg)
    strangers = set(re.findall(r"#[0-9a-fA-F]{6}\b", themed))
    assert not strangers, f"use style.colour(role) instead of {strangers}"


@pytest.mark.parametrize("name", TWICE)
def test_pictures_are_the_same_bytes_when_drawn_again(name):
    for lang in turn(f"picture of {name}", LANGUAGES):
        assert shown(name, lang) == picture(script(name), again(name), lang)


@pytest.mark.parametrize("name", NAMES)
def test_caption_and_alt_text_are_written_in_their_language(name):
    texts = record(name)["texts"]
    for key in FIGURE:
        assert re.search(r"[\u4e00-\u9fff]", texts[key]["zh"]), key
        assert not re.search(r"[\u4e00-\u9fff\uff00-\uffef]", texts[key]["en"]), key
        assert "[[" not in texts[key]["zh"] + texts[key]["en"]


@pytest.mark.parametrize("name", NAMES)
def test_no_english_word_or_text_holds_chinese(name):
    loaded = script(name)
    pairs = [*loaded.WORDS.values(), *(claim.statement for claim in loaded.CLAIMS)]
    pairs += [text.pair for text in contract.texts(loaded).sections.values()]
    assert [en for _, en in pairs if CHINESE.search(en)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_an_explorable_gets_is_json_and_light(name):
    given = judging.explorable_json(script(name), small(name))
    assert isinstance(json.loads(given), dict | None)
    assert len(given) < 60_000


@pytest.mark.parametrize("name", REPLAYED)
def test_a_replay_gives_a_run_and_has_a_seed_if_there_is_chance(name):
    choice = script(name).Replay()
    run = script(name).replay(choice, script(name).Config())
    assert isinstance(run, Run)
    assert hasattr(choice, "seed") == (not isinstance(run.start, tuple) or run.batch is not None)


@pytest.mark.parametrize("name", REPLAYED)
def test_a_replay_trains_alone(name):
    """For one seed, at the tests' scale, whatever data and start the seed draws."""
    choice = script(name).Replay()
    run = script(name).replay(choice, script(name).SMALL)
    fit = run.fit([getattr(choice, "seed", 0)])
    assert fit.loss.shape == (1,)
    assert bool(fit.loss.isfinite())


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_script_trains_through_runs_only(path):
    """So that every trained figure can be run alone, and its passport says what was trained."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert "train.fit" not in called
    builds = any(name.rpartition(".")[2] == "Run" for name in called)
    assert builds == hasattr(script(path.stem), "replay") or path.stem in ONLY_REPLAYED


# Its polylines are trained by the reader alone, from the explorable: the figure itself builds them.
ONLY_REPLAYED = {"error_falls_with_the_square_of_the_pieces"}


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_nothing_is_judged_or_checked_by_position(path):
    """``res.x[0]`` names a value only where ``x`` lies along axes; a picture may count rows."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    drawing = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    drawing = {name for name in drawing if name == "draw" or name.startswith("_")}
    claims = next(node for node in tree.body if isinstance(node, ast.AnnAssign))
    named = {node.id for node in ast.walk(claims) if isinstance(node, ast.Name)}
    strangers = []
    for top in tree.body:
        if isinstance(top, ast.FunctionDef) and top.name in drawing - named:
            continue
        strangers += [
            f"{path.name}:{node.lineno}: {ast.unparse(node)}"
            for node in ast.walk(top)
            if _counts(node) and not isinstance(getattr(small(path.stem), node.value.attr), Along)
        ]
    assert strangers == []


def _parts(place):
    return place.elts if isinstance(place, ast.Tuple) else [place]


def _counts(node):
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id == "res"
        and all(isinstance(part, ast.Constant | ast.UnaryOp) for part in _parts(node.slice))
    )


@pytest.mark.parametrize(
    ("place", "counts"),
    [("0", True), ("-1", True), ("0, 1", True), ("width", False), ("0, width", False)],
)
def test_a_position_is_told_from_a_name(place, counts):
    assert _counts(ast.parse(f"res.rates[{place}]", mode="eval").body) is counts


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_script_knows_dlbook_only(path):
    machinery = {"dlbook.engine", "dlbook.site", "dlbook.cli"}
    for module in imported([ast.parse(path.read_bytes())], "figures_src"):
        package = module.partition(".")[0]
        assert package in {"dlbook", "torch", "numpy", "matplotlib"} | sys.stdlib_module_names
        assert ".".join(module.split(".")[:2]) not in machinery
