"""How numbers are written: tables of value, format, Chinese, English."""

import random
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from dlbook.record import numbers

LANGUAGES = ("zh", "en")
HALF = {"mean": 0.58, "low": 0.56, "high": 0.60, "n": 64}
NONE = {"mean": 0.0, "low": 0.0, "high": 0.00197, "n": 1870}
ALL = {"mean": 1.0, "low": 0.94, "high": 1.0, "n": 64}


def estimate(mean, low, high, n=64):
    return {"mean": mean, "low": low, "high": high, "n": n}


def write(value, spec=None):
    return tuple(numbers.format_value(value, spec, lang) for lang in LANGUAGES)


# The rows of the module's docstring, in its order.
@pytest.mark.parametrize(
    ("value", "spec", "zh", "en"),
    [
        (0.58, None, "0.58", "0.58"),
        (HALF, None, "0.58", "0.58"),
        (0.58251, ".3", "0.583", "0.583"),
        (0.58, "%", "58%", "58%"),
        (0.58, ".1%", "58.0%", "58.0%"),
        (0.0015, "e", "1.5×10⁻³", "1.5×10⁻³"),
        (0.0015, ".2e", "1.50×10⁻³", "1.50×10⁻³"),
        (36712345, "big", "3671 万", "36.71 million"),
        (HALF, "ci", "0.58（95% 区间 0.56–0.60）", "0.58 (95% CI 0.56–0.60)"),
        (HALF, "ci%", "58%（95% 区间 56%–60%）", "58% (95% CI 56–60%)"),
        (HALF, "low", "0.56", "0.56"),
        (HALF, "high", "0.60", "0.60"),
        (HALF, "low%", "56%", "56%"),
        (HALF, "high%", "60%", "60%"),
        (HALF, "n", "64", "64"),
        (NONE, "of", "1870 个里一个也没有", "none of 1870"),
        (ALL, "of", "64 个全都", "all 64"),
        (HALF, "of", "64 个里的 58%", "58% of 64"),
    ],
)
def test_every_format_of_the_docstring_is_written_as_it_says(value, spec, zh, en):
    assert write(value, spec) == (zh, en)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.0, "0"), (-0.0, "0"), (7, "7"), (-3, "−3"), (-0.25, "−0.25"),
        (1234, "1234"), (9999, "9999"), (12345, "12,345"), (-12345, "−12,345"),
        (10_000_000, "10,000,000"), (2**70, "1,180,591,620,717,411,303,424"),
        (0.1 + 0.2, "0.3"), (1 / 3, "0.3333"), (0.99996, "1"), (1234.5678, "1235"),
        (12345.678, "12,346"), (99999.5, "100,000"), (9999.99996, "10,000"),
        (16777216.0, "16,777,216"), (1e10, "10¹⁰"), (1e22, "10²²"), (12345678.9, "1.2×10⁷"),
        (0.001, "0.001"), (0.00099999, "0.001"), (0.00123456, "0.001235"),
        (0.0005, "0.0005"), (0.0001, "0.0001"), (-0.0005, "−0.0005"),
        (0.00012, "1.2×10⁻⁴"), (0.0009876, "9.9×10⁻⁴"), (-0.00012, "−1.2×10⁻⁴"),
        (1e-16, "10⁻¹⁶"), (1e-17, "10⁻¹⁷"), (-1e-16, "−10⁻¹⁶"), (5e-324, "5×10⁻³²⁴"),
        (np.float64(0.125), "0.125"), ("ReLU", "ReLU"), ("1-16-1", "1-16-1"),
    ],
)  # fmt: skip
def test_without_a_format_a_number_is_written_as_a_reader_would(value, text):
    assert write(value) == (text, text)


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.125, ".2", "0.12"), (0.375, ".2", "0.38"), (2.675, ".2", "2.68"), (3, ".3", "3.000"),
        (-0.0, ".2", "0.00"), (-0.001, ".2", "0.00"), (-0.006, ".2", "−0.01"),
        (12345.678, ".2", "12,345.68"), (1e22, ".1", "10,000,000,000,000,000,000,000.0"),
        (0.575, ".0%", "58%"), (0.285, "%", "28.5%"), (0.07, "%", "7%"), (1.0, "%", "100%"),
        (0.0, "%", "0%"), (-0.25, "%", "−25%"), (123.456, "%", "12,346%"), (1e-7, "%", "0.00001%"),
        (0.0, ".2%", "0%"), (-0.0, ".1%", "0%"), (1.0, ".1%", "100%"), (1e-7, ".1%", "0.0%"),
        (0.0, "e", "0"), (-0.0, ".2e", "0"), (1e-3, "e", "10⁻³"), (1e-3, ".2e", "1.00×10⁻³"),
        (1.04e-3, "e", "1.0×10⁻³"), (9.96e-5, "e", "1.0×10⁻⁴"), (-1e-3, "e", "−10⁻³"),
        (1.0, "e", "10⁰"), (123456, "e", "1.2×10⁵"), (-0.0015, "e", "−1.5×10⁻³"),
    ],
)  # fmt: skip
def test_a_format_is_obeyed_without_the_oddities_of_floats(value, spec, text):
    assert write(value, spec) == (text, text)


