"""A body as a page shows it: figures, galleries, download links, anchors, a table of contents.

Knows the files beside the entry; works on safe HTML only, and adds nothing an author could abuse.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, SubElement

from .fragments import parse, serialise, text_of
from .media import Media, Picture
from .responsive import sizes, srcset

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CLAUSE = re.compile(r"(Điều|Chương|Mục|Phụ lục|Phần)\s+([0-9]+[a-zđ]?|[IVXLC]+)\b", re.IGNORECASE)
YOUTUBE = re.compile(r"https://(www\.youtube\.com/watch\?|youtu\.be/)")
OUTSIDE = re.compile(r"(?i)(https?:|//)")
LONGEST_ANCHOR = 60
LONGEST_EXCERPT = 200
# From this width a table does not fit a phone.
CARD_COLUMNS = 4
# Anchors of the page around the body.
TAKEN_ANCHORS = {
    *("noi-dung", "trinh-don", "dau-trang", "hinh-canh", "hinh-hoa", "hinh-la"),
    *("mot-so-hinh-anh-sau-bai", "van-ban-lien-quan"),
}


@dataclass(frozen=True)
class Heading:
    """One line of a table of contents."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Body:
    """A finished body for its own page at any place, and its headings.

    `placed` names the pictures it shows itself; `opening` is how its words begin.
    """

    html: str
    placed: tuple[str, ...]
    contents: tuple[Heading, ...]
    opening: str


def compose(html: str, media: Media, url: str, *, clauses: bool = False) -> Body:
    """Finish the safe HTML of the entry at `url`.

    With `clauses`, a paragraph that opens with "Điều 4." gets an anchor as a heading does.
    """
    root = parse(html)
    opening = excerpt(text_of(root))
    placed = tuple(sorted({*_place_pictures(root, media)}))
    _dress_links(root, media)
    _dress_tables(root)
    contents = tuple(_anchor(root, clauses=clauses))
    _relate(root, "../" * url.count("/"))
    return Body(serialise(root), placed, contents, opening)


def excerpt(text: str) -> str:
    """The opening words of a text, cut between words."""
    if len(text) <= LONGEST_EXCERPT:
        return text
    return text[:LONGEST_EXCERPT].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def with_addresses(html: str, base: str) -> str:
    """The body of the page at `base` for who reads it elsewhere, where no choice is understood."""
    root = parse(html)
    for parent in list(root.iter()):
        for index, child in enumerate(list(parent)):
            if child.tag == "picture":
                parent[index] = _without_choice(child)
    for element in root.iter():
        for name in {"href", "src"} & element.attrib.keys():
            element.set(name, urljoin(base, element.attrib[name]))
    return serialise(root)


def _without_choice(picture: Element) -> Element:
    image = picture[-1]
    image.attrib = {k: v for k, v in image.attrib.items() if k not in {"srcset", "sizes"}}
    image.tail = picture.tail
    return image


def _relate(root: Element, up: str) -> None:
    """An address from the site's root becomes one from this page, wherever the site lies."""
    for link in root.iter("a"):
        target = link.get("href", "")
        if target.startswith("/") and not target.startswith("//"):
            link.set("href", up + target[1:])


