"""Open changes of the demo school: a draft, one to check, one returned, two to approve.

Knows the sample file and the use cases; it is called once, when the demo school is founded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workflow import services
from workflow.clock import now
from workflow.content_types import CONTENT_TYPES, parse_form
from workflow.entries import Change
from workflow.repository import Repository
from workflow.services import Content
from workflow.signing import Signer

_FILE: Final = Path(__file__).with_name("samples.toml")
_ACTS: Final = {"submit": services.submit, "check": services.check, "return": services.send_back}


def add_samples(repository: Repository, signers: Mapping[str, Signer]) -> int:
    """Write the samples as their writers would and return how many there are."""
    samples = tomllib.loads(_FILE.read_text())["sample"]
    for sample in samples:
        _add(repository, signers, sample)
    return len(samples)


def _add(repository: Repository, signers: Mapping[str, Signer], sample: dict[str, Any]) -> None:
    fields = parse_form(CONTENT_TYPES[sample["type"]], sample["fields"])
    # The sample's lines are wrapped for the reader of the file, not for the reader of the page.
    body = "\n\n".join(
        part if part.startswith("-   ") else " ".join(part.split("\n"))
        for part in sample["body"].strip().split("\n\n")
    )
    change: Change = services.create(
        repository, signers[sample["writer"]], sample["type"], Content(fields, body), now()
    )
    for who, act, note in sample["steps"]:
        change = _ACTS[act](repository, signers[who], change.entry_id, change.head, note, now())
