"""An interrupt of a build of the site: one line, code 130, nothing published, nobody left."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.building import interrupting, making
from dlbook.site.building.publication import Publication


@pytest.fixture(autouse=True)
def hearing() -> Iterator[None]:
    """A shell that runs the tests in the background makes them deaf to interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_a_build_with_one_line_and_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    failed = []
    monkeypatch.setattr(Publication, "fail", lambda self: failed.append(self))
    site = Publication(serving=False)
    interrupting.tell_of_interrupts(site)
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)  # the second finds the build ending
    assert ended.value.code == 130
    assert failed == [site]
    assert capsys.readouterr().err == "mkdocs: interrupted; nothing was published\n"


def test_publishing_is_not_interrupted():
    interrupting.finish()
    signal.raise_signal(signal.SIGINT)


def test_where_a_shell_has_switched_interrupts_off_they_stay_off():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupting.tell_of_interrupts(Publication(serving=False))
    signal.raise_signal(signal.SIGINT)


def test_the_making_of_figures_ends_with_the_build(
    monkeypatch: pytest.MonkeyPatch, project: Project, tmp_path: Path
):
    """The other process is deaf to the terminal, and is ended by this one."""
    fake, told = tmp_path / "python", tmp_path / "told"
    fake.write_text(
        f"#!/bin/sh\necho $$ > {told}.part && mv {told}.part {told}\nkill -INT $$\nexec sleep 60\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(making.sys, "executable", str(fake))

    def interrupt() -> None:
        while not told.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        making.make_figures(project, strict=False)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)
