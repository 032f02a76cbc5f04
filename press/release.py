"""``make release``: whether the site may be published as it would be built now.

A site that is published says where it is and where its code lies, and holds the source of a commit.
Exit code 1 says in one line what is missing.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from dlbook.site.building import edition
from dlbook.site.reading.address import Address

ROOT = Path(__file__).parent.parent
_OWN = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


def lacking(address: Address) -> Iterator[str]:
    """What a release needs and ``address`` does not say."""
    if not address.site:
        yield "site_url, where the site will be (DLBOOK_SITE_URL=https://…/)"
    elif urlsplit(address.site).hostname in _OWN:
        yield f"a site_url that others can reach; {address.site} is this machine"
    if not address.repository:
        yield "repo_url, where the code lies (DLBOOK_REPO_URL=https://…)"
    if not address.commit:
        yield "a commit; take a clone of the repository"
    elif address.commit.endswith("+"):
        yield "a commit of what the folder holds; git status shows what was changed since"


def main(config: Path = ROOT / "mkdocs.yml") -> int:
    """Say what is missing, if anything is."""
    try:
        missing = list(lacking(edition.configured_address(load_config(str(config)), serving=False)))
    except MkDocsException as error:
        missing = [str(error)]
    if missing:
        print(f"release: nothing was built; missing: {'; '.join(missing)}", file=sys.stderr)
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
