#!/usr/bin/env bash
# The first worker that joblib starts unblocks interrupts in the process that asked for it.
#
# Guess: whoever has blocked SIGINT with pthread_sigmask finds it blocked after any library call,
#   and the workers, which inherit the mask, have it blocked too.
# Does: the first executor begins multiprocessing's resource tracker, which blocks the signal for
#   its own start and then unblocks it, whatever the mask was before (joblib's own tracker leaves
#   it). The workers that are started after it in the same breath do not inherit what the caller
#   had set. Of a second executor all is as guessed.
# For us: workers must not hear the interrupt of a terminal while they load; the tracker is begun
#   before the signal is blocked.
#
# Seen on 2026-11-28 (blocked in the caller, and in the worker, after each of two executors):
#   | joblib 1.6.0
#   | before: True
#   | first executor: caller False, worker False
#   | second executor: caller True, worker True
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "joblib==1.6.0"
cat > mask.py <<'PYTHON'
import signal

import joblib
from joblib.externals.loky import ProcessPoolExecutor


def is_blocked():
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


if __name__ == "__main__":
    print("joblib", joblib.__version__)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    print(f"before: {is_blocked()}")
    for which in ("first", "second"):
        executor = ProcessPoolExecutor(1)
        worker = executor.submit(is_blocked).result()
        print(f"{which} executor: caller {is_blocked()}, worker {worker}", flush=True)
        executor.shutdown()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
PYTHON
found=$(venv/bin/python mask.py)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
