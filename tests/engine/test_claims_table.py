import pytest

from dlbook.base.whole import write
from dlbook.engine import files
from dlbook.engine.claims_table import table
from dlbook.record.records import RecordError

BOUND = {
    "direction": "at least",
    "value": 0.5,
    "because": {"zh": "多半。", "en": "More often than not."},
}
TOLD = "at least 0.5. Reason: More often than not."


def estimate(mean):
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 4}


def claim(name, verdict, mean):
    return {
        "id": name, "verdict": verdict, "bound": BOUND, "kind": "finding",
        "statement": {"zh": "对", "en": "right"},
        "estimate": estimate(mean),
    }  # fmt: skip


@pytest.fixture
def project(desk):
    """Two figures with accepted records, one without."""
    for name in ("a", "b", "c"):
        desk.script(name)
    one = {"claims": [claim("B02", "refuted", 0.25), claim("A25/pieces", "supported", 1.0)]}
    write(desk.project.accepted("a"), files.to_json(one))
    two = {"claims": [claim("A03", "supported", 2.0)]}
    write(desk.project.accepted("b"), files.to_json(two))
    return desk.project


def test_all_claims_stand_in_the_order_of_their_ids_with_their_bounds_and_reasons(project):
    assert table(project, None, None, "en") == [
        "A03         supported  b  2 [1.9, 2.1] n=4       right",
        f"            {TOLD}",
        "A25/pieces  supported  a  1 [0.9, 1.1] n=4       right",
        f"            {TOLD}",
        "B02         refuted    a  0.25 [0.15, 0.35] n=4  right",
        f"            {TOLD}",
    ]


def test_settings_factors_and_grid_stand_below_and_no_mean_stands_above(project):
    factor = {"name": {"zh": "陡", "en": "slope"}, "verdict": "refuted", "estimate": estimate(0.2)}
    convention = {"name": {"zh": "起点", "en": "start"}}
    full = claim("A03", "conditional", 2.0) | {
        "settings": {"along": [["width", [4, 8]]], "cells": [estimate(2), estimate(-2)]},
        "outcomes": ["supported", "refuted"],
        "factors": [factor | {"rival": False}, factor | {"rival": True}],
        "carrier": "together",
        "budget": {"change": estimate(0.5), "within": 0.05, "flat": False},
        "grid": {
            "cells": [{"state": "agrees"}, {"state": "contradicts"}],
            "conventions": [convention],
            "separated_by": [0],
        },
    }
    write(project.accepted("b"), files.to_json({"claims": [full]}))
    head, *below = table(project, "b", None, "en")
    assert head == "A03  conditional  b  2 settings  right"
    assert [line.strip() for line in below] == [
        TOLD,
        "[4] 2 [1.9, 2.1] n=4: supported",
        "[8] -2 [-2.1, -1.9] n=4: refuted",
        "last doubling of steps: 0.5 [0.4, 0.6] n=4, still changing (within 0.05)",
        "named: slope alone 0.2 [0.1, 0.3] n=4: refuted",
        "rival: slope alone 0.2 [0.1, 0.3] n=4: refuted",
        "carried by no factor alone, only together",
        "grid: 1 agrees, 1 contradicts, by start",
    ]


def test_a_remark_has_no_bound_below_it(project):
    remark = claim("A01", None, 0) | {"kind": "analogy", "bound": None, "estimate": None}
    write(project.accepted("b"), files.to_json({"claims": [remark]}))
    assert table(project, "b", None, "en") == ["A01  analogy  b    right"]


@pytest.mark.parametrize(
    ("figure", "verdict", "ids"),
    [
        ("a", None, ["A25/pieces", "B02"]),
        (None, "supported", ["A03", "A25/pieces"]),
        ("a", "supported", ["A25/pieces"]),
        ("c", None, []),
    ],
)
def test_claims_are_chosen_by_figure_and_verdict(project, figure, verdict, ids):
    lines = table(project, figure, verdict, "en")
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ids


def test_statements_come_in_both_languages(project):
    lines = table(project, None, None, "zh")
    assert all(line.endswith("对") for line in lines[::2])
    assert all(line.endswith("至少 0.5。理由：多半。") for line in lines[1::2])


def test_a_claim_that_is_none_is_told_in_one_line(project):
    broken = {"claims": [{"id": "B02", "statement": 3}]}
    write(project.accepted("c"), files.to_json(broken))
    with pytest.raises(RecordError, match=r"^results/c.json: not a record: claim 'B02' is not as"):
        table(project, None, None, "en")
