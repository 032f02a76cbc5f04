"""What the book needs of MkDocs' configuration, asked before anything is built from it."""

import logging
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.theme import Theme

from dlbook.site.building import generate
from dlbook.site.building.config_file import EXTENSION, place
from dlbook.site.reading.problems import Problem

_PLUGINS = ("gen-files", "material/search", "mkdocs-jupyter")
# What pages are written in, beside what MkDocs always reads.
_MARKDOWN = (
    "attr_list", "footnotes", "admonition",
    "pymdownx.details", "pymdownx.superfences", "pymdownx.highlight",
)  # fmt: skip
# What a build reads beside the pages of its language: what `mkdocs serve` would not hear of else.
_READ = (
    "figures_src", "dlbook", "registered", "grids", "results", "docs/en", "docs/overrides",
    "docs/assets", "docs/terms.yml", "docs/references.bib", "docs/chapters.yml", "mkdocs.en.yml",
    "web/arithmetic", "web/src",
)  # fmt: skip
# The templates and the script of a theme; its thousands of icons are not read.
_ASKING = ("*.html", "partials/**/*.html", "assets/javascripts/bundle.*.js")
_FEATURE = re.compile(r"""["']([a-z]+(?:\.[a-z]+)+)["'](?: in (?:config\.theme\.)?features|\))""")
_EXTRA = ("lang", "alternate", "generator", "warnings")
_ALTERNATE = ("lang", "name", "label")
_Wrong = tuple[tuple[str, ...], str]


def config_problems(config: MkDocsConfig, lang: str) -> list[Problem]:
    """What is wrong with a configuration that MkDocs itself takes, each with file and line."""
    path = Path(config.config_file_path)
    return [
        Problem(*place(path.parent, path.name, names), message)
        for names, message in _wrong(config, path.parent, lang)
    ]


def _wrong(config: MkDocsConfig, root: Path, lang: str) -> Iterator[_Wrong]:
    """Names that lead to the value, and what is wrong with it."""
    own = root / "docs" / lang
    if Path(config.docs_dir).resolve() != own.resolve():
        yield ("docs_dir",), f"the pages of this half are in docs/{lang}; write that"
    for key in ("exclude_docs", "draft_docs"):
        if config[key] is not None:
            yield (key,), f"every page is part of the book; take {key} away, or the page"
    if not config.use_directory_urls:
        message = "links of the book end in '/'; take use_directory_urls away"
        yield ("use_directory_urls",), message
    watched = {Path(each).resolve() for each in config.watch}
    for name in _READ:
        if (root / name).resolve() not in watched:
            yield ("watch",), f"'{name}' is missing, and a server would not hear of it; list it"
    yield from _theme(config.theme)
    yield from _validation(config)
    yield from _plugins(config, root)
    if EXTENSION not in config.markdown_extensions:
        yield ("markdown_extensions",), f"'{EXTENSION}' is missing; list it"
    for name in _MARKDOWN:
        if name not in config.markdown_extensions:
            yield ("markdown_extensions",), f"'{name}' is missing, and pages use it; list it"
    if not isinstance(config.mdx_configs.get("toc", {}).get("permalink_title"), str):
        message = "toc lacks permalink_title, a text; labs show it too; write it there"
        yield ("markdown_extensions", "toc"), message
    yield from _extra(config.extra)


def _theme(theme: Theme) -> Iterator[_Wrong]:
    if theme.name != "material" or not theme.custom_dir:
        message = "the book's looks are written for 'name: material', 'custom_dir: docs/overrides'"
        yield ("theme",), f"{message}; write both"
        return
    file = f"partials/languages/{theme.get('language')}.html"
    if not any((Path(folder) / file).is_file() for folder in theme.dirs):
        yield ("theme", "language"), f"the theme has no language '{theme.get('language')}'; mend it"
    for name, kind in (("palette", dict), ("features", str)):
        given = theme.get(name, [])
        if not isinstance(given, list) or not all(isinstance(each, kind) for each in given):
            what = "mappings" if kind is dict else "names"
            yield ("theme", name), f"theme.{name} is a list of {what}; write '- …', one to a line"
            return
    for name in theme.get("features", []):
        known = _features(tuple(theme.dirs))
        if name not in known:
            close = get_close_matches(name, known, n=1)
            meant = f"; did you mean '{close[0]}'?" if close else "; take it away"
            yield ("theme", "features", name), f"the theme has no feature '{name}'{meant}"


@cache
def _features(folders: tuple[str, ...]) -> frozenset[str]:
    """The features that the theme's templates and scripts ask for."""
    files = (path for each in folders for glob in _ASKING for path in Path(each).glob(glob))
    found = (_FEATURE.findall(path.read_text(encoding="utf-8")) for path in files)
    return frozenset(name for names in found for name in names)


def _validation(config: MkDocsConfig) -> Iterator[_Wrong]:
    """Links that lead nowhere are always told."""
    links = config.validation.links
    for name in ("not_found", "anchors", "absolute_links", "unrecognized_links"):
        level = links[name]
        if isinstance(level, int) and level < logging.INFO:
            yield ("validation", name), f"'ignore' would publish dead links; write '{name}: warn'"


def _plugins(config: MkDocsConfig, root: Path) -> Iterator[_Wrong]:
    for name in _PLUGINS:
        if name not in config.plugins:
            yield ("plugins",), f"the plugin '{name.rpartition('/')[2]}' is missing; list it"
    if "gen-files" in config.plugins:
        scripts = [root / each for each in config.plugins["gen-files"].config["scripts"]]
        if Path(generate.__file__).resolve() not in [path.resolve() for path in scripts]:
            message = "gen-files does not run dlbook/site/building/generate.py; list it there"
            yield ("plugins", "gen-files", "scripts"), message


def _extra(extra: Mapping[str, object]) -> Iterator[_Wrong]:
    for name in extra:
        close = get_close_matches(name, _EXTRA, n=1, cutoff=0.75)
        if name not in _EXTRA and close:
            yield ("extra", name), f"no '{name}' here; did you mean '{close[0]}'?"
    if "warnings" not in extra:
        message = "'warnings' is missing, which gives MkDocs' own messages a place; restore it"
        yield ("extra",), message
    other = extra.get("alternate")
    given = other if isinstance(other, dict) else {}
    for name in _ALTERNATE:
        if not isinstance(given.get(name), str):
            message = f"extra.alternate lacks '{name}', a text, for the link to the other language"
            yield ("extra", "alternate", name), f"{message}; write it there"
    for name in given.keys() - set(_ALTERNATE):
        yield ("extra", "alternate", name), f"no '{name}' here; take it away"
