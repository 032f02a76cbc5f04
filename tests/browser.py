"""Find a Chromium for the browser tests, or install one.

Order: ``$CHROMIUM``; one that is installed; Debian's through apt where there is apt and root;
Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> str | None:
    """The path of an installed Chromium or Chrome."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


def apt(*packages: str) -> None:
    """Install Debian packages."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True, env=quiet)


def has_chinese() -> bool:
    """Whether fontconfig knows a Chinese font."""
    listing = subprocess.run(
        ["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip())


def install() -> None:
    """Make sure that there is a browser, and a Chinese font for it."""
    is_debian_root = shutil.which("apt-get") is not None and os.geteuid() == 0
    if find() is None and is_debian_root:
        apt("chromium", "fonts-noto-cjk")
    elif shutil.which("fc-list") and not has_chinese() and is_debian_root:
        apt("fonts-noto-cjk")
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    print(f"browser: {find() or 'Playwright’s own Chromium'}")


if __name__ == "__main__":
    install()
