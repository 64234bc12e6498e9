"""From a view to the text of a file.

A template is told its view, the view's facts and what is common to all, and nothing else: no
setting, no catalogue, no clock. Knows Jinja; writes nothing.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from . import dates
from .composition import size_in_words, with_addresses
from .responsive import sizes, srcset
from .views import View

FILTERS = {
    "short_date": dates.short_date,
    "day_and_month": dates.day_and_month,
    "long_date": dates.long_date,
    "moment": dates.moment,
    "size_in_words": size_in_words,
    "with_addresses": with_addresses,
    "sizes": sizes,
    "srcset": srcset,
}
# The page for unknown addresses is served at any depth.
ABSENCE = "404.html"
# No page of the menu has this address.
NOWHERE = "-"


def prepare(env: Environment) -> None:
    """Give the templates their filters and constants."""
    env.filters.update(FILTERS)
    env.globals["weekdays"] = dates.WEEKDAYS
    # A look at the disk for each page is too much; who stays looks at the theme by itself.
    env.auto_reload = False


class Renderer:
    """Renders the views of one site."""

    def __init__(self, env: Environment, common: Mapping[str, Any]) -> None:
        prepare(env)
        self._env = env
        self._common = {**common, "chrome": Chrome(env, common)}

    def text(self, view: View | str) -> str:
        """The text of a file; what is text already stays as it is."""
        if isinstance(view, str):
            return view
        # Dots and slashes only: there is nothing to escape each time.
        root = Markup("" if view.url == ABSENCE else view.root)  # noqa: S704
        told = {**self._common, **view.facts, "view": view, "root": root}
        return self._env.get_template(template_of(view)).render(told)


class Chrome:
    """What is the same on many pages around their content; each is rendered once."""

    def __init__(self, env: Environment, common: Mapping[str, Any]) -> None:
        self._env = env
        self._common = common
        self._listed = {item.url for top in common["navigation"] for item in (top, *top.children)}
        self._menus: dict[tuple[str, str, str], Markup] = {}
        self._footers: dict[str, Markup] = {}
        self.symbols = self._module("emblem").symbols()

    def menu(self, section: str, url: str, root: str) -> Markup:
        """The menu as it stands on the page at `url`."""
        here = url if url in self._listed else NOWHERE
        key = (section, here, root)
        if key not in self._menus:
            self._menus[key] = self._module("navigation").main(
                self._common["navigation"], section, here, root
            )
        return self._menus[key]

    def footer(self, root: str) -> Markup:
        """The footer of a page at that depth."""
        if root not in self._footers:
            self._footers[root] = self._module("footer").footer(self._common, root)
        return self._footers[root]

    def _module(self, name: str) -> Any:
        return self._env.get_template(f"components/{name}.html").module


def template_of(view: View) -> str:
    """The file name of the view's template."""
    return view.template if "." in view.template else f"{view.template}.html"
