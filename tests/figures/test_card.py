"""What stands for a page where it is shared: a light PNG of the size that networks ask for."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib import image

from dlbook.figures import card, picture
from tests.toy import executed


def carded(toy, result, lang, title):
    _, figure = picture.drawn(toy, result, lang)
    return card.card(toy, figure, lang, title)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_is_a_light_png_the_same_each_time_with_title_and_picture(load, lang):
    toy = load()
    result, title = executed(toy), "翻一倍 \\(2x\\)" if lang == "zh" else "Twice \\(x\\)"
    made = carded(toy, result, lang, title)
    assert made == carded(toy, result, lang, title)
    assert len(made) < 100_000
    pixels = read(made)
    assert pixels.shape[:2] == (630, 1200)
    assert (pixels[0, 0] == 255).all()
    inked = (pixels < 128).any(axis=2)
    assert inked[:200, :480].any()  # the title
    assert inked[500:, :480].any()  # the book's name
    assert inked[:, 560:].any()  # the picture
    assert not inked[:, :50].any()
    assert not inked[:, -50:].any()


def test_another_title_is_another_card(load):
    toy = load()
    result = executed(toy)
    assert carded(toy, result, "en", "One") != carded(toy, result, "en", "Two")


def read(png):
    """The pixels of a card: ``(height, width, 3)``."""
    return np.rint(255 * image.imread(BytesIO(png), format="png")[..., :3]).astype(int)


def opaque(pixels):
    """The same pixels as a drawing has them: ``(height, width, 4)``."""
    return np.dstack([pixels, np.full(pixels.shape[:2], 255)]).astype(np.uint8)


def test_of_many_colours_frequent_ones_stay_and_the_others_become_the_nearest_of_them():
    down, across = np.mgrid[0:256, 0:256].astype(np.uint8)
    pixels = np.stack([down, across, 255 - down], 2)
    pixels[:100] = (200, 40, 75)
    made = read(card._png(opaque(pixels)))
    assert (made[:100] == (200, 40, 75)).all()
    kept = np.unique(made.reshape(-1, 3), axis=0)
    assert len(kept) == 255, "and white, which is not here"
    for place in [(100, 0), (180, 20), (255, 255)]:
        away = ((kept - pixels[place]) ** 2).sum(1)
        assert ((made[place] - pixels[place]) ** 2).sum() == away.min()


def test_few_colours_stay_as_they_are_but_for_their_rounding():
    pixels = np.random.default_rng(1).choice([0, 1, 37, 128, 254, 255], (40, 30, 3))
    made = read(card._png(opaque(pixels)))
    assert (abs(made - pixels) <= card._SHADE // 2).all()


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
