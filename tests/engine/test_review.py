import copy
import hashlib
import json

import pytest

from dlbook.base.whole import write
from dlbook.engine import files
from dlbook.engine.review import cited_by, in_one_line, is_accepted, moved, orphans, review


def estimate(mean, low, high, n=32):
    return {"mean": mean, "low": low, "high": high, "n": n}


def along(axis):
    return {"along": [[axis, [2, 4]]], "cells": [0.25, 0.5]}


RECORD = {
    "figure": "folds",
    "made_on": "here",
    "config": {"seeds": 32, "rate": 0.1},
    "values": {
        "best": estimate(0.56, 0.5, 0.6),
        "exact": estimate(2.0, 2.0, 2.0, n=1),
        "error": 0.125,
        "rounding": 2e-16,
        "pieces": 8,
        "name": "relu",
        "holds": True,
        "rates": along("width"),
        "steps": [1, 2.5, estimate(1.0, 0.9, 1.1)],
    },
    "claims": [
        {"id": "A25/pieces", "verdict": "supported", "estimate": estimate(1.0, 0.9, 1.1),
         "bound": {"direction": "at least", "value": 0.5, "because": None},
         "statement": {"zh": "对", "en": "right"}, "control": None},
    ],
    "texts": {"alt": {"zh": "曲线", "en": "a curve up to 0.56"}},
}  # fmt: skip


def changed(place, value, made_on="here"):
    """The record with one place changed, made here or elsewhere."""
    record = copy.deepcopy(RECORD)
    *way, last = place
    inner = record
    for step in way:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return {**record, "made_on": made_on}


def told(place, value, made_on="here"):
    return [in_one_line(move) for move in moved(RECORD, changed(place, value, made_on))]


def test_the_same_record_has_not_moved():
    assert moved(RECORD, copy.deepcopy(RECORD)) == []
    assert moved(RECORD, {**RECORD, "made_on": "elsewhere"}) == []


def test_what_no_machine_decides_differs_by_nothing_between_two():
    own = {key: part for key, part in RECORD.items() if key != "made_on"}
    made = changed(("values", "error"), 0.1250000001)
    del made["made_on"]
    assert len(moved(own, made)) == len(moved(RECORD, made)) == len(moved(made, RECORD)) == 1


ALWAYS = [
    (("values", "best"), estimate(0.7, 0.65, 0.75),
     "best moved from 0.56 [0.5, 0.6] (n = 32) to 0.7 [0.65, 0.75] (n = 32)"),
    (("values", "best", "n"), 33,
     "best moved from 0.56 [0.5, 0.6] (n = 32) to 0.56 [0.5, 0.6] (n = 33)"),
    (("values", "exact"), estimate(2.1, 2.1, 2.1, n=1),
     "exact moved from 2.0 [2.0, 2.0] (n = 1) to 2.1 [2.1, 2.1] (n = 1)"),
    (("values", "error"), 0.1401, "error moved from 0.125 to 0.1401"),
    (("values", "error"), "0.125", 'error moved from 0.125 to "0.125"'),
    (("config", "rate"), 0.101, "config.rate moved from 0.1 to 0.101"),
    (("values", "pieces"), 9, "pieces moved from 8 to 9"),
    (("values", "pieces"), 8.0, "pieces moved from 8 to 8.0"),
    (("values", "holds"), False, "holds moved from True to False"),
    (("values", "name"), "tanh", "name moved from relu to tanh"),
    (("values", "steps"), [1, 2.5], None),
    (("values", "steps", 0), 2, "steps.0 moved from 1 to 2"),
    (("values", "pieces"), along("width"), "pieces moved from 8 to values along width"),
    (("values", "rates"), along("depth"),
     "rates moved from values along width to values along depth"),
    (("values", "rates", "cells", 1), 0.9, "rates[4] moved from 0.5 to 0.9"),
    (("values", "pieces"), None, "pieces is gone"),
    (("values", "more"), 1, "more is new"),
    (("claims", 0, "verdict"), "refuted",
     "claim A25/pieces.verdict moved from supported to refuted"),
    (("claims", 0, "statement", "zh"), "错", "claim A25/pieces.statement.zh moved from 对 to 错"),
    (("claims", 0, "bound", "value"), 0.6,
     "claim A25/pieces.bound.value moved from 0.5 to 0.6"),
    (("claims", 0, "control"), {"zh": "a", "en": "b"}, "claim A25/pieces.control is new"),
    (("config", "seeds"), 64, "config.seeds moved from 32 to 64"),
    (("texts", "alt", "zh"), "直线", None),
]  # fmt: skip


