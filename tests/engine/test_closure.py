"""What an edit of a package means for a script that uses it: nothing, or another key."""

import textwrap

import pytest

from dlbook.engine.bindings import SCRIPT, Bindings
from dlbook.engine.closure import Closure
from dlbook.engine.definitions import of_script
from dlbook.engine.memo import Memo
from dlbook.engine.modules import Modules
from dlbook.record.statements import SourceError, parse, statements

PACKAGE = {
    "__init__": "",
    "base/__init__": "",
    "base/lookup": """
        def lookup(kind, name, table):
            if name not in table:
                raise ValueError(f"no {kind} {name}")
            return table[name]
    """,
    "tables": """
        from dataclasses import dataclass
        from dlbook.helping import half

        @dataclass(frozen=True)
        class Loss:
            name: str
            values: object
            classes: int = 1

        def _square_gradient(x):
            return 2 * x

        def _hinge_gradient(x):
            return x > 1

        _ALL = (
            Loss("square", lambda x: _square_gradient(x)),
            Loss("hinge", lambda x: _hinge_gradient(x), classes=2),
        )
        LOSSES = {loss.name: loss for loss in _ALL}
        CURVES = {"sin 12x": half, "ramp": lambda x: max(x, 0)}

        def loss(name):
            if name not in LOSSES:
                raise ValueError(f"no loss '{name}'; there are {', '.join(LOSSES)}")
            return LOSSES[name]
    """,
    "helping": """
        import math
        RATE = 0.5
        def half(x):
            if x < 0:
                raise ValueError(f"{x} is below 0")
            assert x < 10, "too large"
            return RATE * x
        def third(x, rate=RATE):
            return x / 3
        class Scale:
            def up(self, x):
                return 2 * x
            def down(self, x):
                return third(x)
    """,
    "again": "from dlbook.helping import half as reduced\nfrom dlbook import helping as h\n",
    "apart": "def alone(x):\n    return x\n",
}  # fmt: skip
SCRIPT_TEXT = """
from dlbook.again import reduced
from dlbook.base.lookup import lookup
from dlbook import tables

def run(cfg):
    return tables.loss("square").values(reduced(cfg)) + lookup("curve", "ramp", tables.CURVES)(1)
"""


@pytest.fixture
def meaning(tmp_path):
    """The key of a script and a package, the texts in one or the other replaced, and its parts."""

    def find(*edits, files=None, script=SCRIPT_TEXT):
        sources = {**PACKAGE, **(files or {})}
        sources = {name: textwrap.dedent(text) for name, text in sources.items()}
        for old, new in edits:
            assert any(old in text for text in (script, *sources.values())), old
            script = script.replace(old, new)
            sources = {name: text.replace(old, new) for name, text in sources.items()}
        folder = tmp_path / str(len(list(tmp_path.iterdir()))) / "dlbook"
        for name, text in sources.items():
            path = folder / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        library = Bindings(Modules(folder, Memo(tmp_path / "memo")))
        library.open("figures_src/a.py", of_script(statements(parse(script.encode(), "a"))))
        found = Closure(library, ((SCRIPT, "run"),))
        if found.reads_errors:
            found = Closure(library, ((SCRIPT, "run"),), strict=True)
        return found.meaning(), found.parts()

    return find


FREE = [
    ("def _hinge_gradient", "def more(y):\n    return y\n\ndef _hinge_gradient"),
    ("RATE = 0.5\n", "RATE = 0.5\nOTHER = 3\n"),
    ("return x > 1", "return x > 2"),
    ("classes=2", "classes=3"),
    ("x), classes=2),", 'x), classes=2),\n    Loss("huber", half),'),
    ('{"sin 12x": half, ', '{"cos": lambda x: 1, "sin 12x": half, '),
    ('"sin 12x": half', '"sin 12x": abs'),
    ("return x / 3", "return x / 4"),
    ("def down", "def off(self): pass\n    def down"),
    ("is below 0", "is negative"),
    ("too large", "too big"),
    ("there are", "known are"),
    ("RATE = 0.5", "RATE = 0.5  # half"),
    ("def half(x):\n", 'def half(x):\n    """Half."""\n'),
    ("def alone(x)", "def alone(y)"),
    ("import math\n", "import math\nimport cmath\n"),
]  # fmt: skip


