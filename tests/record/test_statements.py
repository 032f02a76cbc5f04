import ast
import textwrap

import pytest

from dlbook.record.statements import SourceError, imported, parse, reach, reached, statements


def tree(text):
    return parse(textwrap.dedent(text).encode(), "figures_src/x.py")


def names(found):
    return {name for statement in found for name in statement.binds}


def test_a_function_of_nothing_but_a_docstring_still_parses():
    script = statements(tree('def f():\n    "nothing"\n\ndef g():\n    return f()\n'))
    assert names(reached(script, ["g"])) == {"f", "g"}


def test_invalid_python_is_named_with_its_line():
    with pytest.raises(SourceError, match=r"^figures_src/x.py:2: not valid Python: "):
        tree("x = 1\ny = (\n")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"x = 1\n\0y = 2\n", "2: the control character U+0000 stands here; delete it"),
        (b"x = 1\r\n\x0cy = 2\n", "2: the control character U+000C stands here; delete it"),
        ("x = 1\n# a\u2028b\n".encode(), "2: the control character U+2028 stands here; delete it"),
        (b"x = 1\ry = (\r", "2: not valid Python: '(' was never closed"),
        (b"\xef\xbb\xbfx = 1\ny = (\n", "2: not valid Python: '(' was never closed"),
        (b"x = 1\n\xed\xa0\x80\n", "2: not UTF-8 (byte 0xed); save the file as UTF-8"),
        ("x = 1\n\ny = '数'\n".encode("gbk"), "3: not UTF-8 (byte 0xca); save the file as UTF-8"),
        ("x = 1\n".encode("utf-16"), "1: not UTF-8 (byte 0xff); save the file as UTF-8"),
        (b"# coding: gbk\n", "1: says to be in gbk; delete that, the file is UTF-8"),
        (b"#!\n# coding: klingon\n",
         "1: unknown encoding: klingon; delete the remark, the file is UTF-8"),
        ("x = 1\ny = 'a\u200b'\n".encode(), "2: U+200B (ZERO WIDTH SPACE) cannot be seen; delete"
         " it, or write it as \\u200b"),
        ("x = 1  # \u202e\n".encode(), "1: U+202E (RIGHT-TO-LEFT OVERRIDE) cannot be seen; delete"
         " it, or write it as \\u202e"),
        ("x\u00a0= 1\n".encode(),
         "1: not valid Python: invalid non-printable character U+00A0"),
        (b"def f(a,\n      a): pass\n",
         "2: not valid Python: duplicate argument 'a' in function definition"),
        (b"x = " + b"1 + " * 9999 + b"1", "1: too deeply nested for Python; make it flat"),
    ],
)  # fmt: skip
def test_what_is_no_python_or_cannot_be_seen_is_one_line_with_its_place(source, told):
    with pytest.raises(SourceError) as caught:
        parse(source, "figures_src/x.py")
    assert str(caught.value) == f"figures_src/x.py:{told}"


SCRIPT = """
from __future__ import annotations
import numpy as np
from dlbook.figures import style
from dlbook.mathematics import nets
from dataclasses import dataclass

SIZE = 3
FACTOR = SIZE + 1
TABLE = {}
TABLE["a"] = 5
TABLE.b, other = 1, 2
WORDS = {"x": "a number"}
OTHER = 1
OTHER += SIZE

@dataclass
class Base:
    size: int = FACTOR

class Config(Base):
    pass

def helper(a, scale=FACTOR):
    def inner():
        return TABLE[a]
    return [np.sum(WORDLESS) for WORDLESS in inner()]

def run(cfg: Config):
    draw = helper(2)
    WORDS = nets.make(draw)
    return (lambda check: check)(WORDS)

def draw(res):
    return style.panels(WORDS)

def check(res):
    assert OTHER

if __name__ == "__main__":
    run(draw)
"""


def test_run_reaches_what_it_names_and_nothing_that_it_hides_by_a_local_name():
    found = reached(statements(tree(SCRIPT)), ["run", "Config"])
    assert names(found) == {
        "annotations", "np", "nets", "dataclass", "SIZE", "FACTOR", "TABLE", "other", "Base",
        "Config", "helper", "run",
    }  # fmt: skip


