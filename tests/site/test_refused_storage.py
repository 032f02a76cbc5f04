"""A browser that refuses storage, as it does if all cookies are blocked: the book works there."""

import pytest
from playwright.sync_api import expect

from press.reader import Site
from tests.site.test_explore import listen

REFUSED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {
    configurable: true, get() { throw new DOMException("denied", "SecurityError"); } });"""


@pytest.mark.parametrize("root", ["", "en/"])
def test_search_and_theme_work_where_storage_is_refused(site: Site, root: str):
    with site.context() as context:
        context.add_init_script(REFUSED)
        page, complaints = context.new_page(), listen(context, site.url)
        page.goto(f"{site.url}{root}neuron/")
        page.keyboard.press("f")
        page.locator(".md-search__input").fill("XOR")
        expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=20_000)
        page.keyboard.press("Escape")
        before = page.evaluate("document.body.dataset.mdColorScheme")
        for _ in range(2):  # from the system's choice to light, to dark
            page.locator(".md-header__option label:visible").click()
        page.wait_for_function("was => document.body.dataset.mdColorScheme !== was", arg=before)
        assert complaints == []
