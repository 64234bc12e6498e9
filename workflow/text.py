"""Vietnamese text: normal form, folding for keys, slugs, and what may stand in one line.

It knows no content type and no language but Vietnamese.
"""

import re
import unicodedata
from typing import Final

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
SLUG_MAX: Final = 80

_LOOKALIKES: Final = str.maketrans({"ð": "đ", "Ð": "Đ"})
"""Bad fonts write eth for đ (DOMAIN §4.1)."""
_STROKE: Final = str.maketrans({"đ": "d", "Đ": "D"})
"""đ has no decomposition: folding must name it (DOMAIN §4.2)."""
_INVISIBLE: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def clean_line(text: str) -> str:
    """Return one line as it is stored: NFC, outer and repeated blanks gone, invisible marks gone.

    Line breaks and other control characters stay: ``hidden_characters`` reports them.
    """
    text = unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
    text = "".join(character for character in text if character not in _INVISIBLE)
    return re.sub(r"[ \t\u00a0]+", " ", text).strip(" \u00a0")


def hidden_characters(text: str, *, lines: bool = False) -> bool:
    """Say whether ``text`` bears a control, bidirectional or tag character (Trojan Source).

    ``lines`` allows the line feed and the tab.
    """
    allowed = "\n\t" if lines else ""
    return any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        and character not in allowed
        and character not in "\u200d\ufe0f"
        for character in text
    )


def fold(text: str) -> str:
    """Return the key for search and comparison: no tone marks, đ as d, case gone."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LOOKALIKES).translate(_STROKE))
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").casefold()


def slugify(text: str) -> str:
    """Return the ASCII slug of a title or document number, cut at a word (DOMAIN §4.3).

    The result may be empty: the caller must have a name of its own for such a title.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    if len(slug) <= SLUG_MAX:
        return slug
    return slug[: SLUG_MAX + 1].rpartition("-")[0] or slug[:SLUG_MAX]
