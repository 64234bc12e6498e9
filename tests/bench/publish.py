"""From the approval to the public page, at several sizes, beside full builds of others.

    ./toasoan bench publish [--json FILE] [--sizes 100,1000,10000] [--rounds 7] [--peers hugo,…]

A publisher runs as in production; the clock starts where the approver's button calls the service
and stops where the live release shows the page. Peers build the same archive whole, with a plain
theme, and only where they are installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench import corpus, measuring
from tests.bench.peers import PEERS, Peer
from tests.bench.school import School, found
from workflow import publication

PROJECT: Final = Path(__file__).resolve().parents[2]
ADDRESS: Final = "http://127.0.0.1:8000"
_WAIT: Final = 1800.0
_LOOK: Final = 0.005
_BUILDS: Final = 3
"""Full builds of a size up to ten thousand; of a larger archive one."""
_LARGE: Final = 10_000


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--json", type=Path, help="write the result here, too")
    parser.add_argument("--sizes", default="100,1000,10000", help="entries, comma separated")
    parser.add_argument("--rounds", type=int, default=7, help="posts approved at each size")
    parser.add_argument(
        "--peers", default=",".join(p.name for p in PEERS), help="whose full build to measure"
    )


def main(options: argparse.Namespace) -> int:
    """Measure, and tell the result as JSON."""
    machine = measuring.machine()
    wanted = options.peers.split(",")
    peers = [peer for peer in PEERS if peer.name in wanted and peer.is_here]
    rows = {int(size): _measure(int(size), options.rounds, peers) for size in _split(options.sizes)}
    largest = rows[max(rows)]
    ours = largest["approve_to_live_s"]
    result = {
        "approve_to_live_s": {size: row["approve_to_live_s"] for size, row in rows.items()},
        "full_build_s": {
            name: {size: row["full_build_s"][name] for size, row in rows.items()}
            for name in largest["full_build_s"]
        },
        "peak_rss_mib": {size: row["peak_rss_mib"] for size, row in rows.items()},
        "cold_start_s": {size: row["cold_start_s"] for size, row in rows.items()},
        "ratio_to_pelican": _ratio(largest["full_build_s"].get("pelican"), ours),
        "ratio_to_hugo": _ratio(largest["full_build_s"].get("hugo"), ours),
        "rows": rows,
        "machine": machine,
        "versions": measuring.versions(),
    }
    measuring.tell(result, options.json)
    return 0


def _split(sizes: str) -> Sequence[str]:
    return [size for size in sizes.split(",") if size]


def _ratio(theirs: float | None, ours: float) -> float | None:
    return round(theirs / ours, 1) if theirs else None


def _measure(size: int, rounds: int, peers: Sequence[Peer]) -> dict[str, Any]:
    measuring.say(f"{size} entries: writing the archive")
    with tempfile.TemporaryDirectory(prefix="toasoan-bench-") as place:
        root = Path(place)
        content = root / "content"
        corpus.write(content, size)
        data = root / "data"
        data.mkdir()
        school = found(data / "site.git", content)
        row = _approvals(school, data, rounds)
        row["full_build_s"], peaks = _full_builds(root, content, size, peers)
        row["peak_rss_mib"] |= peaks
        return row


# From approval to the public page


def _approvals(school: School, data: Path, rounds: int) -> dict[str, Any]:
    with _publisher(data) as process:
        first = _until_live(school, data, school.repo.main())
        measuring.say(f"first release after {first:.1f} s")
        times = []
        for number in range(rounds + 1):
            change = school.post(f"Đêm hội trăng rằm {number}", school.photos(number))
            _settle(data)
            began = time.monotonic()
            commit = school.approve(change)
            approved = time.monotonic() - began
            seconds = approved + _until_live(school, data, commit)
            measuring.say(f"live after {seconds:.3f} s (approval {approved:.3f} s)")
            times.append(seconds)
        peak = _peak_mib(process.pid)
    change = school.post("Bài sau khi khởi động lại", school.photos(rounds + 1))
    commit = school.approve(change)
    with _publisher(data) as process:
        cold = _until_live(school, data, commit)
        measuring.say(f"live {cold:.2f} s after a cold start")
    # The first one warms what a publisher that runs for weeks has warm.
    return {
        "approve_to_live_s": measuring.median(times[1:]),
        "approve_to_live_all_s": [round(seconds, 3) for seconds in times[1:]],
        "first_release_s": round(first, 2),
        "cold_start_s": round(cold, 2),
        "peak_rss_mib": {"publisher": round(peak)},
    }


@contextmanager
def _publisher(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "TOASOAN_DATA": str(data),
        "TOASOAN_PUBLIC_URL": ADDRESS,
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-P", "-m", "editor.cli", "publisher"]
    with (data / "publisher.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _until_live(school: School, data: Path, commit: str) -> float:
    """Return the seconds until a commit is live.

    Raises:
        TimeoutError: it never was.
    """
    began = time.monotonic()
    while time.monotonic() - began < _WAIT:
        live = publication.live(data)
        if live and (live.commit == commit or school.repo.is_ancestor(commit, live.commit)):
            return time.monotonic() - began
        time.sleep(_LOOK)
    raise TimeoutError((data / "publisher.log").read_text()[-2000:])


def _settle(data: Path) -> None:
    """Wait until the publisher has nothing left to do after its last release."""
    log = data / "publisher.log"
    size = -1
    while size != (size := log.stat().st_size):
        time.sleep(0.5)


def _peak_mib(pid: int) -> float:
    """Return the peak memory of a process and its children, added up."""
    found = (Path(f"/proc/{each}/status").read_text() for each in (pid, *_children(pid)))
    # One that has just ended has no memory any more.
    peaks = (r.split()[1] for status in found for r in status.splitlines() if "VmHWM" in r)
    return sum(map(int, peaks)) / 1024


def _children(pid: int) -> list[int]:
    said = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for each in map(int, said) for child in (each, *_children(each))]


# Full builds


def _full_builds(
    root: Path, content: Path, size: int, peers: Sequence[Peer]
) -> tuple[dict[str, float], dict[str, int]]:
    """Build the archive whole with ours and each peer, in turns; medians and peak memory."""
    entries = list(corpus.entries(size))
    for peer in peers:
        (root / peer.name).mkdir()
        peer.write(root / peer.name, entries)
    runs: dict[str, list[measuring.Run]] = {}
    for _ in range(_BUILDS if size <= _LARGE else 1):
        runs.setdefault("toasoan", []).append(_build_ours(root, content))
        for peer in peers:
            runs.setdefault(peer.name, []).append(_build(root, peer))
    for name, found_runs in runs.items():
        measuring.say(f"full build: {name} {[round(run.seconds, 1) for run in found_runs]} s")
    return (
        {name: measuring.median([run.seconds for run in some]) for name, some in runs.items()},
        {name: round(max(run.peak_mib for run in some)) for name, some in runs.items()},
    )


def _build_ours(root: Path, content: Path) -> measuring.Run:
    output = root / "out"
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "pelican", str(content), "-s", "publishconf.py"]
    options = ["-o", str(output), "--fatal", "warnings"]
    return measuring.run([*command, *options], PROJECT, {"TOASOAN_PUBLIC_URL": ADDRESS})


def _build(root: Path, peer: Peer) -> measuring.Run:
    folder = root / peer.name
    shutil.rmtree(folder / "public", ignore_errors=True)
    return measuring.run(peer.command(folder), folder, {})
