"""Git for tests: whoever runs them, a commit is by Saw Yer and of a day that is given."""

import os
import subprocess
from pathlib import Path

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Saw Yer"), ("EMAIL", "saw@example.org"))
}


def git(root: Path, *arguments: str, day: str = "2026-01-05") -> str:
    dates = {f"GIT_{who}_DATE": f"{day}T12:00:00 +0000" for who in ("AUTHOR", "COMMITTER")}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    finished = subprocess.run(
        ["git", "-C", str(root), "-c", "commit.gpgsign=false", *arguments],
        env={**plain, **IDENTITY, **dates},
        check=True,
        capture_output=True,
        text=True,
    )
    return finished.stdout.strip()
