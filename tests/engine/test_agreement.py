"""What it takes for two trainers to agree on a claim."""

import math

import pytest

from dlbook.base.evidence import Estimate
from dlbook.engine.agreement import (
    Agreement,
    Judgement,
    agreement,
    agreement_along,
    apart,
    covered,
    side_by_side,
)

HALF = Estimate(0.5, 0.5 - 0.196, 0.5 + 0.196, 40)  # one standard error is 0.1


def shifted(by, sides=(0.196, 0.196)):
    return Estimate(0.5 + by, 0.5 + by - sides[0], 0.5 + by + sides[1], 40)


@pytest.mark.parametrize("by", [0.3, -0.3])
def test_the_distance_is_in_standard_errors_of_the_difference(by):
    assert apart(HALF, shifted(by)) == pytest.approx(3 / math.sqrt(2), rel=1e-4)
    assert apart(shifted(by), HALF) == apart(HALF, shifted(by))


def test_of_a_lopsided_interval_the_side_counts_on_which_the_other_lies():
    near, far = shifted(0.3, (0.392, 0.0)), shifted(0.3, (0.0, 0.392))
    assert apart(HALF, near) == pytest.approx(3 / math.sqrt(5), rel=1e-4)
    assert apart(HALF, far) == pytest.approx(3, rel=1e-4)


def test_a_value_without_spread_is_as_far_as_the_other_ones_spread_says():
    certain = Estimate(0.8, 0.8, 0.8, 40)
    assert apart(HALF, certain) == pytest.approx(3, rel=1e-4)
    assert apart(certain, Estimate(0.9, 0.9, 0.9, 40)) == math.inf
    assert apart(certain, Estimate(0.8 + 1e-8, 0.8 + 1e-8, 0.8 + 1e-8, 40)) == 0
    assert apart(Estimate(0, 0, 0, 1), Estimate(0, 0, 0, 1)) == 0


def test_both_verdict_and_estimate_have_to_agree():
    def standing(book, other):
        found = agreement("a", "A01", Judgement(*book), Judgement(*other))
        return found.standing, found.why

    assert standing(("supported", HALF), ("supported", shifted(0.4))) == ("agrees", "")
    assert standing(("supported", HALF), ("inconclusive", shifted(0.1))) == (
        "disagrees", "another verdict",
    )  # fmt: skip
    assert standing(("supported", HALF), ("supported", shifted(0.5))) == (
        "disagrees", "another estimate",
    )  # fmt: skip
    assert standing(("supported", HALF), ("refuted", shifted(-1))) == (
        "disagrees", "another verdict, another estimate",
    )  # fmt: skip


def test_the_table_begins_with_what_disagrees_and_ends_with_the_sums():
    judgement = Judgement("supported", HALF)
    found = [
        agreement("alpha", "A02", judgement, judgement),
        Agreement("beta", "B01", "not covered", "nothing is trained", judgement),
        agreement("alpha", "A01", judgement, Judgement("refuted", shifted(2))),
        agreement("alpha", "A10", judgement, judgement),
    ]
    head, *rows, last = side_by_side(found)
    assert head.split() == ["claim", "figure", "the", "book", "by", "torch", "apart", "seeds"]
    assert [row.split()[0] for row in rows] == ["disagrees", "not", "agrees", "agrees"]
    told = "A01 alpha supported 0.5 [0.304, 0.696] refuted 2.5 [2.3, 2.7] 14.1 SE another verdict, "
    assert " ".join(rows[0].split()[1:]) == f"{told}another estimate"
    assert rows[1].endswith("nothing is trained")
    assert last == "4 findings: agrees 2, not covered 1, disagrees 1 (75% covered)"
    assert covered(found) == 0.75


def test_without_a_finding_nothing_is_missing():
    assert side_by_side([]) == ["no finding among them"]
    assert covered([]) == 1


def pair(by, theirs="supported"):
    return Judgement("supported", HALF), Judgement(theirs, shifted(by))


def test_of_several_settings_each_is_held_against_itself_and_the_furthest_is_told():
    found = agreement_along("saw", "B19", {"relu, 2": pair(0.01), "relu, 3": pair(0.1)})
    assert (found.standing, found.why) == ("agrees", "at relu, 3, of 2 settings")
    assert found.apart == pytest.approx(1 / math.sqrt(2), rel=1e-4)
    found = agreement_along("saw", "B19", {"2": pair(0.01, "inconclusive"), "3": pair(0.1)})
    assert (found.standing, found.why) == ("disagrees", "another verdict at 2, of 2 settings")


def test_what_is_measured_in_one_setting_names_none():
    assert agreement_along("saw", "B19", {"": pair(0.1)}) == agreement("saw", "B19", *pair(0.1))
