"""The command line: ``./toasoan run | init | recover | verify | witness | watch | publish …``.

The composition root: it reads the words, opens what they need and hands it on.
"""

from __future__ import annotations

import argparse
import getpass
import logging
import os
import sys
import time
from pathlib import Path
from typing import Final

from editor import index, proving, public_server, publisher, recovering, reference
from editor.app import create_app
from editor.founding import DEMO_PASSWORD, Principal, found_demo, found_school, is_demo, is_founded
from editor.passwords import require_good_password
from editor.serving import Supervisor, die_with_parent, listen, serve
from editor.settings import Settings
from workflow.errors import InvalidFields
from workflow.publication import PublishStatus, Stage, live
from workflow.repository import Repository
from workflow.roster import USERNAME, USERNAME_WORDS
from workflow.shelf import shelf_of

_FIRST_BUILD_SECONDS: Final = 120
_DEMO_STAFF: Final = (
    ("co.giaovien5a", "giáo viên: viết bài"),
    ("totruong.maugiao", "tổ trưởng mẫu giáo: kiểm tra"),
    ("totruong.nhatre", "tổ trưởng nhà trẻ: kiểm tra"),
    ("totruong.nuoiduong", "tổ trưởng nuôi dưỡng: thực đơn"),
    ("pht.chuyenmon", "phó hiệu trưởng chuyên môn: phê duyệt"),
    ("pht.nuoiduong", "phó hiệu trưởng nuôi dưỡng: phê duyệt"),
    ("hieutruong", "hiệu trưởng: phê duyệt mọi bài"),
    ("quantri.web", "quản trị website"),
    ("vanthu", "văn thư: nhập văn bản"),
    ("congdoan", "chủ tịch công đoàn"),
)


