"""Every lab, run from top to bottom in a kernel of its own at the tests' scale.

What its cells show must be what the engine finds at that scale: the numbers of the record that it
would write, and its picture. What is published is what the accepted records hold.
"""

import ast
import asyncio
from functools import cache

import nbformat
import pytest
from nbclient import NotebookClient

from dlbook.figures import fields, judgements, judging, style
from dlbook.record import records
from dlbook.record.transcript import transcript
from dlbook.site.building.check import read_manuscript
from dlbook.site.labs import lab_html
from dlbook.site.labs.chapter_lab import chapter_lab
from dlbook.site.labs.notebook import Code, notebook_json
from tests import scripts
from tests.turns import turn

MANUSCRIPT = read_manuscript(scripts.ROOT)
CHAPTERS = sorted(lab_html.chapters(MANUSCRIPT.books["zh"]).values())
LABS = [(page, lang) for page in CHAPTERS for lang in ("zh", "en")]


@cache
def made(page, lang):
    return chapter_lab(MANUSCRIPT.books[lang], page, str)


def notebook(page, lang):
    return nbformat.reads(notebook_json(made(page, lang).cells, lang), as_version=4)


def figures(page, lang):
    return [drawn.name for _, drawn in made(page, lang).figures]


def shown(content, name):
    """What the cell that runs a figure prints, and its picture."""
    cell = next(cell for cell in content.cells if cell.id == f"{name}-run")
    printed, picture = cell.outputs
    return printed.text, picture.data["image/svg+xml"]


def test_there_is_a_lab_for_every_chapter_with_figures():
    assert sorted(page for page in MANUSCRIPT.chapters if figures(page, "en")) == CHAPTERS
    assert CHAPTERS


@pytest.mark.parametrize(("page", "lang"), LABS)
def test_a_lab_is_a_notebook_by_the_format_s_own_schema(page, lang):
    nbformat.validate(notebook(page, lang))


@pytest.mark.parametrize(("page", "lang"), LABS)
def test_a_lab_shows_the_numbers_and_pictures_of_the_records(page, lang):
    content, project = notebook(page, lang), records.Project(scripts.ROOT)
    for name in figures(page, lang):
        accepted = records.read_accepted(project, name)
        made = records.read_made(project, name)
        printed, picture = shown(content, name)
        assert printed == transcript(accepted["values"], accepted["claims"], lang) + "\n"
        assert picture == made.read(f"{lang}.standalone.svg").decode()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a notebook at the tests' scale, whatever stood in the kernel before forgotten.

    Of a kernel's time the most goes into imports, which are the same for every lab.
    """
    here = {"metadata": {"path": str(tmp_path_factory.mktemp("reader"))}}
    client = NotebookClient(nbformat.v4.new_notebook(), kernel_name="python3", resources=here)

    async def execute(content):
        client.nb = content
        for number, cell in enumerate(content.cells):
            if cell.cell_type == "code":
                cell.pop("outputs", None)
                if cell.id == "start":
                    assert "QUICK = False" in cell.source
                    cell.source = FORGET + cell.source.replace("QUICK = False", "QUICK = True")
                await client.async_execute_cell(cell, number)

    with asyncio.Runner() as runner:
        kernel = client.async_setup_kernel()
        runner.run(kernel.__aenter__())
        yield lambda content: runner.run(execute(content))
        runner.run(kernel.__aexit__(None, None, None))


FORGET = "%reset -f\n"


RUN = [
    (page, lang)
    for page in turn("labs that run", CHAPTERS, (len(CHAPTERS) + 7) // 8)
    for lang in turn(page, ["zh", "en"])
]


@pytest.mark.parametrize(("page", "lang"), RUN)
def test_a_lab_runs_and_finds_what_the_engine_finds(page, lang, run):
    """An eighth of the labs, each in a language: one program cuts all of them from their scripts.

    What computes is the same in both languages, see below; that nothing of a script is lost or
    unknown in a lab is held of every one (``tests/site/test_cut.py``).
    """
    content = notebook(page, lang)
    run(content)
    for name in figures(page, lang):
        script, result = scripts.script(name), scripts.small(name)
        found = fields.scalars(str, result)
        values = {key: fields.rounded(fields.plain_scalar(value)) for key, value in found.items()}
        claims = [
            {"id": claim.id, **judgements.judgement(verdict)}
            for claim, verdict in judging.judge(script, result)
        ]
        printed, picture = shown(content, name)
        assert printed == transcript(values, claims, lang) + "\n"
        assert picture == style.standalone(scripts.shown(name, lang).svg)


def test_nothing_of_a_lab_is_left_for_the_next(run):
    first, second = (nbformat.v4.new_notebook() for _ in range(2))
    first.cells = [nbformat.v4.new_code_cell("QUICK = False; left = 1", id="start")]
    second.cells = [nbformat.v4.new_code_cell("QUICK = False", id="start"),
                    nbformat.v4.new_code_cell("print('left' in globals())")]  # fmt: skip
    run(first)
    run(second)
    assert second.cells[1].outputs[0].text == "False\n"


def without_words(source):
    """A cell less the labels, and less the texts that stand for a pair: ``("A text.",) * 2``."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Tuple):
            node.left.elts = []
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LABELS":
            node.value = ast.Constant(None)
    return ast.unparse(tree)


@pytest.mark.parametrize("page", CHAPTERS)
def test_both_languages_run_the_same_code_but_for_words(page):
    def code(lang):
        cells = [cell for cell in made(page, lang).cells if isinstance(cell, Code)]
        return [(cell.id, without_words(cell.source)) for cell in cells]

    start, *zh = code("zh")
    assert zh == code("en")[1:]
    assert start == ("start", code("en")[0][1].replace("'en'", "'zh'"))
