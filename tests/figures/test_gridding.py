"""The grid of a script's conventions: its scale, its cells, and what is made of a verdict."""

import dataclasses

import pytest

from dlbook.figures import gridding, judging
from dlbook.figures.judgements import judgement
from tests.toy import TOY, line_of, refused

CONVENTIONS = (
    '(Convention("data", ("点", "points"), ({"points": 3}, {"points": 9})), '
    'Convention("loss", ("损失", "loss"), ({"loss": "summed"},)))'
)
GRID = ("WORDS = {", "GRID = Config(seeds=4)\nGRID_BUDGET = 60.0\n\nWORDS = {")
SEEDS = ("    points: int = 5", "    seeds: int = 8\n    points: int = 5")
CLAIM_LINE = line_of("measure=slope_of") + 5  # GRID, GRID_BUDGET, seeds and two lines between


def varying(conventions=CONVENTIONS):
    """Edits that give the toy's claim conventions, and the script its grid."""
    return (
        ("import Claim, Remark", "import Claim, Convention, Remark"),
        ("measure=slope_of,", f"measure=slope_of, conventions={conventions},"),
        SEEDS,
        GRID,
    )


def test_a_grid_holds_every_combination_and_trains_each_setting_once(load):
    script = load(*varying())
    (claim,) = gridding.varied_claims(script)
    found = list(gridding.cells_of(script, claim))
    assert [choice for choice, _ in found] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert found[0][1] == {}, "the book's own setting"
    assert found[3][1] == {"points": 3, "loss": "summed"}
    runs = gridding.trainings(script)
    assert len(runs) == 6
    assert [gridding.place_in(runs, cell) for _, cell in found] == list(range(6))


def test_a_cell_is_the_book_at_fewer_seeds_but_for_its_conventions(load):
    script = load(*varying())
    cfg = gridding.configured(script, {"points": 3})
    assert cfg == dataclasses.replace(script.Config(), seeds=4, points=3)
    assert gridding.seeds_in(script) == {"seeds": 4}


WITHOUT = "GRID = Config(seeds=4)\nGRID_BUDGET = 60.0\n\n"


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ([(WITHOUT, "")], "claim A01/toy has conventions; say at what scale they are varied, GRID"),
        ([("GRID_BUDGET = 60.0\n", "")], "claim A01/toy has conventions; say at what scale"),
        ([("Config(seeds=4)", "8")], "GRID must be a Config"),
        ([("seeds=4", "seeds=4, rate=0.1")], "GRID.rate is not Config's; a cell differs"),
        ([("seeds=4", "seeds=9")], "GRID.seeds is no smaller number of seeds than Config's"),
        ([("= 60.0", "= 0")], "GRID_BUDGET is 0; give CPU-seconds"),
        ([("= 60.0", "= True")], "GRID_BUDGET is True; give CPU-seconds"),
        ([('{"loss": "summed"}', '{"seeds": 2}')],
         "claim A01/toy: a convention varies seeds; seeds are chance, not a choice"),
        ([('{"loss": "summed"}', '{"points": 4}')],
         "claim A01/toy: two conventions vary points; let one of them"),
        ([('{"loss": "summed"}', '{"loss": "square"}')],
         "claim A01/toy: two ways of 'loss' are one and the same"),
        ([('({"loss": "summed"},)', "()")],
         "claim A01/toy: the convention 'loss' has no alternative"),
    ],
)  # fmt: skip
def test_conventions_that_make_no_grid_are_refused_with_their_line(write, load, edits, told):
    message = refused(lambda: load(*varying(), *edits))
    assert message.partition(": ")[2].startswith(told)
    assert message.partition(": ")[0][1:].isdecimal()


def test_one_convention_is_too_few_and_five_are_too_many(load):
    one = '(Convention("data", ("点", "points"), ({"points": 3},)),)'
    assert "1 conventions; declare 2 to 4" in refused(lambda: load(*varying(one)))


def test_a_scale_that_nobody_varies_at_is_refused(load):
    told = refused(lambda: load(SEEDS, GRID))
    assert told.endswith("no claim has conventions, so nobody reads GRID")


REPLAY = (
    "def check(res)",
    "@dataclass(frozen=True)\nclass Replay:\n    seed: int = 0\n\n\n"
    "def replay(choice, cfg):\n    return None\n\n\ndef check(res)",
)


