"""The school's own facts, read from its governance folder.

Knows school.toml and the names of groups in roster.toml; reads no person, role or key.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class School:
    """What header, footer, feeds and circulars say of the school (R08)."""

    name: str = "Nhà trường"
    abbreviation: str = ""
    managing_body: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    responsible: str = "Hiệu trưởng"
    school_year_start_month: int = 8
    demo: bool = False
    categories: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        """The name without its leading "Trường", for narrow places."""
        return self.name.removeprefix("Trường ")

    @property
    def phone_link(self) -> str:
        """The phone number as a tel: address takes it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def read_school(content: Path) -> School:
    """The school of a content folder; a folder without governance is a school without a name."""
    governance = content / "governance"
    facts = _read(governance / "school.toml")
    groups = _read(governance / "roster.toml").get("groups", {})
    own = {key: value for key, value in facts.items() if key in School.__dataclass_fields__}
    own["groups"] = {ident: str(group["name"]) for ident, group in groups.items()}
    return School(**own)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
