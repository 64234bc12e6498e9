"""What a browser would find in a built page: elements, links, anchors.

Knows HTML through the standard library's parser only, not through anything the theme uses.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

URLS = {"href", "src", "srcset", "action", "formaction", "poster", "data", "background"}
# Addresses that name a page to others and are never fetched by a browser that shows it.
NEVER_FETCHED = {("link", "canonical"), ("a", "")}


@dataclass
class Element:
    """A start tag and its attributes."""

    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """All start tags of a page, and its text."""

    html: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, class_: str = "") -> list[Element]:
        """The elements of that tag, of that class if one is named."""
        return [
            element
            for element in self.elements
            if element.tag == tag
            and (not class_ or class_ in element.attributes.get("class", "").split())
        ]

    @property
    def ids(self) -> list[str]:
        """All ids, in order."""
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]


def read(path: Path) -> Page:
    """A built page."""
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> Iterator[tuple[Path, Page]]:
    """All pages of a built site."""
    for path in sorted(site.rglob("*.html")):
        yield path, read(path)


def violations(page: Page) -> list[str]:
    """What a strict content policy would refuse, or what would ask another host."""
    return [
        f"{element.tag} {name}={value}"
        for element in page.elements
        for name, value in element.attributes.items()
        if name == "style"
        or name.startswith("on")
        or (name in URLS and _is_refused(element, value))
    ] + [element.tag for element in page.elements if element.tag in {"script", "style", "iframe"}]


def _is_refused(element: Element, address: str) -> bool:
    scheme = urlsplit(address).scheme.lower()
    if scheme not in {"", "http", "https", "mailto", "tel"}:
        return True
    rel = element.attributes.get("rel", "") if element.tag == "link" else ""
    outside = scheme in {"http", "https"} or address.startswith("//")
    return outside and (element.tag, rel) not in NEVER_FETCHED


def dead_links(site: Path) -> list[str]:
    """The links inside a site that lead to no file or no anchor."""
    found = dict(pages(site))
    return [
        f"{path.relative_to(site)}: {address}"
        for path, page in found.items()
        for address in _addresses(page)
        if not _leads_somewhere(site, path, address, found)
    ]


def _addresses(page: Page) -> Iterator[str]:
    for element in page.elements:
        for name in ("href", "src"):
            if name in element.attributes and not urlsplit(element.attributes[name]).scheme:
                yield element.attributes[name]


def _leads_somewhere(site: Path, path: Path, address: str, found: dict[Path, Page]) -> bool:
    place, anchor = urldefrag(unquote(address))
    base = site if place.startswith("/") else path.parent
    target = (base / place.lstrip("/")).resolve() if place else path
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not anchor or anchor in found[target].ids
