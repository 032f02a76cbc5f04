"""Scripts cut into cells: nothing is lost, nothing is left over, and the code still runs."""

import ast
import subprocess
import sys

import pytest

from dlbook.engine.syntax import reached, statements
from dlbook.record.claims import Claim
from dlbook.site.labs.cut import cut
from tests.scripts import NAMES, PATHS, script

SAW = '''"""A claim."""

from dataclasses import dataclass
from typing import Any  # nothing uses it

from dlbook.base.evidence import EVERY, at_least
from dlbook.record.claims import Claim, Remark
from dlbook.figures.showing import show

# What is set.
@dataclass(frozen=True)
class Config:
    folds: int = 3


SMALL = Config(folds=2)

WORDS = {
    "line": ("一条“锯”\\n$x$", 'a "saw"\\n$x$'),
}

BUDGET = 5
_HALF = 0.5  # a bound


def run(cfg):
    return cfg.folds * _HALF


def draw(res, t):
    return _mark(t["line"])


def _mark(text):
    return text


def _many(least):
    return lambda res: res > least


_LEAST = at_least(1, because=("一", "one"))

CLAIMS = [
    Claim(
        id="A01",
        measure=lambda res: (
            res > 1
        ),
        bound=EVERY,
    ),
    Claim(id="A02", measure=_many(2), bound=_LEAST),
    Remark(id="A03", kind="definition"),
]

if __name__ == "__main__":
    show(__name__)
'''


def text(cells):
    return "\n".join([cells.setup, cells.experiment, cells.drawing, cells.judging])


def test_the_cells_follow_the_order_of_the_script():
    cells = cut(SAW, "en")
    assert cells.setup.startswith("from dataclasses import dataclass\n")
    assert cells.setup.endswith("\n\n\nSMALL = Config(folds=2)")
    assert "# What is set.\n@dataclass(frozen=True)\nclass Config:" in cells.setup
    assert cells.experiment.startswith("_HALF = 0.5  # a bound\n\n\ndef run(cfg):")
    assert cells.drawing.endswith("def _mark(text):\n    return text")
    assert cells.judging.startswith("def _many(least):")


def test_only_the_labels_of_one_language_are_left_of_the_words():
    assert cut(SAW, "zh").drawing.startswith(
        'LABELS = {\n    "line": "一条“锯”\\n$x$",\n}\n\n\ndef draw'
    )
    assert '"line": "a \\"saw\\"\\n$x$"' in cut(SAW, "en").drawing
    assert "锯" not in text(cut(SAW, "en"))
    assert "WORDS" not in text(cut(SAW, "en"))


def test_of_the_claims_the_judges_are_left():
    assert cut(SAW, "en").judging.endswith(
        'JUDGES = {\n    "A01": (\n        lambda res: (\n            res > 1\n        ),\n'
        '        EVERY,\n    ),\n    "A02": (\n        _many(2),\n        _LEAST,\n    ),\n}'
    )


def test_imports_the_guard_and_settings_of_the_engine_that_nothing_needs_are_left_out():
    for gone in ("A claim", "typing", "Claim", "Remark", "show", "__main__", "BUDGET"):
        assert gone not in text(cut(SAW, "en"))


OFFERS = SAW.replace(
    "def run(cfg):\n    return cfg.folds * _HALF",
    """@dataclass(frozen=True)
class Replay:
    seed: int = 0


def replay(choice, cfg):
    return planned(_choose(choice), cfg)


def _choose(choice):
    return _TABLE[choice.seed]


def planned(folds, cfg):
    return folds * cfg.folds


_TABLE = {0: 1}


def run(cfg):
    return planned(3, cfg) * _HALF""",
).replace(
    "def _many(least)",
    """def explorable(res) -> Any:
    return {"drawn": _mark(res), "kept": _ends(res)}


def _ends(res):
    return [_DIGITS[0], res * _HALF]


_DIGITS = 3


def outcome(choice, fit):
    return str(_ends(fit))


def _many(least)""",
)


