import base64
import json
import re
from importlib.resources import files
from pathlib import Path

import yaml

from dlbook.record.palette import ROLES
from dlbook.record.records import Project
from dlbook.site.building import publish
from dlbook.site.reading.address import NOWHERE, Address
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import PASSPORT, RECORD, ROOT, put_figure


def test_a_figure_offers_record_arrays_pictures_and_script(project: Project):
    published = publish.published_figures(Shelf(project))
    assert sorted(published) == [
        "data/claims.json",
        "data/saw.json",
        "data/saw.npz",
        "data/saw.timing.json",
        "figures/saw.en.card.png",
        "figures/saw.en.dark.svg",
        "figures/saw.en.svg",
        "figures/saw.zh.card.png",
        "figures/saw.zh.dark.svg",
        "figures/saw.zh.svg",
        "source/saw.py",
    ]
    lasting = {key: value for key, value in PASSPORT.items() if key != "cpu_seconds"}
    assert json.loads(published["data/saw.json"]) == {**RECORD, "passport": lasting}
    timing = json.loads(published["data/saw.timing.json"])
    assert timing == {"figure": "saw", "cpu_seconds": 0.25}
    assert published["data/saw.npz"] == b"arrays"
    assert published["source/saw.py"].partition(b"\n\n")[2].startswith(b'"""A script')


def test_a_script_says_what_it_is_of_and_where_that_is():
    where = Address("https://b.example/", "https://code.example/b", "0123456789abcdef")
    above, _, script = publish.headed(b"x = 1\n", where).decode().partition("\n\n")
    assert script == "x = 1\n"
    for told in ("https://b.example/source/why-deep.zip", where.repository, where.commit):
        assert told in above
    assert all(line.startswith("# ") for line in above.splitlines())
    assert "http" not in publish.headed(b"", NOWHERE).decode()


def test_a_citation_has_the_addresses_that_the_book_has():
    known = publish.own_files(
        ROOT, Address("https://b.example/", "https://code.example/b", "0123+")
    )
    told = yaml.safe_load(known["CITATION.cff"])
    assert (told["url"], told["repository-code"], told["commit"]) == (
        "https://b.example/",
        "https://code.example/b",
        "0123",
    )
    assert publish.own_files(ROOT, NOWHERE)["CITATION.cff"] == (ROOT / "CITATION.cff").read_bytes()
    assert b"CC BY 4.0" in known["LICENSE.txt"]


def test_all_claims_of_all_figures_are_in_one_list(project: Project):
    put_figure(project.root, "axe")
    claims = json.loads(publish.published_figures(Shelf(project))["data/claims.json"])
    assert [(claim["figure"], claim["id"]) for claim in claims] == [
        ("axe", "A25/teeth"),
        ("axe", "A26"),
        ("saw", "A25/teeth"),
        ("saw", "A26"),
    ]
    judged = {key: part for key, part in claims[1].items() if key != "bound_words"}
    assert judged == {**RECORD["claims"][1], "figure": "axe"}


def test_the_list_tells_every_bound_in_words_of_both_languages(project: Project):
    claims = json.loads(publish.published_figures(Shelf(project))["data/claims.json"])
    assert [claim["bound_words"] for claim in claims] == [
        {"zh": "全部 5 种情形都要成立。", "en": "all 5 cases have to hold."},
        {
            "zh": "至少 0.9。理由：差一成就看得出来。",
            "en": "at least 0.9. Reason: A tenth can be seen.",
        },
    ]


def test_a_damaged_figure_is_not_published(project: Project):
    (project.made("saw") / "drawn" / "data.npz").write_bytes(b"other")
    assert list(publish.published_figures(Shelf(project))) == ["data/claims.json"]


def test_the_palette_reaches_the_page_in_both_themes():
    css = publish.figure_colours()
    light = css.split("@media")[0]
    dark = css.split("@media screen")[1].split("@media print")[0]
    for role, pair in ROLES.items():
        assert f"--fig-{role}: {pair.light};" in light
        assert f"--fig-{role}: {pair.dark};" in dark
    assert ROLES["ink"].dark not in css.split("@media print")[1]


def test_katex_comes_with_every_font_that_its_style_names_and_no_other(project: Project):
    package = Typesetter(project).package
    own = project.root / "own.css"
    own.write_text(".last { color: red }")
    css = publish.stylesheet(package, own).decode()
    named = {url for url in re.findall(r"url\(([^)]*)\)", css) if "data:" not in url}
    assert named == {path.removeprefix("assets/") for path in publish.fonts(package)}
    assert all(name.endswith(".woff2") for name in named)
    within = re.findall(r"url\(data:font/woff2;base64,([^)]*)\)", css)
    assert sorted(base64.b64decode(font) for font in within) == sorted(
        (package / "dist" / "fonts" / f"KaTeX_{name}.woff2").read_bytes()
        for name in ("Main-Regular", "Math-Italic")
    )
    assert css.count("@font-face") == len(named) + len(within) == 20
    assert ",}" not in css.replace(" ", "")
    assert ",;" not in css


def test_a_sheet_has_the_schemes_of_the_book_alone_and_no_words_for_authors(project: Project):
    own = project.root / "own.css"
    own.write_text("/* Why\n   so. */\n.last {\n  content: '/';\n  color: red;\n}\n")
    css = publish.stylesheet(Typesetter(project).package, own).decode()
    assert css.endswith(".last {\ncontent: '/';\ncolor: red;\n}\n")
    assert "[data-md-color-scheme=slate]" in css
    assert not re.search(r"data-md-color-(?:primary|accent)=(?:indigo|teal|white)", css)


RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
# Of the theme: tabs, ticked lists, marks of an editor, keys, and the parts of a blog or a product.
FOREIGN = re.compile(
    r"\.(tabbed-\w|task-list-\w|critic\b|key-\w+:"
    r"|md-(author|banner|consent|feedback|pin|post|social|tag|version)\b)"
    r"|data-md-color-(primary|accent|switching)"
)


def test_a_sheet_lacks_of_the_theme_what_the_book_does_not_have_and_nothing_else(project: Project):
    own = project.root / "own.css"
    own.write_text("")
    css = publish.stylesheet(Typesetter(project).package, own).decode()
    held = {rule[0] for rule in RULE.finditer(css)}
    theme = Path(str(files("material"))) / "templates" / "assets" / "stylesheets"
    missing = [
        rule
        for sheet in theme.glob("*.min.css")
        for rule in RULE.finditer(sheet.read_text("utf-8"))
        if rule[0] not in held
    ]
    assert len(missing) > 150
    for rule in missing:
        assert FOREIGN.search(rule[1]), rule[0]
    for selectors in (rule[1] for rule in RULE.finditer(css)):
        assert selectors.count("(") == selectors.count(")"), selectors
        assert not re.search(r"^\s*,|,\s*(,|$)", selectors), selectors
    assert "data-md-color-switching" not in css, (
        "a rule that styles the whole page anew as it begins"
    )
