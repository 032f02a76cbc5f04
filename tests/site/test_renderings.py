"""A server converts a page again only if something that it is made of has changed."""

import logging
from collections.abc import Hashable
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from dlbook.site.building.renderings import Renderings

SAW = "# A saw {#saw}\n\nIt has [teeth](teeth.md#sharp).\n"


class Build:
    """One build of two pages, of which the first is looked at; ``spared`` if nothing was made."""

    def __init__(self, tmp_path: Path, kept: Renderings, text: str, given: Hashable = ()) -> None:
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "mkdocs.yml").write_text("site_name: A saw\nmarkdown_extensions: [attr_list]\n")
        config = load_config(str(tmp_path / "mkdocs.yml"))
        self.spared = False
        files = [File(uri, "docs", "site", True) for uri in ("saw.md", "teeth.md")]
        self.page, self.teeth = (Page(None, file, config) for file in files)
        self.page.markdown = text
        kept.take(self.page, given, self._spare)
        self.page.render(config, Files(files))

    def _spare(self) -> None:
        self.spared = True

    @property
    def left(self) -> tuple[object, ...]:
        page = self.page
        contents = [(each.title, each.id, each.level) for each in page.toc]
        links = {file.src_uri: to for file, to in (page.links_to_anchors or {}).items()}
        return page.content, page.title, contents, page.present_anchor_ids, links


def test_a_page_of_the_same_text_is_what_it_was_and_its_links_lead_to_the_files_of_now(tmp_path):
    kept = Renderings()
    first, second = Build(tmp_path, kept, SAW), Build(tmp_path, kept, SAW)
    assert (first.spared, second.spared) == (False, True)
    assert first.left == second.left
    assert second.page.links_to_anchors == {second.teeth.file: {"sharp": "teeth.md#sharp"}}


@pytest.mark.parametrize("change", [{"text": SAW + "More.\n"}, {"given": "another file"}])
def test_a_page_is_converted_again_if_its_text_or_what_it_is_given_differs(tmp_path, change):
    kept = Renderings()
    Build(tmp_path, kept, SAW)
    assert not Build(tmp_path, kept, **{"text": SAW, **change}).spared
    assert Build(tmp_path, kept, **{"text": SAW, **change}).spared


def test_what_is_done_to_a_page_after_its_conversion_is_not_kept(tmp_path):
    kept = Renderings()
    first = Build(tmp_path, kept, SAW)
    as_it_was = Build(tmp_path, kept, SAW).left
    for build in (first, Build(tmp_path, kept, SAW)):
        build.page.present_anchor_ids.add("late")
        build.page.toc.items.clear()
        build.page.links_to_anchors.clear()
    assert Build(tmp_path, kept, SAW).left == as_it_was


def test_what_mkdocs_says_of_a_page_is_said_in_every_build(tmp_path, caplog):
    kept, wrong = Renderings(), SAW.replace("teeth.md", "tooth.md")
    with caplog.at_level(logging.WARNING, "mkdocs"):
        builds = [Build(tmp_path, kept, wrong) for _ in range(3)]
    assert not any(build.spared for build in builds)
    assert caplog.text.count("Doc file") == 3
