"""From a view to the text of a file.

A template is told its view, the view's facts and what is common to all, and nothing else: no
setting, no catalogue, no clock. Knows Jinja; writes nothing.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment

from . import dates
from .composition import size_in_words, with_addresses
from .views import View

FILTERS = {
    "short_date": dates.short_date,
    "day_and_month": dates.day_and_month,
    "long_date": dates.long_date,
    "moment": dates.moment,
    "size_in_words": size_in_words,
    "with_addresses": with_addresses,
}
# The page for unknown addresses is served at any depth.
ABSENCE = "404.html"


def prepare(env: Environment) -> None:
    """Give the templates their filters and constants."""
    env.filters.update(FILTERS)
    env.globals["weekdays"] = dates.WEEKDAYS


class Renderer:
    """Renders the views of one site."""

    def __init__(self, env: Environment, common: Mapping[str, Any]) -> None:
        prepare(env)
        self._env = env
        self._common = common

    def text(self, view: View | str) -> str:
        """The text of a file; what is text already stays as it is."""
        if isinstance(view, str):
            return view
        root = "" if view.url == ABSENCE else view.root
        told = {**self._common, **view.facts, "view": view, "root": root}
        return self._env.get_template(template_of(view)).render(told)


def template_of(view: View) -> str:
    """The file name of the view's template."""
    return view.template if "." in view.template else f"{view.template}.html"