@pytest.mark.parametrize(
    ("value", "spec", "zh", "en"),
    [
        (0.5, "big", "0.5", "0.5"),
        (9999, ".1big", "9999", "9999"),
        (10_000, "big", "1 万", "10,000"),
        (65536, ".1big", "6.6 万", "65,536"),
        (1_500_000, "big", "150 万", "1.5 million"),
        (99_999_999, "big", "1 亿", "100 million"),
        (60_000_000, ".0big", "6000 万", "60 million"),
        (999_999_999, "big", "10 亿", "1 billion"),
        (123_456_789, ".2big", "1.23 亿", "123.46 million"),
        (7_000_000_000, "big", "70 亿", "7 billion"),
        (2_500_000_000_000, "big", "2.5 万亿", "2.5 trillion"),
        (10**30, "big", "10³⁰", "10³⁰"),
        (-36712345, ".1big", "−3671.2 万", "−36.7 million"),
        (True, None, "是", "yes"),
        (False, None, "否", "no"),
    ],
)
def test_each_language_uses_its_own_large_units_and_words(value, spec, zh, en):
    assert write(value, spec) == (zh, en)


@pytest.mark.parametrize(
    ("value", "spec", "en"),
    [
        (estimate(0.58123, 0.5612, 0.6034), None, "0.581"),
        (estimate(0.58123, 0.5612, 0.6034), "ci", "0.581 (95% CI 0.561–0.603)"),
        (estimate(0.58123, 0.5612, 0.6034), "ci%", "58.1% (95% CI 56.1–60.3%)"),
        (estimate(0.58123, 0.5612, 0.6034), "%", "58.1%"),
        (estimate(0.58123, 0.5612, 0.6034), "e", "5.81×10⁻¹"),
        (estimate(0.58123, 0.5612, 0.6034), ".1ci", "0.6 (95% CI 0.6–0.6)"),
        (estimate(-0.5, -0.7, -0.3), "ci", "−0.5 (95% CI −0.7 to −0.3)"),
        (estimate(0.0, -0.013, 0.013), "ci", "0.000 (95% CI −0.013 to 0.013)"),
        (estimate(4.0, 4.0, 4.0), None, "4"),
        (estimate(4.0, 4.0, 4.0), "ci", "4"),
        (estimate(0.125, 0.125, 0.125), "ci%", "12.5%"),
        (estimate(0.0, 0.0, 0.00197, 1949), ".1ci%", "0% (95% CI 0–0.2%)"),
        (estimate(-0.03, -0.06, 0.01), "ci%", "−3% (95% CI −6 to 1%)"),
        (estimate(1 / 3, 1 / 3, 1 / 3), ".2", "0.33"),
        (estimate(12345.6, 12000.0, 13000.0), "ci", "12,350 (95% CI 12,000–13,000)"),
        (estimate(1.23e-5, 0.9e-5, 2e-5), "ci", "1.23×10⁻⁵ (95% CI 9.0×10⁻⁶–2.00×10⁻⁵)"),
        (estimate(1e-9, 0.0, 2.2e-9), "ci", "1.0×10⁻⁹ (95% CI 0–2.2×10⁻⁹)"),
        (estimate(0.0, -3e-9, 3e-9), "ci", "0 (95% CI −3×10⁻⁹ to 3×10⁻⁹)"),
        (estimate(36712345.0, 3e7, 4e7), "big", "36.7 million"),
        (estimate(0.5, 0.4, 0.6, 12345), "n", "12,345"),
    ],
)
def test_an_estimate_is_written_as_far_as_its_interval_supports(value, spec, en):
    assert numbers.format_value(value, spec, "en") == en


