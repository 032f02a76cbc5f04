"""A site appears whole or not at all: it is built beside its place and renamed onto it."""

import os
import shutil
from pathlib import Path


class Staging:
    """The folder in which one process builds what will be ``site``.

    It lies beside ``site``, so that a rename suffices. What killed builds left behind is swept
    away first; a site that was caught between its two renames is put back.
    """

    def __init__(self, site: Path) -> None:
        self.site = site
        self.folder = self._beside("building", os.getpid())
        self._previous = self._beside("previous", os.getpid())
        self._sweep()
        self.folder.mkdir(parents=True)

    def publish(self) -> None:
        """Put what was built in the place of the site."""
        if self.site.exists():
            self.site.rename(self._previous)
        self.folder.rename(self.site)
        shutil.rmtree(self._previous, ignore_errors=True)

    def discard(self) -> None:
        """Drop what was built; the site stays as it is."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _beside(self, state: str, process: int | str) -> Path:
        return self.site.with_name(f".{self.site.name}.{state}-{process}")

    def _sweep(self) -> None:
        for state in ("previous", "building"):
            for folder in self.site.parent.glob(self._beside(state, "*").name):
                if _is_running(int(folder.name.rpartition("-")[2])):
                    continue
                if state == "previous" and not self.site.exists():
                    folder.rename(self.site)
                else:
                    shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
