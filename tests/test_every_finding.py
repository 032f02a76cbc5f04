"""Torch can train whatever the book's trained findings rest on."""

import pytest

from dlbook.engine.second_opinion import retrained
from dlbook.figures import fields, judging
from dlbook.record.claims import Claim
from tests.scripts import FINDING, REPLAYED, claims, script, small
from tests.turns import turn


def findings(name):
    return [c for c in claims(name).values() if isinstance(c, Claim) and c.kind == "finding"]


TRAINED = [name for name in FINDING if name in REPLAYED]


@pytest.mark.parametrize("name", turn("by torch", TRAINED, (len(TRAINED) + 7) // 8))
def test_torch_trains_what_findings_rest_on_and_what_is_provable_holds_of_its_nets(name):
    with retrained(0) as renewed:
        result = judging.execute(script(name), script(name).SMALL)
    assert renewed.trained
    judged = {claim.id: verdict for claim, verdict in judging.judge(script(name), result)}
    assert all(judged[claim.id] is not None for claim in findings(name))
    ours, theirs = (fields.scalars(str, each) for each in (small(name), result))
    assert ours.keys() == theirs.keys()
    assert ours != theirs, "other numbers than the book's"