@pytest.mark.parametrize("edit", FREE)
def test_what_nobody_reaches_and_what_nobody_computes_with_changes_nothing(meaning, edit):
    assert meaning(edit) == meaning()


COSTLY = [
    ("return 2 * x\n\ndef _hinge", "return 3 * x\n\ndef _hinge", "dlbook.tables._square_gradient"),
    ("RATE = 0.5", "RATE = 0.25", "dlbook.helping.RATE"),
    ("return RATE * x", "return RATE * x + 0", "dlbook.helping.half"),
    ("x < 0:", "x < 1:", "dlbook.helping.half"),
    ("raise ValueError(f\"{x}", "raise TypeError(f\"{x}", "dlbook.helping.half"),
    ("assert x < 10", "assert x < 9", "dlbook.helping.half"),
    ("max(x, 0)", "max(x, 1)", "dlbook.tables.CURVES['ramp']"),
    ("lambda x: _square", "lambda x: 0 + _square", "dlbook.tables._ALL['square']"),
    ("classes: int = 1", "classes: int = 2", "dlbook.tables.Loss"),
    ('"square")', '"hinge")', "figures_src/a.py: run"),
    ("return table[name]", "return table.get(name)", "dlbook.base.lookup.lookup"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "part"), COSTLY)
def test_a_change_of_what_is_reached_changes_the_key_and_is_named(meaning, old, new, part):
    (before, parts), (after, now) = meaning(), meaning((old, new))
    assert before != after
    assert part in {p for p in {*parts, *now} if parts.get(p) != now.get(p)}


HIDDEN = [  # an edit that makes it matter, then the edit that must be seen
    (('"square")', '"hin" + "ge")'), ("return x > 1", "return x > 2")),
    (('"square")', '"HINGE".lower())'), ("return x > 1", "return x > 2")),
    (('"square")', '"egnih"[::-1])'), ("return x > 1", "return x > 2")),
    (('"square")', '"h-i-n-g-e".replace("-", ""))'), ("return x > 1", "return x > 2")),
    (('"square")', '["hinges", ""][0][:5])'), ("return x > 1", "return x > 2")),
    (('tables.loss("square")', "list(tables.LOSSES.values())[-1]"), ("x > 1", "x > 2")),
    (('tables.loss("square")', 'getattr(tables, "lo" + "ss")("square")'), ("x > 1", "x > 2")),
    (('tables.loss("square")', "cfg(tables)"), ("return x > 1", "return x > 2")),
    (("reduced(cfg)", 'globals()["red" + "uced"](cfg)'), ("RATE * x", "RATE + x")),
    (("reduced(cfg)", "eval(cfg)"), ("return RATE * x", "return RATE + x")),
    (("def run(cfg):\n", "def run(cfg):\n    from dlbook.helping import third as t\n"),
     ("return x / 3", "return x / 4")),
    (("from dlbook.again import reduced", "from dlbook.again import *"), ("RATE * x", "RATE + x")),
    (("reduced(cfg)", "tables.half(cfg)"), ("return RATE * x", "return RATE + x")),
    (("import half as reduced", "import Scale as reduced"), ("return x / 3", "return x / 4")),
    (("RATE = 0.5\n", "RATE = 0.5\nimport dlbook.apart\ndlbook.apart.alone(RATE)\n"),
     ("    return x\n", "    return +x\n")),
    (("def half(x):", "from dlbook.apart import alone\n@alone\ndef half(x):"),
     ("    return x\n", "    return +x\n")),
    (("def third(x, rate=RATE)", "from dlbook.apart import alone\ndef third(x, rate=alone(1))"),
     ("    return x\n", "    return +x\n")),
    (("RATE = 0.5\n", "RATE = 0.5\nfrom dlbook import apart\nUNUSED = apart.alone(RATE)\n"),
     ("    return x\n", "    return +x\n")),
    (("helping as h\n", "helping as h\nh.RATE = 3\n"), ("h.RATE = 3", "h.RATE = 4")),
    (("def run(cfg):\n", "def run(cfg):\n    try:\n        pass\n    except ValueError as e:\n"
      "        return len(str(e))\n"), ("is below 0", "is negative")),
    (("def run(cfg):\n", "import sys\ndef run(cfg):\n    sys.exc_info()\n"),
     ("is below 0", "is negative")),
    (("reduced(cfg)", "sum(cfg)"), ("def run(cfg)", "def sum(x):\n    return 0\ndef run(cfg)")),
    (("return RATE * x", "return abs(x)"), ("RATE = 0.5", "RATE = 0.5\ndef abs(x): return 1")),
    (("class Scale:", "class Base:\n    def __init_subclass__(cls): LIST.append(cls)\nLIST = []\n"
      "class Scale(Base):"), ("return x / 3", "return x / 4")),
    (("def loss(name):", 'LOSSES["square"] = half\ndef loss(name):'),
     ('LOSSES["square"] = half', 'LOSSES["square"] = abs')),
]  # fmt: skip


