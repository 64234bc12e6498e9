"""Pelican settings of the school's public site.

Knows the folders of this project only; what the school is called is read from its own content.
"""

import sys
from os import environ
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "theme" / "plugins"))

PATH = str(ROOT / "content")
OUTPUT_PATH = "output"
THEME = str(ROOT / "theme")
PLUGIN_PATHS = [str(ROOT / "theme" / "plugins")]
PLUGINS = ["newsroom"]

TIMEZONE = "Asia/Ho_Chi_Minh"
DEFAULT_LANG = "vi"
SITENAME = "Tòa Soạn"
SITEURL = environ.get("TOASOAN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
# The same bytes serve at the root of the public host, under a preview's prefix and from a folder.
RELATIVE_URLS = True

JINJA_ENVIRONMENT: dict[str, Any] = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}

# Every entry goes through the plugin's own reader; Pelican's readers let an author's front matter
# choose paths and templates, and its .rst and .html readers publish foreign files.
READERS: dict[str, None] = dict.fromkeys(["md", "markdown", "mkd", "mdown", "rst", "html", "htm"])
ARTICLE_PATHS: list[str] = []
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
DIRECT_TEMPLATES: list[str] = []
USE_FOLDER_AS_CATEGORY = False
OUTPUT_SOURCES = False

ARTICLE_SAVE_AS = PAGE_SAVE_AS = ""
DRAFT_SAVE_AS = DRAFT_PAGE_SAVE_AS = ""
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
ARCHIVES_SAVE_AS = AUTHORS_SAVE_AS = CATEGORIES_SAVE_AS = TAGS_SAVE_AS = ""
YEAR_ARCHIVE_SAVE_AS = MONTH_ARCHIVE_SAVE_AS = DAY_ARCHIVE_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TAG_FEED_ATOM = None

# Stale pages of an earlier build must not survive: the site is a closed set of files.
DELETE_OUTPUT_DIRECTORY = True
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False
