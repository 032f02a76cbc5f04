"""Scripts cut into cells: nothing is lost, nothing is left over, and the code still runs."""

import ast
import subprocess
import sys

import pytest

from dlbook.record.claims import Claim
from dlbook.record.scripts import OFFERED
from dlbook.record.statements import reached, statements
from dlbook.site.labs.cut import cut
from tests.scripts import NAMES, PATHS, script

SAW = '''"""A claim."""

from dataclasses import dataclass
from typing import Any  # nothing uses it

from dlbook.base.evidence import EVERY
from dlbook.record.claims import Claim
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


CLAIMS = [
    Claim(
        id="A01",
        measure=lambda res: (
            res > 1
        ),
        bound=EVERY,
    ),
    Claim(id="A02", measure=_many(2), bound=EVERY),
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
        '        EVERY,\n    ),\n    "A02": (\n        _many(2),\n        EVERY,\n    ),\n}'
    )


def test_imports_the_guard_and_settings_of_the_engine_that_nothing_needs_are_left_out():
    for gone in ("A claim", "typing", "Claim", "show", "__main__", "BUDGET"):
        assert gone not in text(cut(SAW, "en"))


OFFERS = SAW.replace(
    "def run(cfg):\n    return cfg.folds * _HALF",
    """@dataclass(frozen=True)
class Replay:
    seed: int = 0


def replay(choice):
    return planned(_choose(choice), SMALL)


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


FINAL = '''"""A claim."""

from dataclasses import dataclass
from typing import Any, TypedDict

from dlbook.base.evidence import EVERY, at_least, at_most
from dlbook.record.claims import Claim, Remark
from dlbook.figures.showing import show


@dataclass(frozen=True)
class Config:
    folds: int = 3


BUDGET = 5
SMALL = Config(folds=2)

WORDS = {"line": ("线", "line")}


@dataclass(frozen=True)
class Result:
    config: Config
    teeth: Any


def run(cfg: Config) -> Result:
    draw = replay(Replay(), cfg)
    return Result(cfg, draw)


def check(res: Result) -> None:
    assert res.teeth


def draw(res: Result, t):
    return _mark(t["line"])


def _mark(text):
    return text


@dataclass(frozen=True)
class Replay:
    folds: int = 1


def replay(choice: Replay, cfg: Config):
    return choice.folds + cfg.folds


class Explorable(TypedDict):
    teeth: int


def explorable(res: Result) -> Explorable:
    return {"teeth": _rounded(res.teeth)}


def _rounded(teeth):
    return round(teeth)


_LEAST = at_least(
    1,
    because=(
        "一个：“至少”。",
        'One: "at least", '  # by hand
        "no fewer.",
    ),
)
_REASON = ("多", "many")

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A01",
        source="Source A",
        kind="finding",
        statement=("齿翻倍。", "Teeth double."),
        measure=lambda res: (
            res.teeth
        ),
        bound=_LEAST,
    ),
    Claim(id="A02", measure=lambda res: res.teeth, bound=at_most(9, because=_REASON)),
    Claim(id="A03", measure=lambda res: res.teeth, bound=at_most(8, because=("八", "8"))),
    Claim(id="A04", measure=_rounded, bound=EVERY),
    Remark(id="A05", source="Source A", kind="definition", statement=("折", "A fold")),
]

if __name__ == "__main__":
    show(__name__)
