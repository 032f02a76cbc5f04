from itertools import combinations, product
from math import comb

import pytest
import torch

from dlbook.mathematics import rng, separability
from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "no_learner_beats_half_on_average"
PARITY, MAJORITY, FIRST_BIT = 150, 232, 240


def test_cases_are_all_choices_of_rows_with_all_their_labels():
    rows, labels, unseen = script(NAME).cases(4)
    assert len(rows) == comb(8, 4) * 2**4 == small(NAME).cases
    assert len({(*r, *v) for r, v in zip(rows.tolist(), labels.tolist(), strict=True)}) == len(rows)
    for known, open_ in zip(rows.tolist(), unseen.tolist(), strict=True):
        assert sorted(known + open_) == list(range(8))


def test_the_named_functions_are_what_they_are_called():
    bits = data.truth_table(3).long()
    families = script(NAME)._FAMILIES
    assert [data.boolean(n, 3).tolist() for n in families["one bit"]] == bits.T.tolist()
    assert families["majority"] == (MAJORITY,)
    assert data.boolean(MAJORITY, 3).tolist() == (bits.sum(1) > 1).long().tolist()
    assert families["parity"] == (PARITY,)
    assert data.boolean(PARITY, 3).tolist() == (bits.sum(1) % 2).tolist()


def counted_one_by_one(said):
    """Right answers of one start, function by function, choice by choice, row by row."""
    cases = list(product(combinations(range(8), 4), product((0, 1), repeat=4)))
    place = {case: i for i, case in enumerate(cases)}
    found = []
    for number in range(256):
        table = [(number >> row) & 1 for row in range(8)]
        right = 0
        for rows in combinations(range(8), 4):
            guess = said[place[rows, tuple(table[row] for row in rows)]]
            right += sum(int(guess[r]) == table[r] for r in range(8) if r not in rows)
        found.append(right)
    return found


def test_right_answers_are_those_that_one_counts_one_by_one():
    loaded = script(NAME)
    said = rng.stream(0, "said").integers(2, 2, 1120, 8)
    found = loaded.right_answers(said, loaded.SMALL)
    assert found[1].tolist() == counted_one_by_one(said[1].tolist())
    assert found.sum(1).tolist() == [35840, 35840], "even for answers drawn by lot"


def test_half_of_all_answers_are_right_for_every_net_and_every_start():
    res = small(NAME)
    assert res.asked == 256 * 70 * 4
    assert set(res.right) == {35840}
    assert res.halves.shape == (5, res.config.seeds)


def test_undecided_looks_at_every_open_row_of_every_partial_table():
    found = small(NAME).undecided
    assert len(found) == 8 * 3**7  # one row is open, each other 0, 1 or open
    assert bool(found.all())


def test_with_starts_of_their_own_half_is_only_near():
    found = script(NAME).from_own_starts(replace(script(NAME).SMALL, own_functions=256))
    assert 0 < abs(found - 0.5) < 0.01


@pytest.mark.parametrize("net", ["linear", "deep", "memory"])
def test_a_case_trained_alone_ends_as_it_does_among_the_others(net):
    loaded, cfg = script(NAME), script(NAME).SMALL
    rows, labels, unseen = loaded.cases(4)
    case = 777
    table = torch.zeros(8, dtype=torch.int64).scatter(0, rows[case], labels[case])
    number = sum(int(value) << row for row, value in enumerate(table.tolist()))
    choice = loaded.Replay(net=net, function=number, known=tuple(rows[case].tolist()))
    stack = loaded.replay(choice, cfg).fit(range(cfg.seeds)).stack
    said = loaded.answers(stack, loaded.seen_as(net, cfg))
    _, end, _ = loaded.trained(net, cfg)
    assert torch.equal(said, end[:, case])
    assert small(NAME).guesses[net][case].tolist() == said[:, unseen[case]].sum(0).tolist()


def test_a_net_without_hidden_layer_fits_no_labels_that_no_plane_parts():
    loaded = script(NAME)
    rows, labels, _ = loaded.cases(4)
    _, _, fitted = loaded.trained("linear", replace(loaded.SMALL, steps=300))
    x = data.truth_table(3)
    for case in range(0, len(rows), 7):
        if bool(fitted[:, case].any()):
            assert separability.separable(x[rows[case]], labels[case].bool())


def test_the_page_gets_every_guess():
    res = small(NAME)
    given = script(NAME).explorable(res)
    assert [net["name"] for net in given["nets"]] == list(script(NAME)._NETS)
    for net in given["nets"]:
        counts = torch.tensor([int(each, 36) for each in net["guesses"]]).view(1120, 4)
        assert torch.equal(counts, res.guesses[net["name"]])
        assert net["accuracy"]["everything"] == 0.5


def test_depth_is_a_cause_only_if_it_saves_data_alone():
    claim, res = claims(NAME)["B38/depth"], small(NAME)
    big, none = stats.exact(0.3), stats.exact(0.0)
    made = replace(res, together=big, depth_alone=big, code_alone=none)
    assert claim.judge(made).outcome == "supported"
    made = replace(res, together=big, depth_alone=none, code_alone=big)
    assert claim.judge(made).outcome == "refuted"


@pytest.mark.parametrize(
    ("change", "message"),
    [({"undecided": torch.tensor([True, False])}, "open"),
     ({"halves": torch.tensor([[True], [False]])}, "half of it")],
)  # fmt: skip
def test_check_refuses_a_lunch_that_is_free(change, message):
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(small(NAME), **change))
