from dataclasses import FrozenInstanceError
from itertools import product
from math import ceil, log2

import pytest
import torch

from dlbook.mathematics import circuits, explicit

BITS = range(1, 13)


def rows(bits):
    """All states by Python itself, with the number of ones of each."""
    return [(state, sum(state)) for state in product((0, 1), repeat=bits)]


@pytest.mark.parametrize("bits", BITS)
def test_the_states_count_in_binary(bits):
    assert circuits.states(bits).tolist() == [list(state) for state, _ in rows(bits)]


@pytest.mark.parametrize("bits", BITS)
def test_even_parity_holds_where_the_ones_are_even(bits):
    parity = circuits.even_parity(circuits.states(bits)).tolist()
    assert parity == [ones % 2 == 0 for _, ones in rows(bits)]


@pytest.mark.parametrize("bits", BITS)
def test_the_xnor_tree_gives_even_parity_for_even_d_and_odd_parity_for_odd_d(bits):
    tree = circuits.xnor_tree(circuits.states(bits))
    assert tree.output.tolist() == [ones % 2 == bits % 2 for _, ones in rows(bits)]
    assert tree.gates == bits - 1
    assert tree.depth == ceil(log2(bits))


@pytest.mark.parametrize("bits", BITS)
def test_the_disjunctive_form_of_parity_has_half_as_many_terms_as_states(bits):
    x = circuits.states(bits)
    parity = circuits.even_parity(x)
    terms = circuits.minterms(parity)
    assert terms.shape == (2 ** (bits - 1), bits)
    assert torch.equal(circuits.any_term(terms, x), parity)
    assert circuits.adjacent_pairs(parity) == 0


def prime_implicants(table, bits):
    """By brute force over all 3^d cubes (None: either value)."""

    def members(cube):
        return {
            i
            for i, (state, _) in enumerate(rows(bits))
            if all(c is None or c == s for c, s in zip(cube, state, strict=True))
        }

    true = {i for i, value in enumerate(table) if value}
    cubes = [members(cube) for cube in product((0, 1, None), repeat=bits)]
    inside = [cube for cube in cubes if cube <= true]
    return [cube for cube in inside if not any(cube < other for other in inside)]


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_every_prime_implicant_of_parity_is_a_single_state(bits):
    parity = circuits.even_parity(circuits.states(bits)).tolist()
    primes = prime_implicants(parity, bits)
    assert len(primes) == 2 ** (bits - 1)
    assert all(len(prime) == 1 for prime in primes)


def test_adjacent_pairs_are_absent_exactly_where_all_prime_implicants_are_single_states():
    for table in product((False, True), repeat=8):
        single = all(len(prime) == 1 for prime in prime_implicants(table, 3))
        assert (circuits.adjacent_pairs(torch.tensor(table)) == 0) == single


def test_a_cube_of_true_states_has_an_adjacent_pair_per_edge():
    assert circuits.adjacent_pairs(torch.ones(8, dtype=torch.bool)) == 12


@pytest.mark.parametrize("bits", BITS)
def test_d_threshold_units_in_one_layer_compute_even_parity(bits):
    x = circuits.states(bits)
    layers = circuits.threshold_parity(bits)
    output = explicit.evaluate(layers, x, explicit.step)[:, 0]
    assert torch.equal(output, circuits.even_parity(x).double())
    shapes = [((bits, bits), (bits,)), ((bits, 1), (1,))]
    assert [(W.shape, b.shape) for W, b in layers] == shapes


def test_detectors_compute_all_256_functions_of_three_bits_with_a_unit_per_true_state():
    x = circuits.states(3)
    for values in product((False, True), repeat=8):
        table = torch.tensor(values)
        layers = circuits.detectors(table[None])
        output = explicit.evaluate(layers, x, explicit.step)[:, 0]
        assert torch.equal(output, table.double())
        assert layers[0][0].shape == (3, sum(values))


def test_sixteen_shared_detectors_compute_all_65536_functions_of_four_bits():
    numbers = torch.arange(2**16)
    tables = (numbers[:, None] >> torch.arange(16) & 1).bool()
    layers = circuits.detectors(tables)
    output = explicit.evaluate(layers, circuits.states(4), explicit.step)
    assert torch.equal(output.T, tables.double())
    assert layers[0][0].shape == (4, 16)


@pytest.mark.parametrize("bits", [3, 5])
def test_a_detector_fires_at_its_own_state_only(bits):
    every = torch.ones(1, 2**bits, dtype=torch.bool)
    (W, b), _ = circuits.detectors(every)
    fires = explicit.step(circuits.states(bits) @ W + b)
    assert torch.equal(fires, torch.eye(2**bits, dtype=torch.float64))


@pytest.mark.parametrize("shape", [(3,), (4, 2)])
def test_a_truth_table_of_another_shape_is_refused(shape):
    table = torch.ones(shape, dtype=torch.bool)
    with pytest.raises(ValueError, match="a truth table has 2\\^d entries"):
        circuits.minterms(table)


def test_a_tree_cannot_be_changed_afterwards():
    tree = circuits.xnor_tree(circuits.states(2))
    with pytest.raises(FrozenInstanceError):
        tree.gates = 0
