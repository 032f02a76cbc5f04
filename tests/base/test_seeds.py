import hashlib

import pytest

from dlbook.base.seeds import ROOM, first_seed, in_room, seed_called, seeds_from

DIGESTS = [hashlib.sha256(bytes([n])).hexdigest() for n in range(200)]


def test_every_digest_has_a_room_that_a_page_can_count_to_and_nobody_else_has():
    firsts = [first_seed(digest) for digest in [*DIGESTS, "0" * 64, "f" * 64]]
    assert all(first % ROOM == 0 and ROOM <= first < 2**53 - ROOM for first in firsts)
    assert len({first_seed(digest) for digest in DIGESTS}) == len(DIGESTS)


def test_one_digit_of_a_digest_changes_all_seeds():
    changed = DIGESTS[0][:-1] + ("0" if DIGESTS[0][-1] != "0" else "1")
    assert not set(seeds_from(first_seed(DIGESTS[0]), 99)) & set(
        seeds_from(first_seed(changed), 99)
    )


def test_seeds_follow_one_another_and_those_apart_judge_nothing():
    assert [*seeds_from(5_000_000, 3)] == [5_000_000, 5_000_001, 5_000_002]
    parts = [set(seeds_from(0, 64, apart=part)) for part in range(10)]
    assert len(set.union(*parts)) == 640
    assert all(in_room(seed, 0) for part in parts for seed in part)
    assert not in_room(ROOM, 0)
    assert not in_room(-1, 0)


@pytest.mark.parametrize(("count", "apart"), [(0, 0), (100_001, 0), (1, 10), (1, -1)])
def test_what_a_room_has_not_is_refused(count, apart):
    with pytest.raises(ValueError, match="take "):
        seeds_from(0, count, apart=apart)


def test_a_reader_may_call_a_seed_by_its_place():
    assert seed_called(5_000_000, 7) == 5_000_007
    assert seed_called(5_000_000, 5_000_007) == 5_000_007
    assert seed_called(0, 7) == 7
