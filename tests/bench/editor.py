"""How long the editor keeps people waiting where an archive is old and many drafts are open.

    ./toasoan bench editor [--json FILE] [--entries 10000] [--drafts 1000] [--rounds 40]

The pages are asked as a browser asks them, without the network between; a save counts until its
answer, which comes when the disk has it.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient

from editor.app import create_app
from editor.sessions import ServerSession, ServerSessions
from editor.settings import Settings
from tests.bench import corpus, measuring
from tests.bench.school import LEAD, TEACHER, VICE, School, found
from workflow.signing import Signer

LISTS: Final = {
    "desk of a teacher": (TEACHER, "/"),
    "desk of a lead": (LEAD, "/"),
    "desk of a vice-principal": (VICE, "/"),
    "queue of checks": (LEAD, "/cho-kiem-tra"),
    "queue of approvals": (VICE, "/cho-phe-duyet"),
    "all that is public": (TEACHER, "/da-dang"),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("--json", type=Path, help="write the result here, too")
    parser.add_argument("--entries", type=int, default=10_000, help="public entries")
    parser.add_argument("--drafts", type=int, default=1_000, help="open drafts")
    parser.add_argument("--rounds", type=int, default=40, help="how often each is asked")


def main(options: argparse.Namespace) -> int:
    """Measure, and tell the result as JSON."""
    machine = measuring.machine()
    with tempfile.TemporaryDirectory(prefix="toasoan-bench-") as place:
        root = Path(place)
        content = root / "content"
        corpus.write(content, options.entries)
        measuring.say(f"{options.entries} entries written")
        settings = Settings(data=root / "data")
        settings.data.mkdir()
        school = found(settings.repository, content)
        for number in range(options.drafts):
            school.draft(f"Bản nháp số {number}")
        measuring.say(f"{options.drafts} drafts open")
        result = _ask(school, settings, options.rounds)
    result |= {"entries": options.entries, "drafts": options.drafts}
    result |= {"machine": machine, "versions": measuring.versions()}
    measuring.tell(result, options.json)
    return 0


def _ask(school: School, settings: Settings, rounds: int) -> dict[str, Any]:
    app = create_app(settings)
    clients = {who: _signed_in(app, school.keys[who]) for who in (TEACHER, LEAD, VICE)}
    first: dict[str, float] = {}
    lists: dict[str, float] = {}
    for name, (who, path) in LISTS.items():
        first[name] = _seconds(lambda: clients[who].get(path))  # noqa: B023 - called at once
        times = [_seconds(lambda: clients[who].get(path)) for _ in range(rounds)]  # noqa: B023
        lists[name] = round(measuring.percentile(times, 0.95), 3)
        measuring.say(f"{name}: first {first[name]:.3f} s, p95 {lists[name]:.3f} s")
    saves = _saves(school, clients[TEACHER], rounds)
    measuring.say(f"save: p95 {measuring.percentile(saves, 0.95):.3f} s")
    return {
        "save_p95_s": round(measuring.percentile(saves, 0.95), 3),
        "save_median_s": measuring.median(saves),
        "lists_p95_s": lists,
        "first_after_start_s": {name: round(seconds, 3) for name, seconds in first.items()},
        "peak_rss_mib": round(measuring.own_peak_mib()),
    }


def _saves(school: School, client: FlaskClient, rounds: int) -> list[float]:
    """Save a draft again and again, each time with another sentence."""
    entry = school.draft("Bản nháp được lưu").entry_id
    times = []
    for number in range(rounds):
        page = client.get(f"/bai/{entry}/sua").text
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
        fields |= {"title": "Bản nháp được lưu", "date": "24/11/2026", "group": "mau-giao"}
        fields |= {"summary": "Tin vui.", "body": f"Câu thứ {number}."}
        fields |= {"category": "hoat-dong-cua-be", "seen": school.repo.draft(entry) or ""}
        began = time.monotonic()
        answer = client.post(f"/bai/{entry}/sua", data=fields)
        times.append(time.monotonic() - began)
        if answer.status_code != 302:
            raise ValueError(re.sub(r"<[^>]+>|\s+", " ", answer.text)[:2000])
    return times


def _seconds(ask: Callable[[], Any]) -> float:
    began = time.monotonic()
    status = ask().status_code
    if status != 200:
        raise ValueError(status)
    return time.monotonic() - began


def _signed_in(app: Flask, signer: Signer) -> FlaskClient:
    """Give a browser whose person has signed in, through the real store of sessions."""
    store = app.session_interface
    if not isinstance(store, ServerSessions):
        raise TypeError(store)
    newsroom = app.extensions["toasoan"]
    newsroom.accounts.create(signer.username, "Mat-khau-de-do-2026", signer.private_key)
    session = ServerSession("bench", "", None)
    session.sign_in(signer.username, signer.private_key)
    with app.test_request_context():
        store.save_session(app, session, app.make_response(""))
    client = app.test_client()
    client.set_cookie(store.cookie_name, session.token)
    return client
