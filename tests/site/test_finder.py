import json
from types import SimpleNamespace

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files

from dlbook.site.building.finder import GENERATOR, in_reading_order, other_names, replace_worker
from dlbook.site.reading.terms import Term

WORKER = "assets/javascripts/workers/search.0123.min.js"
SEED = Term(
    "seed",
    {"zh": "随机种子", "en": "random seed"},
    {},
    "sui ji zhong zi",
    {"zh": ("种子",), "en": ("seed",)},
)
CODE = Term("code", {"zh": "独热编码", "en": "one-hot code"}, {}, "du re bian ma")


def config() -> MkDocsConfig:
    made = MkDocsConfig()
    made.load_dict({"site_name": "Toy", "plugins": []})
    assert made.validate() == ([], [])
    made.plugins._current_plugin = "dlbook"  # as while an event is handled
    return made


def files(*uris: str) -> Files:
    return Files([File.generated(config(), uri, content="theirs();") for uri in uris])


def book(*chapters: str) -> SimpleNamespace:
    return SimpleNamespace(terms=[SEED], lang="zh", chapters=chapters)


def test_a_form_in_either_language_knows_the_words_of_this_one():
    assert other_names([SEED], "zh") == {
        "随机种子": ["种子"],
        "种子": ["随机种子"],
        "random seed": ["随机种子", "种子"],
        "seed": ["随机种子", "种子"],
    }


def test_names_of_several_words_are_searched_for_by_nobody():
    assert other_names([SEED], "en")["种子"] == ["seed"]
    assert other_names([CODE], "en") == {"独热编码": [], "one hot code": []}


def test_the_worker_keeps_its_address_and_hears_a_query_after_us():
    present = files("index.md", WORKER)
    replace_worker(present, config(), book())
    content = present.src_uris[WORKER].content_string
    names, _, rest = content.partition("\n")
    assert json.loads(names.removeprefix("self.dlNames=").removesuffix(";"))["seed"]
    assert rest.index("addEventListener") < rest.index("theirs();")
    assert len(present) == 2


@pytest.mark.parametrize("uris", [(), (WORKER, WORKER.replace("0123", "4567"))])
def test_a_theme_with_another_worker_is_refused(uris):
    with pytest.raises(Abort, match=f"the theme has {len(uris)} files .* and not one"):
        replace_worker(files(*uris), config(), book())


def test_pages_that_nobody_wrote_come_last():
    present = files("figures/a.md", "about.md", "a.md")
    present.src_uris["figures/a.md"].generated_by = GENERATOR
    ordered = in_reading_order(present, book("a.md"))
    assert [file.src_uri for file in ordered] == ["a.md", "about.md", "figures/a.md"]


def test_chapters_come_first_and_in_their_order():
    ordered = in_reading_order(files("b.md", "about.md", "a.md"), book("a.md", "b.md"))
    assert [file.src_uri for file in ordered] == ["a.md", "b.md", "about.md"]
