"""Loading and configuring a script, on a toy that is broken in one place at a time."""

import sys

import pytest

from dlbook.figures import blaming, configuring, contract, judging, loading
from tests.toy import executed, line_of, refused


def test_a_whole_script_loads_and_leaves_the_path_and_other_modules_alone(write):
    before = list(sys.path)
    path = write(name="random")
    script = loading.load(path)
    assert contract.name_of(script) == "random"
    assert sys.path == before
    assert hasattr(__import__("random"), "shuffle")


def test_importing_a_script_runs_and_draws_nothing(load, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    load()
    assert capsys.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["figures_src"]


def test_a_script_that_is_mended_within_the_second_is_read_anew(write, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    first = loading.load(write())
    second = loading.load(write(("points: int = 5", "points: int = 6")))
    assert (first.Config().points, second.Config().points) == (5, 6)


@pytest.mark.parametrize("member", ["SMALL", "WORDS", "CLAIMS", "run", "check", "draw"])
def test_a_missing_member_is_named(load, member):
    old = f"def {member}(" if member in ("run", "check", "draw") else f"{member} = "
    assert refused(lambda: load((old, old.replace(member, "other")))) == (
        f":1: the script lacks {member}"
    )


def test_every_missing_member_is_named_at_once(load):
    edits = (("def run(", "def walk("), ("def draw(", "def paint("))
    assert refused(lambda: load(*edits)) == ":1: the script lacks run, draw"


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("(frozen=True)\nclass Config", "()\nclass Config")],
         f":{line_of('class Config')}: Config must be a frozen dataclass"),
        ([("@dataclass(frozen=True)\nclass Result", "class Result")],
         f":{line_of('class Result') - 1}: Result must be a frozen dataclass"),
        ([("SMALL = Config(points=3)", "SMALL = Config()\nConfig = Config()")],
         f":{line_of('SMALL = ') + 1}: Config must be a frozen dataclass"),
        ([("points: int = 5", "points: int = 5\n    loose = 3")],
         f":{line_of('points: int') + 1}: Config.loose has no type, so it is no field; write loose:"
         " int = …"),
        ([("points: int = 5", "points: int"), ("SMALL = Config(points=3)", "SMALL = 3")],
         f":{line_of('points: int')}: Config.points has no default; give one, since Config() has to"
         " be whole"),
        ([("SMALL = Config(points=3)", "SMALL = {'points': 3}")],
         f":{line_of('SMALL')}: SMALL must be a Config"),
        ([("CLAIMS = [\n", "CLAIMS = [\n    'A01',\n")],
         f":{line_of('CLAIMS')}: CLAIMS must be a list of Claim(...) and Remark(...)"),
        ([("    config: Config\n", ""), ("Result(cfg, ", "Result(")],
         f":{line_of('class Result')}: Result needs the field 'config: Config'"),
        ([("    steps: int\n", "    points: int\n")],
         f":{line_of('    steps: int')}: Result.points repeats Config.points; pages can cite the"
         " config, draw and check find it in res.config"),
        ([("WORDS = {\n", "WORDS = [\n"), ('"x": (', '("x", '), ("input $x$\"),\n}", 'x"),\n]')],
         f":{line_of('WORDS')}: WORDS must be a dict of (zh, en) pairs"),
        ([("def check(res):", "check = 7\n\n\ndef prove(res):")],
         f":{line_of('def check')}: check must be a function"),
        ([('"""Doubling a number gives twice the number."""\n', "")],
         ":1: no docstring; begin the script with what the figure claims, in one sentence"),
        ([("Doubling a number gives twice the number.", " ")],
         ":1: no docstring; begin the script with what the figure claims, in one sentence"),
    ],
)  # fmt: skip
def test_a_member_of_the_wrong_kind_is_refused(load, edits, message):
    assert refused(lambda: load(*edits)) == message


@pytest.mark.parametrize(
    "pair",
    [
        '"深度"',
        '("输入 $x$",)',
        '"输入 $x$"',
        '("输入 $x$", "")',
        '("输入 $x$", None)',
        '(" ", "x")',
    ],
)
def test_half_a_pair_of_words_is_refused_with_its_line(load, pair):
    message = refused(lambda: load(('("输入 $x$", "input $x$")', pair)))
    assert message == f":{line_of('input $x$')}: WORDS['x'] needs a (zh, en) pair"


