"""The generator that Pelican runs: reads the entries, then writes every file of the site.

Knows Pelican's generator and writer, and the order of work; each page's content is made elsewhere.
"""

from functools import partial
from os import environ
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.log import console

from . import dates
from .catalogue import distinct
from .darkroom import Darkroom
from .editions import read_editions
from .errors import LeftOut
from .reader import read_entries
from .rendering import Renderer
from .school import read_school
from .site import Material, Site
from .stylesheet import stylesheet
from .takedowns import read_takedowns


class NewsroomGenerator(Generator):
    """The whole public site of one school."""

    darkroom: Darkroom
    site: Site

    def generate_context(self) -> None:
        """Read everything. Raises BrokenEntry, which stops the build, unless it may go on."""
        content = Path(self.path)
        left_out = LeftOut(environ.get("TOASOAN_BROKEN", ""))
        self.darkroom = Darkroom(environ.get("TOASOAN_DERIVATIVES", ""))
        folder = content.joinpath
        whole = self.darkroom.developed(read_entries(content, left_out), left_out, folder)
        entries = tuple(distinct(whole, left_out))
        editions = read_editions(content, entries, left_out)
        editions = editions.without_broken(partial(self.darkroom.develop, folder=folder), left_out)
        left_out.tell()
        css = stylesheet(Path(self.theme) / "css")
        material = Material(read_school(content), entries, read_takedowns(content), editions, css)
        self.site = Site(material, self.settings["SITEURL"], dates.today())

    def generate_output(self, writer: Any) -> None:
        """Write everything."""
        renderer = Renderer(self.env, self.site.common())
        for plan in self.site:
            writer.put(plan.path, renderer.text(plan.make(*plan.inputs)))
        folder = Path(self.path).joinpath
        for entry in self.site.with_files:
            for name, sha256, stored in entry.beside:
                source = self.darkroom.source(entry, sha256, stored, folder)
                writer.copy(source, f"{entry.url}{name}")
        # Pelican's own last line counts its articles and pages, of which this site has none.
        console.print(f"Newsroom: {len(self.site.catalogue.entries)} entries.")
