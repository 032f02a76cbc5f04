"""Of the theme's files those that pages ask for, once for both halves of the site.

Its styles are part of the book's own sheet (``publish.stylesheet``). Its script is at the root, and
English pages go there for it (``main.html``). Source maps and the theme's own search are asked for
by nobody.
"""

from fnmatch import fnmatchcase
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

_SHARED = ("assets/javascripts/bundle.*.min.js",)


def drop_idle(files: Files, config: MkDocsConfig, lang: str) -> None:
    """Take out what no page of this half asks for there."""
    kept = _SHARED if lang == "zh" else ()
    folders = {str(Path(folder)) for folder in config.theme.dirs}
    for file in list(files):
        is_theirs = file.src_dir is not None and str(Path(file.src_dir)) in folders
        is_asset = is_theirs and file.src_uri.startswith("assets/")
        if is_asset and not any(fnmatchcase(file.src_uri, pattern) for pattern in kept):
            files.remove(file)