def main(words: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    arguments = _parser().parse_args(words)
    return int(arguments.command(arguments))


def run(arguments: argparse.Namespace) -> int:
    """Serve the public site and the editor; found the demo school first where there is none."""
    settings = Settings(data=arguments.data.resolve())
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        public, editor = listen(arguments.port), listen(arguments.editor_port)
    except OSError as error:
        _say(f"Không mở được cổng: {error}. Chọn cổng khác bằng --port và --editor-port.")
        return 1
    if not is_founded(settings):
        _say("Lần đầu chạy: lập trường mẫu (demo school)…")
        found_demo(settings, lambda line: _say(f"  {line}"))
    addresses = {
        "TOASOAN_DATA": str(settings.data),
        "TOASOAN_PUBLIC_URL": f"http://127.0.0.1:{public.getsockname()[1]}",
        "TOASOAN_EDITOR_URL": f"http://127.0.0.1:{editor.getsockname()[1]}",
        "TOASOAN_DEMO": "1" if is_demo(settings) else "",
    }
    supervisor = Supervisor()
    for words, sockets in (
        (("serve-public", str(public.fileno())), (public.fileno(),)),
        (("serve-editor", str(editor.fileno())), (editor.fileno(),)),
        (("publisher",), ()),
    ):
        supervisor.start(*words, environment=addresses, sockets=sockets)
    public.close()
    editor.close()
    if _wait_for_release(settings, supervisor):
        _announce(addresses)
    while not supervisor.stopping(1.0):
        pass
    _say("Đang dừng…")
    return supervisor.stop()


def init(arguments: argparse.Namespace) -> int:
    """Found a real school: ask for its name and for the principal's account."""
    settings = Settings(data=arguments.data.resolve())
    if is_founded(settings):
        _say(f"{settings.repository} đã có. Không ghi đè.")
        return 1
    school = _ask("Tên trường")
    username = _ask_username()
    name = _ask("Tên hiển thị (ví dụ: Hiệu trưởng)")
    principal = Principal(username, name, _ask_password(username))
    try:
        paper = found_school(settings, school, principal, arguments.recovery_file)
    except OSError as error:
        _say(f"Không ghi được tệp khóa khôi phục: {error}. Chọn chỗ khác bằng --recovery-file.")
        return 1
    recovering.tell(paper)
    _say(f"Đã lập kho nội dung {settings.repository}. Chạy: ./toasoan run --data {arguments.data}")
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """Publish once, now, and say how it went."""
    settings = Settings.from_environment({**os.environ, "TOASOAN_DATA": str(arguments.data)})
    done = publisher.publish_once(Repository(settings.repository), settings)
    status = PublishStatus.read(settings.data)
    if status and status.error:
        _say(status.error)
    return 0 if done else 1


def reindex(arguments: argparse.Namespace) -> int:
    """Make the index of published entries anew from git and say how many there are."""
    settings = Settings(data=arguments.data.resolve())
    if not is_founded(settings):
        _say(f"{settings.repository}: chưa có kho nội dung.")
        return 1
    (settings.data / index.FILE).unlink(missing_ok=True)
    shelf = shelf_of(Repository(settings.repository))
    shelf.keep_in(index.Index(settings.data / index.FILE))
    _say(f"Đã lập lại chỉ mục: {len(shelf.archive().entries)} mục đang đăng.")
    return 0


def write_reference(_: argparse.Namespace) -> int:
    """Write the generated pages of ``docs/reference``."""
    reference.write()
    return 0


def _serve_editor(arguments: argparse.Namespace) -> int:
    serve(create_app(Settings.from_environment(os.environ)), arguments.descriptor, threads=8)
    return 0


def _serve_public(arguments: argparse.Namespace) -> int:
    www = Settings.from_environment(os.environ).data / "www"
    serve(public_server.create_app(www), arguments.descriptor, threads=8)
    return 0


def _publisher(_: argparse.Namespace) -> int:
    die_with_parent()
    publisher.run(Settings.from_environment(os.environ))
    return 0


def _wait_for_release(settings: Settings, supervisor: Supervisor) -> bool:
    """Wait for the first release, saying why where it fails; True when there is one."""
    if live(settings.data):
        return True
    _say("Dựng trang công khai…")
    until = time.monotonic() + _FIRST_BUILD_SECONDS
    while time.monotonic() < until and not supervisor.stopping(0.2):
        status = PublishStatus.read(settings.data)
        if live(settings.data):
            return True
        if status and status.stage is Stage.FAILED:
            _say(f"Không dựng được trang công khai:\n{status.error}")
            return False
    return False


def _announce(addresses: dict[str, str]) -> None:
    _say("")
    _say(f"  Trang công khai (public site): {addresses['TOASOAN_PUBLIC_URL']}/")
    _say(f"  Tòa soạn (editor):             {addresses['TOASOAN_EDITOR_URL']}/")
    if addresses["TOASOAN_DEMO"]:
        _say("")
        _say(f"  Tài khoản thử, mật khẩu chung {DEMO_PASSWORD} (chỉ dùng được trên máy này):")
        for username, duty in _DEMO_STAFF:
            _say(f"    {username:<20} {duty}")
    _say("")
    _say("  Dừng: Ctrl-C")


def _ask(label: str) -> str:
    answer = ""
    while not answer:
        answer = input(f"{label}: ").strip()
    return answer


def _ask_username() -> str:
    while True:
        answer = _ask("Tên đăng nhập của hiệu trưởng (chữ thường không dấu, ví dụ hieutruong)")
        if USERNAME.match(answer):
            return answer
        _say(str(USERNAME_WORDS))


def _ask_password(username: str) -> str:
    while True:
        password = getpass.getpass("Mật khẩu (ít nhất 12 ký tự): ")
        try:
            require_good_password("password", password, username)
        except InvalidFields as error:
            _say(" ".join(str(message) for message in error.messages()))
            continue
        if password == getpass.getpass("Nhập lại mật khẩu: "):
            return password
        _say("Hai lần nhập không giống nhau.")


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./toasoan", description="Tòa Soạn")
    commands = parser.add_subparsers(required=True, metavar="LỆNH")

    def command(name: str, call: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=call)
        sub.add_argument("--data", type=Path, default=Path("var"), help="thư mục dữ liệu (var)")
        return sub

    one = command("run", run, "chạy trang công khai và tòa soạn (lần đầu: trường mẫu)")
    one.add_argument("--port", type=int, default=8000, help="cổng trang công khai (8000)")
    one.add_argument("--editor-port", type=int, default=8001, help="cổng tòa soạn (8001)")
    two = command("init", init, "lập trường thật: hỏi tài khoản của hiệu trưởng")
    three = command("recover", recovering.recover, "dùng khóa khôi phục khi mất hiệu trưởng")
    three.add_argument("--key", type=Path, metavar="TỆP", help="tệp khóa (không có thì hỏi)")
    three.add_argument("--username", help="tên đăng nhập của hiệu trưởng (không có thì hỏi)")
    three.add_argument("--yes", action="store_true", help="không hỏi lại")
    four = command(
        "recovery-key",
        recovering.lay_down,
        "lập khóa khôi phục mới (trường chưa có, hoặc mất tờ giấy)",
    )
    for sub in (two, three, four):
        sub.add_argument(
            "--recovery-file", type=Path, metavar="TỆP", help="ghi khóa khôi phục mới vào tệp này"
        )
    command(
        "reset-password", recovering.reset_password, "mật khẩu tạm cho một tài khoản, tại máy chủ"
    ).add_argument("username", metavar="TÊN")
    proving.add_commands(command)
    command("publish", publish, "đăng một lần, ngay bây giờ")
    command("reindex", reindex, "lập lại chỉ mục các mục đang đăng từ kho nội dung")
    command("reference", write_reference, "viết lại docs/reference từ mã nguồn")
    command("publisher", _publisher, "tiến trình đăng (systemd, ./toasoan run)")
    for name, call in (("serve-editor", _serve_editor), ("serve-public", _serve_public)):
        command(name, call, "tiến trình phục vụ (./toasoan run)").add_argument(
            "descriptor", type=int, help="socket được thừa kế"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
