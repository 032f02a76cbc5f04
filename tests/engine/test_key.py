import ast
import shutil

import pytest

from dlbook.engine import key
from dlbook.engine.key import Keys, changes
from dlbook.figures import font
from dlbook.record.records import RecordError
from dlbook.record.statements import SourceError
from tests.engine.conftest import MEASURED, MEASURING

HERE = "figures_src/a.py"

COPIED = ("arithmetic", "base", "figures", "mathematics", "record", "training")


@pytest.fixture
def shelf(desk, monkeypatch):
    """A book with a copy of what scripts can know of the package."""
    for folder in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(key.PACKAGE / folder, desk.package / folder, ignore=ignored)
    shutil.copy(key.PACKAGE / "__init__.py", desk.package)
    (desk.package / "measuring.py").write_text(MEASURING, encoding="utf-8")
    monkeypatch.setattr(key, "PACKAGE", desk.package)
    desk.script("a", *MEASURED)
    return desk


def taken(shelf, settings=None):
    return Keys(shelf.project).of("a", settings)


NOTHING = [
    ("measuring.double(0.06)", "measuring.double(\n0.06  # half\n)"),
    ('"""Squares add up."""', '"""Squares really add up."""'),
    ("def run(cfg: Config) -> Result:", 'def run(cfg: Config) -> Result:\n    """Compute."""'),
    ("def draw(", "# a remark\n\n\ndef draw("),
    ("showing.show(__name__)", "print(1)"),
    ("from dlbook.figures import showing, style",
     "from dlbook.figures import style\nfrom dlbook.figures import showing"),
    ("import torch\n", "import torch\nimport numpy as np\n"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), NOTHING)
def test_a_comment_a_docstring_or_layout_changes_no_key(shelf, old, new):
    before = taken(shelf)
    shelf.script("a", *MEASURED, (old, new))
    assert taken(shelf) == before


DRAWS = [
    ('("数", "number")', '("数", "a number")', f"{HERE}: WORDS changed"),
    ("ax.plot(res.line)", "ax.plot(res.line, lw=3)", f"{HERE}: draw changed"),
    ("assert res.total > 0", "assert res.total > 1", f"{HERE}: check changed"),
    ("return res.mean", "return +res.mean", f"{HERE}: measure changed"),
    ('"A25", ', '"A26", ', f"{HERE}: CLAIMS changed"),
    ("Config(seeds=2)", "Config(seeds=3)", f"{HERE}: SMALL changed"),
    (
        "\ndef check",
        "\ndef explorable(res):\n    return res.total\n\n\ndef check",
        f"{HERE}: explorable is newly part of it",
    ),
    ("\ndef check", "\nBUDGET = 3\n\n\ndef check", f"{HERE}: BUDGET is newly part of it"),
]


@pytest.mark.parametrize(("old", "new", "why"), DRAWS)
def test_words_claims_and_drawing_change_the_draw_key_alone(shelf, old, new, why):
    before = taken(shelf)
    shelf.script("a", *MEASURED, (old, new))
    after = taken(shelf)
    assert after.run == before.run
    assert after.draw != before.draw
    assert changes(before.draw_parts, after.draw_parts) == [why]


TEXTS = """\
# title

平方和

A sum of squares

# A25 truth

成立

It does
"""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("squares\n", "all squares\n", "figures_src/a.md: title changed"),
        ("It does", "It does so", "figures_src/a.md: A25 truth changed"),
        ("平方和\n\nA", "平方和\nA", "figures_src/a.md: title changed"),
        ("truth\n", "truth\n\n是\n", "figures_src/a.md: A25 truth changed"),
        ("# title\n", "# title\n\n题\n\n# title\n", "figures_src/a.md: title changed"),
        ("# title\n", "Said here.\n\n# title\n",
         "figures_src/a.md: the opening is newly part of it"),
    ],
)  # fmt: skip
def test_a_text_beside_the_script_changes_the_draw_key_alone_and_is_named(shelf, old, new, why):
    texts = shelf.root / "figures_src" / "a.md"
    texts.unlink()
    bare = taken(shelf)
    texts.write_text(TEXTS, encoding="utf-8")
    before = taken(shelf)
    assert [changes(bare.draw_parts, before.draw_parts), bare.run] == [
        ["figures_src/a.md: A25 truth is newly part of it",
         "figures_src/a.md: title is newly part of it"],
        before.run,
    ]  # fmt: skip
    shelf.edit(texts, (old, new))
    after = taken(shelf)
    assert (after.run, after.draw != before.draw) == (before.run, True)
    assert changes(before.draw_parts, after.draw_parts) == [why]


