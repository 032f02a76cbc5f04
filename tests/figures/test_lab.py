"""What a lab prints and draws, against what the engine records and draws."""

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
