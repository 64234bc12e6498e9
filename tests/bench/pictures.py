"""What a photo costs: cleaning and all derivatives, alone and a hundred at once beside the editor.

    ./toasoan bench pictures [--json FILE] [--rounds 5] [--photos 100]

Photos of 12 megapixels are drawn with shades and grain, so that they compress about as a camera's.
A hundred are uploaded through the editor's form by one person, while another reads and saves.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from PIL import Image, ImageChops

from editor.founding import DEMO_PASSWORD, found_demo
from editor.serving import listen
from editor.settings import Settings
from tests.bench import measuring
from workflow import derivatives

PROJECT: Final = Path(__file__).resolve().parents[2]
SEED: Final = 20261124
SIZES: Final = {"landscape": (4000, 3000), "portrait": (3000, 4000)}
_OF_A_FORM: Final = 10
_IDLE_REQUESTS: Final = 60
_PATHS: Final = ("/", "/viet/posts", "/da-dang")
_PAUSE: Final = 0.1
"""Between two requests of one person: quicker than anybody reads."""
_WAIT: Final = 1800.0
_SHADES: Final = ((24, 0.45), (120, 0.3), (600, 0.2), (2000, 0.12))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--json", type=Path, help="write the result here, too")
    parser.add_argument("--rounds", type=int, default=5, help="makings of one photo")
    parser.add_argument("--photos", type=int, default=100, help="photos uploaded at once")


def main(options: argparse.Namespace) -> int:
    """Measure, and tell the result as JSON."""
    machine = measuring.machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        one = {
            name: _one(Path(place) / name, photo(SEED, size), options.rounds)
            for name, size in SIZES.items()
        }
        many = _many(Path(place) / "var", options.photos)
    result = {
        "one_photo": one,
        "many_photos": many,
        "machine": machine,
        "versions": measuring.versions(),
    }
    measuring.tell(result, options.json)
    return 0


def photo(seed: int, size: tuple[int, int]) -> Image.Image:
    """Draw what compresses about as a photo does."""
    noise = random.Random(seed)

    def grain(mode: str, width: int, height: int) -> Image.Image:
        bands = len(mode) if mode == "RGB" else 1
        return Image.frombytes(mode, (width, height), noise.randbytes(width * height * bands))

    image = grain("RGB", 6, 4).resize(size, Image.Resampling.BICUBIC)
    for width, share in _SHADES:
        shades = grain("RGB", width, width * 3 // 4).resize(size, Image.Resampling.BICUBIC)
        image = Image.blend(image, shades, share)
    return Image.blend(image, grain("L", *size).convert("RGB"), 0.04)


def jpeg(image: Image.Image) -> bytes:
    """Return the picture as a camera stores it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


# One


@dataclass(frozen=True)
class _Used:
    """What a program and its children took."""

    output: bytes
    seconds: float
    cpu: float
    peak_mib: float


def _one(folder: Path, image: Image.Image, rounds: int) -> dict[str, Any]:
    folder.mkdir()
    data = jpeg(image)
    cleaning = [
        _used([sys.executable, "-m", "workflow.media", "image"], data) for _ in range(rounds)
    ]
    clean = cleaning[0].output.partition(b"\n")[2]
    master = folder / hashlib.sha256(clean).hexdigest()
    master.write_bytes(clean)
    making = [_made(folder / str(number), master) for number in range(rounds)]
    sets = [_files(folder / str(number)) for number in range(rounds)]
    return {
        "uploaded_kib": len(data) >> 10,
        "stored_kib": len(clean) >> 10,
        "cleaning_cpu_s": measuring.median([one.cpu for one in cleaning]),
        "cleaning_peak_mib": round(max(one.peak_mib for one in cleaning)),
        "derivatives_cpu_s": measuring.median([one.cpu for one in making]),
        "derivatives_wall_s": measuring.median([one.seconds for one in making]),
        "derivatives_peak_mib": round(max(one.peak_mib for one in making)),
        "same_bytes_every_time": all(found == sets[0] for found in sets),
        "files_kib": {name: len(data) >> 10 for name, data in sorted(sets[0].items())},
    }


def _made(store: Path, master: Path) -> _Used:
    command = [sys.executable, "-P", str(derivatives.PROGRAM), str(store)]
    line = f"{master.name} {master}\n".encode()
    return _used([*command, "--at-once", "1", "--nice", "0"], line)


def _files(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.rglob("*") if path.is_file()}


def _used(command: list[str], data: bytes) -> _Used:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHER, *command],
        input=data,
        capture_output=True,
        cwd=PROJECT,
        check=True,
    )
    seconds, cpu, peak = (float(word) for word in done.stderr.split()[-3:])
    return _Used(done.stdout, seconds, cpu, peak / 1024)


