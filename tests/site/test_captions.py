"""Where the first sentence of a caption ends, and that it is the finding."""

import json
import re
from pathlib import Path

import pytest

from dlbook.site.reading.captions import parts
from tests.site.conftest import ROOT

RECORDS = [json.loads(path.read_bytes()) for path in sorted(Path(ROOT / "results").glob("*.json"))]


@pytest.mark.parametrize(
    ("caption", "lang", "finding", "legend"),
    [
        ("段数翻倍。左：锯。", "zh", "段数翻倍。", "左：锯。"),
        ("他说“够了。”左：锯。", "zh", "他说“够了。”", "左：锯。"),
        ("段数 \\(a。b\\) 翻倍", "zh", "段数 \\(a。b\\) 翻倍", ""),
        ("It is 0.5. Left: a saw.", "en", "It is 0.5.", "Left: a saw."),
        ("It ends. 64 units fit.", "en", "It ends.", "64 units fit."),
        ("It ends. \\(x\\) is in. So", "en", "It ends.", "\\(x\\) is in. So"),
        ("As Leshno et al. Show it. So", "en", "As Leshno et al. Show it.", "So"),
        ("By T. Cover. So", "en", "By T. Cover.", "So"),
        ("By Eq. 5 it is. So", "en", "By Eq. 5 it is.", "So"),
        ("One only.", "en", "One only.", ""),
    ],
)
def test_a_caption_is_parted_at_the_end_of_its_first_sentence(caption, lang, finding, legend):
    assert parts(caption, lang) == (finding, legend)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["figure"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_captions_of_the_book_say_the_finding_first(record, lang):
    finding, legend = parts(record["texts"]["caption"][lang], lang)
    assert legend
    assert len(finding) <= {"zh": 130, "en": 300}[lang]
    assert not re.match(r"(Left|Top|Bottom|Right|左|右|上|下|中)[：: ,，]?", finding)
    assert finding.count("\\(") == finding.count("\\)")
