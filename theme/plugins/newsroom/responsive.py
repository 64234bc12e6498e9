"""How wide a picture is shown at each place of a page, and the words that tell a browser so.

Knows the style sheet's figures; they stand here in pixels, since in ``sizes`` a rem is not the
page's own.
"""

from collections.abc import Iterable

from .media import Rendition

COLUMN = 782
"""The column of text: 46 rem of 17 pixels."""
SIZES = {
    "figure": f"(min-width: 830px) {COLUMN}px, 92vw",
    "gallery": "(min-width: 830px) 382px, (min-width: 600px) 46vw, 92vw",
    "card": "(min-width: 1300px) 391px, (min-width: 1040px) 31vw, (min-width: 700px) 46vw, 92vw",
    "lead-card": (
        "(min-width: 1300px) 673px, (min-width: 960px) 52vw, (min-width: 720px) 46vw, 92vw"
    ),
    # Beside its words on a phone, where its height decides.
    "led-card": (
        "(min-width: 1300px) 391px, (min-width: 960px) 31vw, (min-width: 720px) 46vw,"
        " (min-width: 641px) 92vw, 50vw"
    ),
}


def sizes(place: str, width: int) -> str:
    """The widths at which a picture so wide is shown at a place; a figure is never blown up."""
    if place == "figure" and width < COLUMN:
        return f"min({width}px, 92vw)"
    return SIZES[place]


def srcset(renditions: Iterable[Rendition], folder: str = "") -> str:
    """The files to choose from, in the folder given, or beside the page."""
    return ", ".join(f"{folder}{one.file} {one.width}w" for one in renditions)
