"""HTML among Markdown: tags that HTML does not have, that stay open, or that run programs."""

import re
from collections.abc import Iterator

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

# As Python-Markdown finds them: over lines, but not over blank ones.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][^\s<>/@]*)(?P<rest>(?:[^<>\n]|\n(?![ \t]*\n))*)>"
)
_OPEN_COMMENT = re.compile(r"<!--")
_ADDRESS = re.compile(r"<(?:(?:https?|ftp|mailto):[^\s<>]*|[^\s<>@]+@[^\s<>]+)>")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?(?=[\s/]|$)"""
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _words(
    """
    area br col embed hr img input link meta source track wbr
    """
)
_PROGRAMS = _words(
    """
    script style iframe object embed link meta base form
    """
)
_ELEMENTS = _words(
    """
    a abbr address article aside audio b bdi bdo blockquote br button caption cite code col
    colgroup data dd del details dfn dialog div dl dt em figcaption figure footer h1 h2 h3 h4
    h5 h6 header hgroup hr i img input ins kbd label legend li main map mark math menu meter
    nav ol optgroup option output p picture pre progress q rp rt ruby s samp section select
    small source span strong sub summary sup svg table tbody td textarea tfoot th thead time
    tr track u ul var video wbr area canvas fieldset search template
    """
)
_ATTRIBUTES = _words(
    """
    abbr accesskey align allow alt autoplay border charset checked cite class cols colspan
    content contenteditable controls coords datetime decoding dir disabled download draggable
    for headers height hidden high href hreflang id inert inputmode ismap itemid itemprop
    itemref itemscope itemtype kind label lang list loading loop low markdown max maxlength
    min minlength multiple muted name nonce open optimum part pattern placeholder popover
    poster preload readonly rel required reversed role rows rowspan scope selected shape size
    sizes slot span spellcheck src srclang srcset start step style tabindex target title
    translate type usemap value width wrap
    """
)
_LINKS = _words("href src srcset poster data cite")
_AWAY = re.compile(r"""\s*["']?[a-z][a-z+.-]*:""", re.IGNORECASE)
_STYLE = re.compile(r"""["']?(?:\s*[a-z-]+\s*:\s*[^\s：；;][^：；;]*(?:;|(?=["']|$)))*\s*["']?""")
_WHAT = "; write '<' as &lt; or in a formula, $p < q$"


def html_slips(source: Source) -> Iterator[Problem]:
    """A problem for each tag of a page that is none, or that is never closed or opened."""
    text = _without_code(source)
    open_tags: list[tuple[str, int]] = []
    for match in _TAG.finditer(text):
        if _ADDRESS.fullmatch(match[0]):
            continue
        name = match["name"].lower()
        if wrong := _wrong(match, name):
            yield _problem(source, match.start(), f"'{' '.join(match[0].split())[:60]}' {wrong}")
            if match["close"] or name not in _ELEMENTS:
                continue
        if name in _SHAPES:
            continue
        if match["close"]:
            outer = next((begun for each, begun in open_tags if each in _BLOCKS), match.start())
            yield from _closed(source, match.start(), name, open_tags)
            if not any(each in _BLOCKS for each, _ in open_tags):
                yield from _unread(source, text[outer : match.start()], outer, name)
        elif name not in _VOID and not match["rest"].endswith("/"):
            open_tags.append((name, match.start()))
    for name, start in open_tags:
        yield _problem(source, start, f"<{name}> is never closed; close it with </{name}>{_OR}")
    for match in _OPEN_COMMENT.finditer(text):
        yield _problem(source, match.start(), "'<!--' is never closed; close it with -->")


_MARKDOWN = re.compile(r"\*\*[^\s*][^*\n]*\*\*|\[[^\[\]\n]+\]\([^()\n]*\)|^#{1,6} .+", re.MULTILINE)
_BLOCKS = _words(
    """
    address article aside blockquote details dialog div dl figure footer header main nav ol p
    section table ul
    """
)
_SHAPES = _words(
    """
    path circle rect line g text polyline polygon ellipse defs use
    """
)
_OR = ", or write '<' as &lt;"


def _unread(source: Source, text: str, start: int, name: str) -> Iterator[Problem]:
    """Markdown in the first block of HTML that has some: it is shown as it stands."""
    if found := _MARKDOWN.search(text):
        message = f"is shown as it stands within <{name}>; write Markdown without tags around it"
        yield _problem(source, start + found.start(), f"'{found[0].strip()[:30]}' {message}")


def _closed(
    source: Source, start: int, name: str, open_tags: list[tuple[str, int]]
) -> Iterator[Problem]:
    if name not in [each for each, _ in open_tags]:
        yield _problem(source, start, f"</{name}> closes nothing; take it away")
        return
    while open_tags[-1][0] != name:
        inner, begun = open_tags.pop()
        yield _problem(source, begun, f"<{inner}> is never closed; close it before </{name}>{_OR}")
    open_tags.pop()


def _wrong(match: re.Match[str], name: str) -> str:
    if name in _PROGRAMS:
        return f"is refused: a page holds no <{name}>; write Markdown"
    if name not in _ELEMENTS | _SHAPES:
        return f"is no tag of HTML{_WHAT}"
    rest = match["rest"].rstrip("/ \t\n")
    if match["close"]:
        return f"is no closing tag{_WHAT}" if rest else ""
    last = 0
    while last < len(rest.rstrip()):
        found = _ATTRIBUTE.match(rest, last)
        if found is None:
            return f"is no tag: '{rest[last:].strip()[:30]}' is no attribute{_WHAT}"
        attribute = found["name"].lower()
        if attribute in _LINKS and not _AWAY.match(found[0].partition("=")[2]):
            return f"has a link that nobody checks, '{attribute}'; write [text](page.md) or ![…](…)"
        if attribute.startswith("on") or "javascript:" in found[0].lower():
            return f"is refused: a page runs no program; take {attribute} away"
        if attribute == "markdown":
            return "has Markdown in it, and 'markdown' does nothing here; write Markdown alone"
        if attribute == "style" and not _STYLE.fullmatch(found[0].partition("=")[2].strip()):
            return "has what is no style; write 'name: value' with narrow signs, or take it away"
        if name not in ("svg", "math", *_SHAPES) and not _is_known(attribute):
            return f"is no tag: HTML has no attribute '{attribute}'{_WHAT}"
        last = found.end()
    return ""


def _is_known(attribute: str) -> bool:
    return attribute in _ATTRIBUTES or attribute.startswith(("data-", "aria-"))


def _without_code(source: Source) -> str:
    """The text with code, formulas and brackets blanked out; tags and pictures stay."""
    parts, last = [], 0
    for token in source.tokens:
        hidden = source.text[token.start : token.end]
        is_kept = token.kind in ("plain", "open") and not hidden.startswith("!")
        kept = hidden if is_kept else re.sub(r"[^\n]", " ", hidden)
        parts += [source.text[last : token.start], kept]
        last = token.end
    return "".join([*parts, source.text[last:]])


def _problem(source: Source, offset: int, message: str) -> Problem:
    return Problem(source.path, source.line_of(offset), message)
