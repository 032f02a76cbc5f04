r"""Markup of other tools, and signs of another alphabet, that pages would show as they stand.

Each is a pattern over prose. Of what is written for LaTeX, pandoc, GitHub, Obsidian, MkDocs' other
extensions or a template engine a page knows the few that CONTRIBUTING.md names.
"""

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from dlbook.site.reading.source import Source

_VERBS = "figure|claims|explore|ref|verdict|eq|citep?"
_OPEN, _CLOSED, _WIDE = "[\\[［【〔]", "[\\]］】〕]", "[［【〔]"
_FILES = "py|md|json|ya?ml|csv|txt|bib|js|ts|toml|html|svg|png"
_BRACKETS = (
    (
        rf"{_WIDE}{{2}}|(?:\[{_WIDE}|{_WIDE}\[)(?=(?:{_VERBS}) |[a-z]\w*\.)",
        "are not the book's brackets; write [[ and ]]",
    ),
    (
        rf"(?<!\[){_OPEN}(?:{_VERBS}) +[\w./-]+{_CLOSED}(?![\](\[:])"
        rf"|(?<!{_WIDE}){_WIDE}[a-z]\w*\.[a-z]\w*[^\n\]］】〕]{{0,40}}{_CLOSED}"
        rf"|(?<![\[!\\A-Za-z0-9_)\]])\[[a-z][a-z0-9]*_\w*\.(?!(?:{_FILES})\b)[a-z]\w*"
        r"(?:\[[^\[\]\n]*\])?(?:\|[^\[\]\n|]*)?\](?![\](\[:])"
        r"|(?<!\{)\{[a-z][a-z0-9]*_\w*\.[a-z]\w*\}",
        "has not the book's brackets; write [[…]]",
    ),
    (
        r"(?:\]|］)（[^（）\n]*(?:\.md|\.html|://|#)[^（）\n]*）|］\([^()\n]*\)",
        "is not a link; write [text](page.md) with narrow brackets",
    ),
    (
        r"(?<!\[)\[[^\[\]\n]+\][ \u3000]+\((?:[\w./-]+\.md|https?:)[^()\n]*\)"
        r"|\([^()\n]+\)\[(?:[\w./-]+\.md|https?:)[^\[\]\n]*\]",
        "is not a link; write [text](page.md), with nothing between the brackets",
    ),
    (r"\]\([ \t]*\)", "leads nowhere; write a page or an address between the brackets"),
    (
        r"(?:\]\(|^ {0,3}\[[^\[\]\n]+\]:)[ \t]*<?"
        r"(?!(?:https?|mailto):)[A-Za-z][\w+.-]*:(?=\S)[^\s()>]*",
        "leads to no page and to no address of the web; write https://…, or the name of a page",
    ),
)
_TEX = (
    (
        r"\\(?:begin|end)\s*\{[^{}\n]*\}",
        "is TeX outside a formula; a display formula needs $$ on the lines around it",
    ),
    (r"\\(?:eq|page|auto|[cC])?ref\s*\{[^{}\n]*\}", "leads nowhere; write [[eq …]] or [[ref …]]"),
    (
        r"\\[a-zA-Z]*cite[a-z]*\*?(?:\[[^\[\]\n]*\])*\{[^{}\n]*\}"
        r"|\[(?:[^\[\]@\n]*[\s(])?-?@[A-Za-z][\w:.-]*[^\[\]\n]*\](?![(\[])"
        r"|(?<![\w@/.])@[a-z]+\d{4}[a-z]*\b",
        "cites nothing here; write [[cite key]]",
    ),
    (
        r"(?<![A-Za-z0-9_:.\\])\\[A-Za-z]{2,}",
        "is TeX outside a formula; write $…$ around it, or `…` around a path",
    ),
    (
        r"(?<![\w^])[A-Za-z0-9]{1,9}\^[^\s^\[\]]{1,9}\^(?!\^)|\^\^[^\s^]+\^\^",
        "is shown with its ^; write a formula, $x^2$",
    ),
    (r"(?<![A-Za-z~])[A-Za-z]{1,3}~[A-Za-z0-9]{1,3}~(?!~)", "sets nothing low; write $x_1$"),
)
_ELSEWHERE = (
    (r"^[ \t>]*(?:--8<--|-{1,2}8<-{1,2})", "includes nothing here; write the text itself"),
    (
        r"^[ \t>]*(?::::|=== \"|\?\?\?\+? *$|\.\. [\w-]+::)",
        "means nothing here; write plain Markdown",
    ),
    (r"\{[%{][^{}\n]*[%}]\}", "is no template here; cite a number as [[name.field]]"),
    (r"^[ \t>]*[-*+] \[[ xX]\] ", "is no list of tasks here; write a plain list"),
    (r"^[ \t>]*\*\[[^\]\n]+\]:", "defines no abbreviation here; add a term to docs/terms.yml"),
    (r"^ {0,3}:[ \t]{1,3}\S", "defines nothing here; add a term to docs/terms.yml"),
    (
        r"(?<=[A-Za-z0-9])\*\*[A-Za-z0-9(][^*\n]*\*\*(?=[A-Za-z0-9(])",
        "is shown bold within a word; write a formula, $a^b$, or \\* for the star itself",
    ),
    (r"(?<!~)~~[^~\n]+~~(?!~)", "strikes nothing out here; delete the words"),
    (r"(?<![=\w])==[^=\s][^=\n]*==(?!=)", "marks nothing here; write **bold**"),
    (r"\{(?:\+\+|--|~~|==|>>)", "keeps no changes here; write what is meant to stay"),
    (r"(?<![\w:/]):[a-z][\w+-]*:(?![\w:/])", "shows no icon here; delete it"),
    (r"(?<![\w+])\+\+[A-Za-z]\w*(?:\+\w+)*\+\+(?![\w+])", "shows no keys here; write `Ctrl+C`"),
    (
        r"\[![A-Za-z]+\](?![(\[])",
        "makes no box here; write '!!! note', and the text below it, four blanks in",
    ),
    (r"\^\[[^\[\]\n]+\]", "is no footnote here; write [^name], and '[^name]: …' below"),
    (r"(?<!\))\]\{[.#:][^{}\n]*\}", "gives words no look here; write **bold** or *italic*"),
    (r"[\{｛]:[^{}｛｝\n]*(?:｝|$)|｛[.#][^{}\n]*", "is never closed; write {: …} on one line"),
)
_SIGNS = (
    (r"^＃{1,6}", "is no heading; write #"),
    (r"^＞", "is no quote; write >"),
    (r"^[ \t]*｜", "is no table; write narrow bars, |"),
    (r"＄|＊＊|｀", "is a wide sign; write the narrow one, $ * `"),
    (
        r"[０-９Ａ-Ｚａ-ｚ][０-９Ａ-Ｚａ-ｚ．，]*",
        "is written wide; write narrow digits and letters",
    ),
    (r"^#{1,6}(?=[^#\s])", "lacks a blank behind it; write '# ' before a heading, \\# for a sign"),
    (r"^#{1,6}[ \t]*$", "is a heading without a word; write one, or take it away"),
    (r"^ {0,3}(?:\d+\)|[•‣●▪]) ", "begins no list; write '1. ' or '- '"),
    (r"(?<!\\)`", "is never closed; close the code, or write \\` for the sign itself"),
)
_ADDRESS = re.compile(r"https?://[!-'*-;=?-~]+")
_Patterns = list[tuple[re.Pattern[str], str]]


