import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from dlbook.engine import budget
from dlbook.engine.budget import OverrunError, limit


def elsewhere(act):
    """Run ``act`` in another thread and give what it raised."""
    caught = []

    def run():
        try:
            act()
        except BaseException as error:
            caught.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return caught


def loop():
    while True:
        pass


def within(act, seconds=0.1):
    with limit(seconds):
        act()


@pytest.mark.parametrize("act", [loop, lambda: time.sleep(30)])
def test_a_loop_and_a_sleep_end_in_the_main_thread(act):
    start = time.monotonic()
    with pytest.raises(OverrunError):
        within(act)
    assert time.monotonic() - start < 5


def test_a_loop_ends_in_another_thread():
    assert elsewhere(lambda: within(loop)) == [OverrunError]


def test_a_handler_of_the_script_does_not_stop_it():
    def stubborn():
        for _ in range(2):
            with suppress(Exception):
                time.sleep(30)

    with pytest.raises(OverrunError):
        within(stubborn)


@pytest.mark.parametrize("threaded", [False, True])
def test_one_that_is_swallowed_comes_again(threaded):
    def swallow():
        with suppress(BaseException):
            loop()
        loop()

    if threaded:
        assert elsewhere(lambda: within(swallow)) == [OverrunError]
    else:
        with pytest.raises(OverrunError):
            within(swallow)


@pytest.mark.parametrize("threaded", [False, True])
def test_what_keeps_within_its_limit_is_left_alone_afterwards(threaded):
    def act():
        within(lambda: None, seconds=0.05)
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass

    if threaded:
        assert elsewhere(act) == []
    else:
        act()


def test_the_alarm_is_given_back():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OverrunError):
        within(loop)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert not [thread for thread in threading.enumerate() if thread.name == "budget"]


STUBBORN = """
from dlbook.engine import budget

budget._AGAIN, budget.PATIENCE = 0.05, 3
{serve}
with budget.limit(0.1, lambda: budget.end("told")):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


@pytest.mark.parametrize(
    ("serve", "code", "said"), [("", 1, "told\n"), ("budget.serve()", budget.EXIT_CODE, "")]
)
def test_code_that_swallows_every_alarm_ends_with_its_process(serve, code, said):
    done = subprocess.run(
        [sys.executable, "-c", STUBBORN.format(serve=serve)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)


def test_the_last_words_of_a_worker_say_where_it_was(tmp_path):
    words = tmp_path / "words"
    serve = f"import os\nbudget.serve(os.open({str(words)!r}, os.O_WRONLY | os.O_CREAT))"
    done = subprocess.run(
        [sys.executable, "-c", STUBBORN.format(serve=serve)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (budget.EXIT_CODE, "")
    assert re.search(r'File "<string>", line \d+', words.read_text())