def test_two_claims_of_one_id_are_refused_at_the_second(load):
    message = refused(lambda: load(('id="A02"', 'id="A01/toy"')))
    assert message == (f":{line_of('A02')}: A01/toy is the id of 2 claims; give each its own")
    message = refused(lambda: load(("\n\nif __name__", "\nCLAIMS = CLAIMS * 3\n\nif __name__")))
    assert message.endswith(": A01/toy is the id of 3 claims; give each its own")


@pytest.mark.parametrize("text", ["$x", "input $x$ and $y", "a\\nb $x", "$a\\nb$", "5 $"])
def test_a_formula_that_a_label_never_closes_is_refused(load, text):
    message = refused(lambda: load(('"input $x$"', f'"{text}"')))
    assert message == (
        f":{line_of('input $x$')}: WORDS['x']: '$' is never closed in its line; close it, or write"
        " \\$ for the sign"
    )


def test_a_sign_and_formulas_that_are_closed_in_their_line_are_right(load):
    for text in (r"5 \\$", "$x$\\n$y$ and $z$", r"$x$ for \\$"):
        assert load(('"input $x$"', f'"{text}"')).WORDS["x"][1]


@pytest.mark.parametrize(
    "budget", ["0", "-3", '"ten"', "None", "True", "float('nan')", "float('inf')", "10**9"]
)
def test_a_budget_that_is_no_time_is_refused(load, budget):
    message = refused(lambda: load(("SMALL = ", f"BUDGET = {budget}\nSMALL = ")))
    assert message.startswith(f":{line_of('SMALL')}: BUDGET is ")
    assert message.endswith("; give seconds of wall time, above 0 and up to 86400")


def test_a_syntax_error_is_told_with_its_line(load):
    message = refused(lambda: load(("def run(cfg):", "def run(cfg:")))
    assert message == f":{line_of('def run')}: not valid Python: '(' was never closed"


def test_a_syntax_error_of_an_imported_module_is_told_of_that_module(load, tmp_path, monkeypatch):
    (tmp_path / "lame_module.py").write_text("x = 1\ny = = 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(contract.FigureError, match=r"/lame_module\.py:2: not valid Python: inval"):
        load(("import torch", "import lame_module\nimport torch"))


def test_a_script_given_by_a_relative_path_is_told_with_its_line_too(write, tmp_path, monkeypatch):
    path = write(("def run(cfg):", "def run(cfg):\n    int('x')"))
    monkeypatch.chdir(tmp_path)
    script = loading.load(path.relative_to(tmp_path))
    assert refused(lambda: executed(script)).startswith(f":{line_of('def run') + 1}: run raised")


def test_bytes_that_are_no_text_are_refused_with_their_line(write):
    path = write()
    last = path.read_bytes().count(b"\n") + 1
    path.write_bytes(path.read_bytes() + b'NAME = "\xff"\n')
    message = refused(lambda: loading.load(path))
    assert message == f":{last}: not UTF-8 (byte 0xff); save the file as UTF-8"


@pytest.mark.parametrize(
    "change", [(b"\n", b"\r\n"), (b"\n", b"\r"), (b'"""Dou', b'\xef\xbb\xbf"""Dou')]
)
def test_line_ends_and_the_mark_of_a_byte_order_change_nothing(write, change):
    """In what an editor of another system writes, places are still right."""
    path = write(
        ("assert torch.equal(res.y, 2 * res.x)", "assert not torch.equal(res.y, 2 * res.x)")
    )
    path.write_bytes(path.read_bytes().replace(*change))
    script = loading.load(path)
    message = refused(lambda: judging.judge(script, executed(script)))
    assert message.startswith(f":{line_of('torch.equal')}: check raised AssertionError")
    assert blaming.line_of(script, "def draw") == line_of("def draw")


def test_an_import_that_raises_is_told_with_its_line(load):
    message = refused(lambda: load(("SMALL = Config(points=3)", "SMALL = Config(pints=3)")))
    assert message.startswith(f":{line_of('SMALL')}: import raised TypeError: ")
    message = refused(lambda: load(("import torch\n", "import torch_nowhere\n")))
    assert message == (
        f":{line_of('import torch')}: import raised ModuleNotFoundError:"
        " No module named 'torch_nowhere'"
    )


def test_a_file_that_is_missing_or_no_python_is_refused(tmp_path):
    folder = tmp_path / "figures_src"
    assert "cannot be read (No such file or directory); restore it" in refused(
        lambda: loading.load(folder / "toy.py")
    )
    with pytest.raises(contract.FigureError, match=r"toy\.txt: not a Python file"):
        loading.load(folder / "toy.txt")


# What a script may offer to readers

REPLAY = (
    "def check(",
    "@dataclass(frozen=True)\nclass Replay:\n    seed: int = 0\n    knots: tuple = (0.5, 1.0)\n\n\n"
    "def replay(choice, cfg):\n    return choice\n\n\ndef check(",
)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("class Replay", "class Repeat")],
         f":{line_of('def check') + 6}: the script has replay but lacks Replay"),
        ([("def replay", "def repeat")],
         f":{line_of('def check') + 1}: the script has Replay but lacks replay"),
        ([("class Replay", "class Repeat"), ("def replay", "def outcome")],
         f":{line_of('def check') + 6}: the script has outcome but lacks Replay"),
        ([("(frozen=True)\nclass Replay", "()\nclass Replay")],
         f":{line_of('def check') + 1}: Replay must be a frozen dataclass"),
        ([("@dataclass(frozen=True)\nclass Replay", "class Replay")],
         f":{line_of('def check')}: Replay must be a frozen dataclass"),
        ([("seed: int = 0", "seed: int = 0\n    net = 'wide'")],
         f":{line_of('def check') + 3}: Replay.net has no type, so it is no field; write net:"
         " str = …"),
        ([("seed: int = 0", "seed: int")],
         f":{line_of('def check') + 2}: Replay.seed has no default; give one, since Replay() has to"
         " be whole"),
    ],
)  # fmt: skip
def test_half_a_replay_is_refused(load, edits, message):
    assert refused(lambda: load(REPLAY, *edits)) == message