def _compiled(patterns: Iterable[tuple[str, str]]) -> tuple[_Patterns, _Patterns]:
    """The patterns for pages, and for texts.

    The lines of a text are joined, so that what makes a block of a page's line does not.
    """
    pairs = [*patterns]
    of_pages = [(re.compile(each, re.MULTILINE), message) for each, message in pairs]
    return of_pages, [(re.compile(each), message) for each, message in pairs]


_OF_ALL, _OF_WORDS = _compiled((*_BRACKETS, *_SIGNS)), _compiled((*_TEX, *_ELSEWHERE))
_ENTITY = re.compile(r"(?<!\w)&([A-Za-z]{2,8}\d{0,2});")
_OPEN_ENTITY = re.compile(
    r"(?<!\w)&(?:nbsp|lt|gt|amp|quot|times|[nm]dash|hellip|minus|[lgn]e)\b(?!;)"
)
_OWN_MACHINE = re.compile(r"!\[[^\]]*\]\([ \t]*<?(?P<to>(?!https?:)[A-Za-z][\w+.-]*:[^\s()>]*)")
_DRAWN = re.compile(
    r"[`~]{3,}\s*(?P<info>mermaid|plantuml|graphviz|math|vega(?:-lite)?|e?charts?|\{[^}\n]*\})"
)


def foreign_markup(source: Source, prose: str, *, is_page: bool) -> Iterator[tuple[int, str]]:
    """The offset of each piece of such markup in a page or a short text, and what is wrong."""
    words = _ADDRESS.sub(lambda match: " " * len(match[0]), prose)
    for text, patterns in ((prose, _OF_ALL), (words, _OF_WORDS)):
        for pattern, message in patterns[not is_page]:
            for match in pattern.finditer(text):
                yield match.start(), f"'{match[0].strip()[:60]}' {message}"
    yield from _entities(words)
    for token in source.tokens:
        if token.kind == "plain" and (picture := _OWN_MACHINE.match(token.body)):
            message = "is no picture that readers have; put it into docs/assets"
            yield token.start, f"'{picture['to'][:60]}' {message}"
        if token.kind == "code" and (fence := _DRAWN.match(token.body.lstrip(" \t>"))):
            message = "is shown as code; draw a picture in figures_src, write a formula in $$"
            yield token.start, f"'{fence['info']}' {message}"


def _entities(prose: str) -> Iterator[tuple[int, str]]:
    if "&" not in prose:
        return
    for match in _ENTITY.finditer(prose):
        if f"{match[1]};" not in html5:
            yield match.start(), f"'{match[0]}' is no character of HTML; write the character itself"
    for match in _OPEN_ENTITY.finditer(prose):
        yield match.start(), f"'{match[0]}' lacks its semicolon; write the character itself"
