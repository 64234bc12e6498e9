"""One form makes one entry, however often its button is pressed.

Knows no field: only the token that each empty form carries.
"""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import delete

from editor.database import CreationRow, Database

KEPT_SECONDS: Final = 7 * 24 * 3600


class Creations:
    """Which form became which entry."""

    def __init__(self, database: Database) -> None:
        """Remember in this database."""
        self.database = database

    def claim(self, form_token: str, username: str) -> str | None:
        """Take the token for oneself: None when it is ours to use now.

        Otherwise the entry that it made; empty while another request is still making it.
        """
        now = int(time.time())
        with self.database.transaction() as session:
            session.execute(delete(CreationRow).where(CreationRow.created_at < now - KEPT_SECONDS))
            row = session.get(CreationRow, form_token)
            if row is not None:
                return row.entry_id
            session.add(
                CreationRow(form_token=form_token, username=username, entry_id="", created_at=now)
            )
        return None

    def keep(self, form_token: str, entry_id: str) -> None:
        """Note which entry the form became."""
        with self.database.transaction() as session:
            session.get_one(CreationRow, form_token).entry_id = entry_id

    def release(self, form_token: str) -> None:
        """Give the token back: nothing was made, the form will be sent again."""
        with self.database.transaction() as session:
            session.execute(delete(CreationRow).where(CreationRow.form_token == form_token))
