"""What a script says, read without running it."""

import ast
import textwrap

import pytest

from dlbook.figures import contract, loading
from dlbook.record.scripts import (
    COMPUTED,
    OFFERED,
    OWED,
    REPLAY,
    claims,
    headline,
    labels,
    line_of_entry,
    line_of_name,
    line_of_use,
    parse_script,
    place_of_claim,
    value,
)
from dlbook.record.statements import SourceError, parse, statements
from tests.scripts import NAMES, PATHS, script


def test_the_headline_is_the_first_line_of_the_docstring(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('"""One.\n\nTwo."""\n', encoding="utf-8")
    assert headline(path) == "One."
    path.write_text("x = (", encoding="utf-8")
    assert headline(path) == ""


def said(source):
    return statements(parse(textwrap.dedent(source).encode(), "figures_src/x.py"))


@pytest.mark.parametrize("name", NAMES)
def test_no_script_of_the_book_holds_a_text_that_is_refused(name):
    path = next(path for path in PATHS if path.stem == name)
    assert parse_script(path.read_bytes(), path.name).body


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            r"\ud83d\ude00",
            r"\ud83d is half of a character; write the whole, as \U and eight digits",
        ),
        (r"$\frac{1}{2}$", r"the control character \x0c stands in a text;"),
        (r"$\theta$", r"the control character \t stands in a text;"),
        (r"$\rho$", r"the control character \r stands in a text;"),
        (r"$\beta$", r"the control character \x08 stands in a text;"),
        (r"$\alpha$", r"the control character \x07 stands in a text;"),
        (r"\0", r"the control character \x00 stands in a text;"),
    ],
)
def test_a_text_that_holds_what_no_text_holds_is_refused_with_its_line(text, told):
    for quoted in (f'"{text}"', f'f"{{x}} {text}"'):
        with pytest.raises(SourceError) as caught:
            parse_script(f"x = 1\ny = {quoted}\n".encode(), "figures_src/x.py")
        assert str(caught.value).startswith(f"figures_src/x.py:2: {told}")
    assert parse_script(f"y = r'{text}'\nz = 'a\\nb'".encode(), "figures_src/x.py").body


def test_what_only_a_compiler_refuses_is_refused_with_its_line():
    with pytest.raises(SourceError, match=r"^x.py:2: not valid Python: 'return' outside function$"):
        parse_script(b"x = 1\nreturn x\n", "x.py")


DRAWING = """from matplotlib import figure as paper
import matplotlib.pyplot as plt
from dlbook.figures.style import panels

def deeper():
    return paper.Figure()

def run(cfg):
    return deeper()

def other(cfg):
    import matplotlib
    return panels()

def third(cfg):
    return cfg
"""


@pytest.mark.parametrize(
    ("names", "modules", "line"),
    [(["run"], ["matplotlib"], 6), (["other"], ["matplotlib"], 12), (["third"], ["matplotlib"], 15),
     (["run", "other"], ["dlbook.figures."], 13)],
)  # fmt: skip
def test_where_a_module_is_used_is_found(names, modules, line):
    assert line_of_use(ast.parse(DRAWING), names, modules) == line
    effect = ast.parse(DRAWING + "plt.ioff()\n")
    assert line_of_use(effect, ["third"], ["matplotlib"]) == 17


def test_where_a_name_or_a_field_stands_is_found():
    tree = ast.parse(
        "A = 1\nclass B:\n    x: int\n    y: int = 2\nclass C:\n    y: int\nA: int = 3"
    )
    assert line_of_name(tree, "A") == 7
    assert [line_of_name(tree, "B", field) for field in ("x", "y", "z")] == [3, 4, None]
    assert line_of_name(tree, "C", "y") == 6
    assert line_of_name(tree, "D") is None


