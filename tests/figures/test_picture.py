"""Drawing a toy figure in both languages, and how that fails."""

import contextlib
import logging
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from dlbook.base.language import LANGUAGES
from dlbook.figures import contract, font, style
from dlbook.figures.picture import picture
from tests.toy import executed, line_of, refused

ROOT = Path(__file__).parent.parent.parent


# Drawing


def test_both_languages_are_drawn_and_differ_in_their_words_only(load):
    script = load()
    result = executed(script)
    zh, en = (picture(script, result, lang).svg for lang in LANGUAGES)
    assert zh != en
    assert all('id="toy-' in text for text in (zh, en))
    script = load(('("输入 $x$", "input $x$")', '("x", "x")'))
    assert picture(script, result, "zh").svg == picture(script, result, "en").svg


def test_a_draw_that_raises_is_told_with_line_and_language(load):
    script = load(('t["x"]', 't["z"]'))
    message = refused(lambda: picture(script, executed(script), "en").svg)
    where = f":{line_of('set_xlabel')}: draw (en) raised KeyError: "
    assert message.startswith(where)
    assert "WORDS has no 'z'; add a (zh, en) pair" in message


def test_a_draw_that_returns_no_figure_is_refused(load):
    script = load(("    return fig\n", "    return ax\n"))
    message = refused(lambda: picture(script, executed(script), "zh").svg)
    assert message == f":{line_of('def draw')}: draw (zh) returned Axes, not a Figure"
    script = load(("    return fig\n", "    fig.canvas\n"))
    message = refused(lambda: picture(script, executed(script), "zh").svg)
    assert message == f":{line_of('def draw')}: draw (zh) returned NoneType, not a Figure"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("深 \\U0001f600", "Glyph 128512"),  # an emoji
        ("\\U00020bb7野家", "Glyph 134071"),  # a rare character
        ("$x$ \\U0001f600", "does not have a glyph for '\\U0001f600'"),  # beside a formula
        ("$\\\\mathrm{深}$", "Font 'rm' does not have a glyph for '\\u6df1'"),  # inside one
    ],
)
def test_a_missing_glyph_is_refused_even_where_warnings_are_silent(load, label, told):
    script = load(("输入 $x$", label))
    result = executed(script)
    message = refused(lambda: picture(script, result, "zh").svg)
    assert told in message
    assert "(zh)" in message
    assert message.startswith(f":{line_of('input $x$')}: ")
    picture(script, result, "en")


def test_a_formula_that_matplotlib_cannot_set_is_refused_at_its_label(load):
    script = load(('"input $x$"', r'"input $\\frac{x$"'))
    message = refused(lambda: picture(script, executed(script), "en"))
    assert message.startswith(
        f":{line_of('输入')}: saving the picture (en) raised ValueError: \\frac{{x "
    )


def test_which_words_are_drawn_is_known(load):
    script = load(('    "x": (', '    "y": ("高", "height"),\n    "x": ('))
    assert picture(script, executed(script), "en").used == {"x"}


def test_listening_to_matplotlib_ends_with_the_picture_whether_it_succeeds_or_not(load):
    before = list(logging.getLogger("matplotlib").handlers)
    for script in (load(), load(('t["x"]', 't["z"]'))):
        with contextlib.suppress(contract.FigureError):
            picture(script, executed(script), "en")
        assert logging.getLogger("matplotlib").handlers == before


def test_an_axis_squeezed_to_nothing_is_refused(load):
    script = load(("style.panels()", "style.panels(height=0.2)"))
    message = refused(lambda: picture(script, executed(script), "en").svg)
    assert "axes sizes collapsed to zero" in message


def test_a_picture_without_the_font_is_told_in_one_line(load, monkeypatch):
    script = load()
    result = executed(script)
    monkeypatch.setattr(font, "FILE", "nowhere.ttf")
    style._register_font.cache_clear()
    message = refused(lambda: picture(script, result, "en").svg)
    style._register_font.cache_clear()
    assert message.endswith(font.LACKING)


# How a script draws

PLOT = '    ax.plot(res.x, res.y, color=style.colour("deep"))\n'


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('ax.plot(res.x, res.y, color="#ff00ff")', "paints in #ff00ff, which is not of the book"),
        ('ax.plot(res.x, res.y, color="crimson")', "paints in #dc143c, which is not of the book"),
        ('ax.text(0, 0, "x", fontname="Comic Sans MS")', "writes in the font Comic Sans MS; leave"),
        ('ax.text(0, 0, "x", family="serif")', "writes in the font serif; leave the font out, the"),
        ('__import__("matplotlib").rcParams["font.size"] = 30', "sets matplotlib's font.size for"),
        ("ax.plot(torch.rand(3))", "draws chance that no seed decides; in run, take it from rng"),
        ('__import__("numpy").random.rand()', "draws chance that no seed decides"),
        ('__import__("random").random()', "draws chance that no seed decides"),
    ],
)
def test_a_draw_that_leaves_the_house_is_told_at_its_line(load, code, told):
    with unmoved():
        script = load((PLOT, f"{PLOT}    {code}\n"))
        message = refused(lambda: picture(script, executed(script), "en"))
    assert message.startswith(f":{line_of('ax.plot(') + 1}: draw (en) {told}")


def test_what_others_draw_beside_the_thread_of_a_cluster_is_not_blamed_on_the_script(load):
    with unmoved():
        script = load((PLOT, f'{PLOT}    __import__("random").random()\n'))
        result = executed(script)
        with ThreadPoolExecutor(1) as beside:
            assert beside.submit(picture, script, result, "en").result().labels
        refused(lambda: picture(script, result, "en"))


@contextlib.contextmanager
def unmoved():
    """The generators that a script under test draws from, as they were."""
    theirs, ours, plain = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        torch.set_rng_state(theirs)
        np.random.set_state(ours)
        random.setstate(plain)


def test_a_colour_that_nobody_wrote_is_told_of_draw(load):
    script = load((', color=style.colour("deep")', ""))
    message = refused(lambda: picture(script, executed(script), "en"))
    assert message.startswith(f":{line_of('def draw')}: draw (en) paints in #1f77b4, which is")


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ('("输入 {m}", "input {m}")', "(en) has {m}, which draw does not give; mend the name"),
        ('("输入 {n", "input {n")', "(en) cannot be filled: expected '}' before end of string;"),
    ],
)
def test_a_label_that_cannot_be_filled_is_told_at_the_label(load, label, told):
    script = load(('("输入 $x$", "input $x$")', label), ('t["x"]', 't["x"].format(n=3)'))
    message = refused(lambda: picture(script, executed(script), "en"))
    assert message.startswith(f":{line_of('input $x$')}: WORDS['x'] {told}")
    script = load(('("输入 $x$", "input $x$")', '("输入 {m}", "input {m}")'), ('t["x"]', "{}['m']"))
    message = refused(lambda: picture(script, executed(script), "en"))
    assert message.startswith(f":{line_of('set_xlabel')}: draw (en) raised KeyError")


def test_a_file_that_draw_leaves_open_is_no_word_on_the_terminal(load, capfd):
    script = load((PLOT, f"{PLOT}    open(__file__)\n"))
    assert picture(script, executed(script), "en").svg
    assert capfd.readouterr() == ("", "")
