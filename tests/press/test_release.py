"""What may be published: a site that says where it and its code are, of a commit."""

import pytest

from dlbook.site.reading.address import Address
from press import release

WHOLE = Address("https://b.example/", "https://code.example/b", "0123456789abcdef")


def test_nothing_is_missing_where_all_is_said():
    assert list(release.lacking(WHOLE)) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (Address("", WHOLE.repository, WHOLE.commit), "site_url, where"),
        (Address("http://127.0.0.1:8000/", WHOLE.repository, WHOLE.commit), "is this machine"),
        (Address(WHOLE.site, "", WHOLE.commit), "repo_url, where"),
        (Address(WHOLE.site, WHOLE.repository, ""), "a clone"),
        (Address(WHOLE.site, WHOLE.repository, "0123+"), "git status"),
    ],
)
def test_what_is_missing_is_told(address, told):
    (line,) = release.lacking(address)
    assert told in line


def test_all_that_is_missing_is_one_line(monkeypatch, capsys):
    for name in ("DLBOOK_SITE_URL", "DLBOOK_REPO_URL"):
        monkeypatch.delenv(name, raising=False)
    assert release.main() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("release: nothing was built; missing: site_url")
    assert "repo_url" in line
