"""Whether a verdict survives the conventions that a reasonable author could have chosen."""

import json

import pytest

from dlbook.record.grids import (
    GridCell,
    combined,
    confirmed,
    declares_conventions,
    gridless,
    of_claim,
    read_grid,
    separating,
    state_of,
    survival,
)
from dlbook.record.records import Project, RecordError

STATES = {"+": "agrees", "-": "contradicts", "?": "undecided", "/": "divided"}


def cells(signs, *sizes):
    """Cells of a grid, a sign for each: ``+`` agrees, ``-`` contradicts, ``?`` is undecided."""
    places = combined(sizes or [len(signs)])
    return [GridCell(at, STATES[sign]) for at, sign in zip(places, signs, strict=True)]


@pytest.mark.parametrize(
    ("book", "signs", "outcome"),
    [
        ("supported", "+++", "supported"),
        ("supported", "++?", "supported"),
        ("supported", "+" * 12, "supported"),
        ("supported", "++-", "conditional"),
        ("supported", "+" * 19 + "-", "conditional"),
        ("supported", "??", "inconclusive"),
        ("supported", "--?", "inconclusive"),
        ("supported", "+/", "conditional"),
        ("refuted", "---", "refuted"),
        ("refuted", "-?-", "refuted"),
        ("refuted", "-+-", "conditional"),
        ("refuted", "+++", "inconclusive"),
        ("refuted", "???", "inconclusive"),
        ("inconclusive", "+++", "inconclusive"),
        ("inconclusive", "+-", "conditional"),
        ("conditional", "+++", "conditional"),
    ],
)
def test_a_verdict_is_kept_only_where_no_convention_overturns_it(book, signs, outcome):
    assert survival(book, cells(signs)).outcome == outcome


def test_supported_and_refuted_are_mirrors():
    turn = str.maketrans("+-", "-+")
    mirror = {"supported": "refuted", "refuted": "supported"}
    for signs in ("+++", "+-", "++?", "???", "-", "+"):
        for book in ("supported", "refuted", "inconclusive"):
            one = survival(book, cells(signs)).outcome
            other = survival(mirror.get(book, book), cells(signs.translate(turn))).outcome
            assert mirror.get(one, one) == other, (book, signs)


@pytest.mark.parametrize(
    ("signs", "sizes", "names"),
    [
        ("++--", (2, 2), (0,)),
        ("+-+-", (2, 2), (1,)),
        ("+--+", (2, 2), (0, 1)),
        ("+-++", (2, 2), (0, 1)),
        ("+?-?", (2, 2), (0,)),
        ("+??-", (2, 2), (0,)),  # of two that separate alone the first
        ("++++--++++--", (2, 3, 2), (1,)),
        ("+-+-+-+-+-+-", (2, 3, 2), (2,)),
        ("++++", (2, 2), ()),
        ("++??", (2, 2), ()),
        ("+/", (2,), ()),
    ],
)
def test_a_condition_names_the_fewest_conventions_that_settle_the_cells(signs, sizes, names):
    assert separating(cells(signs, *sizes)) == names
    left = survival("supported", cells(signs, *sizes))
    assert left.separated_by == (names if left.outcome == "conditional" else ())


@pytest.mark.parametrize(
    ("fresh", "holds"),
    [("++--", True), ("+?--", True), ("++-?", True), ("+-+-", False), ("+---", False),
     ("++++", False), ("????", False)],
)  # fmt: skip
def test_fresh_seeds_confirm_a_condition_if_they_hang_on_the_same_convention(fresh, holds):
    assert confirmed(cells("++--", 2, 2), cells(fresh, 2, 2)) is holds
    assert not confirmed(cells("++++", 2, 2), cells(fresh, 2, 2)), "there is no condition"


def test_the_last_convention_changes_fastest():
    assert list(combined([2, 3]))[:4] == [(0, 0), (0, 1), (0, 2), (1, 0)]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("supported", "agrees"),
        ("refuted", "contradicts"),
        ("inconclusive", "undecided"),
        ("conditional", "divided"),
    ],
)
def test_a_cell_agrees_or_contradicts_by_its_whole_interval(outcome, state):
    assert state_of(outcome) == state


CLAIM = {
    "id": "A25",
    "bound": {"value": 1},
    "conventions": [{"about": "start", "name": {}, "ways": [{}, {"start": "he"}]}],
    "cells": [
        {"choice": [0], "run": 0, "outcome": "supported", "estimate": {"mean": 1.0}},
        {"choice": [1], "run": 1, "outcome": "refuted", "estimate": {"mean": 0.0}},
    ],
}
RUN = {"fields": {}, "sha256": "0"}
GRID = {"figure": "a", "config": {}, "seeds": {}, "cells": [RUN, RUN], "claims": [CLAIM]}


