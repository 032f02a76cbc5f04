import pytest

from dlbook.engine import store, workpiece
from dlbook.figures.contract import FigureError


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(workpiece, "_seen", {})


def take(desk, *edits):
    desk.script("a", *edits)
    return workpiece.take(desk.project, "a", desk.key())


def trained(piece, budget=None):
    """The restored result and the circumstances of a training."""
    payload, circumstances = workpiece.train_piece(piece, piece.script.Config(), budget)
    return workpiece.restore(piece, piece.script.Config(), payload), circumstances


def test_what_is_taken_knows_its_script_and_its_budget(desk):
    piece = take(desk)
    assert (piece.shown, piece.budget) == ("figures_src/a.py", 600.0)
    assert take(desk, ("\nSMALL", "\nBUDGET = 7\nSMALL")).budget == 7.0


def test_training_gives_a_result_that_equals_run_to_the_bit(desk):
    piece = take(desk)
    result, circumstances = trained(piece)
    cfg = piece.script.Config()
    assert (result.total, result.mean) == (140, piece.script.run(cfg).mean)
    assert result.line.equal(piece.script.run(cfg).line)
    assert circumstances.key == piece.key.run
    assert circumstances.made_on == workpiece.made_on()


def test_numpy_and_torch_run_on_one_thread(desk):
    threads = "max(pool['num_threads'] for pool in __import__('threadpoolctl').threadpool_info())"
    result, _ = trained(take(desk, ("int(sums.total(line))", threads)))
    assert result.total == 1


def test_cpu_seconds_keep_two_digits(desk, monkeypatch):
    clock = iter((10.0, 11.2345))
    piece = take(desk)
    monkeypatch.setattr(workpiece.time, "process_time", lambda: next(clock))
    assert trained(piece)[1].cpu_seconds == 1.2


def test_training_ends_with_its_budget_if_it_has_one(desk):
    piece = take(desk, ("line = squares(cfg.length)", "__import__('time').sleep(60)"))
    with pytest.raises(FigureError, match=r"^figures_src/a.py:39: run took longer .* of 0.1 s,"):
        trained(piece, budget=0.1)


def test_an_import_that_never_ends_ends(desk, monkeypatch):
    monkeypatch.setattr(workpiece.contract, "BUDGET", 0.1)
    with pytest.raises(FigureError, match=r"^figures_src/a.py:19: import took longer"):
        take(desk, ("\nSMALL", "\nwhile True: pass\nSMALL"))


def test_a_key_that_no_longer_holds_is_refused_before_any_work(desk):
    desk.script("a")
    key = desk.key()
    desk.script("a", ("** 2", "** 3"))
    with pytest.raises(FigureError) as caught:
        workpiece.take(desk.project, "a", key)
    assert str(caught.value) == (
        "a: figures_src/a.py: squares changed since this build started; build again"
    )


def test_a_process_that_holds_an_older_module_refuses(desk, monkeypatch):
    take(desk)
    monkeypatch.setitem(workpiece._seen, "dlbook.mathematics.rng", "sha256:older")
    with pytest.raises(FigureError, match=r"^figures_src/a.py: this worker has loaded an older"):
        take(desk)


def test_a_stored_result_is_found_and_a_damaged_one_discarded(desk):
    piece = take(desk)
    assert workpiece.stored(piece, []) is None
    payload, circumstances = workpiece.train_piece(piece, piece.script.Config(), None)
    store.save_result(desk.project, "a", payload, circumstances)
    assert workpiece.stored(piece, []) == (payload, circumstances)
    path = desk.project.result("a", piece.key.run)
    path.write_bytes(b"half")
    warnings: list[str] = []
    assert workpiece.stored(piece, warnings) is None
    assert warnings == [
        f".cache/dlbook/results/{path.name} has no header; discarded and recomputed"
    ]
    assert not path.exists()
