"""The book's own registrations: each was committed before its first result."""

import dataclasses

from dlbook.base.seeds import in_room
from dlbook.figures import judging
from dlbook.mathematics import rng
from dlbook.record.precedence import NO_HISTORY, not_written_before
from dlbook.record.records import Project
from dlbook.record.registrations import FIRST_SEED, LIST
from tests import turns
from tests.scripts import NAMES, ROOT, TWICE, script

BOOK = Project(ROOT)
REGISTERED = [name for name in NAMES if BOOK.registered(name).exists()]
FIRST = 7_000_000


def test_the_book_keeps_registrations_and_each_came_before_its_results():
    assert (ROOT / LIST).is_file(), "figures of before are listed"
    lines, untold = not_written_before(BOOK)
    assert lines == []
    assert untold is None or (untold == NO_HISTORY and not (ROOT / ".git").exists())


def test_every_registration_is_of_a_figure():
    stems = {path.stem for path in (ROOT / "registered").glob("*.json")}
    assert stems <= set(NAMES)


def drawn_elsewhere(name, monkeypatch, first=FIRST):
    """The seeds outside of the room FIRST from which a figure draws, if its own is ``first``."""
    drawn = set()
    begin = rng.Stream.__init__

    def noted(stream, seeds, *named):
        drawn.update([seeds] if isinstance(seeds, int) else seeds)
        begin(stream, seeds, *named)

    small = script(name).SMALL
    room = {FIRST_SEED: first} if hasattr(small, FIRST_SEED) else {}
    with monkeypatch.context() as patch:
        patch.setattr(rng.Stream, "__init__", noted)
        judging.execute(script(name), dataclasses.replace(small, **room))
    return sorted(seed for seed in drawn if not in_room(seed, FIRST))


def test_whatever_a_registered_figure_draws_follows_from_its_registration(monkeypatch):
    """No data, no start and no order of a seed that somebody may have looked at.

    Of the figures that no other test runs a second time with this commit, a fifth take their turns.
    """
    names = [name for name in REGISTERED if name not in TWICE or turns.of_all()]
    names = turns.turn("registered", names, (len(names) + 4) // 5)
    assert names
    assert {name: drawn_elsewhere(name, monkeypatch) for name in names} == {
        name: [] for name in names
    }


def test_seeds_that_everybody_has_looked_at_are_noticed(monkeypatch):
    light = "curves_are_sums_of_ramps"
    assert drawn_elsewhere(light, monkeypatch, first=0)[0] == 0
