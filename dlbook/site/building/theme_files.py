"""Of the theme's files those that pages ask for, once for both halves of the site.

Its styles are part of the book's own sheet (``publish.stylesheet``). Its script is at the root, and
English pages go there for it (``main.html``). Source maps and the theme's own search are asked for
by nobody.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

_SHARED = ("assets/javascripts/bundle.*.min.js",)


class _Visible(FileSystemLoader):
    """Lists no hidden folder: MkDocs would leave out what is in it, here 13,000 icons, one by one.

    A template is still found there.
    """

    def list_templates(self) -> list[str]:
        found = set[str]()
        for base in self.searchpath:
            for folder, inside, names in os.walk(base):
                inside[:] = [each for each in inside if not each.startswith(".")]
                found |= {Path(folder, name).relative_to(base).as_posix() for name in names}
        return sorted(found)


def hasten(config: MkDocsConfig, compiled: BytecodeCache) -> None:
    """Let whoever asks the theme for its templates, plugins too, have those that are compiled."""
    theirs = config.theme.get_env

    def environment() -> Environment:
        made: Environment = theirs()
        made.loader = _Visible(config.theme.dirs)
        made.bytecode_cache = compiled
        return made

    config.theme.get_env = environment  # type: ignore[method-assign]  # no event comes before it


def drop_idle(files: Files, config: MkDocsConfig, lang: str) -> None:
    """Take out what no page of this half asks for there."""
    kept = _SHARED if lang == "zh" else ()
    folders = {str(Path(folder)) for folder in config.theme.dirs}
    for file in list(files):
        is_theirs = file.src_dir is not None and str(Path(file.src_dir)) in folders
        is_asset = is_theirs and file.src_uri.startswith("assets/")
        if is_asset and not any(fnmatchcase(file.src_uri, pattern) for pattern in kept):
            files.remove(file)
