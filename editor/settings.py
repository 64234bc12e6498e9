"""What an installation may set, read once from the environment.

Knows no other module: whoever needs a setting is handed the frozen object.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_HOSTS = ("127.0.0.1", "localhost")
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default and what it is for."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("TOASOAN_DATA", "var", "Thư mục dữ liệu: kho bài, cơ sở dữ liệu, trang đã dựng."),
    Setting("TOASOAN_PUBLIC_URL", "http://127.0.0.1:8000", "Địa chỉ của trang công khai."),
    Setting("TOASOAN_EDITOR_URL", "http://127.0.0.1:8001", "Địa chỉ của tòa soạn."),
    Setting("TOASOAN_DEMO", "", "Bằng 1: có tài khoản thử, chỉ trả lời trên chính máy này."),
    Setting("TOASOAN_TRUSTED_HOSTS", "", "Tên máy được nhận, cách nhau bằng dấu phẩy."),
    Setting("TOASOAN_PROXIES", "0", "Số máy chủ trung gian (nginx) đứng trước tòa soạn."),
    Setting("TOASOAN_PASSWORD_REMIND_DAYS", "75", "Sau số ngày này thì nhắc đổi mật khẩu."),
    Setting("TOASOAN_PASSWORD_DAYS", "90", "Quá số ngày này thì phải đổi mật khẩu mới làm tiếp."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one running editor."""

    data: Path
    public_url: str = "http://127.0.0.1:8000"
    editor_url: str = "http://127.0.0.1:8001"
    demo: bool = False
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    password_remind_days: int = 75
    password_days: int = 90

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the TOASOAN_* variables; what is not set keeps its default."""
        value = {s.name: environ.get(s.name, s.default) for s in SETTINGS}
        editor_url = value["TOASOAN_EDITOR_URL"].rstrip("/")
        return cls(
            data=Path(value["TOASOAN_DATA"]),
            public_url=value["TOASOAN_PUBLIC_URL"].rstrip("/"),
            editor_url=editor_url,
            demo=value["TOASOAN_DEMO"] == "1",
            trusted_hosts=tuple(filter(None, value["TOASOAN_TRUSTED_HOSTS"].split(","))),
            proxies=int(value["TOASOAN_PROXIES"]),
            password_remind_days=int(value["TOASOAN_PASSWORD_REMIND_DAYS"]),
            password_days=int(value["TOASOAN_PASSWORD_DAYS"]),
        )

    @property
    def repository(self) -> Path:
        """Where the school's site repository lies."""
        return self.data / "site.git"

    @property
    def database(self) -> Path:
        """Where accounts and sessions lie."""
        return self.data / "toasoan.db"

    @property
    def is_https(self) -> bool:
        """Whether people reach the editor over TLS, so that cookies must be Secure."""
        return self.editor_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The Host headers that are answered."""
        own = urlsplit(self.editor_url).hostname or ""
        neighbours = LOOPBACK_HOSTS if own in LOOPBACK_HOSTS else ()
        return tuple(dict.fromkeys((own, *neighbours, *self.trusted_hosts)))

    def secret_key(self) -> bytes:
        """The installation's secret, made at first use, readable by its owner only."""
        path = self.data / "secret.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as made:
                made.write(secrets.token_bytes(_SECRET_BYTES))
        return path.read_bytes()
