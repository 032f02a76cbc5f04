"""Where the font of the figures lies. Nothing that draws is loaded to ask whether it is there."""

from pathlib import Path

FOLDER = "web/node_modules/@expo-google-fonts/noto-sans-sc"
FACES = ("400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf")
LACKING = "the font of the figures is not installed in web/node_modules; run make env"


def faces(root: Path) -> list[Path]:
    """The files of the font, below the root of a book.

    Raises:
        FileNotFoundError: one of them is not there.
    """
    paths = [root / FOLDER / face for face in FACES]
    if not all(path.is_file() for path in paths):
        raise FileNotFoundError(LACKING)
    return paths
