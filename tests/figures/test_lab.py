"""What a lab prints and draws, against what the engine records and draws."""

from dataclasses import dataclass

import pytest
import torch

from dlbook.figures import contract, lab, style
from dlbook.figures.picture import picture as drawn
from dlbook.record.transcript import transcript
from tests.toy import executed, recorded


def show(script, result, lang="en"):
    labels = {key: pair[lang == "en"] for key, pair in script.WORDS.items()}
    judges = {"A01/toy": (script.CLAIMS[0].measure, script.CLAIMS[0].bound)}
    return lab.Lab(lang).show("toy", result, judges, script.draw, labels)


def test_a_lab_prints_the_numbers_and_verdicts_of_the_record(load, capsys):
    script = load()
    result = executed(script)
    record = recorded(script, result)
    show(script, result)
    printed = capsys.readouterr().out
    assert printed == transcript(record["values"], record["claims"]) + "\n"
    assert "slope = 2.001 [1.912, 2.099] (n = 64)" in printed  # as far as its interval supports
    assert (
        "A01/toy       supported     2.001 [1.912, 2.099] (n = 64), against at least 1.5" in printed
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_lab_draws_the_picture_of_the_engine(load, lang):
    script = load()
    result = executed(script)
    picture = show(script, result, lang)
    assert picture._repr_svg_() == style.standalone(drawn(script, result, lang).svg)
    assert repr(picture) == "Picture(name='toy')"


def test_a_lab_computes_on_one_thread_as_the_book_does():
    torch.set_num_threads(2)
    lab.Lab("en")
    assert torch.get_num_threads() == 1


def test_a_result_that_no_record_can_hold_is_refused_by_the_name_of_the_figure(load):
    script = load(("Result(cfg, 0.1 + 0.2,", "Result(cfg, {},"))
    with pytest.raises(contract.FigureError, match=r"figures_src/toy.py: Result.twice is a dict"):
        show(script, script.run(script.Config()))


@dataclass(frozen=True)
class Settings:
    seeds: int = 8
    widths: tuple[int, ...] = (2, 3)


def test_what_a_reader_leaves_as_the_book_has_it_changes_nothing(capsys):
    small = Settings(seeds=2)
    same = {"seeds": 8, "widths": [2, 3]}
    assert lab.Lab("en").changed(small, Settings(), same) == small
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "改了 seeds = 16（书里是 8）\n改了 widths = (4,)（书里是 (2, 3)）\n"),
        (
            "en",
            "changed: seeds = 16 (the book has 8)\nchanged: widths = (4,) (the book has (2, 3))\n",
        ),
    ],
)
def test_what_a_reader_changes_is_taken_and_told(capsys, lang, told):
    change = {"seeds": 16, "widths": [4]}
    changed = lab.Lab(lang).changed(Settings(seeds=2), Settings(), change)
    assert changed == Settings(16, (4,))
    assert capsys.readouterr().out == told


def test_a_setting_that_is_none_is_told_with_what_there_is():
    with pytest.raises(ValueError, match="no setting 'seed'; did you mean 'seeds'"):
        lab.Lab("en").changed(Settings(), Settings(), {"seed": 1})
