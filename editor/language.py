"""The two languages of the editor: Vietnamese is what is written, English is looked up.

Knows no page; the catalogue is compiled from its text at start when that is newer.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request
from flask_babel import Babel, gettext

from workflow.errors import Message

COOKIE: Final = "ngon-ngu"
LANGUAGES: Final = {"vi": "Tiếng Việt", "en": "English"}
_FOLDER: Final = Path(__file__).parent / "translations"


def prepare_languages(app: Flask) -> None:
    """Let the app speak the language that the reader chose."""
    compile_catalogues(_FOLDER)
    Babel(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        locale_selector=chosen_language,
    )


def chosen_language() -> str:
    """Return the language of the reader's cookie, Vietnamese without one."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else "vi"


def say(message: Message | str) -> str:
    """Return a sentence or label of the workflow in the reader's language."""
    if isinstance(message, str):
        return _looked_up(message) if message else ""
    params = {name: say(v) if isinstance(v, str) else v for name, v in message.params.items()}
    return _looked_up(message.text).format_map(params)


def _looked_up(text: str) -> str:
    """Return a sentence in the reader's language; a long list asks for few, and often."""
    known: dict[str, str] = g.setdefault("sentences", {})
    if text not in known:
        known[text] = str(gettext(text))
    return known[text]


def compile_catalogues(folder: Path) -> None:
    """Write the binary catalogue beside each text that is newer than it."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        partial = target.with_suffix(f".{os.getpid()}")
        with source.open("rb") as text, partial.open("wb") as binary:
            write_mo(binary, read_po(text))
        partial.replace(target)
