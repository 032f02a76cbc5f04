"""Citations in the text, the list of a page's sources, and the bibliography: linked both ways.

``[[cite telgarsky2016]]`` is a part of the sentence, ``[[citep telgarsky2016 yarotsky2017]]``
stands in brackets. Each leads to the page's own ``[[sources]]``, or to the ``[[bibliography]]``.
"""

import re
from collections.abc import Sequence
from html import escape
from string import ascii_lowercase

from dlbook.site.pages.work_html import work_html
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book, Place, relative
from dlbook.site.reading.late import Piece, Section
from dlbook.site.reading.literature import CitableWork
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.source import Source
from dlbook.site.reading.words import word

CITE = re.compile(r"(?P<verb>citep?) +(?P<keys>\S+(?: +\S+)*) *")
SOURCES, BIBLIOGRAPHY = "sources", "bibliography"


def cited(source: Source) -> list[str]:
    """The keys that a page cites, in order, as often as it does."""
    brackets = (token.body for token in source.tokens if token.kind == "bracket")
    matches = (CITE.fullmatch(body) for body in brackets)
    return [key for match in matches if match for key in match["keys"].split()]


def judged(book: Book, page: str) -> dict[str, list[str]]:
    """For each work that is the source of claims in a page's tables, the ids of the claims."""
    found: dict[str, list[str]] = {}
    for claim_id, (_, claim) in book.shelf.claims.items():
        if page in book.tables.get(claim_id, ()):
            for work in book.library.sources(claim["source"]):
                found.setdefault(work.key, []).append(claim_id)
    return found


def citation(book: Book, page: str, match: re.Match[str], before: Sequence[str]) -> str:
    """The citation as Markdown; ``before`` are the keys that the page has cited so far.

    Raises:
        PageError: a work is unknown, ``cite`` names several, or nothing lists the works.
    """
    keys = match["keys"].split()
    works = [book.library.work(key) for key in keys]
    if match["verb"] == "cite" and len(works) > 1:
        raise PageError(f"'[[{match[0]}]]' names several works; use [[citep …]]")
    earlier = [*before]
    links = []
    for work in works:
        brackets = match["verb"] == "citep"
        text = work.parenthetical(book.lang) if brackets else work.narrative(book.lang)
        count = earlier.count(work.key) + 1
        links.append(f"[{text}]({_target(book, page, work)}){{#{_place_of(work, count)} .dl-cite}}")
        earlier.append(work.key)
    if match["verb"] == "cite":
        return links[0]
    return word("brackets", book.lang, inside=word("semicolon", book.lang).join(links))


def sources(book: Book, place: Place) -> Piece:
    """The works that a page cites or whose claims it judges, with the ways back."""
    counts, claims = cited(book.pages[place.page]), judged(book, place.page)
    works = [work for work in book.library.works.values() if work.key in {*counts, *claims}]
    entries = "".join(
        f'<li id="source-{work.key}">{work_html(work, book.lang)}'
        f"{_back(work, counts.count(work.key), book.lang)}"
        f"{_claims(claims.get(work.key, ()), book.lang)}</li>\n"
        for work in works
    )
    whole = book.home(BIBLIOGRAPHY)
    more = f'<p><a href="{place.link(whole)}">{word("whole", book.lang)}</a></p>' if whole else ""
    anchors = tuple(f"source-{work.key}" for work in works)
    return Piece("", f'<ul class="dl-works">\n{entries}</ul>\n{more}', anchors=anchors)


def bibliography(book: Book, place: Place) -> Piece:
    """Every work of the library, with the pages that cite it or judge its claims."""
    users = {page: {*cited(book.pages[page]), *judged(book, page)} for page in book.pages}
    entries, sections = [], []
    for work in book.library.works.values():
        pages = [page for page in book.pages if work.key in users[page]]
        used = _pages(book, place, work, pages)
        entries.append(f'<li id="work-{work.key}">{work_html(work, book.lang)}{used}</li>\n')
        sections.append(_section(work, book.lang))
    anchors = tuple(f"work-{key}" for key in book.library.works)
    html = f'<ul class="dl-works">\n{"".join(entries)}</ul>'
    return Piece("", html, anchors=anchors, sections=tuple(sections))


def _section(work: CitableWork, lang: str) -> Section:
    """What the search finds: the short name, the title, and every author in either language."""
    names = [author.listed for author in work.authors]
    names += [work.fields["author_zh"]] if "author_zh" in work.fields else []
    text = f"{work.title(lang)} · {', '.join(names)}"
    return Section(f"work-{work.key}", work.parenthetical(lang), text)


def _back(work: CitableWork, count: int, lang: str) -> str:
    """The ways back to each place of citation: an arrow and letters."""
    if not count:
        return ""
    links = "".join(
        f'<a href="#{_place_of(work, k)}" aria-label="'
        f'{escape(word("back", lang, number=k, work=work.narrative(lang)))}">{_letter(k)}</a>'
        for k in range(1, count + 1)
    )
    return f' <span class="dl-works__back"><span aria-hidden="true">↩</span>{links}</span>'


def _claims(claims: Sequence[str], lang: str) -> str:
    if not claims:
        return ""
    links = " ".join(f'<a href="#{claim_anchor(claim)}">{escape(claim)}</a>' for claim in claims)
    return f' <span class="dl-works__back">{word("its-claims", lang)} {links}</span>'


def _pages(book: Book, place: Place, work: CitableWork, pages: Sequence[str]) -> str:
    def link(page: str) -> str:
        title = escape(inline.to_plain(book.title(page)))
        return f'<a href="{place.link(page)}#{_entry_in(book, page, work)}">{title}</a>'

    label = word("cited-in" if pages else "further", book.lang)
    return f' <span class="dl-works__back">{label} {" ".join(map(link, pages))}</span>'


def _entry_in(book: Book, page: str, work: CitableWork) -> str:
    """The anchor, on a page that uses a work, of its entry there, or else of its first citation."""
    if book.has(page, SOURCES):
        return f"source-{work.key}"
    is_cited = work.key in cited(book.pages[page])
    return _place_of(work, 1) if is_cited else claim_anchor(judged(book, page)[work.key][0])


def _target(book: Book, page: str, work: CitableWork) -> str:
    if book.has(page, SOURCES):
        return f"#source-{work.key}"
    whole = book.home(BIBLIOGRAPHY)
    if whole is None:
        raise PageError("no list shows the works cited here; place [[sources]] on this page")
    return f"{relative(page, whole)}#work-{work.key}"


def _place_of(work: CitableWork, count: int) -> str:
    return f"cite-{work.key}-{count}"


def _letter(count: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa, 28 -> bb."""
    turns, rest = divmod(count - 1, len(ascii_lowercase))
    return ascii_lowercase[rest] * (turns + 1)