'''

JUDGING = """\
def _rounded(teeth):
    return round(teeth)


_LEAST = at_least(
    1,
    because=(
        'One: "at least", '  # by hand
        "no fewer.",
    ) * 2,
)
_REASON = ("many",) * 2


JUDGES = {
    "A01": (
        lambda res: (
            res.teeth
        ),
        _LEAST,
    ),
    "A02": (
        lambda res: res.teeth,
        at_most(9, because=_REASON),
    ),
    "A03": (
        lambda res: res.teeth,
        at_most(8, because=("8",) * 2),
    ),
    "A04": (
        _rounded,
        EVERY,
    ),
}"""


def test_measures_and_bounds_are_left_of_claims_with_reasons_in_one_language():
    assert cut(FINAL, "en").judging == JUDGING
    assert 'because=("八",) * 2' in cut(FINAL, "zh").judging
    assert "One" not in cut(FINAL, "zh").judging


def test_what_run_needs_is_in_its_cell_wherever_it_stands():
    cells = cut(FINAL, "en")
    assert cells.experiment.endswith(
        "class Replay:\n    folds: int = 1\n\n\ndef replay(choice: Replay, cfg: Config):\n"
        "    return choice.folds + cfg.folds"
    )
    assert cells.drawing.endswith(
        'def draw(res: Result, t):\n    return _mark(t["line"])\n\n\n'
        "def _mark(text):\n    return text"
    )


def test_of_an_import_the_names_of_use_are_left_and_of_a_gap_two_lines():
    setup = cut(FINAL, "en").setup
    assert setup.endswith("folds: int = 3\n\n\nSMALL = Config(folds=2)")
    assert setup.startswith(
        "from dataclasses import dataclass\nfrom typing import Any\n\n"
        "from dlbook.base.evidence import EVERY, at_least, at_most\n\n\n@dataclass"
    )


def test_a_long_import_is_written_a_name_to_a_line():
    names = [f"a_name_of_some_length_{k}" for k in range(5)]
    long = f"from typing import Any, {', '.join(names)}, TypedDict"
    source = FINAL.replace("from typing import Any, TypedDict", long)
    source = source.replace("    return choice.folds", f"    return {' + '.join(names)}")
    wrapped = "".join(f"    {name},\n" for name in ["Any", *names])
    assert f"from typing import (\n{wrapped})\n" in cut(source, "en").setup


def test_a_local_name_is_not_taken_for_the_function_of_that_name():
    source = SAW.replace("    return cfg.folds * _HALF", "    _mark = _HALF\n    return _mark")
    source = source.replace(
        "def draw(res, t):\n    return _mark(", "def draw(res, t):\n    return ("
    )
    assert "def _mark" in cut(source, "en").judging
    scope = {}
    exec(text(cut(source, "en")), scope)
    assert scope["run"](scope["SMALL"]) == 0.5


def test_an_effect_at_the_top_of_a_script_is_in_its_lab():
    source = SAW.replace("_HALF = 0.5", "import torch\n\ntorch.set_printoptions(3)\n_HALF = 0.5")
    source = source.replace(
        '"""A claim."""\n', '"""A claim."""\n\nfrom __future__ import annotations\n'
    )
    cells = cut(source, "en")
    assert cells.setup.startswith("from __future__ import annotations\n")
    assert "import torch\n\ntorch.set_printoptions(3)\n_HALF" in cells.experiment


def test_words_that_code_asks_for_by_name_are_taken_as_they_are():
    cells = cut(SAW.replace("    return text", "    return WORDS[text]"), "en")
    assert cells.drawing.startswith("WORDS = {\n")
    assert "LABELS = {key: pair[1]" in cells.drawing


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
        "JUDGES = {claim.id: (claim.measure, claim.bound, claim.factors, claim.budget)"
        " for claim in CLAIMS"
        " if isinstance(claim, Claim)}"
    )
    assert "import Claim" in cells.setup
    final = cut(FINAL.replace("CLAIMS: list[Claim[Result] | Remark] = [", "CLAIMS = [*[], "), "en")
    assert final.judging.endswith("for claim in CLAIMS if isinstance(claim, Claim)}")
    assert 'statement=("Teeth double.",) * 2' in final.judging


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
        left_out = {"WORDS", "CLAIMS"} | only_offered(source)
        assert defined(cells) - {"LABELS", "JUDGES"} == defined(source) - left_out
        assert len(names(cells)) == len(set(names(cells)))


def only_offered(source):
    """What a script needs only for readers of the site, by the engine's own reading of it."""
    script = statements(ast.parse(source))
    offers = set(OFFERED)
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
        for claim, (_, bound, *others) in scope["JUDGES"].items():
            own_bound = judged[claim].bound
            controls = [judged[claim].factors, judged[claim].budget][: len(others)]
            assert [bool(each) for each in others] == [bool(each) for each in controls]
            assert len(others) == (2 if judged[claim].budget else bool(judged[claim].factors))
            assert (bound.direction, bound.low, bound.high) == (
                own_bound.direction, own_bound.low, own_bound.high
            )  # fmt: skip
        assert scope["LABELS"] == {key: pair[index] for key, pair in own.WORDS.items()}
