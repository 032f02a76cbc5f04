"""The browser that looks at a site: its map, its faults, its weight."""

import gzip

import pytest

from tests.press.conftest import write
from tests.scripts import ROOT


def test_the_pages_are_those_of_the_map(site):
    assert site.paths == ["", "first/"]  # in whatever folder of its host the site will be


def test_a_planted_fault_is_found_and_a_sound_page_has_none(site, folder):
    assert site.violations("") == []
    write(folder, "bad", "<h1>Bad</h1><img src='../a.svg'><p style='color: #aaa'>pale</p>")
    found = site.violations("bad/")
    assert any(fault.startswith("default: image-alt: img:") for fault in found)
    assert any(fault.startswith("slate: color-contrast: p:") for fault in found)


def test_of_what_is_alike_some_are_judged_and_what_differs_is_judged_wherever_it_stands(
    site, folder
):
    words = "".join(f"<p>Word {n}.</p>" for n in range(40))
    rows = "".join(f"<tr><td>Row {n}.</td></tr>" for n in range(40))
    table = f"<table><tbody>{rows}<tr><td class='last'>The last.</td></tr></tbody></table>"
    write(folder, "late", f"<h1>Late</h1>{words}<p>One <i>pale</i> word.</p>{table}")
    assert site.violations("late/") == []
    page = folder / "late" / "index.html"
    sound = page.read_text("utf-8")
    for pale, many in (("i", 1), (".last", 1), ("p", 4)):
        style = f"<style>{pale} {{ color: #999 }}</style></head>"
        page.write_text(sound.replace("</head>", style), "utf-8")
        found = [fault for fault in site.violations("late/") if "default: color-contrast" in fault]
        assert len(found) == many, pale
    every = [fault for fault in site.violations("late/", every=True) if "default" in fault]
    assert len(every) == 40 + 2, "the audit judges all of them, and both parts of the last"


def test_the_weight_is_that_of_the_compressed_files(site, folder):
    write(folder, "heavy", "<h1>Heavy</h1><img src='../a.svg' alt='A'>")
    (folder / "favicon.ico").write_bytes(b"")
    page, picture = folder / "heavy" / "index.html", folder / "a.svg"
    expected = sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in (page, picture))
    assert abs(site.weight("heavy/") - expected) <= 40  # an empty icon, packed


def test_no_other_host_is_reached(site):
    with site.open("") as page:
        failed: list[str | None] = []
        page.on("requestfailed", lambda request: failed.append(request.failure))
        for other in ("https://other.example/", "http://192.0.2.1/"):  # a number, as a name
            page.evaluate("url => fetch(url).catch(() => null)", other)
    assert failed == ["net::ERR_NAME_NOT_RESOLVED"] * 2


def test_a_page_has_settled_when_what_it_asked_for_late_has_come(site):
    late = (
        "setTimeout(() => fetch('a.svg').then(got => got.text()).then(text => self.got = text), 40)"
    )
    with site.open("") as page:
        page.evaluate(late)
        site.settle(page)
        assert "<svg" in page.evaluate("self.got")
        page.evaluate("fetch('https://other.example/').catch(() => self.got = 'refused')")
        site.settle(page)
        assert page.evaluate("self.got") == "refused"


def test_what_never_comes_is_named_with_its_page(site):
    with site.open("first/") as page:
        page.route("**/never.svg", lambda route: None)
        page.evaluate("void fetch('never.svg')")
        with pytest.raises(
            TimeoutError, match=r"/first/: after 0 s .* http://\S+/first/never\.svg$"
        ):
            site.settle(page, patience=0.3)


@pytest.mark.parametrize("part", ["press", "tests", "benchmarks"])
def test_nobody_waits_for_a_network_that_is_idle(part):
    """Which on a busy machine may never be, and then names neither page nor request."""
    idle = "network" + "idle"
    files = sorted((ROOT / part).rglob("*.py"))
    assert files
    assert [path for path in files if idle in path.read_text(encoding="utf-8")] == []
