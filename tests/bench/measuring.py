"""How a benchmark measures and tells: the machine, the versions, medians, peak memory.

Knows nothing of what is measured.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

_PACKAGES: Final = ("pelican", "markdown", "jinja2", "nh3", "pillow", "flask", "hugo", "nikola")


@dataclass(frozen=True)
class Run:
    """What a program took: seconds on the clock, and the most memory of its processes in MiB."""

    seconds: float
    peak_mib: float


def machine() -> dict[str, Any]:
    """Return what the figures were measured on, without its name."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Return the versions of what took part."""
    found = {"python": platform.python_version(), "git": _git_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Run:
    """Run a program to its end and measure it.

    Raises:
        CalledProcessError: it failed; with what it printed.
    """
    # A process of its own, so that its children's peak is not that of what ran before.
    watcher = [sys.executable, "-c", _WATCHER, *command]
    done = subprocess.run(
        watcher,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stdout[-2000:] + done.stderr[-2000:])
        done.check_returncode()
    seconds, peak = done.stderr.splitlines()[-1].split()
    return Run(float(seconds), int(peak) / 1024)


_WATCHER: Final = """
import resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
seconds = time.monotonic() - began
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def median(values: Sequence[float]) -> float:
    """Return the median, to a thousandth."""
    return round(statistics.median(values), 3)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that the given share of all values does not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def own_peak_mib() -> float:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tell(result: Mapping[str, Any], target: Path | None) -> None:
    """Print the result as JSON, and write it to a file where one is named."""
    text = f"{json.dumps(result, ensure_ascii=False, indent=1)}\n"
    sys.stdout.write(text)
    if target:
        target.write_text(text)


def say(line: str) -> None:
    """Tell how far it is; the result alone goes to standard output."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stderr.flush()


def _git_version() -> str:
    said = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[-1]
