"""The site of one process: built beside its place, in two halves, and published if it is sound."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from dlbook.site.building.english import English
from dlbook.site.building.staging import NoPlaceError, Staging


class Publication:
    """A server writes where it serves from; a build writes beside the site and renames it."""

    def __init__(self, serving: bool) -> None:
        self._serving = serving
        self._english = English()
        self._staging: Staging | None = None
        self._config: MkDocsConfig | None = None
        self._is_sound = False

    @property
    def has_begun(self) -> bool:
        """Whether the Chinese half, which comes first, has its place."""
        return self._config is not None

    def begin(self, config: MkDocsConfig) -> None:
        """Turn a build away from the site's own place.

        Raises:
            Abort: a site cannot be published there.
        """
        self._config = config
        if not self._serving:
            try:
                self._staging = Staging(Path(config.site_dir))
            except NoPlaceError as error:
                raise Abort(str(error)) from None
            config.site_dir = str(self._staging.folder)

    def set_aside(self, config: MkDocsConfig) -> None:
        """Hide what the cleaning that begins a build would destroy, and a server may need again."""
        self._english.set_aside(Path(config.site_dir))

    def add_english(self, config: MkDocsConfig, reasons: object) -> None:
        """Build the other half; ``reasons`` is what it depends on besides files."""
        if self._serving:
            self._english.serve(config, reasons)
        else:
            self._english.build(config)
        self._is_sound = True

    def fail(self) -> None:
        """Publish nothing; a strict build may fail after its last page."""
        self._is_sound = False

    def end(self) -> None:
        """Publish what was built, if all of it was.

        Raises:
            Abort: it cannot be put in its place; the site is as it was.
        """
        if self._staging is None or self._config is None:
            return
        self._config.site_dir = str(self._staging.site)
        if not self._is_sound:
            self._staging.discard()
            return
        try:
            self._staging.publish()
        except OSError as error:
            self._staging.discard()
            site = self._staging.site
            raise Abort(
                f"{site}: the site stays as it was; the new one has no place: {error.strerror}"
            ) from None
