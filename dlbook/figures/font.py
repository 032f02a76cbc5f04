"""Where the font of the figures lies. Nothing that draws is loaded to ask whether it is there.

It comes with ``pip install`` as a file of the package zhplot. That package sets matplotlib up as it
is imported, so it never is: its file is looked for where Python looks for packages.
"""

import sys
from pathlib import Path

PACKAGE = "zhplot"
FILE = "fonts/NotoSansSC-Regular.ttf"
LACKING = f"the font of the figures is not installed; run make env, or pip install {PACKAGE}"


def face() -> Path:
    """The file of the font.

    Raises:
        FileNotFoundError: it is not installed.
    """
    for folder in sys.path:
        path = Path(folder, PACKAGE, FILE)
        if path.is_file():
            return path
    raise FileNotFoundError(LACKING)