def spoilt(**other):
    """The grid with parts of its second cell exchanged, or taken away if they are ``None``."""
    first, second = CLAIM["cells"]
    second = {key: value for key, value in {**second, **other}.items() if value is not None}
    return GRID | {"claims": [CLAIM | {"cells": [first, second]}]}


def written(root, grid):
    (root / "grids").mkdir()
    (root / "grids" / "a.json").write_text(grid if isinstance(grid, str) else json.dumps(grid))
    return Project(root)


def test_a_committed_grid_is_read_and_there_may_be_none(tmp_path):
    assert read_grid(written(tmp_path, GRID), "a") == GRID
    assert read_grid(Project(tmp_path), "b") is None


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ("<<<<", ":1: not a grid: not JSON"),
        ("[]", ":1: not a grid: not an object in braces"),
        ({"claims": [CLAIM]}, ": not a grid"),
        (GRID | {"cells": [RUN]}, ": not a grid"),
        (GRID | {"cells": [RUN, {}]}, ": not a grid"),
        ({key: GRID[key] for key in GRID.keys() - {"config"}}, ": not a grid"),
        ({key: GRID[key] for key in GRID.keys() - {"seeds"}}, ": not a grid"),
        (spoilt(outcome=None), ": not a grid"),
        (spoilt(outcome="yes"), ": not a grid"),
        (spoilt(estimate="0"), ": not a grid"),
        (spoilt(fresh={"estimate": {}}), ": not a grid"),
        (GRID | {"claims": [CLAIM | {"cells": CLAIM["cells"][:1]}]}, ": not a grid"),
        (GRID | {"claims": [CLAIM | {"cells": CLAIM["cells"][::-1]}]}, ": not a grid"),
    ],
)
def test_a_file_that_is_no_grid_is_refused_in_one_line_with_what_to_do(tmp_path, grid, told):
    with pytest.raises(RecordError) as caught:
        read_grid(written(tmp_path, grid), "a")
    assert str(caught.value).startswith(f"grids/a.json{told}")
    assert str(caught.value).endswith("; restore it, or dlbook grid a")
    assert "\n" not in str(caught.value)


def test_a_grid_of_another_bound_or_of_other_conventions_is_not_the_claims(tmp_path):
    declared = {key: CLAIM[key] for key in ("id", "bound", "conventions")}
    assert of_claim(GRID, declared) == CLAIM
    assert of_claim(GRID, declared | {"bound": {"value": 2}}) is None
    assert of_claim(GRID, declared | {"conventions": []}) is None
    assert of_claim(None, declared) is None


def test_a_claim_whose_grid_is_missing_is_told_with_the_command_that_makes_it(tmp_path):
    (tmp_path / "figures_src").mkdir()
    (tmp_path / "figures_src" / "a.py").write_text("")
    claims = [{"id": "A01"}, {"id": "A02", "grid": None}, {"id": "A03", "grid": {"cells": []}}]
    assert gridless(Project(tmp_path), "a", {"claims": claims}) == [
        "figures_src/a.py: claim A02 has conventions, and no grid fits them; dlbook grid a"
    ]


@pytest.mark.parametrize(
    ("source", "declares"),
    [
        ('CLAIMS = [Claim(id="A25", conventions=(c,)), Claim(id="A26")]\n', True),
        ('CLAIMS = [Claim(id="A25")]\n', False),
        ("CLAIMS = [claim(k) for k in (1, 2)]\n", True),
    ],
)
def test_a_script_declares_conventions_if_it_writes_some_down_or_only_it_knows(
    tmp_path, source, declares
):
    (tmp_path / "figures_src").mkdir()
    (tmp_path / "figures_src" / "a.py").write_text(source)
    assert declares_conventions(Project(tmp_path), "a") is declares


def test_a_grid_that_is_no_text_is_told_with_its_line(tmp_path):
    project = written(tmp_path, GRID)
    project.grid("a").write_bytes('{\n"figure": "折"'.encode("gb18030"))
    with pytest.raises(RecordError, match=r"^grids/a\.json:2: not UTF-8 .+; restore it, or dlbook"):
        read_grid(project, "a")
    project.grid("a").unlink()
    project.grid("a").mkdir()
    with pytest.raises(
        RecordError, match=r"^grids/a\.json: Is a directory; there is a folder where"
    ):
        read_grid(project, "a")
