"""The same archive as other generators read it, each with a plain theme of its own.

A peer gets less to do than our site: an entry's page, the lists of all entries and of each
category, and a feed. Knows nothing of ours but the archive.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.corpus import Written

_PER_PAGE: Final = 12
_ADDRESS: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Peer:
    """A generator: whether it is here, how its folder is written, and how a full build is run."""

    name: str
    program: str
    write: Callable[[Path, Iterable[Written]], None]
    command: Callable[[Path], Sequence[str]]

    @property
    def is_here(self) -> bool:
        """Say whether it is installed."""
        return not self.program or shutil.which(self.program) is not None


def _text(one: Written) -> tuple[str, str, str]:
    """Return title, category and body of an entry; photos stand in its text."""
    title = str(one.fields.get("title") or one.fields.get("subject"))
    category = str(one.fields.get("category", one.kind))
    body = one.body or "Thực đơn của tuần."
    photos = "".join(f"\n\n![Ảnh {p}](/images/{p}.jpg)" for p in one.pictures)
    return title, category, f"{body}{photos}\n"


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


_HEAD: Final = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
)

# Pelican, as it is: its own articles, categories, paged lists and feeds.


def _write_pelican(folder: Path, entries: Iterable[Written]) -> None:
    for one in entries:
        title, category, body = _text(one)
        head = f"Title: {title}\nDate: {one.day}\nSlug: bai-{one.number}\nCategory: {category}\n"
        _put(folder / "content" / f"{one.id}.md", f"{head}\n{body}")
    settings = {
        "SITENAME": "Trường",
        "SITEURL": _ADDRESS,
        "PATH": "content",
        "THEME": "theme",
        "TIMEZONE": "Asia/Ho_Chi_Minh",
        "DEFAULT_LANG": "vi",
        "DEFAULT_PAGINATION": _PER_PAGE,
        "ARTICLE_URL": "{date:%Y}/{slug}/",
        "ARTICLE_SAVE_AS": "{date:%Y}/{slug}/index.html",
        "PAGINATED_TEMPLATES": {"index": None, "category": None},
        "DIRECT_TEMPLATES": ["index"],
        "AUTHOR_SAVE_AS": "",
        "TAG_SAVE_AS": "",
        "FEED_ALL_ATOM": "feed.atom",
        "CATEGORY_FEED_ATOM": None,
        "FEED_MAX_ITEMS": 20,
        "STATIC_PATHS": [],
    }
    lines = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    _put(folder / "conf.py", lines)
    templates = folder / "theme" / "templates"
    (folder / "theme" / "static").mkdir(parents=True)
    head = _HEAD.format(title="{{ SITENAME }}")
    nav = "{% for c, _ in categories %}<a href='{{ SITEURL }}/{{ c.url }}'>{{ c }}</a>{% endfor %}"
    base = f"{head}<body><nav>{nav}</nav>{{% block main %}}{{% endblock %}}</body></html>"
    _put(templates / "base.html", base)
    listed = (
        "{% extends 'base.html' %}{% block main %}{% for a in articles_page.object_list %}<article>"
        "<h2><a href='{{ SITEURL }}/{{ a.url }}'>{{ a.title }}</a></h2>{{ a.summary }}</article>"
        "{% endfor %}{{ articles_page.number }}/{{ articles_paginator.num_pages }}{% endblock %}"
    )
    for name in ("index", "category"):
        _put(templates / f"{name}.html", listed)
    entry = (
        "{% extends 'base.html' %}{% block main %}<h1>{{ article.title }}</h1>"
        "<time>{{ article.date.isoformat() }}</time>{{ article.content }}{% endblock %}"
    )
    _put(templates / "article.html", entry)


def _run_pelican(_folder: Path) -> Sequence[str]:
    return [sys.executable, "-m", "pelican", "content", "-s", "conf.py", "-o", "public"]


# Hugo


def _write_hugo(folder: Path, entries: Iterable[Written]) -> None:
    for one in entries:
        title, category, body = _text(one)
        head = {"title": title, "date": f"{one.day}T00:00:00+07:00", "slug": f"bai-{one.number}"}
        text = json.dumps(head | {"categories": [category]}, ensure_ascii=False)
        _put(folder / "content" / f"{one.day:%Y}" / f"{one.id}.md", f"{text}\n\n{body}")
    _put(
        folder / "hugo.toml",
        f'baseURL = "{_ADDRESS}/"\ntitle = "Trường"\nlanguageCode = "vi"\n'
        f"[pagination]\npagerSize = {_PER_PAGE}\n[taxonomies]\ncategory = 'categories'\n"
        "[services.rss]\nlimit = 20\n",
    )
    layouts = folder / "layouts" / "_default"
    shell = _HEAD.format(title="{{ .Title }}")
    link = "<a href='{{ .Page.Permalink }}'>{{ .Page.Title }}</a>"
    nav = f"{{{{ range .Site.Taxonomies.categories }}}}{link}{{{{ end }}}}"
    _put(
        layouts / "baseof.html",
        f'{shell}<body><nav>{nav}</nav>{{{{ block "main" . }}}}{{{{ end }}}}</body></html>',
    )
    listed = (
        '{{ define "main" }}{{ $pages := .Paginate .RegularPagesRecursive }}'
        "{{ range $pages.Pages }}"
        "<article><h2><a href='{{ .Permalink }}'>{{ .Title }}</a></h2>{{ .Summary }}</article>"
        "{{ end }}{{ $pages.PageNumber }}/{{ $pages.TotalPages }}{{ end }}"
    )
    entry = (
        '{{ define "main" }}<h1>{{ .Title }}</h1><time>{{ .Date }}</time>{{ .Content }}{{ end }}'
    )
    _put(layouts / "list.html", listed)
    _put(layouts / "home.html", listed)
    _put(layouts / "single.html", entry)


def _run_hugo(_folder: Path) -> Sequence[str]:
    return ["hugo", "--quiet", "--destination", "public", "--cleanDestinationDir"]


# Eleventy


def _write_eleventy(folder: Path, entries: Iterable[Written]) -> None:
    for one in entries:
        title, category, body = _text(one)
        fields = {
            "title": title,
            "date": str(one.day),
            "permalink": f"/{one.day:%Y}/bai-{one.number}/index.html",
            "tags": ["all_entries", category],
            "layout": "entry.njk",
            "templateEngineOverride": "md",
        }
        head = "\n".join(f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items())
        _put(folder / "content" / f"{one.id}.md", f"---\n{head}\n---\n{body}")
    head = _HEAD.format(title="{{ title }}")
    includes = folder / "content" / "_includes"
    entry = f"{head}<body><h1>{{{{ title }}}}</h1>{{{{ content | safe }}}}</body></html>"
    _put(includes / "entry.njk", entry)
    listed = (
        "---\npagination:\n  data: collections.all_entries\n"
        f"  size: {_PER_PAGE}\n  alias: shown\n  reverse: true\n"
        'permalink: "/{% if pagination.pageNumber > 0 %}{{ pagination.pageNumber + 1 }}/{% endif %}'
        'index.html"\n---\n'
        f"{_HEAD.format(title='Trường')}<body>{{% for a in shown %}}<article><h2>"
        "<a href='{{ a.url }}'>{{ a.data.title }}</a></h2></article>{% endfor %}</body></html>"
    )
    _put(folder / "content" / "index.njk", listed)


def _run_eleventy(_folder: Path) -> Sequence[str]:
    return ["eleventy", "--input=content", "--output=public", "--quiet"]


# Nikola


def _write_nikola(folder: Path, entries: Iterable[Written]) -> None:
    for one in entries:
        title, category, body = _text(one)
        head = (
            f".. title: {title}\n.. slug: bai-{one.number}\n.. date: {one.day} 00:00:00 UTC+07:00\n"
            f".. category: {category}\n"
        )
        _put(folder / "posts" / f"{one.id}.md", f"<!--\n{head}-->\n\n{body}")
    _put(
        folder / "conf.py",
        'BLOG_AUTHOR = "Trường"\nBLOG_TITLE = "Trường"\n'
        f'SITE_URL = "{_ADDRESS}/"\nBLOG_EMAIL = "a@example.org"\nBLOG_DESCRIPTION = "Trường"\n'
        'DEFAULT_LANG = "vi"\nTIMEZONE = "Asia/Ho_Chi_Minh"\nTHEME = "base"\n'
        'POSTS = (("posts/*.md", "posts", "post.tmpl"),)\nPAGES = ()\n'
        'COMPILERS = {"markdown": (".md",)}\nOUTPUT_FOLDER = "public"\n'
        f"INDEX_DISPLAY_POST_COUNT = {_PER_PAGE}\nFEED_LENGTH = 20\n",
    )


def _run_nikola(_folder: Path) -> Sequence[str]:
    return ["nikola", "build", "-a", "-q"]


PEERS: Final = (
    Peer("pelican", "", _write_pelican, _run_pelican),
    Peer("hugo", "hugo", _write_hugo, _run_hugo),
    Peer("eleventy", "eleventy", _write_eleventy, _run_eleventy),
    Peer("nikola", "nikola", _write_nikola, _run_nikola),
)