def test_a_trained_number_without_interval_may_differ_by_a_tenth_elsewhere():
    assert told(("values", "error"), 0.13) == ["error moved from 0.125 to 0.13"]
    assert told(("values", "error"), 0.13, made_on="elsewhere") == []


def test_an_untrained_number_may_differ_by_rounding_only_elsewhere():
    old = changed(("config", "seeds"), None, "here")
    new = {**old, "made_on": "elsewhere", "values": {**old["values"], "error": 0.1250001}}
    assert moved(old, new) == []
    new["values"]["error"] = 0.1251
    assert [in_one_line(move) for move in moved(old, new)] == ["error moved from 0.125 to 0.1251"]


def test_numerals_in_the_texts_of_claims_do_not_count_elsewhere():
    old = changed(("claims", 0, "statement", "zh"), "共 12 段", "here")
    new = copy.deepcopy(old)
    new["claims"][0]["statement"]["zh"] = "共 13 段"
    assert len(moved(old, new)) == 1
    new["made_on"] = "elsewhere"
    assert moved(old, new) == []


@pytest.mark.parametrize(("place", "value", "line"), ALWAYS)
def test_what_moves_on_any_machine_is_told(place, value, line):
    here = told(place, value)
    assert len(here) == 1
    assert line is None or here == [line]
    assert len(told(place, value, made_on="elsewhere")) == 1


def test_a_claim_that_is_gone_or_new_is_told():
    assert [in_one_line(m) for m in moved(RECORD, changed(("claims", 0), None))] == [
        "claim A25/pieces is gone"
    ]
    assert [in_one_line(m) for m in moved(changed(("claims", 0), None), RECORD)] == [
        "claim A25/pieces is new"
    ]


ONLY_HERE = [
    (("values", "best"), estimate(0.57, 0.51, 0.61)),
    (("values", "best", "low"), 0.51),
    (("values", "error"), 0.125 * (1 + 1e-7)),
    (("values", "rounding"), 5e-16),
    (("values", "exact"), estimate(2 + 1e-9, 2 + 1e-9, 2 + 1e-9, n=1)),
    (("claims", 0, "estimate"), estimate(1.01, 0.9, 1.1)),
    (("values", "steps", 2), estimate(1.05, 0.95, 1.1)),
    (("texts", "alt", "en"), "a curve up to 0.57"),
]


@pytest.mark.parametrize(("place", "value"), ONLY_HERE)
def test_what_another_machine_may_give_counts_only_on_the_same(place, value):
    assert len(told(place, value)) == 1
    assert told(place, value, made_on="elsewhere") == []


@pytest.mark.parametrize("new", [estimate(0.61, 0.55, 0.65), estimate(0.51, 0.4, 0.55)])
def test_a_value_outside_the_others_interval_has_moved_either_way(new):
    one, other = changed(("values", "best"), new, "elsewhere"), RECORD
    assert [move.field for move in moved(other, one)] == ["best"]
    assert [move.field for move in moved(one, other)] == ["best"]


@pytest.fixture
def pages(desk):
    desk.page(
        "zh/folding.md", "好\n\n共 [[folds.pieces]] 段，[[folds.pieces_all]]\n[[figure folds]]\n"
    )
    desk.page("en/folding.md", "[[folds.best|.3]] and [[folds.steps[8]]], [[verdict A25/pieces]]\n")
    desk.page("en/other.md", "[[unfolds.pieces]] [[claims folds]] [[verdict A25]]\n")
    return desk.project


@pytest.mark.parametrize(
    ("field", "places"),
    [
        ("pieces", ["docs/zh/folding.md:3"]),
        ("best", ["docs/en/folding.md:1"]),
        ("steps[8]", ["docs/en/folding.md:1"]),
        ("steps", ["docs/en/folding.md:1"]),
        ("claim A25/pieces.verdict", ["docs/en/folding.md:1", "docs/en/other.md:1"]),
        ("texts.alt.zh", ["docs/zh/folding.md:4"]),
        ("exact", []),
    ],
)
def test_the_pages_that_cite_a_field_are_found(pages, field, places):
    assert cited_by(pages, "folds", field) == places