def test_a_signed_interval_is_read_without_a_dash_in_chinese_too():
    written = numbers.format_value(estimate(-0.5, -0.7, -0.3), "ci", "zh")
    assert written == "−0.5（95% 区间 −0.7 至 −0.3）"


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [
        (0.56, 0.60, 3), (0.57, 0.59, 3), (0.29, 0.31, 3), (0.0, 2.0, 1), (-1e-5, 1e-5, 6),
        (100.0, 200.0, 0), (12000.0, 13000.0, -1), (-1.7e308, 1.7e308, -307),
    ],
)  # fmt: skip
def test_an_interval_supports_two_digits_of_its_half_width(low, high, decimals):
    assert numbers.decimals_of(low, high) == decimals


def test_rounding_keeps_the_value_inside_and_moves_nothing_by_more_than_half_a_unit():
    dice = random.Random(5)
    for _ in range(3000):
        scale = 10.0 ** dice.uniform(-12, 12)
        low, mean, high = sorted(dice.gauss(0, scale) + dice.choice((0, scale)) for _ in "abc")
        rounded = numbers.round_estimate(mean, low, high)
        assert rounded[1] <= rounded[0] <= rounded[2]
        half_unit = Fraction(10) ** -numbers.decimals_of(low, high) / 2
        for before, after in zip((mean, low, high), rounded, strict=True):
            moved = abs(Fraction(Decimal(repr(after))) - Fraction(Decimal(repr(before))))
            assert moved <= half_unit * (1 + Fraction(1, 10**9))


def test_what_is_written_from_a_record_lies_within_the_record_rounding():
    dice = random.Random(6)
    for _ in range(1000):
        low, mean, high = sorted(dice.gauss(0.5, 0.2) for _ in "abc")
        record = estimate(*numbers.round_estimate(mean, low, high))
        written = numbers.format_value(record, "low", "en").replace("−", "-")
        assert "×" in written or float(written) == record["low"]


def test_an_exact_number_keeps_ten_digits():
    assert numbers.round_exact(0.1 + 0.2) == 0.3
    assert numbers.round_exact(1.23456789012345) == 1.234567890
    assert numbers.round_exact(12345678.9876) == 12345678.99
    assert numbers.round_estimate(1 / 3, 1 / 3, 1 / 3) == (0.3333333333,) * 3


@pytest.mark.parametrize(
    ("value", "spec", "message"),
    [
        (0.5, "percent", "unknown format 'percent'; use one of .3  %  .1%  e  .2e  big  ci"),
        (0.5, ".12", "unknown format '.12'"),
        (0.5, " ", "unknown format ' '"),
        (0.5, "ci", "format 'ci' needs an estimate with an interval"),
        (0.5, ".1ci%", "format '.1ci%' needs an estimate with an interval"),
        (5, "n", "format 'n' needs an estimate with an interval"),
        (0.5, "of", "format 'of' needs an estimate with an interval"),
        (estimate(1.2, 1.0, 1.4), "of", "format 'of' needs a share between 0 and 1"),
        (0.5, "low%", "format 'low%' needs an estimate with an interval"),
        ([0.5], "high", "format 'high' needs an estimate with an interval"),
        ("ReLU", ".2", "format '.2' needs a number, and the field holds 'ReLU'"),
        (True, "%", "format '%' needs a number, and the field holds True"),
        ([1, 2], None, "the field holds a list; give its axis in Result, and cite a value"),
        (float("nan"), None, "nan is not a finite number"),
        (float("-inf"), ".2", "-inf is not a finite number"),
    ],
)
def test_a_format_that_does_not_fit_says_what_to_do(value, spec, message):
    with pytest.raises(numbers.CitationError, match=re.escape(message)) as caught:
        numbers.format_value(value, spec, "en")
    assert "\n" not in str(caught.value)


VALUES = {
    "loss": 0.25,
    "rates": {"along": [["width", [2, 4, 8]]], "cells": [0.5, HALF, 0.125]},
    "table": {"along": [["k", [1, 2]], ["rate", [0.1, 1.0]]], "cells": [1, 2, 3, 40000]},
    "list": [1, 2],
    "name": "ReLU",
    "error_2": 1e-5,
}
RECORD = {"values": VALUES, "config": {"seeds": 64, "sizes": [5, 10]}}
RECORDS = {None: RECORD, "toy": RECORD, "other_2": {"values": {"loss": 0.75}}}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a loss of [[toy.loss]].", "a loss of 0.25."),
        ("[[.loss]] against [[other_2.loss]]", "0.25 against 0.75"),
        ("[[toy.loss|%]][[toy.loss|.1]]", "25%0.2"),
        ("[[toy.loss|]]", "0.25"),
        ("[[toy.rates[2]]], [[toy.rates[8]|.1%]]", "0.5, 12.5%"),
        ("[[toy.rates[4]|ci]]", "0.58 (95% CI 0.56–0.60)"),
        ("[[toy.rates[width=4]|n]]", "64"),
        ("[[toy.table[k=2, rate=1]]], [[.table[rate=1.0, k=1]]]", "40,000, 2"),
        ("[[toy.seeds]] seeds, [[.sizes[10]]]", "64 seeds, 10"),
        ("[[toy.error_2]] of [[toy.name]]", "10⁻⁵ of ReLU"),
        ("$x = [[toy.loss]]$ and $$[[[.loss]]]$$", "$x = 0.25$ and $$[0.25]$$"),
        ("| [[toy.loss|.3]] | [[other_2.loss|%]] |", "| 0.250 | 75% |"),
        ("（[[toy.loss]]）。", "（0.25）。"),
    ],
)
def test_citations_are_replaced_wherever_they_stand(text, written):
    assert numbers.resolve(text, RECORDS.__getitem__, "en") == written


