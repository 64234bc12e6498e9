"""An author's Markdown, made into HTML that is safe in a public page.

Knows Markdown and the allow-list; knows nothing of the entry the text belongs to.
"""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

import markdown
import nh3

from .brackets import give_back, hide_costly

LONGEST_BODY = 400_000
# What no rule of ours foresees must not hold up the whole site for hours.
MOST_SECONDS = 10.0
DEEPEST_MARKUP = 60
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
VOID = {"br", "hr", "img"}
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "img"),
    *("strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup", "mark", "abbr"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

EXTENSIONS = ["tables", "sane_lists"]
TABLES_WITHOUT_STYLE = {"tables": {"use_align_attribute": True}}


def render_body(text: str) -> str:
    """Safe HTML of a body: no script, style, id, class or foreign scheme; every link is nofollow.

    Raises ValueError when the text is too long, takes too much time or nests too deeply.
    """
    if len(text) > LONGEST_BODY:
        raise ValueError(f"bài dài quá {LONGEST_BODY} ký tự")
    with _limited_time(MOST_SECONDS):
        html = _converted(hide_costly(UNPRINTABLE.sub("", text)))
    safe = nh3.clean(
        give_back(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
    _refuse_deep(safe)
    return safe


def _converted(text: str) -> str:
    try:
        return _converter().reset().convert(text)
    except (ValueError, RuntimeError):
        # What was stopped in the midst of a text is not whole for the next.
        _converter.cache_clear()
        raise


@cache
def _converter() -> markdown.Markdown:
    """One converter for all bodies: making it takes longer than most of them."""
    return markdown.Markdown(
        extensions=EXTENSIONS, extension_configs=TABLES_WITHOUT_STYLE, output_format="html"
    )


@contextmanager
def _limited_time(seconds: float) -> Iterator[None]:
    """Raise ValueError when the processor has worked so long; only a main thread can be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise ValueError("bài có cách viết làm máy dựng trang quá lâu")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _refuse_deep(html: str) -> None:
    """Raise ValueError where the tree of the body would be too deep to walk."""
    depth = 0
    for tag in TAG.finditer(html):
        if tag[2] not in VOID:
            depth += -1 if tag[1] else 1
        if depth > DEEPEST_MARKUP:
            raise ValueError("bài có các khối lồng nhau quá sâu")
