"""The editor as a WSGI application, put together.

Knows every part by name and none from inside.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from editor import presentation, reminders
from editor.failures import answer_failures
from editor.language import prepare_languages
from editor.newsroom import Newsroom
from editor.permissions import enforce, require_guards, take_entry_id
from editor.protection import protect
from editor.sessions import ServerSessions
from editor.settings import Settings
from editor.views import (
    account,
    accounts,
    auth,
    delegations,
    desk,
    erasing,
    guide,
    media,
    newcomer,
    orders,
    parking,
    preview,
    review,
    revising,
    roster,
    school,
    writing,
)

_BLUEPRINTS = (
    account.bp,
    accounts.bp,
    auth.bp,
    delegations.bp,
    desk.bp,
    erasing.bp,
    guide.bp,
    media.bp,
    newcomer.bp,
    orders.bp,
    parking.bp,
    preview.bp,
    review.bp,
    revising.bp,
    roster.bp,
    school.bp,
    writing.bp,
)


class EntryIdConverter(BaseConverter):
    """Only what may name an entry reaches a view, and so git."""

    regex = "[a-z0-9][a-z0-9-]{0,79}"


class UsernameConverter(BaseConverter):
    """Only what may name a person reaches a view."""

    regex = r"[a-z0-9][a-z0-9._-]{1,39}"


class Editor(Flask):
    """Flask, strict: no automatic OPTIONS, no undefined name in a template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jinja_options = {
            **self.jinja_options,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
        }


def create_app(settings: Settings) -> Flask:
    """Return the editor for an installation.

    Raises:
        Unguarded: a route without a permission, or with one that does not fit.
    """
    app = Editor(__name__, static_url_path="/tinh")
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        PROVIDE_AUTOMATIC_OPTIONS=False,
        SESSION_COOKIE_NAME="toasoan",
    )
    app.url_map.converters["entry"] = EntryIdConverter
    app.url_map.converters["username"] = UsernameConverter
    newsroom = Newsroom.open(settings)
    app.extensions["toasoan"] = newsroom
    app.session_interface = ServerSessions(settings, newsroom.database)
    prepare_languages(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    # Before the other guards: a stranger's upload is not even read.
    app.url_value_preprocessor(take_entry_id)
    app.before_request(enforce)
    protect(app, settings)
    answer_failures(app)
    presentation.prepare_templates(app)
    app.jinja_env.filters["badges"] = reminders.badges
    require_guards(app)
    newsroom.settle_keys()
    return app