@pytest.mark.parametrize("kind", ["finding", "theorem"])
def test_of_what_is_trained_start_and_rate_are_varied(load, kind):
    edits = (*varying(), REPLAY, ('kind="theorem"', f'kind="{kind}"'))
    if kind == "theorem":  # which nothing trained can decide
        assert load(*edits).CLAIMS
        return
    told = refused(lambda: load(*edits))
    assert told.endswith("what is trained hangs on its start; add Convention('start', …)")
    more = ('"data", ("点"', '"start", ("点"'), ('"loss", ("损失"', '"rate", ("损失"')
    assert load(*edits, *more).CLAIMS


def committed(script, *outcomes):
    """A grid of the toy as it is committed, these the outcomes of its cells."""
    (claim,) = gridding.varied_claims(script)
    estimate = {"mean": 2.0012345, "low": 1.9123456, "high": 2.0987654, "n": 4}
    cells = [
        {"choice": list(choice), "run": place, "outcome": outcome, "estimate": estimate}
        for place, ((choice, _), outcome) in enumerate(
            zip(gridding.cells_of(script, claim), outcomes, strict=True)
        )
    ]
    return {
        "config": gridding.scale_of(script),
        "seeds": gridding.seeds_in(script),
        "cells": [{"fields": gridding.plain_fields(c)} for c in gridding.trainings(script)],
        "claims": [{**gridding.declared(claim), "cells": cells}],
    }


def survived(script, grid):
    (claim,) = gridding.varied_claims(script)
    verdict = claim.judge(judging.execute(script, script.Config()))
    assert verdict.outcome == "supported"
    return judgement(verdict) | gridding.survived_in(script, grid)(claim, verdict)


def test_a_verdict_that_a_convention_flips_is_conditional_and_names_it(load):
    """The summed loss overturns what the book's setting supports, at any number of points."""
    script = load(*varying())
    told = survived(script, committed(script, *["supported", "refuted"] * 3))
    assert (told["verdict"], told["book"]) == ("conditional", "supported")
    (place,) = told["grid"]["separated_by"]
    assert told["grid"]["conventions"][place]["name"]["en"] == "loss"
    assert [cell["state"] for cell in told["grid"]["cells"]] == ["agrees", "contradicts"] * 3
    assert told["grid"]["cells"][0]["estimate"] == told["estimate"] | {"n": 4}, "rounded"


def test_a_verdict_that_no_convention_overturns_is_kept(load):
    script = load(*varying())
    told = survived(script, committed(script, *["supported"] * 5, "inconclusive"))
    assert (told["verdict"], told["grid"]["separated_by"]) == ("supported", [])
    assert told["grid"]["seeds"] == {"seeds": 4}


def test_without_a_grid_nothing_has_survived(load):
    script = load(*varying())
    told = survived(script, None)
    assert (told["verdict"], told["book"], told["grid"]) == ("inconclusive", "supported", None)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("at_least(1.5", "at_least(1.6"), "claim A01/toy has other conventions or another bound"),
        (('"summed"', '"total"'), "claim A01/toy has other conventions or another bound now"),
        (("seeds=4", "seeds=3"), "it is of another Config than GRID is now"),
        (("rate: float = 0.5", "rate: float = 0.6"), "it is of another Config than GRID is now"),
        (('"A01/toy"', '"A01/other"'), "claim A01/other is new"),
    ],
)
def test_a_grid_of_a_script_that_has_changed_counts_for_nothing(write, load, edit, told):
    old = load(*varying())
    grid = committed(old, *["supported"] * 6)
    assert list(gridding.outdated(old, grid)) == []
    parts = ("quantity", "truth") if "other" in edit[1] else ()
    script = load(*varying(), edit, *((f"A01/toy {part}", f"A01/other {part}") for part in parts))
    assert next(gridding.outdated(script, grid)).startswith(told)
    assert survived(script, grid)["grid"] is None


def test_a_claim_without_conventions_says_nothing_of_a_grid(load):
    script = load()
    result = judging.execute(script, script.SMALL)
    for claim, verdict in judging.judge(script, result):
        assert gridding.survived_in(script, None)(claim, verdict) == {}
    assert TOY.count("Claim(") == 1
