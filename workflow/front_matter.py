"""The bytes of ``index.md``: YAML between ``---`` fences, then Markdown.

It knows the form, not the meaning: which fields there may be is ``content_types``' business.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import yaml

_FENCE: Final = "---\n"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language, read by libyaml where it is there: an archive is read ten times as fast."""
_WIDE: Final = 1 << 16
"""One line a scalar: a diff of two editions then shows fields, not re-wrapped lines."""


class MalformedEntry(ValueError):
    """The bytes are not an ``index.md`` as ``serialise`` writes it."""


def serialise(fields: Mapping[str, Any], body: str) -> bytes:
    """Return the UTF-8 bytes of an entry: NFC, LF, exactly one final line feed.

    Equal fields and bodies give equal bytes, so that a save without a change makes the same tree.
    """
    head = yaml.safe_dump(
        dict(fields), allow_unicode=True, sort_keys=False, width=_WIDE, default_flow_style=False
    )
    text = f"{_FENCE}{head}{_FENCE}\n{normalise_text(body)}"
    return unicodedata.normalize("NFC", text).encode()


def parse(data: bytes) -> tuple[dict[str, Any], str]:
    """Return (fields, body) of the bytes of an ``index.md``.

    Raises:
        MalformedEntry: no fences, no UTF-8, or front matter that is no mapping.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = "not UTF-8"
        raise MalformedEntry(message) from error
    if not text.startswith(_FENCE):
        message = "no front matter"
        raise MalformedEntry(message)
    head, fence, body = text.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    if not fence:
        message = "front matter does not end"
        raise MalformedEntry(message)
    try:
        fields = yaml.load(head, Loader=_LOADER)  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValueError) as error:
        message = f"front matter is no YAML: {error}"
        raise MalformedEntry(message) from error
    if not isinstance(fields, dict):
        message = "front matter is no mapping"
        raise MalformedEntry(message)
    return fields, body.removeprefix("\n")


def normalise_text(text: str) -> str:
    """Return a body as it is stored: NFC, LF, no trailing blank, one final line feed if not empty.

    Two blanks at a line's end are Markdown's line break and stay.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip("\n").rstrip()
    return f"{text}\n" if text else ""
