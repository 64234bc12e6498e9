"""Clean files that wait while their form is not valid yet, so that nobody picks a photo twice.

Knows neither fields nor pages; the bytes already lie among the repository's media.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import delete

from editor.database import Database, PendingUploadRow
from workflow.errors import MediaRefused, Message
from workflow.repository import Repository, StoredMedia

KEPT_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """One waiting file: the token that a form carries, and what stands behind it."""

    token: str
    shown_name: str
    extension: str
    stored: StoredMedia


class PendingUploads:
    """The waiting files of all people; each person reaches only their own."""

    def __init__(
        self,
        database: Database,
        repository: Repository,
        develop: Callable[[str], object] = lambda _oid: None,
    ) -> None:
        """Keep rows here and bytes there; each picture is given to ``develop``, by its hash."""
        self.database = database
        self.repository = repository
        self.develop = develop

    def keep(self, username: str, data: bytes, extension: str, shown_name: str) -> PendingUpload:
        """Store a clean file and return the token that brings it back.

        Raises:
            MediaRefused: the principal ordered these very bytes to be erased.
        """
        if sha256(data).hexdigest() in self.repository.governance().erasures:
            raise MediaRefused(
                Message("Tệp này đã bị xóa theo lệnh của hiệu trưởng. Chọn tệp khác.")
            )
        stored = self.repository.store_media(data)
        row = PendingUploadRow(
            token=secrets.token_urlsafe(18),
            username=username,
            shown_name=shown_name[:200],
            extension=extension,
            oid=stored.oid,
            size=stored.size,
            created_at=int(time.time()),
        )
        with self.database.transaction() as session:
            oldest = row.created_at - KEPT_SECONDS
            session.execute(delete(PendingUploadRow).where(PendingUploadRow.created_at < oldest))
            session.add(row)
        if extension != "pdf":
            self.develop(stored.oid)
        return _pending(row)

    def forget(self, oids: Collection[str]) -> None:
        """Let nobody bring back files that were erased."""
        with self.database.transaction() as session:
            session.execute(delete(PendingUploadRow).where(PendingUploadRow.oid.in_(oids)))

    def find(self, username: str, token: str) -> PendingUpload | None:
        """Return the person's waiting file of that token; another person's is not found."""
        with self.database.reading() as session:
            row = session.get(PendingUploadRow, token)
        return _pending(row) if row and row.username == username else None


def _pending(row: PendingUploadRow) -> PendingUpload:
    return PendingUpload(row.token, row.shown_name, row.extension, StoredMedia(row.oid, row.size))
