from dataclasses import FrozenInstanceError

import pytest

from dlbook.base import progress


class Clock:
    """A clock that moves only when told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress.time, "monotonic", clock)
    return clock


def count(clock, total, seconds, what="steps"):
    for _ in progress.steps(total, what):
        clock.now += seconds


def test_steps_count_from_zero_with_and_without_a_listener():
    assert list(progress.steps(4, "work")) == [0, 1, 2, 3]
    with progress.listen(lambda report: None):
        assert list(progress.steps(4, "work")) == [0, 1, 2, 3]
    assert list(progress.steps(0, "nothing")) == []


def test_a_report_comes_about_once_a_second_with_the_time_left(clock):
    reports = []
    with progress.listen(reports.append):
        count(clock, 10, 0.4, "training")
    assert reports == [
        progress.Report("training", 3, 10, pytest.approx(2.8)),
        progress.Report("training", 6, 10, pytest.approx(1.6)),
        progress.Report("training", 9, 10, pytest.approx(0.4)),
    ]


def test_a_step_of_a_full_second_is_reported_and_the_last_leaves_nothing(clock):
    reports = []
    with progress.listen(reports.append):
        count(clock, 2, 1.0)
    assert [(report.done, report.left) for report in reports] == [(1, 1.0), (2, 0.0)]


def test_quick_work_reports_nothing(clock):
    reports = []
    with progress.listen(reports.append):
        count(clock, 9, 0.1)
    assert reports == []


def test_nobody_hears_what_is_done_outside_the_block(clock):
    reports = []
    with progress.listen(reports.append):
        count(clock, 1, 2)
    count(clock, 5, 2)
    assert len(reports) == 1


def test_an_inner_listener_hears_alone_and_then_gives_back(clock):
    outer, inner = [], []
    with progress.listen(outer.append):
        with progress.listen(inner.append):
            count(clock, 1, 2, "inner")
        count(clock, 1, 2, "outer")
    assert [report.what for report in inner] == ["inner"]
    assert [report.what for report in outer] == ["outer"]


def test_a_listener_is_given_back_even_when_the_work_fails(clock):
    reports = []
    with pytest.raises(RuntimeError, match="broken"), progress.listen(reports.append):
        raise RuntimeError("broken")
    count(clock, 3, 2)
    assert reports == []


def test_a_report_cannot_be_changed_afterwards():
    report = progress.Report("training", 1, 2, 1.0)
    with pytest.raises(FrozenInstanceError):
        report.done = 2
