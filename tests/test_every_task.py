"""Every task of ``docs/labs.yml`` can be done: its setting runs, here at the tests' scale."""

import dataclasses

import pytest

from dlbook.record.registrations import FIRST_SEED
from dlbook.site.building.check import read_manuscript
from dlbook.site.labs.chapter_lab import lab_figures
from dlbook.site.labs.tasks import checked, read_changes
from tests import scripts
from tests.turns import turn

CHANGES = read_changes(scripts.ROOT)
TASKS = [
    pytest.param(name, task.settings, id=f"{name}-{'-'.join(task.settings)}")
    for name, changes in CHANGES.items()
    for task in changes.tasks
    if task.settings
]
BOOK = read_manuscript(scripts.ROOT).books["en"]


def at_the_tests_scale(config, small, name, value):
    """The value of a task in the proportion in which the tests are smaller than the book."""
    there, here = getattr(config, name), getattr(small, name)
    if isinstance(value, list):
        return tuple(value[: len(here)])
    if isinstance(there, str) or here == there or here < value < there:
        return value
    scaled = value * here / there
    return round(scaled) if isinstance(there, int) else scaled


@pytest.mark.parametrize("name", CHANGES)
def test_what_may_be_changed_is_part_of_the_configuration(name):
    checked(CHANGES[name], name, BOOK.shelf.figure(name).record["config"])


@pytest.mark.parametrize("page", BOOK.chapters)
def test_at_least_two_tasks_of_a_chapter_change_one_number(page):
    names = [figure.name for _, figure in lab_figures(BOOK, page)]
    tasks = [task for name in names for task in CHANGES[name].tasks]
    numbers = [task for task in tasks if [*map(type, task.settings.values())] in ([int], [float])]
    assert len(numbers) >= 2


@pytest.mark.parametrize(("name", "settings"), turn("tasks", TASKS, (len(TASKS) + 3) // 4))
def test_a_task_runs_and_what_is_proved_still_holds(name, settings):
    script = scripts.script(name)
    config, small = script.Config(), script.SMALL
    changed = {
        key: at_the_tests_scale(config, small, key, value) for key, value in settings.items()
    }
    assert FIRST_SEED not in changed
    assert dataclasses.replace(small, **changed) != small
    script.check(script.run(dataclasses.replace(small, **changed)))
