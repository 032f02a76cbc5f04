"""Where a network is what an explorable is about, the network itself is drawn, and described."""

import pytest
from playwright.sync_api import expect

from press.reader import Site
from tests.site.test_explore import OPENED

NETS = {"fold": 2, "curve": 1, "xor": 1, "wide": 1}


@pytest.mark.parametrize(
    ("name", "root"), [("fold", ""), ("curve", "en/"), ("xor", ""), ("wide", "en/")]
)
def test_the_network_is_drawn_with_its_weights(site: Site, name: str, root: str):
    with site.open(f"{root}play/?{name}=") as page:
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        nets = box.locator(".dl-net[role=img]")
        expect(nets).to_have_count(NETS[name], timeout=OPENED)
        for net in nets.all():
            expect(net.locator("line").first).to_be_attached(timeout=OPENED)
            assert net.locator("circle").count() > 2
            assert (net.get_attribute("aria-label") or "").strip()