def fold(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; đ has no decomposition and is named."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if c.isascii())).strip("-")


def figure(picture: Picture, place: str = "figure") -> Element:
    """A picture with its caption; it leads to the whole picture."""
    frame = Element("figure", {"class": "figure"})
    SubElement(frame, "a", {"href": picture.file}).append(_shown(picture, place))
    if picture.caption:
        SubElement(frame, "figcaption").text = picture.caption
    return frame


def _shown(picture: Picture, place: str = "figure") -> Element:
    """The element that templates/components/picture.html writes outside of bodies."""
    shown_at = sizes(place, picture.width)
    choice = Element("picture")
    for kind, renditions in (("image/avif", picture.avif), ("image/webp", picture.webp)):
        offered = {"type": kind, "srcset": srcset(renditions), "sizes": shown_at}
        SubElement(choice, "source", offered)
    plain = {
        "src": picture.usual.file,
        "srcset": srcset(picture.plain),
        "sizes": shown_at,
        "alt": picture.alt,
        "width": str(picture.width),
        "height": str(picture.height),
        "loading": "lazy",
        "decoding": "async",
    }
    SubElement(choice, "img", plain)
    return choice


def _place_pictures(root: Element, media: Media) -> Iterator[str]:
    for index, block in enumerate(list(root)):
        if block.tag == "p" and _only_images(block):
            pictures = [_picture(image, media) for image in block.iter("img")]
            found = [picture for picture in pictures if picture is not None]
            yield from (picture.file for picture in found)
            if len(found) == len(pictures):
                root[index] = _frame(found, block.tail)
    for parent in list(root.iter()):
        if parent.tag != "picture":
            yield from _place_inline(parent, media)


def _only_images(block: Element) -> bool:
    words = (block.text or "") + "".join(child.tail or "" for child in block)
    return len(block) > 0 and not words.strip() and {c.tag for c in block} <= {"img", "br"}


def _frame(pictures: list[Picture], tail: str | None) -> Element:
    if len(pictures) == 1:
        frame = figure(pictures[0])
    else:
        frame = Element("div", {"class": "gallery"})
        frame.extend([figure(picture, "gallery") for picture in pictures])
    frame.tail = tail
    return frame


def _picture(image: Element, media: Media) -> Picture | None:
    name = image.get("src", "").removeprefix("./")
    return media.picture(name, image.get("alt", ""), image.get("title", ""))


def _place_inline(parent: Element, media: Media) -> Iterator[str]:
    for index, child in enumerate(list(parent)):
        if child.tag != "img":
            continue
        picture = _picture(child, media)
        if picture is None:
            parent[index] = _absent(child)
        else:
            yield picture.file
            parent[index] = _shown(picture)
            parent[index].tail = child.tail


def _absent(image: Element) -> Element:
    """A picture that is not beside the entry: the page asks no other host for it."""
    source = image.get("src", "")
    label = image.get("alt") or source
    if OUTSIDE.match(source):
        stand_in = Element("a", {"href": source, "rel": "noopener nofollow"})
        stand_in.text = label
    else:
        stand_in = Element("em", {"class": "absent"})
        stand_in.text = f"(Chưa có ảnh: {label})"
    stand_in.tail = image.tail
    return stand_in


def _dress_links(root: Element, media: Media) -> None:
    for link in root.iter("a"):
        if not OUTSIDE.match(link.get("href", "")):
            link.attrib.pop("rel", None)
    for block in root:
        if block.tag == "p" and len(block) == 1 and block[0].tag == "a":
            words = (block.text or "") + (block[0].tail or "")
            if not words.strip():
                _dress_lonely_link(block, block[0], media)


def _dress_lonely_link(block: Element, link: Element, media: Media) -> None:
    target = link.get("href", "")
    if target.endswith(".pdf") and target in media:
        block.set("class", "download")
        link.tail = f" (PDF, {size_in_words(media.size_of(target))})"
    elif YOUTUBE.match(target):
        block.set("class", "video")
        if text_of(link) == target:
            link.text = "Xem phim trên YouTube"


def size_in_words(size: int) -> str:
    """A file size as people read it: 640 KB, 1,2 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB".replace(".", ",")


def _dress_tables(root: Element) -> None:
    for cell in root.iter():
        align = cell.attrib.pop("align", "")
        if align in {"left", "center", "right"}:
            cell.set("class", f"to-{align}")
    tables = 0
    for parent in list(root.iter()):
        for index, child in enumerate(list(parent)):
            if child.tag == "table" and parent.get("class") != "scroller":
                tables += 1
                # Two regions of one name could not be told apart by ear.
                parent[index] = _scroller(child, "Bảng" if tables == 1 else f"Bảng {tables}")


def _scroller(table: Element, name: str) -> Element:
    """A wide table scrolls by itself, and by keyboard, instead of widening the page."""
    box = Element(
        "div", {"class": "scroller", "role": "region", "aria-label": name, "tabindex": "0"}
    )
    labels = [text_of(cell) for cell in table.findall("thead/tr/th")]
    if len(labels) >= CARD_COLUMNS:
        _label_cells(table, labels)
        box.set("class", "scroller scroller-cards")
    box.tail, table.tail = table.tail, None
    box.append(table)
    return box


def _label_cells(table: Element, labels: list[str]) -> None:
    """A phone shows the rows as cards: each cell bears its heading, and roles keep it a table."""
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "cell"}
    for part in table.iter():
        if part.tag in roles:
            part.set("role", roles[part.tag])
    for heading in table.iterfind("thead/tr/th"):
        heading.set("role", "columnheader")
    for row in table.iterfind("tbody/tr"):
        for cell, label in zip(row, labels, strict=False):
            cell.set("role", "cell")
            cell.set("data-label", label)


def _anchor(root: Element, *, clauses: bool) -> Iterator[Heading]:
    used = dict.fromkeys(TAKEN_ANCHORS, 1)
    for block in root:
        level = _level(block, clauses=clauses)
        text = text_of(block)
        if not level or not text:
            continue
        if block.tag == "h1":
            block.tag = "h2"
        anchor = _anchor_name(text, used)
        block.set("id", anchor)
        yield Heading(level, anchor, _title_of(text) if block.tag == "p" else text)


def _level(block: Element, *, clauses: bool) -> int:
    if block.tag in HEADINGS:
        return max(2, int(block.tag[1]))
    opens_clause = block.tag == "p" and re.match(r"Điều\s+\d+[a-zđ]?\s*[.:]", text_of(block))
    return 4 if clauses and opens_clause else 0


def _title_of(text: str) -> str:
    """The first sentence after "Điều 4.": a clause typed as a plain paragraph has no own title."""
    number, _, rest = text.partition(". ")
    words = rest.split(" ")
    short = " ".join(words[:12]) + ("…" if len(words) > 12 else "")  # noqa: PLR2004
    return f"{number}. {short}" if rest else text


def _anchor_name(text: str, used: dict[str, int]) -> str:
    """A name nobody has; `used` counts, since trying from 2 up each time would be quadratic."""
    clause = CLAUSE.match(text)
    stem = fold(clause.group(0) if clause else text)[:LONGEST_ANCHOR].strip("-") or "muc"
    name = stem
    while name in used:
        used[stem] += 1
        name = f"{stem}-{used[stem]}"
    used[name] = 1
    return name