def test_the_order_and_the_spacing_of_the_texts_change_nothing(shelf):
    texts = shelf.root / "figures_src" / "a.md"
    texts.write_text(TEXTS, encoding="utf-8")
    before = taken(shelf)
    title, truth = TEXTS.split("# A25")
    texts.write_text(f"\n#  A25{truth}\n\n{title}", encoding="utf-8")
    assert taken(shelf) == before


def test_a_local_name_does_not_make_run_depend_on_drawing(shelf):
    shelf.edit(shelf.root / HERE, ("    line = squares(cfg.length)\n",
               "    draw = squares\n    line = draw(cfg.length)\n"))  # fmt: skip
    assert f"{HERE}: draw" in taken(shelf).draw_parts


RUNS = [
    ("seeds: int = 4", "seeds: int = 64", "config: seeds 4 -> 64"),
    ("seeds: int = 4", "seeds: float = 4", f"{HERE}: Config changed"),
    ("** 2", "** 3", f"{HERE}: squares changed"),
    ("total: int\n", "total: float\n", f"{HERE}: Result changed"),
    ("line = squares(cfg.length)", "line = 2 * squares(cfg.length)", f"{HERE}: run changed"),
    ("\n\ndef run", "\n\ntorch.use_it()\n\ndef run", f"{HERE}: a statement is newly part of it"),
    ("length: int = 8", "length: int = 8\n    n: int = 1", "config: n is newly part of it (1)"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), RUNS)
def test_what_is_computed_changes_both_keys_and_is_named(shelf, old, new, why):
    before = taken(shelf)
    shelf.script("a", *MEASURED, (old, new))
    after = taken(shelf)
    assert after.run != before.run
    assert after.draw != before.draw
    assert why in changes(before.run_parts, after.run_parts)


def test_what_the_engine_draws_and_judges_with_counts_even_where_a_script_does_not_name_it(shelf):
    text = (shelf.root / HERE).read_text(encoding="utf-8")
    shelf.script("a", text="import torch\n" + text[text.index("\nSMALL") :])
    drawing = {"dlbook.figures.judging.record_of", "dlbook.figures.style.standalone"}
    assert drawing <= taken(shelf).draw_parts.keys()


