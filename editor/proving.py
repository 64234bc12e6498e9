"""Commands that prove what is public: verify, witness, watch.

They hand their words to the workflow and print what it says; they judge nothing.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from editor.settings import Settings
from workflow import release, verification, watching, witness
from workflow.errors import BuildFailed, Refused
from workflow.publication import rebuild_differences
from workflow.repository import Repository, WitnessRefused
from workflow.verification import Examination, Rule

AddCommand = Callable[[str, object, str], argparse.ArgumentParser]
_PATHS_TOLD = 20


def add_commands(command: AddCommand) -> None:
    """Add the commands of this module to the command line."""
    one = command("verify", verify, "kiểm chứng: cái công khai là cái đã được phê duyệt")
    one.add_argument("--repo", type=Path, help="kho khác, thay cho site.git của thư mục dữ liệu")
    verification.add_options(one)
    one.add_argument(
        "--rebuild", action="store_true", help="dựng lại bản công khai và so từng byte"
    )
    one.add_argument("--public-url", help="địa chỉ mà bản ấy được dựng (TOASOAN_PUBLIC_URL)")
    one.set_defaults(parser=one)
    two = command("witness", bear_witness, "kho nhân chứng: bản sao chỉ dài thêm của nhánh main")
    acts = two.add_subparsers(required=True, metavar="VIỆC", dest="act")
    acts.add_parser("add", help="thêm và gửi ngay").add_argument("address", metavar="PATH|URL")
    acts.add_parser("list", help="đã có những nhân chứng nào, đã thấy đến đâu")
    acts.add_parser("push", help="gửi lịch sử tới mọi nhân chứng ngay bây giờ")
    three = command("watch", watch, "xem trang đang chạy có đúng bản đã ký, không thừa gì")
    three.add_argument("url", metavar="URL")
    three.add_argument("--key", metavar="PUBKEY", help="khóa đã biết, hoặc tệp release.pub")
    three.add_argument("--json", action="store_true", help="in JSON")


def verify(arguments: argparse.Namespace) -> int:
    """Check the whole history of the repository (DESIGN §4); exit 1 at the first broken rule."""
    data = arguments.data.resolve()
    arguments.repo = arguments.repo or Settings(data=data).repository
    if arguments.rebuild and arguments.release is None:
        arguments.release = data / "www" / "current"
    arguments.release_key = arguments.release_key or release.public_key(data) or None
    verification.check_options(arguments.parser, arguments)
    found = verification.examine(arguments)
    if arguments.rebuild and found.report.ok:
        found = _rebuilt(found, arguments, data)
    return verification.tell(found, as_json=arguments.json)


def bear_witness(arguments: argparse.Namespace) -> int:
    """Add, list or update the copies of ``main`` that only grow."""
    data = arguments.data.resolve()
    repo = Repository(Settings(data=data).repository)
    match arguments.act:
        case "add":
            return _add_witness(repo, data, arguments.address)
        case "push":
            failures = witness.push(repo, data)
            for address, reason in failures.items():
                print(f"KHÔNG ĐẠT {address}: {reason}")
            return 1 if failures else 0
        case _:
            for address in witness.addresses(data):
                print(f"{address}: {_seen_by(repo, address)}")
            return 0


def watch(arguments: argparse.Namespace) -> int:
    """Compare a live site with its signed list; exit 1 on any difference."""
    key = _key(arguments.key, arguments.data.resolve())
    try:
        found = watching.watch(arguments.url, key)
    except ValueError:
        print(f"{arguments.url}: cần địa chỉ http:// hoặc https://")
        return 2
    if arguments.json:
        print(json.dumps({"ok": found.ok, **asdict(found)}, ensure_ascii=False))
    else:
        print("\n".join(watching.sentences(found)))
    return 0 if found.ok else 1


def _key(given: str | None, data: Path) -> str | None:
    """Return the key to believe: the one given, the one in a file, or the data folder's own."""
    if given is None:
        return release.public_key(data) or None
    return Path(given).read_text().strip() if Path(given).is_file() else given


def _add_witness(repo: Repository, data: Path, address: str) -> int:
    try:
        print(f"Đã thêm {witness.add(repo, data, address)}")
    except Refused as error:
        print(" ".join(map(str, error.reasons)))
        return 1
    except WitnessRefused as error:
        print(f"KHÔNG ĐẠT {address}: {error.reason}")
        return 1
    return 0


def _seen_by(repo: Repository, address: str) -> str:
    try:
        head = repo.main_elsewhere(address)
    except WitnessRefused as error:
        return f"không tới được ({error.reason})"
    if head is None:
        return "chưa có gì"
    return "đủ" if head == repo.main() else f"đã thấy đến {head[:12]}"


def _rebuilt(found: Examination, arguments: argparse.Namespace, data: Path) -> Examination:
    address = arguments.public_url or Settings.from_environment(os.environ).public_url
    repo = Repository(verification.git_dir_of(arguments.repo))
    try:
        paths = rebuild_differences(repo, data, arguments.release, address.rstrip("/"))
        reason = f"dựng lại cho {len(paths)} tệp khác: {', '.join(paths[:_PATHS_TOLD])}"
    except BuildFailed as error:
        paths, reason = [""], f"không dựng lại được: {error.output}"
    if paths:
        report = replace(found.report, ok=False, rule=Rule.RELEASE, reason=reason)
        return Examination(report, found.notes)
    return Examination(found.report, [*found.notes, "dựng lại: giống từng byte"])