def test_choices_are_parsed_like_settings(load):
    script = load(REPLAY)
    assert configuring.configure_replay(script, {}) == script.Replay()
    chosen = configuring.configure_replay(script, {"seed": "7", "knots": "-1,0.25, 1"})
    assert chosen == script.Replay(7, (-1.0, 0.25, 1.0))
    assert configuring.configure(script, {}) == script.Config()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"width": "3"}, "Replay has no field 'width'; it has seed, knots"),
        ({"seed": "x"}, "'x' is not a value for seed, which is int"),
        ({"knots": "1,b"}, "'1,b' is not a value for knots, which is a tuple of float, such as"
                           " 0.5,1.0"),
    ],
)  # fmt: skip
def test_a_choice_that_does_not_fit_is_refused(load, choices, message):
    script = load(REPLAY)
    assert refused(lambda: configuring.configure_replay(script, choices)) == message


def test_a_script_without_a_replay_offers_no_choice(load):
    script = load()
    message = refused(lambda: configuring.configure_replay(script, {"seed": "7"}))
    assert message == "no Replay, so no run of this figure can be repeated"


# Configuring


def test_settings_are_parsed_by_the_type_of_their_default(load):
    script = load()
    settings = {"points": "12", "rate": "1e-3", "exact": "False", "loss": "3", "widths": "2, 16,32"}
    assert configuring.configure(script, settings) == script.Config(
        12, 1e-3, False, "3", (2, 16, 32)
    )
    assert configuring.configure(script, {}) == script.Config()
    assert configuring.configure(script, {"exact": "TRUE"}).exact is True
    assert configuring.configure(script, {"rate": "1"}).rate.hex() == (1.0).hex()
    assert configuring.configure(script, {"widths": "(7,)"}).widths == (7,)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seeds": "3"}, "Config has no field 'seeds'; it has points, rate, exact, loss, widths"),
        ({"points": "3.5"}, "'3.5' is not a value for points, which is int"),
        ({"rate": "fast"}, "'fast' is not a value for rate, which is float"),
        ({"exact": "1"}, "'1' is not a value for exact, which is bool"),
        ({"widths": "4,x"}, "'4,x' is not a value for widths, which is a tuple of int,"
                            " such as 4,8"),
        ({"widths": ""}, "'' is not a value for widths, which is a tuple of int, such as 4,8"),
    ],
)  # fmt: skip
def test_a_setting_that_does_not_fit_is_refused(load, settings, message):
    script = load()
    assert refused(lambda: configuring.configure(script, settings)) == message