def test_a_moved_number_is_told_with_its_pages_and_what_to_do(pages):
    write(pages.accepted("folds"), files.to_json(RECORD))
    assert review(pages, "folds", RECORD) == []
    assert review(pages, "folds", changed(("values", "pieces"), 9)) == [
        "results/folds.json: pieces moved from 8 to 9; cited by docs/zh/folding.md:3;"
        " if this is right: dlbook accept folds"
    ]
    assert review(pages, "folds", changed(("values", "error"), 0.5)) == [
        "results/folds.json: error moved from 0.125 to 0.5; if this is right: dlbook accept folds"
    ]


def test_a_figure_without_an_accepted_record_is_told(pages):
    (line,) = review(pages, "folds", RECORD)
    assert line == (
        "results/folds.json: folds has no accepted record; look at it, then dlbook accept folds"
    )


def test_a_record_with_a_merge_conflict_is_told(pages):
    write(pages.accepted("folds"), b'{\n "a": 1,\n<<<<<<< HEAD\n')
    (line,) = review(pages, "folds", RECORD)
    assert line.startswith("results/folds.json:3: not a record: not JSON; restore it")


@pytest.mark.parametrize(
    "text",
    [
        '{"claims": [{"id": "A22", "bound": 3}]}',
        '{"claims": [{"id": "A22", "estimate": "x", "bound": {"value": null}}]}',
        '{"values": {"pieces": {"along": 3, "cells": 4}}}',
        '{"values": {"share": {"mean": "x", "low": [], "high": {}, "n": 8}}, "made_on": "else"}',
    ],
)
def test_a_record_of_another_shape_is_told_in_one_line_each(pages, text):
    write(pages.accepted("folds"), text.encode())
    told = review(pages, "folds", RECORD)
    assert told
    for line in told:
        assert line.startswith("results/folds.json: ")
        assert line.endswith("dlbook accept folds")
        assert "\n" not in line


def test_a_page_that_cannot_be_read_cites_nothing(pages):
    (pages.root / "docs" / "zh" / "folder.md").mkdir()
    (pages.root / "docs" / "zh" / "other.md").write_bytes("折 [[folds.pieces]]".encode("gb18030"))
    assert "docs/zh/folding.md:3" in cited_by(pages, "folds", "pieces")


def test_a_grid_whose_figure_is_gone_is_told(pages):
    (pages.root / "grids").mkdir()
    (pages.root / "grids" / "folds.json").write_text("{}")
    (line,) = orphans(pages, set())
    assert line.startswith("grids/folds.json: there is no figure 'folds'; delete this grid")


def test_a_record_whose_figure_is_gone_is_told(pages):
    write(pages.accepted("folds"), b"{}")
    assert orphans(pages, {"folds"}) == []
    (line,) = orphans(pages, {"other"})
    assert line.startswith("results/folds.json: there is no figure 'folds'; delete this record")


def test_texts_without_a_script_are_told(pages):
    folder = pages.scripts_folder / "chapter"
    folder.mkdir(parents=True)
    for name in ("a.py", "a.md", "b.md", "._a.md"):
        (folder / name).write_text("", encoding="utf-8")
    (line,) = [each for each in orphans(pages, {"folds"}) if "figures_src" in each]
    assert line == (
        "figures_src/chapter/b.md: there is no script beside these texts; delete them, or write"
        " figures_src/chapter/b.py"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"x": {"along": 3, "cells": []}},
        {"x": {"along": [["width", [1, 2]]], "cells": [1]}},
        {"x": {"along": [["width", [1, 2]]]}},
    ],
)
def test_a_record_whose_insides_are_broken_is_one_line(pages, values):
    pages.accepted("folds").parent.mkdir(exist_ok=True)
    pages.accepted("folds").write_text(json.dumps({"values": values}), encoding="utf-8")
    made = {"values": {"x": {"along": [["width", [1, 2]]], "cells": [1, 2]}}}
    for line in review(pages, "folds", made):
        assert line.startswith("results/folds.json: ")


def test_a_record_of_the_accepted_bytes_needs_no_comparing(desk):
    path = desk.project.accepted("a")
    record = files.to_json(RECORD)
    checksum = hashlib.sha256(record).hexdigest()
    assert not is_accepted(desk.project, "a", checksum)
    write(path, record)
    assert is_accepted(desk.project, "a", checksum)
    write(path, record.replace(b"0.125", b"0.126"))
    assert not is_accepted(desk.project, "a", checksum)
