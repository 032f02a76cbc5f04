"""What stands for a page where it is shared: a light PNG of the size that networks ask for."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib import image

from dlbook.figures import card
from tests.toy import executed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_is_a_light_png_the_same_each_time_with_title_and_picture(load, lang):
    toy = load()
    result, title = executed(toy), "翻一倍 \\(2x\\)" if lang == "zh" else "Twice \\(x\\)"
    made = card.card(toy, result, lang, title)
    assert made == card.card(toy, result, lang, title)
    assert len(made) < 100_000
    pixels = np.rint(255 * image.imread(BytesIO(made), format="png")).astype(int)
    assert pixels.shape[:2] == (630, 1200)
    assert (pixels[0, 0] == 255).all()
    inked = (pixels[..., :3] < 128).any(axis=2)
    assert inked[:200, :480].any()  # the title
    assert inked[500:, :480].any()  # the book's name
    assert inked[:, 560:].any()  # the picture
    assert not inked[:, :50].any()
    assert not inked[:, -50:].any()


def test_another_title_is_another_card(load):
    toy = load()
    result = executed(toy)
    assert card.card(toy, result, "en", "One") != card.card(toy, result, "en", "Two")


@pytest.mark.parametrize(
    ("title", "width", "lines"),
    [
        ("one two three four", 100, ["one two three four"]),
        ("one two three four", 15, ["one two", "three four"]),
        ("没有一条线算得出异或", 9, ["没有一条线", "算得出异或"]),
        ("甲乙，丙丁。", 5, ["甲乙，", "丙丁。"]),
        ("用 XOR 说“明”白", 5, ["用 XOR", "说“明”白"]),
        ("unbreakable", 5, ["unbreakable"]),
        ("a $b c$ d", 6, ["a", "$b c$", "d"]),
    ],
)
def test_a_title_is_set_in_lines_of_about_one_length(monkeypatch, title, width, lines):
    monkeypatch.setattr(card, "_STEP", 1)
    assert card._balanced(title, len, width) == lines