@pytest.mark.parametrize(("way", "edit"), HIDDEN)
def test_what_is_found_in_a_roundabout_way_is_not_missed(meaning, way, edit):
    before, _ = meaning(way)
    after, _ = meaning(way, edit)
    assert before != after


def test_a_module_may_move_and_a_name_may_come_by_another_way(meaning):
    moved = {**PACKAGE, "deep/__init__": "", "deep/help": PACKAGE["helping"], "helping": ""}
    edits = [("dlbook.helping", "dlbook.deep.help"),
             ("from dlbook import helping as h", "from dlbook.deep import help as h")]  # fmt: skip
    assert meaning(*edits, files=moved)[0] == meaning()[0]
    direct = ("from dlbook.again import reduced", "from dlbook.helping import half as reduced")
    assert meaning(direct)[0] == meaning()[0]


def test_two_definitions_that_change_places_are_told_apart(meaning):
    two = {"one": "def f(x):\n    return x\n", "two": "def f(x):\n    return -x\n"}
    script = "from dlbook.{} import f as a\nfrom dlbook.{} import f as b\ndef run(c):\n return a(b)"
    one = meaning(files=two, script=script.format("one", "two"))
    other = meaning(files=two, script=script.format("two", "one"))
    assert one[1] == other[1]
    assert one[0] != other[0]


REPEATED = {
    **PACKAGE,
    "arithmetic/__init__": "",
    "arithmetic/specification": """
        def _halved(x):
            return x * 0.5
        def exp(x):
            return 1 + _halved(x)
        def log(x):
            return x - 1
    """,
    "arithmetic/elementwise": """
        import ctypes
        def elementwise(name, x):
            return ctypes.CFUNCTYPE(name)(x)
        def exp(x):
            return elementwise("exp", x)
        def log(x):
            return elementwise("log", x)
        def unknown(x):
            return elementwise("unknown", x)
    """,
}  # fmt: skip
WAYS_TO_EXP = [
    "from dlbook.arithmetic.elementwise import exp\n\ndef run(cfg):\n    return exp(cfg)\n",
    "from dlbook.arithmetic import elementwise\n\ndef run(x):\n    return elementwise.exp(x)\n",
    "import dlbook.arithmetic.elementwise as e\n\ndef run(cfg):\n    return e.exp(cfg)\n",
]


@pytest.mark.parametrize("script", WAYS_TO_EXP)
def test_of_compiled_code_the_text_counts_that_it_repeats(meaning, script):
    key, parts = meaning(files=REPEATED, script=script)
    assert {"dlbook.arithmetic.specification.exp", "dlbook.arithmetic.specification._halved"} <= {
        *parts
    }
    assert meaning(("x * 0.5", "x * 0.25"), files=REPEATED, script=script)[0] != key
    for edit in (("x - 1", "x - 2"), ("CFUNCTYPE", "PYFUNCTYPE")):
        assert meaning(edit, files=REPEATED, script=script)[0] == key


def test_all_text_of_a_compiled_module_counts_where_none_is_named(meaning):
    script = "from dlbook.arithmetic import elementwise\n\ndef run(x):\n    return [elementwise]"
    _, parts = meaning(files=REPEATED, script=script)
    assert {f"dlbook.arithmetic.specification.{name}" for name in ("exp", "log")} <= {*parts}


def test_compiled_code_that_repeats_no_known_text_is_refused(meaning):
    script = WAYS_TO_EXP[0].replace("exp", "unknown")
    with pytest.raises(SourceError, match=r"elementwise.py: no text is named that 'unknown' rep"):
        meaning(files=REPEATED, script=script)
