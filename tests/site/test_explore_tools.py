"""An explorable's tools: every seed, data of one's own, and a script to take along."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from press.reader import PHONE, SCHEMES, Site, judged
from tests.scripts import accepted
from tests.site.conftest import explored
from tests.turns import in_a_language

XOR, WIDE = "finding_xor_takes_luck_or_width", "more_units_smaller_median_error"
LONG = 180_000  # milliseconds for all seeds on a busy machine
ROWS = "t; h\n0; 1,5\n10; 3\n20; 2\n30; 2,5\n40; 5"


def opened(page: Page, name: str, tool: str) -> Locator:
    box = page.locator(f"#explore-{name}")
    expect(box).to_have_attribute("data-state", "open", timeout=60_000)
    box.get_by_role("button", name=tool).click()
    return box.locator(".dl-tools__panel")


def trained(panel: Locator, words: str) -> str:
    """Train every seed; what is said when all have ended."""
    panel.get_by_role("button", name="Train them all").click()
    status = panel.get_by_role("status").first
    expect(status).to_contain_text(words, timeout=LONG)
    return panel.inner_text()


def counted(panel: Locator) -> list[list[str]]:
    """The rows of the table: how seeds ended, how many here, how many in the book."""
    rows = panel.locator("tbody tr").all()
    return [
        [
            row.locator("th").inner_text(),
            *(cell.inner_text().split()[0] for cell in row.locator("td").all()[:-1]),
        ]
        for row in rows
    ]


def test_every_seed_of_xor_ends_as_in_the_book_to_the_bit(site: Site):
    (setting,) = (
        each
        for each in explored(XOR)["settings"]
        if (each["width"], each["activation"], each["method"]) == (2, "relu", "adam")
        and each["loss"] == "cross_entropy"
    )
    ends = setting["ends"]
    with site.open("en/play/?xor=width:2") as page:
        panel = opened(page, "xor", "Train every seed")
        said = trained(panel, "All 1,024 seeds have ended as in the book")
        assert f"(checksum {setting['checksum']})" in said
        assert f"Here {ends.count('0')} of 1,024 seeds have learned XOR" in said
        record = accepted(XOR)["by_width"][2]
        assert f"{100 * record['mean']:.1f}%, 95% interval {100 * record['low']:.1f}% to" in said
        rows = counted(panel)
        assert [here for _, here, _ in rows] == [book for _, _, book in rows]
        assert [int(here) for _, here, _ in rows] == [ends.count(str(k)) for k in range(len(rows))]


@pytest.mark.parametrize(("target", "width"), [("sine", 4), ("absolute", 2)])
def test_every_seed_of_a_wide_net_ends_as_in_the_book_to_the_bit(site: Site, target, width):
    (cell,) = (
        each
        for each in explored(WIDE)["cells"]
        if (each["curve"], each["width"]) == (target, width)
    )
    with site.open(f"en/play/?wide=target:{target},width:{width}") as page:
        said = trained(opened(page, "wide", "Train every seed"), "All 32 seeds have ended as in")
        assert f"(checksum {cell['checksum']})" in said
        failed = accepted(WIDE)["failed"][target, width]["mean"]
        assert f"Here {round(32 * (1 - failed))} of 32 seeds have not failed" in said


def test_a_record_that_differs_is_told(site: Site):
    ends = [setting["checksum"] for setting in explored(XOR)["settings"]]
    with site.context() as context:
        page = context.new_page()
        other = "0" * 16

        def changed(route):
            text = route.fetch().text()
            route.fulfill(body=re.sub("|".join(ends), other, text), content_type="text/javascript")

        page.route(f"**/data/{XOR}.js", changed)
        page.goto(f"{site.url}en/play/?xor=width:2")
        panel = opened(page, "xor", "Train every seed")
        assert f"where the book’s is {other}: something is wrong." in trained(
            panel, "something is wrong"
        )


def test_seeds_are_paused_resumed_and_given_up_and_another_setting_begins_anew(site: Site):
    with site.open("en/play/?xor=activation:sin,width:16") as page:
        panel = opened(page, "xor", "Train every seed")
        assert "The book has not trained this setting" in panel.inner_text()
        panel.get_by_role("button", name="Train them all").click()
        told = panel.locator(".dl-seeds__told").first
        expect(told).to_contain_text("So far", timeout=LONG)
        panel.get_by_role("button", name="Pause").click()
        expect(panel.get_by_role("status").first).to_have_text("Paused.")
        page.wait_for_timeout(300)  # a slice may still be on its way
        before = told.inner_text()
        page.wait_for_timeout(700)
        assert told.inner_text() == before
        panel.get_by_role("button", name="Resume").click()
        expect(told).not_to_have_text(before, timeout=LONG)
        panel.get_by_role("button", name="Cancel").focus()
        page.keyboard.press("Enter")
        expect(panel.get_by_role("status").first).to_contain_text("Stopped.")
        expect(panel.get_by_role("button", name="Train them all")).to_be_focused()
        box = page.locator("#explore-xor")
        box.get_by_role("spinbutton", name="Hidden units").fill("2")
        box.get_by_role("spinbutton", name="Hidden units").press("Enter")
        expect(told).to_have_text("1,024 seeds, none of them trained yet.")


def test_a_table_is_read_kindly_used_and_given_back(site: Site):
    with site.open("en/play/?wide=width:4,steps:1000") as page:
        panel = opened(page, "wide", "Your data")
        box, field = page.locator("#explore-wide"), panel.get_by_label("Your data")
        status, use = (
            panel.get_by_role("status").first,
            panel.get_by_role("button", name="Use this table"),
        )
        back = panel.get_by_role("button", name="Back to the book’s data")
        expect(status).to_have_text("The book’s data are in use.")
        expect(back).to_be_disabled()
        field.fill("x,y\n1,2\n2,two\n3,4")
        use.click()
        expect(status).to_have_text("Line 3: “two” is no number.")
        field.fill(ROWS)
        use.click()
        expect(status).to_contain_text(
            "Your 5 points are in use. x runs from 0 to 40, y from 1.5 to 5;"
        )
        report = box.locator(".dl-stage .dl-report")
        expect(report).to_contain_text("These are your own data: the book has not", timeout=LONG)
        expect(box.get_by_role("combobox", name="Target")).to_have_value("own")
        assert len(re.findall("M", box.locator("[data-key='given']").get_attribute("d") or "")) == 5
        expect(box.locator(".dl-command")).to_contain_text("no script of the book knows your data")
        assert "own" not in page.url
        back.click()
        expect(status).to_have_text("The book’s data are in use.")
        expect(use).to_be_focused()
        expect(box.get_by_role("combobox", name="Target")).to_have_value("sine")
        expect(report).to_contain_text("After 1,000 steps seed 0", timeout=LONG)


def test_a_file_is_dropped_or_chosen_and_every_seed_trains_on_it(site: Site, tmp_path: Path):
    path = tmp_path / "measured.csv"
    path.write_bytes(b"\xef\xbb\xbf" + ROWS.encode())
    with site.open("en/play/?wide=width:2,steps:1000") as page:
        panel = opened(page, "wide", "Your data")
        panel.get_by_label("or choose a file").set_input_files(path)
        expect(panel.get_by_role("status").first).to_contain_text("Your 5 points are in use.")
        dropped = page.evaluate_handle(
            "text => { const data = new DataTransfer();"
            " data.items.add(new File([text], 'other.csv')); return data; }",
            ROWS + "\n50;6",
        )
        panel.locator(".dl-own").dispatch_event("drop", {"dataTransfer": dropped})
        expect(panel.get_by_role("status").first).to_contain_text("Your 6 points are in use.")
        said = trained(opened(page, "wide", "Train every seed"), "of 32 seeds have not failed")
        assert "there is no record to compare with" in said


def test_a_curve_is_drawn_by_keys_and_by_the_pointer(site: Site):
    with site.open("en/play/?wide=width:4,steps:1000") as page:
        panel = opened(page, "wide", "Your data")
        first = panel.get_by_role("slider").first
        first.focus()
        before = float(first.get_attribute("aria-valuenow") or "nan")
        page.keyboard.press("ArrowUp")
        assert float(first.get_attribute("aria-valuenow") or "nan") == pytest.approx(before + 0.05)
        sheet = panel.locator(".dl-own__sheet")
        sheet.scroll_into_view_if_needed()
        spot = sheet.bounding_box()
        assert spot
        y = spot["y"] + 0.5 * spot["height"]
        page.mouse.move(spot["x"] + 0.4 * spot["width"], y + 11)
        page.mouse.down()
        page.mouse.move(spot["x"] + 0.8 * spot["width"], y - 30, steps=5)
        page.mouse.up()
        panel.get_by_role("button", name="Use this drawing").click()
        expect(panel.get_by_role("status").first).to_contain_text("Your 49 points are in use.")


def test_corners_are_laid_along_data_of_one_s_own_and_trained_on_them(site: Site):
    with site.open("en/play/?curve=curve:sine,n:4") as page:
        panel = opened(page, "curve", "Your data")
        box = page.locator("#explore-curve")
        panel.get_by_label("Your data").fill(ROWS)
        panel.get_by_role("button", name="Use this table").click()
        report = box.locator(".dl-stage .dl-report")
        # The five points stand at the ends of four equal pieces.
        expect(report).to_contain_text("4 equal pieces: the polyline is your data everywhere")
        expect(report).to_contain_text("Your points are joined by straight lines")
        expect(box.get_by_role("combobox", name="Curve")).to_have_value("own")
        box.get_by_role("button", name="Let training place them").click()
        expect(box.locator(".dl-curve__table")).to_contain_text(
            "squared error at 5 points", timeout=LONG
        )
        code = opened(page, "curve", "Take as PyTorch").locator("code").inner_text()
        assert "X = torch.tensor([\n    [-1.0], [-0.5], [0.0], [0.5], [1.0],\n])" in code
        page.go_back()
        page.go_back()
        expect(box.get_by_role("combobox", name="Curve")).to_have_value("sine")


def test_the_setting_is_taken_along_as_a_script(site: Site):
    with site.context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{site.url}en/play/?xor=seed:5,width:3,activation:tanh,method:descent")
        panel = opened(page, "xor", "Take as PyTorch")
        code = panel.locator("code")
        text = code.inner_text()
        assert "WIDTHS = [2, 3, 1]" in text
        assert "torch.tanh(z)" in text
        assert "torch.optim.SGD(parameters" in text
        with page.expect_download() as download:
            panel.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == "xor_seed_5.py"
        assert download.value.path().read_text(encoding="utf-8").strip() == text.strip()
        panel.get_by_role("button", name="Copy").click()
        expect(panel.get_by_role("status").first).to_contain_text("copied")
        assert page.evaluate("navigator.clipboard.readText()").strip() == text.strip()
        seed = page.locator("#explore-xor").get_by_role("spinbutton", name="Seed")
        seed.fill("6")
        seed.press("Enter")
        expect(code).to_contain_text("seed 6")
        assert code.inner_text().count("seed 5") == 0


@in_a_language
def test_open_tools_keep_nobody_out_and_fit_a_phone(site: Site, root):
    tools = {
        "": ["训练全部种子", "用自己的数据", "带走 PyTorch 脚本"],
        "en/": ["Train every seed", "Your data", "Take as PyTorch"],
    }[root]
    path = f"{root}play/?wide=width:2,steps:1000"
    with site.open(path, PHONE, reduced_motion="reduce") as page:
        for tool in tools:
            opened(page, "wide", tool)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tool
            assert judged(page, SCHEMES, "#explore-wide") == [], tool
