"""The search in the browser: the theme's worker, with our reading of queries in front of it."""

import json
import logging
from fnmatch import fnmatchcase
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files

from dlbook.base.language import LANGUAGES
from dlbook.base.whole import write
from dlbook.record.records import Project
from dlbook.site.reading.book import Book
from dlbook.site.reading.terms import Term, read_terms, user_dictionary

GENERATOR = "mkdocs-gen-files"
WORKER = "assets/javascripts/workers/search.*.min.js"
_QUERY = Path(__file__).with_name("query.js")


def teach(config: MkDocsConfig, project: Project) -> None:
    """Let the search cut Chinese into the field's terms; who reads the pages says what is wrong."""
    terms, _ = read_terms(project.root / "docs" / "terms.yml", "docs/terms.yml")
    dictionary = project.cache / "terms.txt"
    write(dictionary, user_dictionary(terms).encode())
    config.plugins["material/search"].config.jieba_dict_user = str(dictionary)
    logging.getLogger("jieba").setLevel(logging.WARNING)


def replace_worker(files: Files, config: MkDocsConfig, book: Book) -> None:
    """Put the book's terms and ``query.js`` before the theme's worker, at the theme's address.

    Raises:
        Abort: the theme has no such worker, or several.
    """
    found = [file for file in files if fnmatchcase(file.src_uri, WORKER)]
    if len(found) != 1:
        raise Abort(f"the theme has {len(found)} files {WORKER} and not one; see {__name__}")
    (theirs,) = found
    names = json.dumps(other_names(book.terms, book.lang), separators=(",", ":"))
    content = f"self.dlNames={names};\n".encode() + _QUERY.read_bytes() + theirs.content_bytes
    files.remove(theirs)
    files.append(File.generated(config, theirs.src_uri, content=content))


def other_names(terms: list[Term], lang: str) -> dict[str, list[str]]:
    """For each form of a term in either language, the words by which pages in ``lang`` call it.

    A name of several words is none, since the search would look for each of them alone.
    """
    found = {}
    for term in terms:
        words = [form for form in term.forms(lang) if " " not in form and "-" not in form]
        for form in dict.fromkeys(form for each in LANGUAGES for form in term.forms(each)):
            others = [word for word in words if word.casefold() != form.casefold()]
            found[form.casefold().replace("-", " ")] = others
    return found


def in_reading_order(files: Files, book: Book) -> Files:
    """The chapters in their order, other pages, and last those that nobody wrote.

    Of equal finds the search shows the first.
    """
    place = {page: number for number, page in enumerate(book.chapters)}

    def rank(file: File) -> int:
        others = len(place) + (file.generated_by == GENERATOR)
        return place.get(file.src_uri, others)

    return Files(sorted(files, key=rank))
