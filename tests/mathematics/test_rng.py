"""Streams against published vectors, against plain integers, and against their shared record.

``tests/vectors/rng.json`` holds numbers that every implementation of the recipe must give; the
TypeScript engine is held to the same file. ``python tests/test_rng.py`` writes it anew.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch

from dlbook.mathematics import rng

VECTORS = Path(__file__).parent.parent / "vectors" / "rng.json"
SEEDS = [0, 7, 2**32 + 5, 2**63 - 1]
NAMES = [("a",), ("init", 0), ("batches", 3, "epoch"), ("折叠", "β")]


def vectors():
    """The shared record: every integer as a decimal string where it may pass 2^53."""

    def case(seed, name):
        def fresh():
            return rng.stream(seed, *name)

        return {
            "seed": str(seed),
            "name": [str(part) for part in name],
            "hash": f"{rng.name_hash(*name):016x}",
            "words53": [str(int(u * 2**53)) for u in fresh().uniform(7).tolist()],
            "uniform": fresh().uniform(7).tolist(),
            "integers": {str(n): fresh().integers(n, 9).tolist() for n in (1, 2, 10, 1000, 2**32)},
            "permutation": {str(n): fresh().permutation(n).tolist() for n in (1, 2, 5, 16)},
            "normal": fresh().normal(12).tolist(),
        }

    return {
        "philox4x32_10": [
            {"counter": counter, "key": key, "words": words} for counter, key, words in PHILOX
        ],
        "inverse_normal": [
            {"p": p, "z": z}
            for p, z in zip(TAILS, rng.inverse_normal(np.array(TAILS)).tolist(), strict=True)
        ],
        "streams": [case(seed, name) for seed, name in itertools.product(SEEDS, NAMES)],
    }


# Counter, key and output words, from the known-answer tests of the Random123 library.
PHILOX = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip

TAILS = [2.0**-54, 1e-12, 1e-6, 1e-3, 0.0749, 0.0751, 0.3, 0.5, 0.6, 0.9249, 0.9251, 0.999]


def words(text):
    return [np.array([int(word, 16)], dtype=np.uint64) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), PHILOX)
def test_philox_gives_its_known_answers(counter, key, expected):
    given = rng.philox(words(counter), tuple(words(key)))
    assert " ".join(f"{int(word[0]):08x}" for word in given) == expected


@pytest.mark.parametrize(
    ("name", "hashed"),
    [  # from the test vectors of the FNV draft (Fowler, Noll, Vo, Eastlake)
        (("a",), 0xAF63DC4C8601EC8C),
        (("b",), 0xAF63DF4C8601F1A5),
        (("foo",), 0xDCB27518FED9D577),
        (("foobar",), 0x85944171F73967E8),
    ],
)
def test_names_are_hashed_by_fnv_1a(name, hashed):
    assert rng.name_hash(*name) == hashed


def test_the_parts_of_a_name_are_joined_by_slashes_as_text():
    value = 0xCBF29CE484222325
    for byte in "init/3/β".encode():
        value = (value ^ byte) * 1099511628211 & (2**64 - 1)
    assert rng.name_hash("init", 3, "β") == rng.name_hash("init", "3", "β") == value


@pytest.mark.parametrize("name", [(), ("",), ("a", ""), ("a/b",), ("a", "b/c")])
def test_a_name_that_could_be_taken_for_another_is_refused(name):
    with pytest.raises(ValueError, match="non-empty parts without '/'"):
        rng.name_hash(*name)


def plain_philox(counter, key):
    """Philox4x32-10 once more, in plain integers, as its authors state it."""
    c, k = list(counter), list(key)
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return c


def plain_integers(seed, name, count):
    """The first 53-bit integers of a stream, by the recipe, one at a time."""
    hashed = rng.name_hash(*name)
    integers = []
    for block in range(-(-count // 2)):
        counter = [block % 2**32, block >> 32, hashed % 2**32, hashed >> 32]
        out = plain_philox(counter, [seed % 2**32, seed >> 32])
        integers += [(a >> 5) * 2**26 + (b >> 6) for a, b in (out[:2], out[2:])]
    return integers[:count]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_draw_follows_the_recipe_in_plain_integers(seed, name):
    whole = plain_integers(seed, name, 11)

    def fresh():
        return rng.stream(seed, *name)

    assert fresh().uniform(11).tolist() == [w / 2**53 for w in whole]
    assert fresh().integers(1000, 11).tolist() == [int(w / 2**53 * 1000) for w in whole]
    assert fresh().permutation(11).tolist() == sorted(range(11), key=whole.__getitem__)
    normal = [scipy.special.ndtri(((w >> 1) + 0.5) / 2**52) for w in whole]
    assert fresh().normal(11).tolist() == pytest.approx(normal, rel=2e-15)


def test_a_block_counter_above_32_bits_moves_into_its_high_word():
    stream = rng.stream(7, "far")
    stream._position = 2**33 - 2  # two numbers to a block
    hashed = rng.name_hash("far")
    expected = []
    for counter in ([2**32 - 1, 0], [0, 1]):
        out = plain_philox([*counter, hashed % 2**32, hashed >> 32], [7, 0])
        expected += [(a >> 5) * 2**26 + (b >> 6) for a, b in (out[:2], out[2:])]
    assert stream.uniform(4).tolist() == [w / 2**53 for w in expected]


DRAWS = {
    "uniform": lambda s: s.uniform(3, 5),
    "an odd count": lambda s: s.uniform(7),
    "normal": lambda s: s.normal(2, 3, 3),
    "integers": lambda s: s.integers(97, 9),
    "permutation": lambda s: s.permutation(13),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_row_of_a_stack_is_its_single_stream_to_the_bit(draw):
    stack = rng.streams(SEEDS, "init", 2)
    for _ in range(3):  # also when the stack carries on
        rows = draw(stack)
        assert rows.shape[0] == len(SEEDS)
    for seed, row in zip(SEEDS, rows, strict=True):
        single = rng.stream(seed, "init", 2)
        for _ in range(3):
            alone = draw(single)
        assert alone.dtype == row.dtype
        assert torch.equal(alone, row)


@pytest.mark.parametrize("cuts", [(1, 1, 8), (3, 7), (5, 5), (9, 1), (2, 3, 5)])
def test_a_stream_carries_on_where_it_stopped_even_inside_a_block(cuts):
    parts = rng.stream(3, "cut")
    joined = torch.cat([parts.uniform(cut) for cut in cuts])
    assert torch.equal(joined, rng.stream(3, "cut").uniform(10))


def test_kinds_of_draws_share_one_position():
    stream = rng.stream(3, "mixed")
    stream.normal(2)
    stream.integers(5, 1)
    stream.permutation(4)
    assert torch.equal(stream.uniform(3), rng.stream(3, "mixed").uniform(10)[7:])


def test_shapes_are_filled_row_by_row():
    flat = rng.stream(3, "shape").uniform(24)
    assert torch.equal(rng.stream(3, "shape").uniform(2, 3, 4), flat.reshape(2, 3, 4))


def test_other_names_and_other_seeds_disturb_nothing():
    alone = rng.stream(1, "init", 0).normal(8)
    rng.stream(1, "init", 1).normal(1000)
    assert torch.equal(rng.streams([9, 1, 4], "init", 0).normal(8)[1], alone)
    assert torch.equal(rng.stream(1, "init", 0).normal(8), alone)


def test_different_seeds_and_names_give_different_numbers():
    addresses = [(s, n) for s in range(20) for n in (("a",), ("b",), ("a", 0), ("a", 1))]
    firsts = {float(rng.stream(seed, *name).uniform(1)) for seed, name in addresses}
    assert len(firsts) == len(addresses)


def test_uniforms_are_uniform_and_move_to_their_interval():
    u = rng.stream(0, "uniform").uniform(20_000)
    assert u.dtype == torch.float64
    assert 0 <= float(u.min()) < float(u.max()) < 1
    assert scipy.stats.kstest(u.numpy(), "uniform").pvalue > 0.01
    moved = rng.stream(0, "uniform").uniform(20_000, low=-3, high=5)
    assert torch.equal(moved, -3 + 8 * u)


def test_normals_are_normal():
    z = rng.stream(0, "normal").normal(20_000)
    assert z.dtype == torch.float64
    assert scipy.stats.kstest(z.numpy(), "norm").pvalue > 0.01


def test_neighbouring_streams_are_not_correlated():
    z = torch.cat(
        [rng.streams(range(8), "n").normal(4000), rng.streams(range(8), "m").normal(4000)]
    )
    off_diagonal = torch.corrcoef(z)[~torch.eye(16, dtype=torch.bool)]
    assert float(off_diagonal.abs().max()) < 4.5 / math.sqrt(4000)


@pytest.mark.parametrize("below", [1, 2, 7, 10])
def test_integers_reach_every_value_below_their_bound_equally(below):
    drawn = rng.stream(0, "integers").integers(below, 20_000)
    assert drawn.dtype == torch.int64
    counts = torch.bincount(drawn, minlength=below)
    assert len(counts) == below
    assert below == 1 or scipy.stats.chisquare(counts.numpy()).pvalue > 0.01


@pytest.mark.parametrize("below", [1, 3, 10, 2**31 + 11, 2**32 - 1, 2**32])
def test_the_extreme_integers_are_zero_and_the_bound_less_one(below, monkeypatch):
    ends = np.array([[0, 2**53 - 1]], dtype=np.uint64)
    monkeypatch.setattr(rng.Stream, "_draw", lambda self, shape: ends)
    assert rng.stream(0, "ends").integers(below, 2).tolist() == [0, below - 1]


def test_the_extreme_integers_give_finite_and_opposite_normals(monkeypatch):
    ends = np.array([[0, 2**53 - 1]], dtype=np.uint64)
    monkeypatch.setattr(rng.Stream, "_draw", lambda self, shape: ends)
    low, high = rng.stream(0, "ends").normal(2).tolist()
    assert low == pytest.approx(scipy.special.ndtri(2.0**-53), rel=2e-15)
    assert high == -low


def test_empty_and_scalar_draws_have_the_shape_that_was_asked_for():
    single, stack = rng.stream(3, "a"), rng.streams([3, 4], "a")
    assert single.uniform(0).shape == (0,)
    assert single.permutation(0).shape == (0,)
    assert single.normal().shape == ()
    assert stack.uniform(0, 5).shape == (2, 0, 5)
    assert stack.uniform().shape == (2,)
    assert single.integers(9, 4).shape == (4,)


def test_an_empty_draw_moves_no_stream():
    single, fresh = rng.stream(3, "a"), rng.stream(3, "a")
    single.uniform(0)
    assert torch.equal(single.uniform(3), fresh.uniform(3))


@pytest.mark.parametrize("seeds", [-1, 2**64, [], [1, -1]])
def test_a_seed_outside_64_bits_or_none_at_all_is_refused(seeds):
    with pytest.raises(
        ValueError, match=r"seeds must be one or more integers in 0 \.\. 2\*\*64 - 1"
    ):
        rng.Stream(seeds, ("a",))


def test_a_numpy_integer_is_a_seed():
    assert torch.equal(rng.stream(np.int64(3), "a").uniform(2), rng.stream(3, "a").uniform(2))


@pytest.mark.parametrize("below", [0, -1, 2**32 + 1])
def test_a_bound_outside_32_bits_is_refused(below):
    with pytest.raises(ValueError, match=f"integers below {below}: the bound must lie in"):
        rng.stream(0, "a").integers(below, 1)


@pytest.mark.parametrize("n", [1, 2, 17, 1000])
def test_a_permutation_holds_every_position_once(n):
    shuffled = rng.stream(0, "permutation").permutation(n)
    assert shuffled.dtype == torch.int64
    assert sorted(shuffled.tolist()) == list(range(n))


def test_all_orders_of_four_are_equally_likely():
    drawn = rng.streams(range(12_000), "order").permutation(4)
    numbers = drawn @ torch.tensor([64, 16, 4, 1])
    counts = torch.unique(numbers, return_counts=True)[1]
    assert len(counts) == 24
    assert scipy.stats.chisquare(counts.numpy()).pvalue > 0.01


def test_the_inverse_normal_follows_scipy_into_the_tails():
    exponents = np.arange(1, 55)
    lower = np.concatenate([2.0**-exponents, np.linspace(0.001, 0.499, 2000), TAILS])
    upper = 1 - lower[lower > 2.0**-53]
    p = np.concatenate([lower, upper[upper < 1]])
    away = p[p != 0.5]
    np.testing.assert_allclose(rng.inverse_normal(away), scipy.special.ndtri(away), rtol=2e-15)
    assert rng.inverse_normal(np.array([0.5])).tolist() == [0]


def test_the_shared_record_is_what_the_streams_give_to_the_bit():
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
