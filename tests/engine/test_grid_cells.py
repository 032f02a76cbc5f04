"""A grid is computed, committed, drawn into the record, and one cell of it trained again."""

import json
from collections import Counter

import pytest

from dlbook.engine import build, grid_cells, register, work, workpiece
from dlbook.engine.pool import Pool
from dlbook.record.grids import read_grid
from dlbook.record.records import read_made
from dlbook.site.pages.claim_html import claims_html
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from tests.engine.conftest import SCRIPT

# A sum whose sign is decided by the start, whatever its length: the book's start hides it.
PLANTED = (
    ("import Claim", "import Claim, Convention"),
    ("length: int = 8", 'length: int = 8\n    start: str = "up"'),
    ("SMALL = ", "GRID = Config(seeds=2)\nGRID_BUDGET = 60.0\n\nSMALL = "),
    (
        "/ cfg.length\n",
        '/ cfg.length\n    mean = mean if cfg.start == "up" else -mean\n',
    ),
    (
        "half of a uniform's mean\")),\n",
        "half of a uniform's mean\")),\n        conventions=(\n"
        '            Convention("start", ("起点", "start"), ({"start": "down"},)),\n'
        '            Convention("data", ("长度", "length"), ({"length": 16}, {"length": 32})),\n'
        "        ),\n",
    ),
)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


@pytest.fixture
def planted(desk):
    desk.script("a", *PLANTED)
    return desk


def with_grid(book):
    book.script("a", *PLANTED)
    assert gridded(book).errors == ()


@pytest.fixture
def filled(after):
    """The planted figure with its grid and the cells of it."""
    return after(with_grid)


def gridded(desk, fresh=False):
    return grid_cells.grid_figure(desk.project, "a", desk.key(), fresh)


def made(desk):
    """The claim as the record has it once the figure is made."""
    work.make_figure(desk.project, "a", desk.key())
    return read_made(desk.project, "a").record()["claims"][0]


def test_whoever_registers_is_led_to_the_grid_before_the_record(desk):
    seeds = ("    seeds: int = 4\n", "    seeds: int = 4\n    first_seed: int = 0\n")
    named = ("measure,\n        at_least(0.25", "measure=measure,\n        bound=at_least(0.25")
    desk.script("a", seeds, named, *PLANTED)
    said = register.register(desk.project, "a")
    assert "  commit it, then dlbook grid a, commit that, and dlbook build a: " in said


def test_a_verdict_that_a_convention_flips_does_not_survive(planted):
    assert made(planted)["verdict"] == "inconclusive", "nothing has been varied yet"
    assert made(planted)["book"] == "supported"
    assert gridded(planted).errors == ()
    claim = made(planted)
    assert (claim["verdict"], claim["book"]) == ("conditional", "supported")
    states = Counter(cell["state"] for cell in claim["grid"]["cells"])
    assert states == {"agrees": 3, "contradicts": 3}
    (place,) = claim["grid"]["separated_by"]
    assert claim["grid"]["conventions"][place]["name"] == {"zh": "起点", "en": "start"}


