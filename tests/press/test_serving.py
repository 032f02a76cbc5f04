"""The host of the audit: what it sends is what a static host would send."""

import gzip
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from press.serving import served


def test_text_is_compressed_for_those_who_take_it(folder):
    with served(folder) as url:
        asked = Request(f"{url}first/", headers={"Accept-Encoding": "gzip"})
        with urlopen(asked) as answer:
            packed = answer.read()
            assert answer.headers["Content-Encoding"] == "gzip"
            assert int(answer.headers["Content-Length"]) == len(packed)
        with urlopen(f"{url}first/") as answer:
            plain = answer.read()
            assert answer.headers["Content-Encoding"] is None
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert gzip.decompress(packed) == plain == (folder / "first" / "index.html").read_bytes()


def test_an_unknown_address_gets_the_sites_own_page_and_the_right_status(folder):
    with served(folder) as url, pytest.raises(HTTPError) as caught:
        urlopen(f"{url}nothing/")
    assert caught.value.code == 404
    assert caught.value.read() == b"no such page"


def test_fonts_are_sent_as_fonts_and_not_packed_again(folder):
    (folder / "a.woff2").write_bytes(b"font")
    asked = {"Accept-Encoding": "gzip"}
    with served(folder) as url, urlopen(Request(f"{url}a.woff2", headers=asked)) as answer:
        assert answer.headers["Content-Type"] == "font/woff2"
        assert answer.headers["Content-Encoding"] is None
