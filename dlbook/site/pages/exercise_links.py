"""Every exercise of a page can be linked to: an anchor for each, and a link to itself beside it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from dlbook.site.reading.anchors import EXERCISES, exercise_anchor
from dlbook.site.reading.words import word

_SECTIONS = ("h1", "h2")  # either ends the section of the exercises


class Exercises(Treeprocessor):
    """Marks the items of the numbered lists below the heading ``{#exercises}``.

    To be run when headings have their ids (``attr_list``), before anchors are collected.
    """

    def __init__(self, md: Markdown, lang: str) -> None:
        super().__init__(md)
        self._lang = lang

    def run(self, root: Element) -> None:
        """Mark them, counted as readers count them: in the order of the page."""
        for number, item in enumerate(_items(root), 1):
            item.set("id", exercise_anchor(number))
            item.set("class", "dl-exercise")
            first = item.find("p")
            name = word("exercise_link", self._lang, number=number)
            link = SubElement(item if first is None else first, "a")
            link.text = "#"
            link.attrib |= {
                "class": "headerlink",
                "href": f"#{exercise_anchor(number)}",
                "title": name,
                "aria-label": name,
            }


def _items(root: Element) -> Iterator[Element]:
    is_inside = False
    for element in root:
        if element.tag in _SECTIONS:
            is_inside = element.get("id") == EXERCISES
        elif is_inside and element.tag == "ol":
            yield from element.findall("li")
