"""The font of the figures: a file that pip brings, of a package that is never imported."""

import subprocess
import sys

from matplotlib.font_manager import FontProperties, get_font

from dlbook.figures import font, style

DRAWN = """
import sys
from dlbook.figures import style
with style.context():
    figure, ax = style.panels()
    ax.set_title("为什么要深")
    style.to_svg(figure, "x")
assert "zhplot" not in sys.modules
assert sys.modules["matplotlib"].rcParams["font.family"] == ["sans-serif"]
"""


def test_the_font_is_the_one_that_figures_ask_for_and_has_chinese():
    face = get_font(font.face())
    assert face.family_name == style.FAMILY
    assert all(face.get_char_index(ord(sign)) for sign in "为什么要深，。“”∞αa0−")
    assert FontProperties(fname=font.face()).get_weight() == "normal"


def test_a_figure_is_drawn_without_node_and_without_what_zhplot_does_at_import(tmp_path):
    isolated = {"PATH": "", "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAWN],
        cwd=tmp_path,
        env=isolated,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert "findfont" not in finished.stderr