def test_a_field_that_text_cannot_set_is_refused(load):
    script = load(('loss: str = "square"', "loss: object = None"))
    message = refused(lambda: configuring.configure(script, {"loss": "x"}))
    assert message == "'x' is not a value for loss, which is NoneType"
    script = load(("= (4, 8)", "= ()"))
    assert "is not a value for widths" in refused(
        lambda: configuring.configure(script, {"widths": "1"})
    )


def test_a_value_that_config_itself_refuses_is_told(load):
    guard = "(4, 8)\n\n    def __post_init__(self):\n        if self.points < 2:\n"
    script = load(("(4, 8)", guard + "            raise ValueError('two points at least')"))
    message = refused(lambda: configuring.configure(script, {"points": "1"}))
    assert message.endswith("Config raised ValueError: two points at least")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# title\n\n翻倍\n\nDoubling\n", "", "no section '# title'; add it"),
        ("# A01/toy truth", "# A01/toy control", "no section '# A01/toy truth'; add it"),
        ("\n\nDoubling\n", "\n", "'# title' has 1 paragraph; give two, Chinese, then English"),
        ("# alt", "# caption", "'# caption' stands here again; once is enough"),
        ("# A01/toy truth", "# A09 truth", "'# A09 truth', but the script has no A09"),
    ],
)
def test_texts_that_are_owed_or_strange_are_told_with_their_file(load, old, new, message):
    edits = [(old, new)]
    if "A09" in message:
        edits.append(("# A01/toy quantity", "# A01/toy truth\n\n真\n\ntrue\n\n# A01/toy quantity"))
    told = refused(lambda: load(*edits))
    assert told.startswith("figures_src/toy.md")
    assert message in told


def test_texts_that_are_missing_are_told(write):
    path = write()
    path.with_suffix(".md").unlink()
    assert refused(lambda: loading.load(path)).startswith("figures_src/toy.md: missing; it holds")


# What an author types wrong

CLAIM_LINE = line_of("measure=slope_of")
BOUND_LINE = line_of("bound=at_least")
BOUND = 'at_least(1.5, because=("一半以上。", "More than half."))'
OF_CLAIM = ": claim A01/toy: "
FACTOR = '(Factor(("宽度", "width"), slope_of),)'
FACTORS = '(Factor(("宽度", "width"), slope_of, rival=False), Factor(("步数", "steps"), slope_of))'
CAUSE = ('kind="theorem"', 'kind="cause"')
IMPORTED = ("import Claim, Remark", "import Budget, Claim, Convention, Factor, Remark")


def adding(argument):
    """An edit that gives the toy's claim one argument more."""
    return (IMPORTED, ("measure=slope_of,", f"measure=slope_of, {argument},"))


def varying(alternatives):
    """A convention of the toy with these alternatives, as an argument."""
    return f'conventions=(Convention("data", ("点", "points"), {alternatives}),)'


