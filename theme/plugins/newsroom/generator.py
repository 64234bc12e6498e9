"""The generator that Pelican runs: reads the entries, then writes every file of the site.

Knows Pelican's generator and writer, and the order of work; each page's content is made elsewhere.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from os import environ
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.log import console

from . import dates
from .catalogue import Catalogue, distinct
from .composition import size_in_words
from .editions import Editions, read_editions
from .entries import Entry
from .errors import LeftOut
from .feeds import entry_list, feeds
from .gone import pages_in_their_place
from .navigation import navigation
from .reader import read_entries
from .school import School, read_school
from .stylesheet import stylesheet
from .takedowns import Takedown, read_takedowns
from .verify import verify_pages
from .views import View, Views

FILTERS = {
    "short_date": dates.short_date,
    "day_and_month": dates.day_and_month,
    "long_date": dates.long_date,
    "moment": dates.moment,
    "size_in_words": size_in_words,
}


class NewsroomGenerator(Generator):
    """The whole public site of one school."""

    school: School
    catalogue: Catalogue
    editions: Editions
    gone: tuple[Entry, ...]
    in_their_place: tuple[View, ...]
    previewed: tuple[Entry, ...]
    takedowns: Mapping[str, Takedown]

    def generate_context(self) -> None:
        """Read everything. Raises BrokenEntry, which stops the build, unless it may go on."""
        content, address = Path(self.path), self.settings["SITEURL"]
        self.env.filters.update(FILTERS)
        self.school = read_school(content)
        left_out = LeftOut(environ.get("TOASOAN_BROKEN", ""))
        entries = tuple(distinct(read_entries(content, address, left_out), left_out))
        self.takedowns = read_takedowns(content)
        self.editions = read_editions(content, entries, address, left_out)
        off = tuple(entry for entry in entries if entry.is_off or entry.id in self.takedowns)
        self.previewed = tuple(
            entry for entry in off if self.editions.is_previewed(entry) and not entry.is_off
        )
        self.gone = tuple(entry for entry in off if entry not in self.previewed)
        standing = (entry for entry in entries if entry not in off)
        self.catalogue = Catalogue(standing, dates.today(), self.editions.published)
        self.in_their_place = tuple(
            pages_in_their_place(entries, self.gone, self.takedowns, self.editions.record)
        )
        left_out.tell()

    def generate_output(self, writer: Any) -> None:
        """Write everything."""
        common = self._common()
        pages = Views(self.catalogue, self.school, self.editions)
        proofs = tuple(verify_pages(self.catalogue.entries, self.gone, self.editions))
        # What has another canonical address is in no site map.
        views = [*pages, *proofs[:1]]
        apart = [
            *proofs[1:],
            *pages.earlier(),
            *self.in_their_place,
            *self._previewed(pages),
        ]
        for view in (*views, *apart):
            self._write_view(writer, view, common)
        self._write_absence(writer, common)
        self._write_feeds(writer, common)
        listed = {"views": views, **common}
        self._write(writer, "sitemap.xml", "sitemap.xml", listed)
        self._write(writer, "robots.txt", "robots.txt", common)
        self._copy_media()
        self._write_plain("theme/site.css", stylesheet(Path(self.theme) / "css"))
        addresses = entry_list((*self.catalogue.entries, *self.previewed))
        text = json.dumps(addresses, ensure_ascii=False, indent=1)
        self._write_plain(".well-known/toasoan/entries.json", f"{text}\n")
        # Pelican's own last line counts its articles and pages, of which this site has none.
        console.print(f"Newsroom: {len(self.catalogue.entries)} entries on {len(views)} pages.")

    def _previewed(self, pages: Views) -> Iterator[View]:
        """A draft of an entry that is down: its page with a note; in public it stays down."""
        for entry in self.previewed:
            view = pages.entry(entry)
            view.facts.update(down=self.takedowns[entry.id])
            yield view

    def _common(self) -> dict[str, Any]:
        today = self.catalogue.today
        return {
            "school": self.school,
            "catalogue": self.catalogue,
            "navigation": navigation(self.catalogue, self.school),
            "regulation": self.catalogue.regulation,
            "school_year": dates.school_year(today, self.school.school_year_start_month),
            "school_year_of": self._school_year_of,
            "today": today,
            "weekdays": dates.WEEKDAYS,
            "public_url": self.settings["SITEURL"],
            "has_record": bool(self.editions.record),
        }

    def _school_year_of(self, day: date) -> str:
        return dates.school_year(day, self.school.school_year_start_month)

    def _write_view(self, writer: Any, view: View, common: dict[str, Any]) -> None:
        context = {**common, **view.facts, "view": view, "root": _root(view.url)}
        self._write(writer, f"{view.url}index.html", f"{view.template}.html", context)

    def _write_absence(self, writer: Any, common: dict[str, Any]) -> None:
        """The page for unknown addresses: served at any depth, so its links start at the root."""
        view = View("404.html", "404", "Không tìm thấy trang", "")
        self._write(writer, "404.html", "404.html", {**common, "view": view, "root": ""})

    def _write_feeds(self, writer: Any, common: dict[str, Any]) -> None:
        for feed in feeds(self.catalogue, self.school):
            self._write(writer, feed.url, "feed.atom", {**common, "feed": feed})

    def _write(self, writer: Any, name: str, template: str, context: dict[str, Any]) -> None:
        writer.write_file(name, self.env.get_template(template), self.context, **context)

    def _copy_media(self) -> None:
        earlier = (one.entry for one in self.editions.earlier)
        for entry in (*self.catalogue.entries, *self.previewed, *earlier):
            for path in entry.media:
                target = Path(self.output_path) / entry.url / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)

    def _write_plain(self, name: str, text: str) -> None:
        target = Path(self.output_path) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _root(url: str) -> str:
    """The way from a page to the site's root, without a slash at its end."""
    return "/".join([".."] * url.count("/")) or "."