@pytest.mark.parametrize(
    "text",
    [
        "[a link](toy.loss), [1], [[1, 2], [3, 4]]", "[[0.5, 1], [2, 3]]", "$[[.5]] + [[-1.5]]$",
        "[[figure toy]] [[ref toy]] [[claims toy]]", "[[verdict A25/pieces]]", "[toy.loss]", "[[]]",
        "[[x for x in y]]", "no brackets", "",
    ],
)  # fmt: skip
def test_other_brackets_are_left_alone(text):
    def never(name):
        raise AssertionError(f"looked up {name}")

    assert numbers.resolve(text, never, "en") == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[toy.los]]", "[[toy.los]]: no field 'los'; the record has "
                        "error_2, list, loss, name, rates, table; its config seeds, sizes"),
        ("[[toy.rates]]", "[[toy.rates]]: field 'rates' holds values along width; cite one:"),
        ("[[toy.rates[3]]]", "[[toy.rates[3]]]: field 'rates': no width 3; there are 2, 4, 8"),
        ("[[toy.table[2]]]", "does not name each axis once; write [k=…, rate=…]"),
        ("[[toy.loss[2]]]", "[[toy.loss[2]]]: field 'loss' lies along no axis; cite it without"),
        ("[[toy.sizes[7]]]", "[[toy.sizes[7]]]: field 'sizes': no sizes 7; there are 5, 10"),
        ("[[toy.list]]", "[[toy.list]]: the field holds a list; give its axis in Result"),
        ("[[toy.rates.3]]", "[[toy.rates.3]] cites by position; name the value, as in"),
        ("[[toy.table.1.0|%]]", "[[toy.table.1.0|%]] cites by position"),
        ("[[.rates.0]]", "[[.rates.0]] cites by position"),
        ("[[toy_2 loss]]", "[[toy_2 loss]] is no citation"),
        ("[[toy.loss|ci]]", "[[toy.loss|ci]]: format 'ci' needs an estimate"),
        ("[[toy.loss|2]]", "[[toy.loss|2]]: unknown format '2'"),
        ("[[Toy.loss]]", "[[Toy.loss]] is no citation; write [[name.field]]"),
        ("[[toy-1.loss]]", "[[toy-1.loss]] is no citation"),
        ("[[ toy.loss ]]", "[[ toy.loss ]] is no citation"),
        ("[[toy.loss |%]]", "[[toy.loss |%]] is no citation"),
        ("[[toy.loss|.2|e]]", "[[toy.loss|.2|e]] is no citation"),
        ("[[toy.rates.last]]", "[[toy.rates.last]] is no citation"),
        ("[[.]]", "[[.]] is no citation"),
    ],
)  # fmt: skip
def test_a_wrong_citation_is_refused_in_one_line_that_quotes_it(text, message):
    with pytest.raises(numbers.CitationError, match=re.escape(message)) as caught:
        numbers.resolve(f"before {text} after", RECORDS.__getitem__, "zh")
    assert "\n" not in str(caught.value)


def test_a_number_is_written_by_whoever_asks():
    written = numbers.resolve("[[toy.loss]]", RECORDS.__getitem__, "en", "<{}>".format)
    assert written == "<0.25>"


@pytest.mark.parametrize("entries", [[0.5, 0.5], [HALF], [[1, 2], [3, 4]], []])
def test_an_entry_of_a_list_that_has_no_name_of_its_own_cannot_be_cited(entries):
    record = {"values": {"runs": entries}}
    with pytest.raises(numbers.CitationError, match="'runs' is a list whose entries have no names"):
        numbers.resolve("[[toy.runs[0.5]]]", lambda _: record, "en")