# A process of its own: what is started from a large one counts that one's memory as its peak.
_WATCHER: Final = """
import resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
seconds = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


# Many


def _many(data: Path, count: int) -> dict[str, Any]:
    data.mkdir()
    found_demo(Settings(data=data), measuring.say)
    photos = list(_different(count))
    with _editor(data) as (address, process):
        teacher, lead = Person(address, "co.giaovien5a"), Person(address, "totruong.maugiao")
        idle = [lead.look(number) for number in range(_IDLE_REQUESTS)]
        busy: list[tuple[str, float]] = []
        stop = Event()

        def go_on() -> None:
            number = 0
            while not stop.is_set():
                busy.append(lead.look(number))
                number += 1

        other = Thread(target=go_on)
        used, began = _cpu_of(process), time.monotonic()
        other.start()
        uploads = [
            teacher.upload(photos[at : at + _OF_A_FORM]) for at in range(0, count, _OF_A_FORM)
        ]
        uploaded = time.monotonic() - began
        _wait_until(lambda: _sets(data) >= count)
        seconds, stop_at = time.monotonic() - began, _cpu_of(process)
        stop.set()
        other.join()
    cores = os.cpu_count() or 1
    return {
        "photos": count,
        "seconds": round(seconds, 1),
        "all_answered_after_s": round(uploaded, 1),
        "form_of_ten_s": measuring.median(uploads),
        "cores_busy": round((stop_at - used) / seconds, 2),
        "cores": cores,
        "editor_requests": len(busy),
        "editor_p95_ms": {"idle": _p95(idle), "meanwhile": _p95(busy)},
    }


def _different(count: int) -> Iterator[bytes]:
    """Yield photos of which no two are the same; to draw each anew would take minutes."""
    image = photo(SEED, SIZES["landscape"])
    for number in range(count):
        yield jpeg(ImageChops.offset(image, number * 37, number * 23))


@contextmanager
def _editor(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    listener = listen(0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    surroundings = {
        "TOASOAN_DATA": str(data),
        "TOASOAN_EDITOR_URL": address,
        "TOASOAN_DEMO": "1",
    }
    command = [sys.executable, "-m", "editor.cli", "serve-editor", str(listener.fileno())]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **surroundings},
        pass_fds=(listener.fileno(),),
        stderr=subprocess.DEVNULL,
    )
    listener.close()
    try:
        yield address, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _cpu_of(process: subprocess.Popen[bytes]) -> float:
    """Return the processor seconds of the server's processes and of all that they waited for."""
    pids = [str(process.pid), *_children(process.pid)]
    return sum(_cpu(pid) for pid in pids)


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _cpu(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _sets(data: Path) -> int:
    return sum(1 for _ in derivatives.folder(data).glob("[0-9a-f][0-9a-f]/*/*"))


def _wait_until(condition: Any) -> None:
    until = time.monotonic() + _WAIT
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)


def _p95(answers: list[tuple[str, float]]) -> dict[str, float]:
    kinds = {"all": [took for _, took in answers]}
    for kind, took in answers:
        kinds.setdefault(kind, []).append(took)
    return {kind: round(measuring.percentile(took, 0.95) * 1000, 1) for kind, took in kinds.items()}


class _Stay(urllib.request.HTTPRedirectHandler):
    """The page after a save is another request."""

    def redirect_request(self, *_: Any) -> None:
        """Go nowhere."""


class Person:
    """Somebody of the demo's staff at a browser."""

    def __init__(self, address: str, username: str) -> None:
        """Sign in."""
        self._address = address
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(jar, _Stay)
        fields = {"username": username, "password": DEMO_PASSWORD}
        self._send("/dang-nhap", {**fields, "csrf_token": self._token()})

    def look(self, number: int) -> tuple[str, float]:
        """Do what people do in turn: read lists and a form, save; return what, and the seconds."""
        time.sleep(_PAUSE)
        path = _PATHS[number % (len(_PATHS) + 1) - 1]
        fields = {} if number % (len(_PATHS) + 1) else self._form()
        began = time.monotonic()
        if fields:
            self._send("/viet/posts", fields)
        else:
            self._read(path)
        return "save" if fields else path, time.monotonic() - began

    def upload(self, photos: list[bytes]) -> float:
        """Save a new post with photos; return the seconds until the answer."""
        fields = self._form()
        fields |= {f"photos-{n}-alt": f"Ảnh {n}" for n in range(len(photos))}
        files = {f"photos-{n}-upload": data for n, data in enumerate(photos)}
        boundary = "toasoan-bench"
        body = b"".join(_parts(fields, files, boundary)) + f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self._address}/viet/posts", body, {"Content-Type": kind}
        )
        began = time.monotonic()
        self._answered(request)
        return time.monotonic() - began

    def _form(self) -> dict[str, str]:
        page = self._read("/viet/posts")
        hidden = dict(re.findall(r'name="(csrf_token|form_token|seen)" value="([^"]*)"', page))
        return {
            **hidden,
            "title": f"Bé vui rước đèn {hidden.get('form_token', '')[:8]}",
            "summary": "Các bé rước đèn ở sân trường.",
            "date": "24/11/2026",
            "category": "hoat-dong-cua-be",
            "group": "mau-giao",
            "body": "Trăng lên, các bé rước đèn.\n" * 20,
        }

    def _token(self) -> str:
        page = self._read("/dang-nhap")
        return str(re.findall(r'name="csrf_token" value="([^"]+)"', page)[0])

    def _read(self, path: str) -> str:
        return str(self._opener.open(f"{self._address}{path}").read().decode())

    def _send(self, path: str, fields: Mapping[str, str]) -> None:
        data = urllib.parse.urlencode(fields).encode()
        self._answered(urllib.request.Request(f"{self._address}{path}", data))  # noqa: S310

    def _answered(self, request: urllib.request.Request) -> None:
        """Send a form: what was saved is answered with the way to another page."""
        try:
            self._opener.open(request)
        except urllib.error.HTTPError as answer:
            if answer.code != HTTPStatus.FOUND:
                raise
        else:
            raise ValueError(request.full_url)


def _parts(fields: Mapping[str, str], files: Mapping[str, bytes], boundary: str) -> Iterator[bytes]:
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{head}{value}\r\n".encode()
    for name, data in files.items():
        words = f'form-data; name="{name}"; filename="{name}.jpg"'
        kind = "Content-Type: image/jpeg"
        head = f"--{boundary}\r\nContent-Disposition: {words}\r\n{kind}\r\n\r\n"
        yield head.encode() + data + b"\r\n"
