"""The English half: built after the Chinese one, into ``en/`` of the same site."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from dlbook.site.building.making import FileStates, file_states

CONFIG = "mkdocs.en.yml"
_INPUTS = (
    *("docs/en", "docs/overrides", "docs/terms.yml", "docs/references.bib"),
    *("docs/chapters.yml", "registered", "grids", "results", "figures_src", "dlbook"),
    *("mkdocs.yml", CONFIG, ".cache/dlbook/made"),
)
_log = logging.getLogger("mkdocs.hooks.dlbook")


class English:
    """Builds the English pages; a server builds them again only if they would differ."""

    def __init__(self) -> None:
        self._built: object = None

    def set_aside(self, site: Path) -> None:
        """Hide the last English pages from the cleaning that begins a build."""
        if (site / "en").is_dir():
            shutil.rmtree(site / ".en", ignore_errors=True)
            (site / "en").rename(site / ".en")

    def build(self, config: MkDocsConfig) -> None:
        """Build for publishing.

        Raises:
            MkDocsException: it did not succeed.
        """
        _build(config, serve_url=None)

    def serve(self, config: MkDocsConfig, reasons: object) -> None:
        """Build for the server, or put back what was set aside if nothing changed.

        ``reasons`` is whatever else the pages depend on, such as the problems that they show.
        """
        site = Path(config.site_dir)
        state = (_state(Path(config.config_file_path).parent), reasons)
        if state != self._built:
            try:
                _build(config, serve_url=_site_url(config))
            except MkDocsException as error:
                _log.error(f"{CONFIG}: the English pages were not built: {error}")
                shutil.rmtree(site / "en", ignore_errors=True)
            else:
                self._built = state
                shutil.rmtree(site / ".en", ignore_errors=True)
                return
        if (site / ".en").is_dir():
            (site / ".en").rename(site / "en")


def _state(root: Path) -> FileStates:
    return file_states(root / name for name in _INPUTS)


def _site_url(config: MkDocsConfig) -> str:
    return f"{config.site_url}en/" if config.site_url else ""


def _build(config: MkDocsConfig, serve_url: str | None) -> None:
    english = load_config(
        str(Path(config.config_file_path).parent / CONFIG),
        site_dir=str(Path(config.site_dir) / "en"),
        site_url=_site_url(config),
    )
    english.theme.static_templates.discard("404.html")  # a host shows the one at the root
    with _quietly():
        build(english, serve_url=serve_url)


@contextmanager
def _quietly() -> Iterator[None]:
    """Spare the terminal the second 'Cleaning site directory' and its like."""
    logger = logging.getLogger("mkdocs.commands.build")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
