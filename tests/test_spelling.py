"""One spelling of English, the British one, in whatever a reader sees."""

import ast
import re
from collections.abc import Iterator

import pytest
import yaml

from tests.site.conftest import ROOT

# What an American would write: these words, and verbs in -ize with what is made of them.
_WORDS = (
    r"labelings?|labeled|modeling|modeled|traveling|canceled|color\w*|behavior\w*|neighbor\w*"
    r"|favor\w*|honor\w*|gray|center\w*|analyz\w*|catalog|skeptic\w*|artifact\w*|fulfill"
    r"|toward|afterward|math"
)
_AMERICAN = re.compile(
    rf"(?<![/.])\b(?:{_WORDS}|(?!(?:size|sized|prize|seize|capsize)\b)[a-z]{{3,}}iz(?:e[ds]?|ing|ation\w*|er\w*))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"`[^`]*`|^```.*?^```$|\\\(.*?\\\)|\$\$.*?\$\$|\[\[.*?\]\]|\]\([^)]*\)|\{[^}]*\}"
    r"|“[^”]*”|<[^>]*>",
    re.MULTILINE | re.DOTALL,
)


def american(text: str) -> list[str]:
    return [match[0] for match in _AMERICAN.finditer(_QUOTED.sub(" ", text))]


def test_what_is_american_is_found():
    text = "Labelings are optimized; behavior. `color`, [x](colors.md), size, “gray”"
    assert american(text) == ["Labelings", "optimized", "behavior"]
    assert american("labeling in gray") == ["labeling", "gray"]


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "en").glob("*.md")), ids=lambda p: p.stem)
def test_pages_are_british(page):
    assert american(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "figures_src").glob("*.md")), ids=lambda path: path.stem
)
def test_texts_of_figures_are_british(path):
    assert american(path.read_text(encoding="utf-8")) == []


def test_terms_are_british():
    terms = yaml.safe_load((ROOT / "docs" / "terms.yml").read_text(encoding="utf-8"))
    said = [text for term in terms for text in (term["en"], term["definition"]["en"])]
    assert [word for text in said for word in american(text)] == []


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "figures_src").glob("*.py")), ROOT / "dlbook/site/reading/words.py"],
    ids=lambda path: path.stem,
)
def test_what_scripts_and_the_site_say_is_british(path):
    assert [
        word for text in _english(path.read_text(encoding="utf-8")) for word in american(text)
    ] == []


def _english(source: str) -> Iterator[str]:
    """The second of every pair of texts; a bound's reason is registered and stays as it was."""
    tree = ast.parse(source)
    reasons = [each.value for each in ast.walk(tree) if getattr(each, "arg", "") == "because"]
    for node in ast.walk(tree):
        if node in reasons:
            continue
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            pair = [each.value for each in node.elts if isinstance(each, ast.Constant)]
            if len(pair) == 2 and all(isinstance(each, str) for each in pair):
                yield str(pair[1])
