"""What every figure owes, whatever it shows."""

import ast
import json
import re
import sys

import numpy as np
import pytest

from dlbook.base.evidence import Verdict
from dlbook.figures import contract, fields, figure, layout, style
from dlbook.record.statements import imported
from dlbook.training.replay import Run
from tests.scripts import NAMES, PATHS, script, small

LANGUAGES = contract.LANGUAGES


def test_there_are_figures_and_their_names_are_unique():
    assert NAMES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_small_runs_twice_alike_to_the_bit(name):
    first, loaded = small(name), script(name)
    second = figure.execute(loaded, loaded.SMALL)
    assert fields.scalars(loaded, first) == fields.scalars(loaded, second)
    for field, array in fields.arrays(first).items():
        np.testing.assert_array_equal(array, fields.arrays(second)[field], err_msg=field)


@pytest.mark.parametrize("name", NAMES)
def test_check_holds_and_every_claim_has_a_verdict(name):
    verdicts = figure.judge(script(name), small(name))
    assert len(verdicts) == len(script(name).CLAIMS) > 0
    assert all(isinstance(verdict, Verdict) for _, verdict in verdicts)


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
    picture = figure.svg(script(name), small(name), lang)
    assert len(picture) < 120_000, "a figure stays light enough to be inlined"
    with style.context():
        drawn = figure.drawing(script(name), small(name), lang)
        assert layout.collisions(drawn) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_of_the_picture_belongs_to_a_role(name):
    picture = figure.svg(script(name), small(name), "en")
    themed = re.sub(r"var\(--fig-[a-z]+, #[0-9a-f]{6}\)", "", picture)
    strangers = set(re.findall(r"#[0-9a-fA-F]{6}\b", themed))
    assert not strangers, f"use style.colour(role) instead of {strangers}"


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_the_same_bytes_when_drawn_again(name):
    loaded = script(name)
    again = figure.execute(loaded, loaded.SMALL)
    for lang in LANGUAGES:
        assert figure.svg(loaded, small(name), lang) == figure.svg(loaded, again, lang)


@pytest.mark.parametrize("name", NAMES)
def test_caption_and_alt_text_are_written_in_their_language(name):
    record = figure.record(script(name), script(name).SMALL, small(name))
    for key in contract.TEXTS:
        assert re.search(r"[\u4e00-\u9fff]", record["texts"][key]["zh"]), key
        assert not re.search(r"[\u4e00-\u9fff\uff00-\uffef]", record["texts"][key]["en"]), key
        assert "[[" not in record["texts"][key]["zh"] + record["texts"][key]["en"]


@pytest.mark.parametrize("name", NAMES)
def test_no_english_word_or_claim_holds_chinese(name):
    loaded = script(name)
    pairs = list(loaded.WORDS.values())
    for claim in loaded.CLAIMS:
        pairs += [claim.statement, claim.quantity, claim.truth, *filter(None, [claim.control])]
    strangers = [
        en for _, en in pairs if re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", en)
    ]
    assert strangers == []


@pytest.mark.parametrize("name", NAMES)
def test_what_an_explorable_gets_is_json_and_light(name):
    given = figure.explorable(script(name), small(name))
    assert isinstance(json.loads(given), dict | None)
    assert len(given) < 60_000


@pytest.mark.parametrize("name", [name for name in NAMES if hasattr(script(name), "Replay")])
def test_a_replay_gives_a_run_and_has_a_seed_if_there_is_chance(name):
    choice = script(name).Replay()
    run = script(name).replay(choice)
    assert isinstance(run, Run)
    assert hasattr(choice, "seed") == (run.start is None or run.batch is not None)


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_script_knows_dlbook_only(path):
    machinery = {"dlbook.engine", "dlbook.site", "dlbook.cli"}
    for module in imported([ast.parse(path.read_bytes())], "figures_src"):
        package = module.partition(".")[0]
        assert package in {"dlbook", "torch", "numpy", "matplotlib"} | sys.stdlib_module_names
        assert ".".join(module.split(".")[:2]) not in machinery
