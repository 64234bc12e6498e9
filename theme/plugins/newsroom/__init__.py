"""The Pelican plugin that turns a school's entries into its public site.

Knows entry folders and Pelican's public API; knows nothing of who approved what.
"""

from typing import Any

from jinja2 import StrictUndefined
from pelican import signals

from .generator import NewsroomGenerator
from .writer import SiteWriter


def register() -> None:
    """Connect to Pelican (called once by Pelican itself)."""
    signals.initialized.connect(use_strict_templates)
    signals.get_generators.connect(offer_generator)
    signals.get_writer.connect(offer_writer)


def use_strict_templates(pelican: Any) -> None:
    """A misspelt name in a template stops the build instead of printing nothing."""
    pelican.settings["JINJA_ENVIRONMENT"]["undefined"] = StrictUndefined


def offer_generator(pelican: Any) -> type[NewsroomGenerator]:  # noqa: ARG001 - signal's signature
    """Answer Pelican's question for further generators."""
    return NewsroomGenerator


def offer_writer(pelican: Any) -> type[SiteWriter]:  # noqa: ARG001 - signal's signature
    """Answer Pelican's question for another writer."""
    return SiteWriter