def test_a_condition_is_found_after_looking_until_fresh_seeds_confirm_it(filled):
    assert made(filled)["grid"]["confirmed"] is False
    assert gridded(filled, fresh=True).errors == ()
    grid = read_grid(filled.project, "a")
    assert all(cell["sha256"] != cell["fresh_sha256"] for cell in grid["cells"])
    for cell in grid["claims"][0]["cells"]:
        assert cell["fresh"]["estimate"] != cell["estimate"], "other random numbers"
        assert cell["fresh"]["outcome"] == cell["outcome"]
    assert made(filled)["grid"]["confirmed"] is True
    turns = {grid_cells.chosen_by(str(n), "a", 12) // 6: str(n) for n in range(99)}
    for commit in turns.values():  # a cell of either kind
        assert grid_cells.retrain_cell(filled.project, "a", commit) == []


def test_fresh_seeds_that_change_nothing_confirm_nothing(desk):
    fixed = ('float(sums.total(rng.stream(3, "noise").uniform(cfg.length))) / cfg.length', "0.5")
    desk.script("a", ("cfg.length\n", "cfg.length\n"), fixed, *PLANTED[:3], *PLANTED[4:])
    (error,) = gridded(desk, fresh=True).errors
    assert "cell 0 is the same on fresh seeds, which confirms nothing" in error


def test_a_verdict_that_survives_is_supported(desk):
    desk.script("a", *PLANTED, ("else -mean", "else mean"))
    gridded(desk)
    assert made(desk)["verdict"] == "supported"


def test_a_grid_says_what_was_trained_at_what_scale_and_what_it_cost(filled):
    grid = read_grid(filled.project, "a")
    assert grid["seeds"] == {"seeds": 2}
    assert grid["config"] == {"seeds": 2, "length": 8, "start": "up"}
    assert [cell["fields"] for cell in grid["cells"]][:2] == [{}, {"length": 16}]
    assert (len(grid["cells"]), grid["budget"]) == (6, 60.0)
    assert grid["cpu_seconds"] >= 0
    assert {cell["estimate"]["n"] for cell in grid["claims"][0]["cells"]} == {2}


def test_a_grid_is_the_same_whenever_it_is_made(filled):
    path = filled.project.grid("a")

    def numbers():
        grid = json.loads(path.read_text())
        return [cell["sha256"] for cell in grid["cells"]], grid["claims"]

    first = numbers()
    for cell in filled.project.cell("a", "any").parent.iterdir():
        cell.unlink()
    gridded(filled)
    assert numbers() == first


def test_a_grid_that_was_interrupted_goes_on_and_a_new_bound_trains_nothing(planted, monkeypatch):
    trained = []
    train = workpiece.train_piece
    monkeypatch.setattr(
        grid_cells, "train_piece", lambda *given: trained.append(given) or train(*given)
    )
    gridded(planted)
    assert len(trained) == 6
    next(planted.project.cell("a", "any").parent.iterdir()).unlink()
    gridded(planted)
    assert len(trained) == 7
    planted.edit(planted.project.script("a"), ("at_least(0.25", "at_least(0.2"))
    assert gridded(planted).errors == ()
    assert len(trained) == 7
    planted.edit(planted.project.script("a"), ('{"length": 16}, {', "{"), ("32})", "32},)"))
    gridded(planted)
    assert len(list(planted.project.cell("a", "any").parent.iterdir())) == 4


def test_a_damaged_cell_is_trained_again(filled):
    before = filled.project.grid("a").read_bytes()
    cell = next(filled.project.cell("a", "any").parent.iterdir())
    cell.write_bytes(cell.read_bytes()[:-1] + b"x")
    (warning,) = gridded(filled).warnings
    assert warning.endswith("is damaged: its checksum is wrong; discarded and trained again")
    assert json.loads(before)["claims"] == read_grid(filled.project, "a")["claims"]


def test_a_grid_that_costs_more_than_was_written_down_is_stopped(desk):
    desk.script("a", *PLANTED, ("GRID_BUDGET = 60.0", "GRID_BUDGET = 1e-9"))
    (error,) = gridded(desk).errors
    assert "of 6 cells took" in error
    assert error.endswith("take fewer seeds in GRID, or raise GRID_BUDGET")
    assert read_grid(desk.project, "a") is None


def test_a_figure_without_conventions_has_no_grid(desk):
    desk.script("a")
    outcome = gridded(desk)
    assert outcome.warnings == ("a: no claim has conventions, so there is no grid",)
    assert not desk.project.grid("a").exists()


def test_a_commit_chooses_a_cell_and_commits_come_to_all(planted):
    chosen = Counter(grid_cells.chosen_by(f"{n:040x}", "a", 6) for n in range(600))
    assert set(chosen) == set(range(6))
    assert min(chosen.values()) > 60
    assert grid_cells.chosen_by("f" * 40, "a", 6) == grid_cells.chosen_by("f" * 40, "a", 6)


def test_grids_take_turns_within_what_a_commit_may_take():
    seconds = {"dear": 35.0, **{f"grid {n}": 5.0 + n for n in range(12)}}
    drawn = [grid_cells.in_turn(seconds, f"{n:040x}", 40.0) for n in range(600)]
    turns = Counter(name for names in drawn for name in names)
    assert set(turns) == set(seconds)
    assert min(turns, key=turns.__getitem__) == "dear"
    assert all(25.0 < sum(seconds[name] for name in names) <= 40.0 for names in drawn)
    with pytest.raises(ValueError, match=r"dear: a cell takes 35 of 30 CPU-s"):
        grid_cells.in_turn(seconds, "f" * 40, 30.0)


COMMITS = [
    next(c for c in map(str, range(99)) if grid_cells.chosen_by(c, "a", 6) == n) for n in (0, 5)
]


@pytest.mark.parametrize("commit", COMMITS)
def test_a_cell_that_is_trained_again_comes_out_the_same(filled, commit):
    assert grid_cells.retrain_cell(filled.project, "a", commit) == []


def test_a_cell_whose_numbers_have_moved_is_told(filled):
    filled.edit(filled.project.script("a"), ("-mean", "-mean / 3"))
    assert grid_cells.retrain_cell(filled.project, "a", COMMITS[0]) == [], (
        "a cell that did not move"
    )
    assert grid_cells.retrain_cell(filled.project, "a", COMMITS[1]) == [
        "grids/a.json: cell 5: trained again, its result is another; if this is right:"
        " dlbook grid a",
        "grids/a.json: cell 5: claim A25 comes to another verdict or estimate in it; if this is"
        " right: dlbook grid a",
    ]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("at_least(0.25", "at_least(0.2"), "claim A25 has other conventions or another bound now"),
        (('"length": 32', '"length": 64'), "claim A25 has other conventions or another bound now"),
        (("length: int = 8", "length: int = 9"), "it is of another Config than GRID is now"),
    ],
)
def test_a_grid_that_was_made_for_another_script_is_no_grid(filled, edit, told):
    filled.edit(filled.project.script("a"), edit)
    errors = grid_cells.retrain_cell(filled.project, "a", "0")
    assert errors[0] == f"grids/a.json: {told}; dlbook grid a"
    claim = made(filled)
    assert (claim["verdict"], claim["grid"]) == ("inconclusive", None)