def test_a_value_is_known_only_where_nothing_else_happens_to_it():
    assert ast.unparse(value(said("X: int = 1\nY = f(X)"), "X")) == "1"
    assert value(said("X = 1\nX += 1"), "X") is None
    assert value(said("X = []\nX.append(1)"), "X") is None
    assert value(said("X = {}\nX['a'] = 1"), "X") is None
    assert value(said("def X(): pass"), "X") is None
    assert value(said("Y = 1"), "X") is None


def test_labels_are_read_where_they_are_written_out():
    written = said('WORDS = {"x": ("数", "num" "ber")}')
    assert labels(written) == {"x": ("数", "number")}
    assert labels(said("WORDS = {}")) == {}
    for computed in ('{"x": both}', "{**more}", 'dict(x=("数", "x"))', '{x: ("数", "number")}',
                     '{"x": ("数", 1)}', '{"x": ("数", "number", "nombre")}'):  # fmt: skip
        assert labels(said(f"WORDS = {computed}")) is None, computed


CLAIMS = """
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(id="A25/pieces", statement=("段数翻倍", "Pieces double"), bound=EVERY),
    Claim("A26", "Source A", statement=_BOTH),
    Remark(id="A27", kind="definition", statement=("折", "A fold")),
]
"""


def test_claims_are_read_with_their_ids_and_statements():
    first, second, third = claims(said(CLAIMS))
    assert (first.call, first.id, first.statement) == (
        "Claim", "A25/pieces", ("段数翻倍", "Pieces double"),
    )  # fmt: skip
    assert ast.unparse(first.given["bound"]) == "EVERY"
    assert (second.id, second.statement) == ("A26", None)
    assert (third.call, third.id) == ("Remark", "A27")


@pytest.mark.parametrize(
    "computed",
    ["[claim(k) for k in range(3)]", "[*SOME]", "[Claim(id=name)]", "[Claim()]", "sum([[]])",
     "[made.Claim(id='A25')]"],
)  # fmt: skip
def test_claims_that_are_computed_are_not_known(computed):
    assert claims(said(f"CLAIMS = {computed}")) is None
    assert claims(said("CLAIMS = ()")) == []


@pytest.mark.parametrize(("name", "path"), list(zip(NAMES, PATHS, strict=True)))
def test_what_is_read_of_a_script_is_what_it_says_when_it_runs(name, path):
    source, loaded = statements(parse(path.read_bytes(), path.name)), script(name)
    assert headline(path) == (loaded.__doc__ or "").splitlines()[0]
    assert labels(source) == dict(loaded.WORDS)
    read = claims(source)
    assert [each.id for each in read] == [claim.id for claim in loaded.CLAIMS]
    for each, claim in zip(read, loaded.CLAIMS, strict=True):
        assert each.call == type(claim).__name__
        assert each.statement in (None, claim.statement)


def test_the_names_of_the_contract_are_those_that_a_script_is_asked_for(load, write):
    for name in OWED:
        path = write()
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\ndel {name}\n", encoding="utf-8")
        with pytest.raises(contract.FigureError, match=rf"the script lacks {name}$"):
            loading.load(path)
    assert set(COMPUTED) < set(OWED)
    assert set(REPLAY) < set(OFFERED)
    assert not set(OWED) & set(OFFERED)


CLAIMED = b"""
CLAIMS = [
    Claim("A1", measure=lambda res: 1),
    Claim(
        id="A2",
        measure=one,
    ),
    Remark("A1"),
]
"""


def test_a_claim_has_the_line_of_its_id_or_of_one_of_its_arguments():
    tree = parse_script(CLAIMED, "x.py")
    assert [line_of_entry(tree, each) for each in ("A1", "A2", "A3")] == [8, 5, None]
    assert line_of_entry(tree, "A2", "measure") == 6
    assert line_of_entry(tree, "A2", "bound") == 5
    assert place_of_claim(CLAIMED, "x.py", "A2") == ("x.py", 5)
    for source in (CLAIMED + b"CLAIMS.append(more)", b"CLAIMS = ["):
        assert place_of_claim(source, "x.py", "A2") == ("x.py", 1)
