"""Safe HTML as a tree, and back.

Knows only markup that nh3 has written: balanced, and free of scripts, comments and styles.
"""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement, tostring

VOID = {"br", "hr", "img", "source"}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = SubElement(self._open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open[-1].tag and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def parse(html: str) -> Element:
    """The tree of a safe fragment, under one <div>."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def serialise(root: Element) -> str:
    """The HTML inside `root`."""
    whole = tostring(root, encoding="unicode", method="html", short_empty_elements=False)
    return whole.removeprefix("<div>").removesuffix("</div>")


def text_of(element: Element) -> str:
    """The words of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())
