"""A child process and the supervisor that it must not outlive."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_CHILD = "from editor.serving import die_with_parent; die_with_parent(); print('lives')"


@pytest.mark.parametrize(
    ("supervisor", "said"),
    [
        ("nobody", "lives"),  # started by systemd or by hand
        ("the parent", "lives"),
        ("another", ""),  # process 1 has taken the orphan over
    ],
)
def test_a_child_lives_only_under_its_supervisor(supervisor: str, said: str) -> None:
    known = {"the parent": str(os.getpid()), "another": "1"}
    environment = {k: v for k, v in os.environ.items() if k != "TOASOAN_SUPERVISOR"}
    if supervisor in known:
        environment["TOASOAN_SUPERVISOR"] = known[supervisor]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert child.stdout.strip() == said
