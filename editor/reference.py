"""The generated pages of ``docs/reference``: transitions, fields, settings, routes.

Made from the tables that the program itself runs on; a test compares them with the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from editor.settings import SETTINGS
from workflow.content_types import CONTENT_TYPES
from workflow.publication import PROJECT
from workflow.states import TRANSITIONS, Duty, Role, Status

FOLDER: Final = PROJECT / "docs" / "reference"
_HEAD: Final = "<!-- Made by `./toasoan reference`; do not edit. -->\n\n"
_DUTIES: Final = {
    Duty.WRITER: "người viết (writer)",
    Duty.CHECKER: "người kiểm tra (checker)",
    Duty.APPROVER: "người phê duyệt (approver)",
    Duty.LEADER: "một lãnh đạo bất kỳ (any leader)",
}


def pages() -> dict[str, str]:
    """Return the text of each reference page by file name."""
    return {
        "transitions.md": _HEAD + _transitions(),
        "fields.md": _HEAD + _fields(),
        "settings.md": _HEAD + _settings(),
    }


def write(folder: Path = FOLDER) -> None:
    """Write all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)


def _transitions() -> str:
    arrows = "\n".join(
        f"    {source} --> {row.target}: {row.action.label}"
        for row in TRANSITIONS
        for source in sorted(row.sources)
    )
    rows = [
        (
            row.action.label,
            f"`{row.action}`",
            ", ".join(source.label for source in Status if source in row.sources),
            row.target.label,
            _DUTIES[row.duty],
            ", ".join(
                word
                for word, asked in (("lý do", row.asks_reason), ("mật khẩu", row.asks_password))
                if asked
            ),
        )
        for row in TRANSITIONS
    ]
    roles = [(role.label, f"`{role}`") for role in Role]
    return "\n".join(
        [
            "# Các bước của một bài / Transitions\n",
            f"```mermaid\nstateDiagram-v2\n    [*] --> {Status.DRAFT}\n{arrows}",
            f"    {Status.APPROVED} --> {Status.PUBLISHED}: Đăng\n```\n",
            "Sau khi đăng khẩn, một lãnh đạo khác hậu kiểm trong 24 giờ (`review` trên main).\n",
            "Gửi kiểm tra chuyển thẳng sang chờ phê duyệt khi bài không cần kiểm tra.\n",
            _table(("Việc", "Mã", "Từ", "Sang", "Ai", "Hỏi thêm"), rows),
            "## Vai trò / Roles\n",
            _table(("Vai trò", "Mã"), roles),
        ]
    )


def _fields() -> str:
    parts = ["# Các ô của từng loại bài / Fields\n"]
    for ctype in CONTENT_TYPES.values():
        parts.append(f"## {ctype.label} (`{ctype.name}`)\n")
        rows = [
            (
                f"`{spec.name}`",
                spec.label,
                spec.kind.value,
                "có" if spec.required else "",
                "tự động" if spec.derived else "",
                ", ".join(f"`{value}`" for value in list(spec.choices)[:8])
                + (" …" if len(spec.choices) > 8 else ""),  # noqa: PLR2004 -- a row's width
            )
            for spec in ctype.fields
        ]
        parts.append(_table(("Tên", "Nhãn", "Kiểu", "Bắt buộc", "", "Giá trị"), rows))
    return "\n".join(parts)


def _settings() -> str:
    rows = [(f"`{s.name}`", f"`{s.default}`" if s.default else "", s.help) for s in SETTINGS]
    return "# Cài đặt / Settings\n\n" + _table(("Biến môi trường", "Mặc định", "Nghĩa"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
