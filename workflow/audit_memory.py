"""Audits that ended well, kept from one process to the next, signed with the publisher's own key.

A new process goes on from there and need not read the whole history. What is not exactly what this
version of the auditor wrote counts for nothing; the whole audit at night never begins with it.
"""

import hashlib
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from workflow import release, verification
from workflow.notes import read_note, write_note
from workflow.verification import (
    Audit,
    Broken,
    Governance,
    Landmark,
    Objects,
    Place,
    RecoveryUse,
    Signatures,
    Urgency,
)

_NAMESPACE: Final = "toasoan-audit"


def keep(data: Path, audit: Audit) -> None:
    """Keep what an audit has established."""
    write_note(data, _path(data), _NAMESPACE, {"version": _version(), **_row(audit)})


def kept(data: Path, git_dir: Path) -> Audit | None:
    """Return the audit that was kept, to be continued; None where there is none, or none of ours.

    Whether its end is still part of ``main`` is to be seen when somebody goes on with it.
    """
    row = read_note(data, _path(data), _NAMESPACE)
    if row is None or row.get("version") != _version():
        return None
    try:
        with verification.Objects(git_dir) as objects, verification.Signatures() as signatures:
            return _audit(row, objects, signatures)
    except (Broken, LookupError, TypeError, ValueError, AttributeError):
        return None


def _row(audit: Audit) -> dict[str, Any]:
    # Each commit that changed nothing has the very governance of the one before it.
    changed = [at for at, (a, b) in enumerate(pairwise(audit.governance), 1) if a is not b]
    addresses: dict[str, dict[str, str]] = {}
    for (kind, address), entry in audit.owners.items():
        addresses.setdefault(kind, {})[address] = entry
    return {
        "publications": audit.publications,
        "governance_changes": audit.governance_changes,
        "founder_key": audit.founder_key,
        "main": [[mark.oid, mark.tree, int(mark.when.timestamp())] for mark in audit.main],
        "governance": [0, *changed],
        "used": sorted(audit.used),
        "places": audit.places,
        "unreviewed": {
            entry: [urgency.by, sorted(urgency.contributors)]
            for entry, urgency in audit.unreviewed.items()
        },
        "recoveries": [[use.commit, use.principal, use.when] for use in audit.recoveries],
        "addresses": addresses,
        "successors": {entry: other for entry, other in audit.successors.items() if other},
    }


def _audit(row: dict[str, Any], objects: Objects, signatures: Signatures) -> Audit:
    main = [Landmark(oid, tree, datetime.fromtimestamp(at, UTC)) for oid, tree, at in row["main"]]
    return Audit(
        objects,
        signatures,
        None,
        publications=row["publications"],
        governance_changes=row["governance_changes"],
        founder_key=row["founder_key"],
        main=main,
        governance=_governance(row["governance"], main, objects),
        position={mark.oid: at for at, mark in enumerate(main)},
        used=set(row["used"]),
        places={entry: Place(*place) for entry, place in row["places"].items()},
        unreviewed={
            entry: Urgency(by, frozenset(contributors))
            for entry, (by, contributors) in row["unreviewed"].items()
        },
        recoveries=[RecoveryUse(*use) for use in row["recoveries"]],
        owners={
            (kind, address): entry
            for kind, known in row["addresses"].items()
            for address, entry in known.items()
        },
        successors=dict(row["successors"]),
    )


def _governance(changed: list[int], main: list[Landmark], objects: Objects) -> list[Governance]:
    """Read the governance of each commit that changed it; the others have that of the one before.

    It stands in git under its own name: of all that is kept, the tables alone need no copy.
    """
    found: list[Governance] = []
    for at, until in pairwise([*changed, len(main)]):
        found += [verification.read_governance(objects, main[at].tree)] * (until - at)
    if len(found) != len(main):
        raise ValueError(changed)
    return found


@cache
def _version() -> str:
    """Return a name of the auditor as it is: what another one has accepted is audited anew."""
    return hashlib.sha256(Path(verification.__file__).read_bytes()).hexdigest()


def _path(data: Path) -> Path:
    return release.publisher_folder(data) / "audit.json"