def test_a_build_tells_of_a_grid_that_is_missing_until_it_is_there(planted):
    def told():
        moved = build.build(planted.project, Pool(1, "here"), []).moved
        return [line for line in moved if "grid" in line]

    assert told() == [
        "figures_src/a.py: claim A25 has conventions, and no grid fits them; dlbook grid a"
    ]
    build.grid_all(planted.project, Pool(1, "here"), ["a"], fresh=False)
    assert told() == []


def test_nothing_is_accepted_before_its_grid(planted):
    made(planted)
    refused = build.accept(planted.project, "a")
    assert refused is not None
    assert refused.startswith("figures_src/a.py: claim A25 has conventions, and no grid fits them")
    assert not planted.project.accepted("a").exists()
    gridded(planted)
    made(planted)
    assert build.accept(planted.project, "a") is None


def test_a_cell_that_fails_is_named(desk):
    desk.script("a", *PLANTED, ("assert res.total > 0", 'assert res.config.start == "up"'))
    (error,) = gridded(desk).errors
    assert "check raised AssertionError" in error
    assert error.endswith("; in the cell start down")


def test_a_new_grid_redraws_the_figure_and_trains_nothing(planted):
    made(planted)
    gridded(planted)
    key = planted.key()
    assert "grids/a.json" in key.draw_parts
    assert work.make_figure(planted.project, "a", key).done == "redrawn"


def test_a_grid_is_made_from_the_command_line(book):
    book.script("a", *PLANTED)
    done = book.dlbook("grid", "a")
    assert done.code == 0, done.err
    assert "grids/a.json: 6 cells" in done.err
    assert book.dlbook("build").code == 0
    shown = book.dlbook("claims").out
    assert "conditional" in shown
    assert "grid: 3 agrees, 3 contradicts, by start" in shown
    assert book.dlbook("grid").err.startswith("dlbook: grid: name the figures, or say --all")


@pytest.mark.parametrize(
    ("lang", "hinge"), [("zh", "取决于：起点。"), ("en", "It hangs on: start.")]
)
def test_the_chapter_shows_the_grid_beside_the_verdict(filled, lang, hinge):
    made(filled)
    figure, typesetter = Shelf(filled.project).figure("a"), Typesetter(filled.project)
    html = claims_html(figure, lang, typesetter, str)
    assert 'dl-verdict--conditional"' in html
    assert html.count('class="dl-grid__agrees"') == html.count('class="dl-grid__contradicts"') == 3
    assert hinge in html


def test_every_edit_of_the_planted_script_is_found_in_it():
    assert all(old in SCRIPT for old, _ in PLANTED)