def test_all_that_the_engine_asks_of_what_draws_and_judges_counts():
    asked: dict[str, set[str]] = {}
    for file in ("work", "workpiece"):
        tree = ast.parse((key.PACKAGE / "engine" / f"{file}.py").read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked.setdefault(node.value.id, set()).add(node.attr)
    for module, names in key.DRAWING.items():
        assert asked[module] - {"Picture"} == set(names), module


@pytest.mark.parametrize(
    ("module", "old", "new", "run", "draw"),
    [
        ("measuring", "2.0 *", "3.0 *", "dlbook.measuring.double changed", None),
        ("mathematics/rng", "_ROUNDS = 10", "_ROUNDS = 9",
         "dlbook.mathematics.rng._ROUNDS changed", None),
        ("base/evidence", "self.low == self.high\n", "self.high == self.low\n",
         "dlbook.base.evidence.Estimate changed", None),
        ("figures/style", 'FAMILY = "', 'FAMILY = "x', None,
         "dlbook.figures.style.FAMILY changed"),
        ("record/claims", "{2}[a-z]?", "{2,3}[a-z]?", None, "dlbook.record.claims._ID changed"),
    ],
)  # fmt: skip
def test_a_definition_that_is_reached_is_named_and_retrains_what_computes_with_it(
    shelf, module, old, new, run, draw
):
    before = taken(shelf)
    path = shelf.package / f"{module}.py"
    for unused in ("# a remark", "UNUSED = 1", "def unused():\n    return 1"):
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{unused}\n", encoding="utf-8")
        assert taken(shelf) == before
    shelf.edit(path, (old, new))
    after = taken(shelf)
    assert (after.run != before.run, after.draw != before.draw) == (run is not None, True)
    assert changes(before.run_parts, after.run_parts) == ([run] if run else [])
    if draw:
        assert changes(before.draw_parts, after.draw_parts) == [draw]


def test_a_module_that_a_script_does_not_reach_changes_nothing(shelf):
    before = taken(shelf)
    (shelf.package / "other.py").write_text("x = 1\n", encoding="utf-8")
    assert taken(shelf) == before


def test_a_definition_that_only_drawing_uses_does_not_retrain(shelf):
    used = ("ax.plot(res.line)", "ax.plot(measuring.double(1.0) * res.line)")
    shelf.script("a", MEASURED[0], used)
    before = taken(shelf)
    assert "dlbook.measuring.double" not in before.run_parts
    shelf.edit(shelf.package / "measuring.py", ("2.0 *", "3.0 *"))
    after = taken(shelf)
    assert (after.run, after.draw != before.draw) == (before.run, True)


@pytest.mark.parametrize("moved", ["torch", "numpy"])
def test_another_version_of_what_computes_retrains(shelf, moved, monkeypatch):
    before = taken(shelf)
    real = key.version
    monkeypatch.setattr(key, "version", lambda name: "9.9" if name == moved else real(name))
    assert changes(before.run_parts, taken(shelf).run_parts) == [f"{moved} {real(moved)} -> 9.9"]


def test_another_python_retrains(shelf, monkeypatch):
    before = taken(shelf)
    monkeypatch.setattr(key.platform, "python_version", lambda: "4.0.0")
    assert taken(shelf).run != before.run


def test_another_matplotlib_or_font_draws_again(shelf, monkeypatch):
    before = taken(shelf)
    monkeypatch.setattr(key, "version", lambda name, real=key.version: real(name) * 2
                        if name == "matplotlib" else real(name))  # fmt: skip
    after = taken(shelf)
    assert (after.run, after.draw != before.draw) == (before.run, True)
    monkeypatch.setattr(key, "version", lambda name, real=key.version: "9"
                        if name == font.PACKAGE else real(name))  # fmt: skip
    moved = changes(after.draw_parts, taken(shelf).draw_parts)
    assert moved == [f"font {after.draw_parts['font']} -> 9"]


def test_scikit_learn_counts_where_it_is_reached(shelf):
    assert "scikit-learn" not in taken(shelf).run_parts
    shelf.script("a", *MEASURED, ("import torch\n", "import torch\nfrom sklearn import svm\n"))
    assert "scikit-learn" not in taken(shelf).run_parts
    shelf.edit(shelf.root / HERE, ("** 2", "** svm.TWO"))
    assert taken(shelf).run_parts["scikit-learn"] == key.version("scikit-learn")


def test_settings_change_the_run_key(shelf):
    assert taken(shelf, {"seeds": "64"}).run != taken(shelf).run
    assert taken(shelf, {"seeds": "64"}).run != taken(shelf, {"seeds": "65"}).run
    assert taken(shelf, {}).run == taken(shelf).run


def test_computing_with_what_the_machine_decides_is_refused_unless_a_reason_is_given(shelf):
    path = shelf.script("a", *MEASURED, ("int(sums.total(line))", "int(line.sum())"))
    told = "run, Config or Result uses 'sum', whose bits depend on the machine; use dlbook"
    with pytest.raises(SourceError, match=rf"^figures_src/a.py:\d+: {told}.mathematics.sums.total"):
        taken(shelf)
    given = 'MACHINE = {"sum": "sums of torch are the subject"}\n'
    shelf.edit(path, ("SMALL = ", f"{given}SMALL = "))
    taken(shelf)
    shelf.edit(path, ("int(line.sum())", "int(sums.total(line))"))
    with pytest.raises(SourceError, match="MACHINE gives a reason for 'sum', which run does not"):
        taken(shelf)


def test_computing_with_the_style_is_refused(shelf):
    shelf.script("a", *MEASURED, ("** 2", "** style.WIDTH"))
    with pytest.raises(
        SourceError, match=r"^figures_src/a.py:36: run, Config .*dlbook.figures.style"
    ):
        taken(shelf)


def test_a_broken_script_is_named_with_its_line(shelf):
    shelf.script("a", *MEASURED, ('"""Squares add up."""', "x = ("))
    with pytest.raises(SourceError, match=r"^figures_src/a.py:1: not valid Python"):
        taken(shelf)


def test_a_figure_that_is_not_there_has_no_key(shelf):
    with pytest.raises(RecordError, match="no such figure"):
        Keys(shelf.project).of("b")


def test_a_version_that_is_not_installed_is_none():
    assert key.version("no-such-distribution") == "none"
