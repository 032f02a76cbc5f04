from dlbook.base.progress import Report
from dlbook.engine import report


def test_progress_names_figure_step_and_time_left_but_not_too_often(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(report.time, "monotonic", lambda: now[0])
    progress = report.Progress("points")
    for step, moment in ((1200, 100.0), (1300, 104.0), (1400, 105.0)):
        now[0] = moment
        progress(Report("step", step, 6000, 72.4))
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "points…  step 1200/6000  1:12 left",
        "points…  step 1400/6000  1:12 left",
    ]
    assert not captured.out
