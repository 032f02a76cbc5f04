import pytest

from dlbook.base.whole import write
from dlbook.engine import files
from dlbook.engine.claims_table import table
from dlbook.record.records import RecordError


def claim(name, verdict, mean):
    return {
        "id": name, "verdict": verdict, "bound": {"value": 0.5}, "kind": "finding",
        "statement": {"zh": "对", "en": "right"},
        "estimate": {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 4},
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


def test_all_claims_stand_in_the_order_of_their_ids(project):
    assert table(project, None, None, "en") == [
        "A03         supported  b  2 [1.9, 2.1] n=4 vs 0.5       right",
        "A25/pieces  supported  a  1 [0.9, 1.1] n=4 vs 0.5       right",
        "B02         refuted    a  0.25 [0.15, 0.35] n=4 vs 0.5  right",
    ]


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
    assert [line.split()[0] for line in table(project, figure, verdict, "en")] == ids


def test_statements_come_in_both_languages(project):
    assert all(line.endswith("对") for line in table(project, None, None, "zh"))


def test_a_claim_that_is_none_is_told_in_one_line(project):
    broken = {"claims": [{"id": "B02", "statement": 3}]}
    write(project.accepted("c"), files.to_json(broken))
    with pytest.raises(RecordError, match=r"^results/c.json: not a record: claim 'B02' is not as"):
        table(project, None, None, "en")
