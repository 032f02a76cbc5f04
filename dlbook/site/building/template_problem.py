"""What goes wrong in a template of the theme or of ``docs/overrides``, with its line there."""

import re
import traceback
from collections.abc import Iterable
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError

from dlbook.site.building.config_file import place
from dlbook.site.building.navigation import CONFIG
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

_TEMPLATES = (".html", ".xml")
_TAKEN = ("LICENSE", "CITATION.cff", "docs/overrides/**/*.html", "docs/assets/**/*.css")
_ICON = re.compile(r"\.icons/(.+)\.svg")


def template_problem(error: Exception, root: Path, pages: Iterable[Source]) -> Problem | None:
    """The place in the innermost template from which an error came; ``None`` if from none.

    A template that is nowhere may also be named by one of the ``pages``; one that is no text is
    found by reading it.
    """
    if isinstance(error, UnicodeDecodeError):
        return _no_text(root)
    frames = traceback.extract_tb(error.__traceback__)
    places = [(each.filename, each.lineno or 1) for each in frames]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    if icon := _icon(error, root):
        return icon
    inside = [each for each in places if each[0].endswith(_TEMPLATES)]
    if not inside:
        return _named(error, pages)
    file, line = inside[-1]
    path = Path(file)
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else _theme(path)
    said = " ".join(str(error).split())
    if isinstance(error, TemplateNotFound):
        said = f"there is no template '{error.name}'"
    return Problem(shown, line, f"{said}; mend the template, or what it is given")


def _no_text(root: Path) -> Problem | None:
    """The first of the files that a site takes as they are and that is not UTF-8."""
    for path in sorted(found for glob in _TAKEN for found in root.glob(glob) if found.is_file()):
        try:
            path.read_bytes().decode()
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            shown, byte = path.relative_to(root).as_posix(), error.object[error.start]
            return Problem(shown, line, f"not UTF-8 (byte 0x{byte:02x}); save the file as UTF-8")
    return None


def _icon(error: Exception, root: Path) -> Problem | None:
    """An icon that the configuration asks for and the theme has not."""
    named = _ICON.fullmatch(str(error.name)) if isinstance(error, TemplateNotFound) else None
    if named is None:
        return None
    message = f"the theme has no icon '{named[1]}'; mend the name"
    return Problem(*place(root, CONFIG, [named[1]]), message)


def _named(error: Exception, pages: Iterable[Source]) -> Problem | None:
    name = error.name if isinstance(error, TemplateNotFound) else None
    source = next((each for each in pages if name and each.front.get("template") == name), None)
    if source is None:
        return None
    message = f"there is no template '{name}'; take the line away"
    return Problem(source.path, source.line_of(source.text.index("template:")), message)


def _theme(path: Path) -> str:
    """A file of the theme, as it calls its own."""
    parts = path.parts
    return "/".join(parts[parts.index("material") :] if "material" in parts else parts)
