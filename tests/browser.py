"""Find a Chromium for the browser tests, or install one.

Order: ``$CHROMIUM``; one that is installed, a headless shell first; Debian's through apt where
there is apt and root; Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Without windows, tabs and menus a page costs the processor less than half as much.
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> str | None:
    """The path of an installed Chromium or Chrome."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return _first(SHELLS) or _first(NAMES) or (str(MAC) if MAC.exists() else None)


def _first(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def apt(*packages: str) -> None:
    """Install Debian packages; say so if they cannot be had."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
        if subprocess.run(["apt-get", *arguments], env=quiet, check=False).returncode:
            print(f"browser: apt-get could not install {' '.join(packages)}", file=sys.stderr)
            return


def has_chinese() -> bool:
    """Whether fontconfig knows a Chinese font."""
    listing = subprocess.run(
        ["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip())


def install() -> None:
    """Make sure that there is a browser, and a Chinese font for it."""
    if shutil.which("apt-get") is not None and os.geteuid() == 0:
        if not os.environ.get("CHROMIUM") and _first(SHELLS) is None:
            apt(SHELLS[0])
        if find() is None:
            apt("chromium")
        if not shutil.which("fc-list") or not has_chinese():
            apt("fontconfig", "fonts-noto-cjk")
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    print(f"browser: {find() or 'Playwright’s own Chromium'}")


if __name__ == "__main__":
    install()