@pytest.mark.parametrize(
    ("edits", "line", "told"),
    [
        ([("measure=slope_of", "measure=1.0")], CLAIM_LINE,
         "measure is 1.0; give a function of the result: lambda res: res.rate"),
        ([(BOUND, "0.95")], BOUND_LINE, "bound is 0.95; write at_least(0.95, because="),
        ([(BOUND, "at_least")], BOUND_LINE, "bound is a function; write at_least(0.95"),
        ([("at_least(1.5", "at_least(True")], BOUND_LINE, "bound lies at True; give a number"),
        ([("at_least(1.5", "at_least(torch.tensor(1.5)")], BOUND_LINE,
         "bound lies at a Tensor; give a number"),
        ([('("一半以上。", "More than half.")', '"一半"')], BOUND_LINE,
         "bound because: needs a (zh, en) pair"),
        ([('("一半以上。", "More than half.")', '("More than half.", "一半以上。")')], BOUND_LINE,
         "bound because: has its languages exchanged; write Chinese, then English"),
        ([('("一半以上。", "More than half.")', "None")], BOUND_LINE,
         "bound has no reason; write at_least"),
        ([('("翻倍得两倍。", "Doubling gives twice.")', '"ab"')], line_of("翻倍得两倍。"),
         "statement needs a (zh, en) pair"),
        ([('source="Source A §1",\n        kind="theorem"', 'source=3,\n        kind="theorem"')],
         line_of('source="Source A'), "source is 3; say where it is claimed"),
        (adding(f"factors={FACTOR[1:-2]}"), CLAIM_LINE,
         "factors is a Factor; write (Factor(…), Factor(…)), a tuple"),
        ((CAUSE, *adding(f"factors={FACTORS.replace('slope_of))', '2))')}")), CLAIM_LINE,
         "factors effect is 2; give a function of the result: lambda res: res.effect"),
        (adding(varying('({"pionts": 3},)')), CLAIM_LINE,
         "conventions names 'pionts', and Config has no such field; it has points, rate, exact,"),
        (adding(varying('({"points": "3"},)')), CLAIM_LINE,
         "conventions points is '3', not int"),
        (adding(varying('{"points": 3}')), CLAIM_LINE,
         "conventions alternatives is a dict; write ({'width': 4},), a tuple"),
        (adding('conventions=Convention("data", ("点", "points"), ())'), CLAIM_LINE,
         "conventions is a Convention; write (Convention(…),), a tuple"),
        (adding("budget=0.05"), CLAIM_LINE,
         "budget is 0.05; write Budget(change=lambda res: res.change, within=…)"),
        (adding("budget=Budget(0.1, 0.05)"), CLAIM_LINE,
         "budget change is 0.1; give a function of the result: lambda res: res.change"),
        (adding("budget=Budget(slope_of, 0)"), CLAIM_LINE,
         "budget within is 0; give the size of a change that is none"),
    ],
)  # fmt: skip
def test_an_argument_of_a_claim_that_nobody_could_judge_is_refused(load, edits, line, told):
    assert refused(lambda: load(*edits)).startswith(f":{line}{OF_CLAIM}{told}")


def test_a_cause_with_its_factors_is_right_and_without_them_none(load):
    assert load(CAUSE, *adding(f"factors={FACTORS}")).CLAIMS
    assert "a cause needs one factor with rival=False" in refused(lambda: load(CAUSE))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("def run(cfg)", "def run()", "run() is given cfg; write def run(cfg)"),
        ("def check(res)", "def check()", "check() is given res; write def check(res)"),
        (
            "def draw(res, t)",
            "def draw(t, res)",
            "draw(t, res) is given res and t; write",
        ),
        ("def draw(res, t)", "def draw(res)", "draw(res) is given res and t; write def draw("),
        ("def draw(res, t)", "def draw(res, t, ax)", "draw(res, t, ax) is given res and t; write"),
        ("def run(cfg)", "async def run(cfg)", "run is async, and nobody awaits it; write def run"),
        ("def check(res):", "def check(res):\n    yield 1", "check yields, so nothing of it is"),
    ],
)
def test_a_function_that_cannot_take_what_it_is_given_is_told_where_it_is_defined(
    load, recwarn, old, new, told
):
    assert refused(lambda: load((old, new))).startswith(f":{line_of(old)}: {told}")
    assert not recwarn.list


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("points: int = 5", "points: object = torch.ones(2)",
         "Config.points holds a Tensor, which no record can; use numbers, texts and tuples"),
        ("rate: float = 0.5", "rate: float = float('nan')", "Config.rate holds nan, which no"),
        ("points: int = 5", 'points: int = "5"', "Config.points is '5', not int"),
        ("points: int = 5", "points: int = True", "Config.points is True, not int"),
        ("widths: tuple[int, ...] = (4, 8)", "widths: tuple[int, ...] = (4, 8.5)",
         "Config.widths[1] is 8.5, not int"),
        ("widths: tuple[int, ...] = (4, 8)", "seeds: tuple[int, ...] = (1, 2, 1)",
         "Config.seeds holds seed 1 twice; give each once"),
        ("SMALL = Config(points=3)", 'SMALL = Config(points="3")', "SMALL.points is '3', not int"),
        ("SMALL = Config(points=3)", "SMALL = Config(widths=[4])", "SMALL.widths holds a list"),
    ],
)  # fmt: skip
def test_a_setting_that_is_not_what_its_type_says_is_refused_with_its_line(load, old, new, told):
    assert refused(lambda: load((old, new))).startswith(f":{line_of(old)}: {told}")


