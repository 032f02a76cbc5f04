"""The browser that looks at a site: its map, its faults, its weight."""

import gzip

from tests.press.conftest import write


def test_the_pages_are_those_of_the_map(site):
    assert site.paths == ["", "first/"]  # in whatever folder of its host the site will be


def test_a_planted_fault_is_found_and_a_sound_page_has_none(site, folder):
    assert site.violations("") == []
    write(folder, "bad", "<h1>Bad</h1><img src='../a.svg'><p style='color: #aaa'>pale</p>")
    found = site.violations("bad/")
    assert any(fault.startswith("default: image-alt: img:") for fault in found)
    assert any(fault.startswith("slate: color-contrast: p:") for fault in found)


def test_the_weight_is_that_of_the_compressed_files(site, folder):
    write(folder, "heavy", "<h1>Heavy</h1><img src='../a.svg' alt='A'>")
    (folder / "favicon.ico").write_bytes(b"")
    page, picture = folder / "heavy" / "index.html", folder / "a.svg"
    expected = sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in (page, picture))
    assert abs(site.weight("heavy/") - expected) <= 40  # an empty icon, packed


def test_no_other_host_is_reached(site):
    with site.open("") as page:
        reached = page.evaluate("fetch('https://other.example/').then(() => true, () => false)")
    assert reached is False
