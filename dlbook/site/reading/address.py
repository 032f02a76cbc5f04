"""Where the book can be had: its address, its repository, and the archive that it publishes itself.

All of it is configured in one place, ``site_url`` and ``repo_url`` of ``mkdocs.yml``. Either may be
empty, and is then neither shown nor guessed; the archive is always there.
"""

from dataclasses import dataclass

ARCHIVE = "source/why-deep.zip"  # from the root of the site
LICENCES = "licences.txt"
BOOK_LICENCE = "LICENSE.txt"
CITATION = "CITATION.cff"


@dataclass(frozen=True)
class Address:
    """``site`` ends with a slash if it is not empty; ``commit`` is the whole hash."""

    site: str = ""
    repository: str = ""
    commit: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """What can be told to somebody who has only a file of the book."""
        return tuple(filter(None, (self.site, self.repository)))


NOWHERE = Address()
