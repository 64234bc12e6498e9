"""Programs that end when their parent does, however it went.

Run as ``python -m workflow.mortal PARENT PROGRAM …`` it becomes that program. It knows nothing of
what it starts.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with(parent: int, number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent is gone; it outlives an exec.

    A parent that went before the kernel was asked ends the process here.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        sys.exit(1)


def become(words: list[str]) -> None:
    """Turn into a program that dies with the parent whose process id comes first."""
    die_with(int(words[0]), signal.SIGKILL)
    os.execvp(words[1], words[1:])  # noqa: S606 -- the whole purpose; no shell


if __name__ == "__main__":
    become(sys.argv[1:])