def test_what_serves_only_the_offers_to_readers_of_the_site_is_left_out():
    cells = text(cut(OFFERS, "en"))
    for gone in ("Replay", "def replay", "_choose", "_TABLE", "explorable", "_ends", "_DIGITS",
                 "outcome", "Any"):  # fmt: skip
        assert gone not in cells, gone
    for kept in ("def planned", "def _mark", "_HALF = 0.5", "def _many", "import dataclass"):
        assert kept in cells, kept
    ast.parse(cells)


def test_words_and_claims_that_are_computed_are_taken_as_they_are():
    computed = SAW.replace(
        "WORDS = {\n", 'WORDS = {\n    **{f"{k}": ("第", "th") for k in range(2)},\n'
    )
    computed = computed.replace("CLAIMS = [", "CLAIMS = []\nCLAIMS += [")
    cells = cut(computed, "en")
    assert cells.drawing.startswith("WORDS = {\n    **{")
    assert "LABELS = {key: pair[1] for key, pair in WORDS.items()}" in cells.drawing
    assert "CLAIMS = []\nCLAIMS += [\n    Claim(" in cells.judging
    assert cells.judging.endswith(
        "JUDGES = {claim.id: (claim.measure, claim.bound) for claim in CLAIMS"
        " if isinstance(claim, Claim)}"
    )
    assert "import Claim" in cells.setup


def test_a_script_without_labels_and_claims_has_empty_ones():
    bare = SAW[: SAW.index("CLAIMS = [")] + "CLAIMS = ()\n"
    bare = bare.replace(SAW[SAW.index('    "line"') : SAW.index("}\n\nBUDGET")], "")
    cells = cut(bare, "en")
    assert cells.drawing.startswith("LABELS = {}\n")
    assert cells.judging.endswith("JUDGES = {}")


def test_every_definition_of_every_script_is_in_one_cell():
    for path in PATHS:
        source = path.read_text(encoding="utf-8")
        cells = text(cut(source, "en"))
        left_out = {"WORDS", "CLAIMS", "BUDGET"} | only_offered(source)
        assert defined(cells) - {"LABELS", "JUDGES"} == defined(source) - left_out
        assert len(names(cells)) == len(set(names(cells)))


def only_offered(source):
    """What a script needs only for readers of the site, by the engine's own reading of it."""
    script = statements(ast.parse(source))
    offers = {"Replay", "replay", "outcome", "explorable", "Explorable"}
    others = {name for s in script if not s.binds & offers for name in s.binds}

    def bound(names):
        return {name for s in reached(script, names) for name in s.binds}

    needed = bound(name for name in others if name not in bound(offers))
    return (bound(offers) | offers) & defined(source) - needed


def names(source):
    """What is defined at the top of a source, in order."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [name.id for name in node.targets if isinstance(name, ast.Name)]
    return found


def defined(source):
    return set(names(source))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ruff_finds_no_unknown_name_and_no_idle_import_in_the_cells_of_any_script(lang, tmp_path):
    for path in PATHS:
        cells = cut(path.read_text(encoding="utf-8"), lang)
        (tmp_path / path.name).write_text(text(cells), encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", NAMES)
def test_the_judges_are_those_of_the_claims_and_the_labels_those_of_the_words(name):
    own = script(name)
    for index, lang in enumerate(("zh", "en")):
        scope = {"__name__": own.__name__}
        exec(text(cut(own.__loader__.get_source(own.__name__), lang)), scope)
        judged = {claim.id: claim for claim in own.CLAIMS if isinstance(claim, Claim)}
        assert list(scope["JUDGES"]) == list(judged)
        for claim, (_, bound) in scope["JUDGES"].items():
            assert bound == judged[claim].bound
        assert scope["LABELS"] == {key: pair[index] for key, pair in own.WORDS.items()}
