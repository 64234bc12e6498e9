"""What ``docs/permission-matrix.md`` says: how many cells there are, and which run asked them.

A thorough run with ``TOASOAN_MATRIX_REPORT`` set to the file writes its own row for each person
and type; a usual run only checks that the numbers of cells are still true.
"""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.editor.matrix import ACTS, CELLS, RELATIONS, STATES, SUBJECTS, TYPES

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "permission-matrix.md"
_HEAD: Final = """# Ma trận phân quyền / The permission matrix

<!-- Made by `python -m tests.editor.matrix_report` and by thorough runs; do not edit. -->

Mỗi ô là một câu hỏi: người này, trong quan hệ này với bài, được làm việc này không? Ba nơi viết
riêng phải trả lời như nhau: luật thuần túy, trang qua HTTP, chương trình kiểm chứng.
Each cell is one question, put to the pure rules, to the pages over HTTP and, where the act can
leave a trace on `main`, to the auditor; all must agree.

- {subjects} persons × {types} types × {states} states × {relations} relations × own or other team
  × {acts} acts = **{cells} cells**, {judged} of them judged by the auditor too.
- The usual run (`./toasoan test`) asks a seeded sample and all witnesses of
  `tests/editor/test_matrix.py`. `./toasoan test --all` asks every cell.
- The rows below are written by thorough runs, and by nothing else; the last run counts. Where the
  cells asked and those that cannot be are fewer than the cells, the run was given a time
  (`TOASOAN_MATRIX_SECONDS` for each row) and asked in an order that is drawn. *Cannot be*: no such
  entry can stand, for example a public circular by somebody who writes none, or a check where
  none is due.

| who | type | cells | rules and pages asked | auditor asked | cannot be | disagree | day |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
_ROW: Final = re.compile(r"\| (?P<who>\S+) \| (?P<kind>\w+) \| (?P<cells>\d+) \|(?P<rest>.*)\|")
_UNASKED: Final = "  |  |  |  |  "


def head() -> str:
    """Return what the document says before its rows."""
    return _HEAD.format(
        subjects=len(SUBJECTS),
        types=len(TYPES),
        states=len(STATES),
        relations=len(RELATIONS),
        acts=len(ACTS),
        cells=len(CELLS),
        judged=sum(cell.is_judged for cell in CELLS),
    )


def cells_of(subject: str, kind: str) -> int:
    """Return how many cells a person and a type have."""
    return sum((cell.subject, cell.type_name) == (subject, kind) for cell in CELLS)


def rows(text: str) -> dict[tuple[str, str], str]:
    """Return what a document says was asked; a row whose number of cells changed says nothing."""
    asked = {(m["who"], m["kind"], int(m["cells"])): m["rest"] for m in _ROW.finditer(text)}
    return {
        (subject, kind): asked.get((_name(subject), kind, cells_of(subject, kind)), _UNASKED)
        for subject in SUBJECTS
        for kind in TYPES
    }


def document(asked: dict[tuple[str, str], str]) -> str:
    """Return the whole document."""
    lines = [
        f"| {_name(subject)} | {kind} | {cells_of(subject, kind)} |{rest}|"
        for (subject, kind), rest in asked.items()
    ]
    return head() + "\n".join(lines) + "\n"


def note(path: Path, subject: str, kind: str, asked: Counter[str], wrong: int) -> None:
    """Write what a thorough run asked into its row; several processes may write."""
    day = datetime.now(UTC).date().isoformat()
    told = (asked["pages"], asked["auditor"], asked["impossible"], wrong, day)
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = rows(file.read())
        found[subject, kind] = " " + " | ".join(map(str, told)) + " "
        file.seek(0)
        file.write(document(found))
        file.truncate()


def _name(subject: str) -> str:
    return f"`{subject or '-'}`"


if __name__ == "__main__":
    DOCUMENT.write_text(document(rows(DOCUMENT.read_text() if DOCUMENT.exists() else "")))