@pytest.mark.parametrize(
    ("old", "new", "more", "told"),
    [
        ('    assert torch.equal(res.y, 2 * res.x), "twice is twice"',
         '    assert (torch.equal(res.y, 2 * res.x), "twice is twice")', 0, "this assert always"),
        ('    assert torch.equal(res.y, 2 * res.x), "twice is twice"',
         "    assert (y > 0 for y in res.y)", 0, "this assert always holds, whatever it says"),
        ('    assert torch.equal(res.y, 2 * res.x), "twice is twice"',
         "    return torch.equal(res.y, 2 * res.x)", 0, "check returns something, which nobody"),
        ('    assert torch.equal(res.y, 2 * res.x), "twice is twice"',
         "    torch.equal(res.y, 2 * res.x)", 0, "this test is not asserted, so it proves nothing"),
        ('    assert torch.equal(res.y, 2 * res.x), "twice is twice"',
         "    res.steps == 7", 0, "this test is not asserted, so it proves nothing; assert it"),
        ("WORDS = {\n", 'WORDS = {\n    "x": ("数", "number"),\n', 2,
         "the key 'x' stands in line 27 already, and only the last would count; delete one"),
        ("    rate: float = 0.5\n", "    rate: float = 0.5\n    points: int = 6\n", 1,
         "points is a field of Config in line 17 already"),
        ("def slope_of(res):", "def check(res):\n    pass\n\n\ndef slope_of(res):", 0,
         "check is defined in line 53 already"),
        ("    fig, ax = style.panels()\n", "    fig, ax = style.panels()\n    run(res.config)\n", 1,
         "draw computes, by calling run; draw what it is given, and compute the rest in run"),
        ("    fig, ax = style.panels()\n", "    fig, ax = style.panels()\n    t['x'] is 'x'\n", 1,
         'Python warns: "is" with '),
        ("    x = linspace", "    rng.stream(3, 2.5)\n    x = linspace", 0,
         "2.5 names no stream; use texts and whole numbers"),
    ],
)  # fmt: skip
def test_what_python_takes_without_a_word_and_nobody_means_is_refused(load, old, new, more, told):
    line = line_of(old.splitlines()[0]) + more
    assert refused(lambda: load((old, new))).startswith(f":{line}: {told}")


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ('("input", "输入")', " has its languages exchanged; write Chinese, then English"),
        ('("an input as it is", "input")', " has no Chinese; write Chinese, then English"),
        ('("输入", "input 输入")', " has '输' in its English; write that in English"),
        ('("输入", "input，x")', " has '，' in its English; write that in English"),
        ('("输入｛n｝", "input {n}")', " has the full-width '｛'; write '{'"),
        ('("输入＄x＄", "input $x$")', " has the full-width '＄'; write '$'"),
        ('("输入 {n}", "input")', " has {n} in its Chinese and not in its English; write the same"),
        ('("输入 {m}", "input {n}")', " has {m} in its Chinese and not in its English"),
        ('("输入 {n 个", "input {n:.2f}")', " has {n} in its English and not in its Chinese"),
    ],
)
def test_a_label_in_the_wrong_language_or_with_a_wrong_place_is_refused(load, pair, told):
    message = refused(lambda: load(('("输入 $x$", "input $x$")', pair)))
    assert message.startswith(f":{line_of('input $x$')}: WORDS['x']{told}")


@pytest.mark.parametrize(
    "pair",
    ['("ReLU", "ReLU")', '("Adam", "Adam, squared error")', '("$k={n}$ 段", "$k={n}$ pieces")',
     r'("$\\mathrm{relu}$", "$\\frac{a}{b}$ of $x^{ab}$")', '("softmax 离 1", "how far {{x}} is")',
     '("{a}/{b}", "{b}/{a}")'],
)  # fmt: skip
def test_names_formulas_and_places_that_agree_are_right_in_both_languages(load, pair):
    assert load(('("输入 $x$", "input $x$")', pair)).WORDS["x"]


def test_texts_whose_languages_are_exchanged_are_told_at_their_paragraph(load):
    message = refused(lambda: load(("翻倍\n\nDoubling", "Doubling\n\n翻倍")))
    assert message == (
        "figures_src/toy.md:3: '# title' has its languages exchanged; write Chinese, then English"
    )
    message = refused(lambda: load(("Doubled, it is", "Doubled, （it is)")))
    assert message.endswith(":11: '# caption' has '（' in its English; write that in English")