def test_a_change_of_a_table_counts_where_the_table_is_needed():
    found = reached(statements(tree(SCRIPT)), ["helper"])
    assert "TABLE['a'] = 5" in {ast.unparse(statement.node) for statement in found}


def test_an_augmented_assignment_counts_for_its_name():
    found = reached(statements(tree(SCRIPT)), ["check"])
    assert {ast.unparse(s.node) for s in found if not s.imports} >= {"OTHER = 1", "OTHER += SIZE"}
    assert "SIZE" in names(found)


def test_the_main_guard_is_no_part_of_a_script():
    assert not [s for s in statements(tree(SCRIPT)) if isinstance(s.node, ast.If)]


@pytest.mark.parametrize(
    "effect",
    [
        "torch.set_default_dtype(SIZE)",
        "for x in SIZE: pass",
        "if SIZE:\n    Y = 1",
        "assert SIZE",
        "with SIZE: pass",
        "try:\n    SIZE\nexcept E:\n    pass",
        "from everything import *\nSIZE",
        "del SIZE",
    ],
)
def test_an_effect_always_counts_with_all_it_names(effect):
    found = reached(statements(tree(f"SIZE = 1\n{effect}\ndef run(): pass\n")), ["run"])
    assert "SIZE" in names(found)
    assert len(found) >= 3


def test_a_guard_that_does_something_else_counts():
    script = statements(tree('if __name__ == "__main__":\n    f()\nelse:\n    g()\n'))
    assert len(script) == 1


@pytest.mark.parametrize("needed", ["decorator", "default", "base", "annotation", "keyword"])
def test_everything_around_a_definition_is_needed(needed):
    script = """
        decorator = default = base = annotation = keyword = 1
        @decorator
        def run(a: annotation = default): pass
        class Config(base, k=keyword): pass
    """
    assert needed in names(reached(statements(tree(script)), ["run", "Config"]))


def test_a_class_body_and_its_methods_reach_the_top():
    script = """
        A = 1
        B = 1
        C = 1
        class Config:
            a = A
            def f(self):
                A = 1
                return B
    """
    found = reached(statements(tree(script)), ["Config"])
    assert names(found) == {"A", "B", "Config"}


def test_a_class_body_reads_the_name_that_it_hides():
    script = """
        SIZE = 3
        class Config:
            SIZE: int = SIZE
    """
    assert "SIZE" in names(reached(statements(tree(script)), ["Config"]))


def test_imports_are_absolute_whatever_they_look_like():
    nodes = [
        tree(
            """
            import dlbook.a.b as c, numpy
            from dlbook import d
            from . import e
            from .f import g
            from .. import h
            def late():
                from dlbook.i import j
            """
        )
    ]
    assert imported(nodes, "dlbook.engine") == {
        "dlbook.a.b", "numpy", "dlbook", "dlbook.d", "dlbook.engine", "dlbook.engine.e",
        "dlbook.engine.f", "dlbook.engine.f.g", "dlbook.h", "dlbook.i", "dlbook.i.j",
    }  # fmt: skip


SHADOW = """
def draw(res, t): pass

def run(cfg):
    draw = cfg.streams
    return [draw for draw in draw], lambda check: check(draw)

def check(res):
    return draw
"""


def test_a_local_name_does_not_reach_the_function_of_that_name():
    script = statements(tree(SHADOW))
    assert reach(script, ["run"]) == {"run"}
    assert reach(script, ["check"]) == {"check", "draw"}


def test_an_import_of_several_names_is_a_statement_for_each_with_the_whole_as_its_top():
    script = statements(tree("from a import b, c as d\nimport e.f, g"))
    assert [sorted(each.binds) for each in script] == [["b"], ["d"], ["e"], ["g"]]
    assert [ast.unparse(each.top) for each in script[1:3]] == [
        "from a import b, c as d", "import e.f, g",
    ]  # fmt: skip
